"""The process that reads a stranger's workbook: ``python -m scenarios.live.reader FILE``."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from model.catalogue import parse_factors
from model.files import bundled_names, bundled_text
from model.problems import InputError
from model.read_inventory import WORKBOOK, load_inventory
from model.sectors import SECTORS
from scenarios.live.intake import NAME, as_json

MOST_MEMORY = 3_000_000_000
MOST_SECONDS = 50
MOST_PROBLEMS = 500


def main(arguments: list[str]) -> int:
    """Read the workbook and print what was found."""
    _limit()
    path = Path(arguments[0])
    factors = parse_factors({f"model/data/{name}": bundled_text(name) for name in bundled_names("factors")})
    try:
        inventory = load_inventory({WORKBOOK: path}, factors, sectors=SECTORS, districts=None)
    except InputError as error:
        problems = tuple(replace(problem, file=NAME) for problem in error.problems[:MOST_PROBLEMS])
        said = as_json(problems, {})
    else:
        said = as_json((), {name: len(table) for name, table in inventory.tables.items()})
    sys.stdout.buffer.write(said.encode())
    return 0


def _limit() -> None:
    """Cap memory and time, where the system can."""
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
