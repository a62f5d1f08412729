"""Everything `model` reads: inventory files (`files.tables`), TOML files, and the data shipped with the package.

Reading says what cannot be read and where; what the content means is for others to check.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from model.problems import InputError, Problem
from model.text import Text


def read_toml_text(path: Path) -> str:
    """Return the text of a UTF-8 file, a byte order mark left out; raises `InputError` when it cannot be read."""
    data = bytes_of(path)
    if isinstance(data, Problem):
        raise InputError([data])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        what = Text("文件不是UTF-8编码", "the file is not UTF-8 text")
        advice = Text("请另存为UTF-8编码", "save it as UTF-8")
        raise InputError([Problem(str(path), what, "UTF-8", repr(data[error.start]), advice, row=row)]) from error


def bundled_text(name: str) -> str:
    """Return a file of ``model/data``, such as ``measures/coal_boilers.toml``; raises `FileNotFoundError`."""
    return (files("model") / "data" / name).read_text(encoding="utf-8")


def bundled_names(folder: str) -> tuple[str, ...]:
    """Return the TOML files of a folder of ``model/data``, as `bundled_text` takes them, in order of name."""
    names = sorted(entry.name for entry in (files("model") / "data" / folder).iterdir())
    return tuple(f"{folder}/{name}" for name in names if name.endswith(".toml"))


def bytes_of(path: Path) -> bytes | Problem:
    """Return what a file holds, or why it cannot be read."""
    file = str(path)
    if not path.exists():
        what = Text("找不到文件", "there is no such file")
        return Problem(file, what, advice=Text("请检查路径", "check the path"))
    if path.is_dir():
        what = Text("这是文件夹，不是文件", "this is a folder, not a file")
        return Problem(file, what, advice=Text("请给出文件路径", "give the path of a file"))
    try:
        return path.read_bytes()
    except OSError as error:
        what = Text("文件无法读取", "the file cannot be read")
        advice = Text("请检查权限，或关闭正在使用它的程序", "check permissions, or close the program that uses it")
        return Problem(file, what, found=error.strerror or type(error).__name__, advice=advice)
