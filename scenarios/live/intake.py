"""A workbook from a stranger: looked at from outside, then read in a process of its own with little to spend."""

from __future__ import annotations

import base64
import binascii
import io
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from model.problems import Problem
from model.text import Text

MOST_BYTES = 8_000_000
MOST_UNPACKED = 120_000_000
MOST_RATIO = 150
SMALL = 10_000_000
"""Unpacked bytes below which the ratio does not matter."""

MOST_PARTS = 2_000
SECONDS = 60
HEAD_BYTES = 4096
ADVICE = Text("请在Excel或WPS中打开并另存为不含宏的xlsx", "open it in Excel or WPS and save it as xlsx without macros")
NAME = "workbook.xlsx"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found: every problem, or the number of sources by sector."""

    problems: tuple[Problem, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)


def judge(content: object) -> Verdict:
    """Check a workbook that a browser sent as a data address; nothing of it stays."""
    data = decoded(content)
    refused = _refused(data)
    if refused is not None or data is None:
        return Verdict((refused or _problem("文件无法读取", "the file cannot be read"),))
    with tempfile.TemporaryDirectory(prefix="jianpai-") as folder:
        path = Path(folder) / NAME
        path.write_bytes(data)
        return _read_apart(path)


def decoded(content: object) -> bytes | None:
    """Return the bytes of a data address; None for what is none, or too long."""
    if not isinstance(content, str) or len(content) > 2 * MOST_BYTES:
        return None
    try:
        return base64.b64decode(content.partition(",")[2], validate=True)
    except (binascii.Error, ValueError):
        return None


def _refused(data: bytes | None) -> Problem | None:
    """Look at the archive without unpacking it: size, ratio, macros, document type definitions."""
    if data is None or len(data) > MOST_BYTES:
        return _problem("文件过大或无法读取", "the file is too large or cannot be read", f"<= {MOST_BYTES // 10**6} MB")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _refused_archive(archive, len(data))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError):
        return _problem("不是xlsx工作簿", "this is not an xlsx workbook", "xlsx")


def _refused_archive(archive: zipfile.ZipFile, packed: int) -> Problem | None:
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or unpacked > max(SMALL, MOST_RATIO * packed):
        return _problem(
            "工作簿解压后过大", "the workbook unpacks to too much", f"<= {MOST_UNPACKED // 10**6} MB", f"{unpacked:,} B"
        )
    for part in parts:
        if "vbaproject" in part.filename.lower() or (
            part.filename.lower().endswith(".bin") and "vba" in part.filename.lower()
        ):
            return _problem("工作簿含有宏，不予读取", "the workbook holds macros", found=part.filename[:80])
        if part.filename.endswith((".xml", ".rels")):
            with archive.open(part) as opened:
                if b"<!DOCTYPE" in opened.read(HEAD_BYTES).replace(b"\0", b"").upper():
                    return _problem(
                        "工作簿含有文档类型定义",
                        "the workbook holds a document type definition",
                        found=part.filename[:80],
                    )
    return None


def _problem(zh: str, en: str, expected: str = "", found: str = "") -> Problem:
    return Problem(NAME, Text(zh, en), expected, found, ADVICE)


def _read_apart(path: Path) -> Verdict:
    """Read the workbook in a process that may use little memory and time."""
    command = [sys.executable, "-m", "scenarios.live.reader", str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False, text=True, encoding="utf-8")  # noqa: S603 - our own program
    except subprocess.TimeoutExpired:
        return Verdict((_problem("读取用时过长，已停止", "reading took too long and was stopped", f"<= {SECONDS} s"),))
    if done.returncode != 0:
        return Verdict(
            (_problem("工作簿过大或已损坏，读取已停止", "the workbook is too large or damaged; reading was stopped"),)
        )
    found = json.loads(done.stdout)
    return Verdict(tuple(_problem_of(one) for one in found["problems"]), found["counts"])


def _problem_of(found: Mapping[str, object]) -> Problem:
    texts = {key: Text(**value) for key, value in found.items() if isinstance(value, dict)}
    return Problem(**{**found, **texts})  # type: ignore[arg-type]


def as_json(problems: tuple[Problem, ...], counts: Mapping[str, int]) -> str:
    """Return a verdict as the reading process hands it back."""
    return json.dumps(
        {"problems": [asdict(problem) for problem in problems], "counts": dict(counts)}, ensure_ascii=False
    )
