"""Workbooks of planners as scenarios of their own: private to who sent them, few, and gone after a while."""

from __future__ import annotations

import secrets
import shutil
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from model.problems import InputError, Problem
from model.text import Text
from scenarios.compiling.compile import options_of
from scenarios.live.edits import as_toml
from scenarios.live.ground import raw_of
from scenarios.live.intake import NAME
from scenarios.reading.bundle import Bundle
from scenarios.reading.files import ScenarioFiles, find_scenario, load_bundle
from scenarios.reading.found import FILE_NAME, Shipped

PREFIX = "own-"
MOST_OF_ONE = 3
MOST = 60
KEPT_S = 8 * 3600.0
MOST_SOURCES = 30_000
LONGEST = 60
"""Characters of a workbook's name."""

POLLUTANTS = ("nox", "vocs", "tp")
PERCENT = 10
TAKEN_OVER = (
    "base_year",
    "years",
    "discount_rate",
    "price_year",
    "decision_date",
    "basis",
    "credit",
    "growth",
    "prices",
    "price_index",
)
"""What a workbook does not say and the scenario on the screen does."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A workbook that can be planned with: the scenario's id, who sent it, where it lies, when it came."""

    id: str
    owner: str
    folder: Path
    since: float
    title: Text


@dataclass(slots=True)
class Uploads:
    """The workbooks of all users; ``clock`` tells seconds."""

    clock: Callable[[], float] = time.monotonic
    _kept: OrderedDict[str, Upload] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, owner: str, data: bytes, beside: ScenarioFiles, *, name: str = "") -> Upload:
        """Keep a workbook that was checked already, and return the scenario it makes.

        The years, the discount rate, prices and growth are those of the scenario ``beside``; each of NOx, VOCs and TP
        that the sources emit is to fall by a tenth of the base year, for the planner to move.

        Raises
        ------
        InputError
            When no plan can be made of it, or it holds too many sources.

        """
        folder = Path(tempfile.mkdtemp(prefix="jianpai-own-"))
        named = "".join(letter for letter in name if letter.isprintable()).strip()[:LONGEST]
        title = Text(named or "自己的工作簿", named or "Own workbook")
        upload = Upload(f"{PREFIX}{secrets.token_hex(16)}", owner, folder, self.clock(), title)
        try:
            (folder / NAME).write_bytes(data)
            _make(upload, raw_of(beside))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        with self._lock:
            self._make_room(owner)
            self._kept[upload.id] = upload
        return upload

    def of(self, owner: str) -> list[Shipped]:
        """Return the scenarios of one user, newest first."""
        with self._lock:
            self._forget_old()
            return [Shipped(one.id, one.title) for one in reversed(self._kept.values()) if one.owner == owner]

    def find(self, scenario_id: str) -> ScenarioFiles:
        """Return the files of a scenario, bundled or made of a workbook. Raises `InputError` when it is gone."""
        if not scenario_id.startswith(PREFIX):
            return find_scenario(scenario_id)
        with self._lock:
            upload = self._kept.get(scenario_id)
        if upload is None:
            gone = Text("上传的工作簿已清除，请重新上传", "the uploaded workbook is gone; upload it again")
            raise InputError([Problem(NAME, gone)])
        return find_scenario(upload.folder / FILE_NAME)

    def close(self) -> None:
        """Delete every workbook."""
        with self._lock:
            for upload_id in list(self._kept):
                self._drop(upload_id)

    def _make_room(self, owner: str) -> None:
        self._forget_old()
        own = [one.id for one in self._kept.values() if one.owner == owner]
        for upload_id in own[: max(0, len(own) - MOST_OF_ONE + 1)]:
            self._drop(upload_id)
        while len(self._kept) >= MOST:
            self._drop(next(iter(self._kept)))

    def _forget_old(self) -> None:
        limit = self.clock() - KEPT_S
        for upload_id in [one.id for one in self._kept.values() if one.since < limit]:
            self._drop(upload_id)

    def _drop(self, upload_id: str) -> None:
        shutil.rmtree(self._kept.pop(upload_id).folder, ignore_errors=True)


def _make(upload: Upload, beside: Mapping[str, Any]) -> None:
    """Write the scenario of a workbook: first without requirements, to see what its sources emit."""
    tables = {key: beside[key] for key in TAKEN_OVER if key in beside}
    tables |= {
        "schema": 1,
        "id": upload.id,
        "title": {"zh": upload.title.zh, "en": upload.title.en},
        "jurisdiction": {"zh": "上传的工作簿", "en": "Uploaded workbook"},
        "mode": "least_cost",
        "inventory": {"workbook": NAME},
        "measures": {"bundled": True},
    }
    _write(upload.folder, tables)
    bundle = load_bundle(find_scenario(upload.folder / FILE_NAME))
    emitted = _emitted(bundle)
    if not emitted:
        what = Text("工作簿中没有NOx、VOCs或TP排放", "the workbook has no emission of NOx, VOCs or TP")
        raise InputError([Problem(NAME, what)])
    wanted = [
        {"id": f"{name}-total", "kind": "reduce", "pollutant": name, "amount": f"{PERCENT} %", "of": "base_year"}
        for name in emitted
    ]
    _write(upload.folder, tables | {"requirement": wanted})


def _emitted(bundle: Bundle) -> list[str]:
    count = sum(map(len, bundle.inventory.tables.values()))
    if count > MOST_SOURCES:
        what = Text("源太多，请用命令行求解", "too many sources; use the command line")
        raise InputError([Problem(NAME, what, f"<= {MOST_SOURCES:,}", f"{count:,}")])
    base = options_of(bundle).base
    flows = {name: base.get(f"{name}_t_per_year") for name in POLLUTANTS}
    return [name for name, values in flows.items() if values is not None and float(values.sum()) > 0.0]


def _write(folder: Path, tables: Mapping[str, Any]) -> None:
    text = "".join(f"{key} = {as_toml(value)}\n" for key, value in tables.items())
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
