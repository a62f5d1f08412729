"""Answers in the long format of the IAMC, which tools for comparing models read: one value a line.

Columns: model, scenario, region, variable, unit, year, value. ``scenario`` is the run; ``region`` the jurisdiction as a
whole or a district; names in a variable are parted by ``|``, and the parts below a name add up to it. `VARIABLES` says
what each one is; the workbook lists them on a sheet of their own.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from xlsxwriter import Workbook

from model.pollutants import POLLUTANTS
from scenarios.answering.result import CostSummary, Json, Result, plain
from scenarios.export.csv_tasks import safe_text
from scenarios.export.xlsx_tasks import CREATED
from scenarios.wording.shown import sector_title
from scenarios.wording.words import PAYER

HEADINGS = ("model", "scenario", "region", "variable", "unit", "year", "value")
MOST_ROWS = 1_048_575
"""Rows of a sheet below its heading."""

VARIABLES: Mapping[str, tuple[str, str]] = {
    "Emissions|{pollutant}": ("t {symbol}/yr", "what is emitted with the plan; below it by sector"),
    "Emissions Without Plan|{pollutant}": ("t {symbol}/yr", "what would be emitted in the same year without the plan"),
    "Emission Reduction|{pollutant}": ("t {symbol}/yr", "the difference of the two"),
    "Annual Cost": (
        "CNY/yr",
        "annuities of capital and running cost; below it by sector, in the last year",
    ),
    "Annual Cost by Payer|{payer}": ("CNY/yr", "who bears the annual cost of the last year"),
    "Investment": ("CNY", "capital of what is commissioned in the year"),
    "Cumulative Investment": ("CNY", "capital of the whole plan, in its last year; below it by sector"),
    "Cumulative Investment by Payer|{payer}": ("CNY", "who pays the capital of the whole plan"),
    "Present Value of Cost": ("CNY", "annual cost of all plan years, discounted"),
    "Tasks": ("1", "number of tasks, all of them in the last year"),
}
"""Unit and meaning of each variable, names in braces standing for many."""

IAMC_NAMES: Mapping[str, str] = {"nox": "NOx", "vocs": "VOC", "so2": "Sulfur", "co2": "CO2"}
"""Pollutants that the IAMC names otherwise than by their title."""

type Row = tuple[str, str, str, str, str, int, float]
type Answers = Iterable[tuple[str, Result]]


@dataclass(frozen=True, slots=True)
class _Line:
    """A value without what is the same for the whole answer."""

    region: str
    variable: str
    unit: str
    year: int
    value: float


def iamc_rows(name: str, result: Result) -> Iterator[Row]:
    """Yield the lines of one answer, which the format calls the scenario ``name``; none without a plan."""
    model = " ".join(("Jianpai", str(result.provenance.get("versions", {}).get("jianpai", "")))).strip()
    if result.cost is None:
        return
    whole, last = str(result.jurisdiction["en"] or result.jurisdiction["zh"]), max(result.years)
    districts = {str(one["id"]): str(one["en"] or one["zh"]) for one in result.districts}
    for line in (
        *_emissions(result, whole, districts),
        *_costs(result.cost, whole, districts, last),
        *_tasks(result, whole, districts, last),
    ):
        value = plain(float(line.value))
        if value is not None:
            yield (model, name, line.region, line.variable, line.unit, line.year, value)


def iamc_csv(answers: Answers) -> Iterator[str]:
    """Yield the answers as CSV in UTF-8: the heading, then each answer's lines; no text is taken for a formula."""
    yield ",".join(HEADINGS) + "\n"
    for name, result in answers:
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        for row in iamc_rows(name, result):
            writer.writerow([safe_text(cell) if isinstance(cell, str) else cell for cell in row])
        yield buffer.getvalue()


def iamc_xlsx(answers: Answers) -> bytes | None:
    """Return the answers as a workbook with sheets ``data`` and ``variables``; None where a sheet cannot hold them."""
    stream = io.BytesIO()
    settings = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "constant_memory": True,
    }
    number = 0
    with Workbook(stream, settings) as book:
        book.set_properties({"title": "IAMC", "author": "Jianpai", "created": CREATED})
        variables, data = book.add_worksheet("variables"), book.add_worksheet("data")
        variables.write_row(0, 0, ("variable", "unit", "meaning"))
        for place, (variable, about) in enumerate(VARIABLES.items(), start=1):
            variables.write_row(place, 0, (variable, *about))
        data.write_row(0, 0, HEADINGS)
        data.activate()
        for name, result in answers:
            for row in iamc_rows(name, result):
                number += 1
                if number <= MOST_ROWS:
                    data.write_row(number, 0, row)
    return stream.getvalue() if number <= MOST_ROWS else None


def pollutant_name(pollutant: str) -> str:
    """Return what the format calls a pollutant."""
    known = POLLUTANTS.get(pollutant)
    return IAMC_NAMES.get(pollutant) or (known.title.en.capitalize() if known else pollutant)


def _emissions(result: Result, whole: str, districts: Mapping[str, str]) -> Iterator[_Line]:
    """Yield emissions with and without the plan and their difference: by region, and by region and sector."""
    sums: dict[tuple[str, str, str, int], list[tuple[float, float]]] = {}
    for row in result.emissions:
        pair = (float(row["with_plan_t_per_year"]), float(row["without_plan_t_per_year"]))
        for region in (whole, districts.get(str(row["district"]), str(row["district"]))):
            for sector in ("", f"|{sector_title(str(row['sector'])).en}"):
                key = (region, str(row["pollutant"]), sector, int(row["year"]))
                sums.setdefault(key, []).append(pair)
    for (region, pollutant, sector, year), pairs in sums.items():
        known = POLLUTANTS.get(pollutant)
        unit, below = f"t {known.symbol if known else pollutant}/yr", f"|{pollutant_name(pollutant)}{sector}"
        then, without = (math.fsum(pair[place] for pair in pairs) for place in (0, 1))
        yield _Line(region, f"Emissions{below}", unit, year, then)
        yield _Line(region, f"Emissions Without Plan{below}", unit, year, without)
        yield _Line(region, f"Emission Reduction{below}", unit, year, without - then)


def _costs(cost: CostSummary, whole: str, districts: Mapping[str, str], last: int) -> Iterator[_Line]:
    for row in cost.by_year:
        yield _Line(whole, "Annual Cost", "CNY/yr", int(row["year"]), row["annual_cny"])
        yield _Line(whole, "Investment", "CNY", int(row["year"]), row["capital_cny"])
    yield _Line(whole, "Cumulative Investment", "CNY", last, cost.capital_cny)
    yield _Line(whole, "Present Value of Cost", "CNY", last, cost.present_value_cny)
    for row in cost.by_district:
        region = districts.get(str(row["district"]), str(row["district"]))
        yield _Line(region, "Annual Cost", "CNY/yr", last, row["annual_cny"])
        yield _Line(region, "Cumulative Investment", "CNY", last, row["capital_cny"])
        yield _Line(region, "Present Value of Cost", "CNY", last, row["present_value_cny"])
    for row in cost.by_sector:
        yield from _parts(row, whole, f"|{sector_title(str(row['sector'])).en}", last)
    for row in cost.by_payer:
        payer = str(row["payer"])
        name = PAYER[payer].en.capitalize() if payer in PAYER else payer
        yield from _parts(row, whole, f" by Payer|{name}", last)


def _parts(row: Json, whole: str, below: str, last: int) -> Iterator[_Line]:
    yield _Line(whole, f"Annual Cost{below}", "CNY/yr", last, row["annual_cny"])
    yield _Line(whole, f"Cumulative Investment{below}", "CNY", last, row["capital_cny"])


def _tasks(result: Result, whole: str, districts: Mapping[str, str], last: int) -> Iterator[_Line]:
    yield _Line(whole, "Tasks", "1", last, len(result.tasks))
    counts: dict[str, int] = {}
    for task in result.tasks:
        region = districts.get(str(task["district"]), str(task["district"]))
        counts[region] = counts.get(region, 0) + 1
    for region, count in counts.items():
        yield _Line(region, "Tasks", "1", last, count)
