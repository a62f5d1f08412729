"""What a file's bytes say it is, whatever its name says."""

from __future__ import annotations

import io
import re
import zipfile

from model.problems import Problem
from model.text import Text

OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")

KINDS = {
    "empty": Text("空文件", "an empty file"),
    "csv": Text("文本", "text"),
    "xlsx": Text("Excel工作簿（xlsx）", "an Excel workbook (xlsx)"),
    "parquet": Text("Parquet文件", "a Parquet file"),
    "macros": Text("带宏的工作簿", "a workbook with macros"),
    "xlsb": Text("二进制工作簿（xlsb）", "a binary workbook (xlsb)"),
    "encrypted": Text("有密码的工作簿", "a workbook protected by a password"),
    "xls": Text("旧版Office文件（如xls）", "an old Office file (such as xls)"),
    "ods": Text("OpenDocument文件", "an OpenDocument file"),
    "document": Text("Word或PowerPoint文件", "a Word or PowerPoint file"),
    "zip": Text("zip压缩包", "a zip archive"),
    "broken zip": Text("损坏的zip或xlsx文件", "a damaged zip or xlsx file"),
    "pdf": Text("PDF文件", "a PDF file"),
    "html": Text("网页（HTML）", "a web page (HTML)"),
    "xml": Text("XML文件", "an XML file"),
    "utf-16": Text("UTF-16文本", "UTF-16 text"),
    "binary": Text("二进制数据", "binary data"),
}
WANTED = {".csv": "csv", ".xlsx": "xlsx", ".parquet": "parquet"}

SAVE_AS_XLSX = Text(
    "请在Excel或WPS中打开，另存为“Excel工作簿(*.xlsx)”",
    'open it in Excel or WPS and save it as "Excel Workbook (*.xlsx)"',
)
ADVICE = {
    "empty": Text("请换成有内容的文件", "give a file with content"),
    "macros": Text("请另存为不含宏的xlsx", "save it as an xlsx without macros"),
    "encrypted": Text("请取消打开密码后再保存", "remove the password that opens it, and save it again"),
    "utf-16": Text("请另存为“CSV UTF-8”", 'save it as "CSV UTF-8"'),
    "csv": Text("若是CSV，请把扩展名改为.csv", "if it is CSV, name it .csv"),
    "xlsx": Text("若是工作簿，请把扩展名改为.xlsx", "if it is a workbook, name it .xlsx"),
    "parquet": Text("若是Parquet，请把扩展名改为.parquet", "if it is Parquet, name it .parquet"),
}


def refusal(data: bytes, file: str, suffix: str) -> Problem | None:
    """Return why a file is not read: a name that is not .csv, .xlsx or .parquet, or bytes that are something else."""
    kind = content_kind(data)
    advice = ADVICE.get(kind, SAVE_AS_XLSX)
    found = KINDS[kind].say("both")
    if suffix not in WANTED:
        what = Text("不支持这种文件", "files of this kind are not read")
        return Problem(file, what, ".csv, .xlsx, .parquet", f"{suffix or '?'} ({found})", advice)
    wanted = WANTED[suffix]
    if kind == wanted:
        return None
    what = Text("文件内容与扩展名不符", "the file is not what its name says")
    if kind in {"empty", "encrypted", "macros"}:
        what = Text(f"无法读取{KINDS[kind].zh}", f"{KINDS[kind].en} cannot be read")
    return Problem(file, what, KINDS[wanted].say("both"), found, advice)


def content_kind(data: bytes) -> str:
    """Return a key of `KINDS`."""
    if not data:
        return "empty"
    if data.startswith(b"PK"):
        return _zip_kind(data)
    if data.startswith(OLE_SIGNATURE):
        return "encrypted" if ENCRYPTED_STREAM in data else "xls"
    signatures = {b"PAR1": "parquet", b"%PDF-": "pdf", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    for signature, kind in signatures.items():
        if data.startswith(signature):
            return kind
    return _text_kind(data)


def _text_kind(data: bytes) -> str:
    if b"\0" in data:
        return "binary"
    start = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if re.match(rb"<(!doctype html|html|head|body|table|meta)\b", start):
        return "html"
    return "xml" if start.startswith(b"<?xml") else "csv"


def _zip_kind(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return "broken zip"
    if "xl/vbaProject.bin" in names:
        return "macros"
    for name, kind in {"xl/workbook.xml": "xlsx", "xl/workbook.bin": "xlsb", "mimetype": "ods"}.items():
        if name in names:
            return kind
    office = any(name.startswith(("word/", "ppt/")) for name in names)
    return "document" if office else "zip"
