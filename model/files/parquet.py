"""A Parquet file as a raw table."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd

from model.problems import Problem
from model.rawtable import RawFile, RawTable
from model.text import Text


def read_parquet_table(data: bytes, file: str) -> RawFile:
    """Return the table of a Parquet file; its first record counts as row 2, as if its headings stood above it."""
    try:
        frame = pd.read_parquet(io.BytesIO(data))
    except ImportError:
        what = Text("读取Parquet需要pyarrow", "reading Parquet needs pyarrow")
        advice = Text("请安装jianpai[parquet]，或另存为CSV", "install jianpai[parquet], or save it as CSV")
        return RawFile(problems=(Problem(file, what, advice=advice),))
    except Exception as error:  # noqa: BLE001 a damaged file makes the reader fail in any way
        what = Text("Parquet文件已损坏", "the Parquet file is damaged")
        advice = Text("请重新导出", "export it again")
        return RawFile(problems=(Problem(file, what, found=type(error).__name__, advice=advice),))
    if frame.index.names != [None]:
        frame = frame.reset_index()
    headings = tuple(str(name) for name in frame.columns)
    cells = frame.set_axis(range(len(headings)), axis=1).reset_index(drop=True)
    kept = ~cells.isna().all(axis=1).to_numpy(dtype=bool)
    rows = np.flatnonzero(kept) + 2
    return RawFile((RawTable(file, "", headings, cells.loc[kept].reset_index(drop=True), rows),))
