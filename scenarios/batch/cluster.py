"""Runs spread over a Dask cluster, for users who outgrow one machine: ``pip install jianpai[cluster]``."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from model.problems import InputError, Problem
from model.text import Text
from scenarios.batch.sweep import RunSpec
from scenarios.batch.work import Kit, Outcome, Shelf, failed, work

RETRIES = 3
"""Times a run is tried again when the worker that had it is lost."""


def on_cluster(kit: Kit, specs: Sequence[RunSpec], address: str) -> Iterator[Outcome]:
    """Yield the outcome of every run as it comes, each once; a lost worker's runs go to another.

    Raises
    ------
    InputError
        When Dask is not installed, nothing answers at the address, or the scheduler is lost while runs are done.

    """
    distributed = _distributed()
    try:
        client = distributed.Client(address, timeout="10s")
    except (OSError, ValueError) as error:
        what = Text("无法连接调度器", "the scheduler cannot be reached")
        expected = "the address of a Dask scheduler, such as tcp://host:8786"
        raise InputError([Problem("--scheduler", what, expected, address)]) from error
    with client:
        shared = client.scatter(kit, broadcast=True, hash=False)
        futures = {
            client.submit(_work, shared, spec, key=f"jianpai-{spec.id}", retries=RETRIES): spec for spec in specs
        }
        waiting = distributed.as_completed(list(futures))
        for future in waiting:
            spec = futures.pop(future)
            if future.status == "cancelled":
                raise InputError([_lost(address)])
            yield failed(spec, str(future.exception())) if future.status == "error" else future.result()
            future.release()


def _distributed() -> Any:  # noqa: ANN401 - an optional package without types
    """Return Dask, which keeps to itself what happens to its workers: a run that is lost with them is told as such."""
    try:
        import distributed  # noqa: PLC0415 - half a second that only a cluster needs
    except ImportError as error:
        what = Text("未安装 Dask", "Dask is not installed")
        advice = Text("安装：pip install jianpai[cluster]", "install it: pip install jianpai[cluster]")
        raise InputError([Problem("--scheduler", what, advice=advice)]) from error
    for name in ("distributed", "tornado"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return distributed


def _lost(address: str) -> Problem:
    what = Text("与调度器的连接中断", "the connection to the scheduler was lost")
    advice = Text(
        "请重新启动调度器，然后重新运行同一命令：已完成的运行会保留",
        "start the scheduler again, then give the same command again: finished runs are kept",
    )
    return Problem("--scheduler", what, found=address, advice=advice)


@lru_cache(maxsize=1)
def _shelf(kit: Kit) -> Shelf:
    """Return this worker's shelf of a batch; a kit is received once, and is its own key."""
    return Shelf(kit)


def _work(kit: Kit, spec: RunSpec) -> Outcome:
    return work(_shelf(kit), spec)
