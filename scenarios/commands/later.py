"""Modules that are loaded when something of them is first used, so that the program starts at once."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Later:
    """Stands for a module until one of its names is asked for."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:  # noqa: ANN401 - what a module holds is typed where it is imported
        return getattr(import_module(self._name), attribute)
