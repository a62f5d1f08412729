"""What a report's pages show, as titled tables: requirements, reductions, cost, emissions, assumptions, sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from model.pollutants import POLLUTANTS
from model.text import Text
from scenarios.answering.result import Json, RequirementResult, Result
from scenarios.answering.task_table import sum_of
from scenarios.export.table import Cell, Column
from scenarios.wording.shown import (
    DASH,
    MONEY,
    SENSE,
    TONNES,
    UNITS,
    ReportUnit,
    as_text,
    called,
    decided_reduction,
    names_of,
    percent,
    ranked,
    remark,
    scope,
    sector_title,
    subject,
    symbol,
    verdict,
)
from scenarios.wording.words import LABEL, OBJECTIVE, PAYER, PRICE

NOTHING = Text("", "")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number whose format differs from that of its column: decimals, and words before it such as "≥"."""

    value: float
    decimals: int
    before: str = ""


type BlockCell = Cell | Figure


@dataclass(frozen=True, slots=True)
class Block:
    """A titled table; ``note`` stands below it."""

    title: Text
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[BlockCell]]
    note: Text = NOTHING

    @property
    def has_total(self) -> bool:
        """True when one of its columns is added up."""
        return bool(self.rows) and any(column.total for column in self.columns)


def requirements(result: Result) -> Block:
    """Return every requirement: asked, reached, reachable, met. Eleven columns, numbers in the fourth and after."""
    columns = (
        Column(LABEL["requirement"], width=19),
        Column(LABEL["kind"], width=21),
        Column(LABEL["scope"], width=22),
        Column(LABEL["year"], "year", 11),
        Column(LABEL["unit"], width=12),
        *(Column(LABEL[name], "tonnes", 13) for name in ("asked", "reached", "reachable", "reachable_alone")),
        Column(LABEL["met"], width=11),
        Column(LABEL["note"], width=38),
    )
    names = names_of(result)
    rows = [_requirement(requirement, names) for requirement in result.requirements]
    return Block(LABEL["targets"], columns, rows, LABEL["reachable_means"])


def _requirement(requirement: RequirementResult, names: Mapping[str, Text]) -> list[BlockCell]:
    unit = UNITS[requirement.unit]

    def figure(value: float | None, before: str = "") -> BlockCell:
        return DASH if value is None else Figure(unit.of(value), unit.decimals, before)

    asked = figure(requirement.asked, f"{SENSE[requirement.sense]} ")
    return [
        requirement.row,
        subject(requirement, names),
        scope(requirement, names),
        requirement.year,
        unit.name,
        verdict(requirement) if requirement.asked is None else asked,
        figure(requirement.reached),
        *(
            LABEL["no_limit"] if requirement.is_without_limit else figure(end)
            for end in (requirement.reachable, requirement.reachable_alone)
        ),
        verdict(requirement),
        remark(requirement),
    ]


def reductions(result: Result) -> Block:
    """Return emissions and reductions of the last plan year by pollutant, laid out under `requirements`."""
    names = ("base_year", "without_plan", "with_plan", "reduction")
    columns = (
        Column(LABEL["pollutant"]),
        Column(LABEL["name"]),
        Column(LABEL["unit"]),
        *(Column(LABEL[name], "tonnes") for name in names),
        Column(LABEL["reduction_share"], "percent"),
        Column(LABEL["decided_reduction"], "tonnes"),
        Column(LABEL["accountable"], "tonnes"),
    )
    last = [row for row in result.emissions if row["year"] == result.years[-1]]
    rows: list[list[BlockCell]] = [
        [
            symbol(pollutant),
            POLLUTANTS[pollutant].title,
            TONNES.name,
            *emissions,
            decided_reduction(result.tasks, pollutant),
            sum_of(result.tasks, "accountable_t_per_year", pollutant),
        ]
        for (pollutant,), emissions in _added(last, ("pollutant",)).items()
    ]
    return Block(LABEL["by_pollutant"], columns, rows, LABEL["not_added"])


def costs(result: Result) -> list[Block]:
    """Return the cost by year, district, sector and payer; the present value only where there are several years."""
    if result.cost is None:
        return []
    cost, keys, names = result.cost, list(COST_KEYS)[: money_columns(result)], names_of(result)
    parts: tuple[tuple[str, Sequence[Json], Callable[[Json], Cell]], ...] = (
        ("year", cost.by_year, lambda row: int(row["year"])),
        ("district", cost.by_district, lambda row: called(row["district"], names)),
        ("sector", cost.by_sector, lambda row: sector_title(row["sector"])),
        ("payer", cost.by_payer, lambda row: PAYER.get(row["payer"], Text(row["payer"], row["payer"]))),
    )
    shared = [
        Block(
            LABEL[f"by_{name}"],
            (Column(LABEL[name], "year" if name == "year" else "text"), *(_money_column(key, name) for key in keys)),
            [[label(row), *(MONEY.of(float(row[COST_KEYS[key]])) for key in keys)] for row in rows],
        )
        for name, rows, label in parts
    ]
    shared += [_per_head(result, names)] if result.per_head else []
    return [*shared, _ranking(result, result.ranking)] if result.ranking else shared


def _ranking(result: Result, ranking: Json) -> Block:
    """Return the plan beside the one that sorting by cost per tonne gives: cost, and every requirement."""
    columns = (
        Column(LABEL["item"]),
        Column(LABEL["unit"], width=22),
        *(Column(LABEL[name], "tonnes", 22) for name in ("this_plan", "sorted", "missed")),
    )
    reached = {requirement.row: requirement.reached for requirement in result.requirements}

    def row(name: Cell, unit: ReportUnit, values: Sequence[float | None]) -> list[BlockCell]:
        cells = [DASH if value is None else Figure(unit.of(value), unit.decimals) for value in values]
        return [name, unit.name, *cells]

    money = UNITS[result.objective.unit]
    costs = row(OBJECTIVE[result.objective.what], money, (ranking["optimum"], ranking["cost"], None))
    rows = [
        row(item["row"], UNITS[item["unit"]], (reached.get(item["row"]), item["reached"], item["miss"] or None))
        for item in ranking["requirements"]
    ]
    return Block(LABEL["ranking"], columns, [costs, *rows], ranked(result))


def _per_head(result: Result, names: Mapping[str, Text]) -> Block:
    """Return what each district pays for each of its people."""
    columns = (
        Column(LABEL["district"]),
        Column(LABEL["population"], "whole", 22),
        Column(LABEL["annual_per_head"], "money", 22),
        Column(LABEL["capital_per_head"], "money", 22),
        Column(LABEL["times_mean"], "tonnes", 22),
    )
    keys = ("population", "annual_cny_per_head", "capital_cny_per_head", "annual_times_mean")
    rows = [[called(row["district"], names), *(row[key] for key in keys)] for row in result.per_head]
    return Block(LABEL["per_head"], columns, rows)


COST_KEYS = {"capital": "capital_cny", "annual_cost": "annual_cny", "present_value": "present_value_cny"}


def money_columns(result: Result) -> int:
    """Return how many kinds of cost are shown: with one plan year the present value is the annual cost."""
    return len(COST_KEYS) if len(result.years) > 1 else len(COST_KEYS) - 1


def _money_column(key: str, by: str) -> Column:
    """Annual costs of different years are never added."""
    label, unit = LABEL[key], UNITS["CNY/yr" if key == "annual_cost" else "CNY"].name
    title = Text(f"{label.zh}（{unit.zh}）", f"{label.en} ({unit.en})")
    return Column(title, "money", 22, total=not (by == "year" and key == "annual_cost"))


def emissions(result: Result) -> list[Block]:
    """Return emissions by pollutant, by sector and by district, for every plan year, where there are any."""
    return [
        _emission_block(result, LABEL["emissions"], ()),
        _emission_block(result, LABEL["by_sector"], ("sector",)),
        _emission_block(result, LABEL["by_district"], ("district",)),
    ]


def _emission_block(result: Result, title: Text, by: tuple[str, ...]) -> Block:
    names = ("base_year", "without_plan", "with_plan", "reduction")
    tonnes = [Column(_with_unit(LABEL[name], TONNES.name), "tonnes", 20) for name in names]
    columns = (
        Column(LABEL["year"], "year", 9),
        Column(LABEL["pollutant"], width=12),
        Column(LABEL[by[0]] if by else LABEL["scope"], width=26),
        *tonnes,
        Column(LABEL["reduction_share"], "percent", 16),
    )
    order, known = ("year", "pollutant", *by), names_of(result)
    rows: list[list[BlockCell]] = [
        [year, symbol(pollutant), _place(by, rest, known), *sums]
        for (year, pollutant, *rest), sums in _added(result.emissions, order).items()
        if any(sums)
    ]
    return Block(title, columns, rows)


def _place(by: Sequence[str], rest: Sequence[str], names: Mapping[str, Text]) -> Cell:
    if not rest:
        return LABEL["all"]
    return sector_title(rest[0]) if by[0] == "sector" else called(rest[0], names)


def _with_unit(title: Text, unit: Text) -> Text:
    return Text(f"{title.zh}（{unit.zh}）", f"{title.en} ({unit.en})")


def _added(rows: Iterable[Json], keys: Sequence[str]) -> dict[tuple[Any, ...], list[BlockCell]]:
    """Return base, without plan, with plan, reduction [t/yr] and share of the base year, by ``keys``.

    Ordered by year and pollutant as they come, then as they come. The share is empty where nothing was emitted.
    """
    sums: dict[tuple[Any, ...], list[float]] = {}
    for row in rows:
        total = sums.setdefault(tuple(row[key] for key in keys), [0.0, 0.0, 0.0])
        for place, name in enumerate(("base", "without_plan", "with_plan")):
            total[place] += float(row[f"{name}_t_per_year"])
    first = {pair: place for place, pair in enumerate(dict.fromkeys(key[:2] for key in sums))}
    return {
        key: [*sums[key], without - after, (without - after) / base if base > 0 else None]
        for key in sorted(sums, key=lambda key: first[key[:2]])
        for base, without, after in [sums[key]]
    }


def assumptions(result: Result) -> list[Block]:
    """Return the scenario's assumptions, and the prices it is made with, defaults among them."""
    stated = [entry for entry in result.assumptions if "is_default" not in entry]
    prices = [entry for entry in result.assumptions if "is_default" in entry]
    return [
        Block(
            LABEL["assumptions"],
            _text_columns(("assumption", 30), ("own_words", 74), ("value", 20), ("origin", 20), ("source", 50)),
            [
                [entry["id"], as_text(entry["text"]), _value(entry["value"]), LABEL["stated"], _cites(entry["cites"])]
                for entry in stated
            ],
        ),
        Block(
            LABEL["prices"],
            _text_columns(("price", 30), ("own_words", 74), ("value", 20), ("origin", 20), ("source", 50)),
            [
                [
                    entry["id"],
                    PRICE.get(entry["id"].removeprefix("price-"), as_text(entry["text"])),
                    _value(entry["value"]),
                    LABEL["default" if entry["is_default"] else "stated"],
                    _cites(entry["cites"]),
                ]
                for entry in prices
            ],
        ),
    ]


def sources(result: Result) -> list[Block]:
    """Return where the requirements come from, the files that were read, and what the answer was made with."""
    cited = {requirement.id: requirement for requirement in result.requirements}
    return [
        Block(
            LABEL["cites"],
            _text_columns(("requirement", 30), ("own_words", 74), ("clause", 20), ("assumed", 20), ("document", 50)),
            [
                [
                    requirement.id,
                    as_text(cite["summary"]),
                    cite["clause"],
                    LABEL["assumed"] if requirement.is_assumed else "",
                    as_text(cite["document"]),
                ]
                for requirement in cited.values()
                for cite in requirement.cites
            ],
        ),
        Block(
            LABEL["inputs"],
            _text_columns(("input", 30), ("sha256", 74)),
            [[item["name"], item["sha256"]] for item in result.provenance.get("inputs", [])],
        ),
        Block(LABEL["versions"], _text_columns(("item", 30), ("value", 74)), made_with(result)),
    ]


def made_with(result: Result) -> list[list[BlockCell]]:
    """Return what the answer was made with: bases, patches, money, engine and versions; never seconds or the date."""
    facts = result.provenance
    rows: list[list[BlockCell]] = [[LABEL["bases"], name] for name in facts.get("bases", [])]
    rows += [[LABEL["patches"], f"{patch['key']} = {patch['value']}"] for patch in facts.get("patches", [])]
    shares = ("discount_rate", "gap_asked")
    shown = ("discount_rate", "price_year", "engine", "seed", "gap_asked")
    rows += [[LABEL[key], percent(facts[key]) if key in shares else str(facts[key])] for key in shown if key in facts]
    return [*rows, *([name, version] for name, version in facts.get("versions", {}).items())]


def _text_columns(*columns: tuple[str, float]) -> tuple[Column, ...]:
    return tuple(Column(LABEL[name], width=width) for name, width in columns)


def _value(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _cites(cites: Sequence[Json]) -> Text:
    texts = [as_text(cite) for cite in cites]
    return Text("；".join(text.zh for text in texts), "; ".join(text.en for text in texts))
