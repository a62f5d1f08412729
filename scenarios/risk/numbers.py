"""The uncertain numbers of a catalogue by name, and the catalogue with other values in their place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from model.economics import Economics
from model.measures import Catalogue, Change, Cost, CostTerm, Measure, SideFlow
from model.numbers import Factors, Number
from model.text import Text
from scenarios.reading.bundle import Bundle
from scenarios.reading.prices import DEFAULTS, FLOWS

type Revalue = Callable[[str, Number], Number]
"""From the name of a number and the number to the number that stands in its place."""

KINDS = {
    "change": Text("效果", "effect"),
    "capital": Text("投资", "capital"),
    "fixed": Text("固定费用", "fixed cost"),
    "fixed_share": Text("运维费比例", "fixed cost as a share of capital"),
    "variable": Text("运行费用", "running cost"),
    "side": Text("附带消耗", "side flow"),
}


@dataclass(frozen=True, slots=True)
class Uncertain:
    """A number with a range: its name, itself, and what it is called."""

    name: str
    number: Number
    title: Text


def revalued_measure(measure: Measure, revalue: Revalue) -> Measure:
    """Return a measure with every effect, price and side flow revalued; lead time and lifetime stay.

    Names are ``measure/<id>/<kind>/<what>``: the column of an effect, the place of a cost term or side flow.
    """
    place = f"measure/{measure.id}"
    changes = tuple(
        Change(change.column, change.operation, revalue(f"{place}/change/{change.column}", change.amount))
        for change in measure.changes
    )
    cost, share = measure.cost, measure.cost.fixed_share_of_capital
    terms = {
        kind: tuple(
            CostTerm(revalue(f"{place}/{kind}/{number}", term.price), term.quantity)
            for number, term in enumerate(getattr(cost, kind))
        )
        for kind in ("capital", "fixed", "variable")
    }
    new = Cost(
        **terms,
        fixed_share_of_capital=None if share is None else revalue(f"{place}/fixed_share/0", share),
        lifetime_years=cost.lifetime_years,
    )
    side = tuple(
        SideFlow(flow.flow, revalue(f"{place}/side/{number}", flow.amount), flow.quantity)
        for number, flow in enumerate(measure.side)
    )
    return replace(measure, changes=changes, cost=new, side=side)


@dataclass(frozen=True, slots=True)
class Revalued(Mapping[str, Number]):
    """Numbers of factors, each revalued when it is asked for; names are ``factor/<name>``."""

    numbers: Mapping[str, Number]
    revalue: Revalue

    def __getitem__(self, name: str) -> Number:
        return self.revalue(f"factor/{name}", self.numbers[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self.numbers)

    def __len__(self) -> int:
        return len(self.numbers)


def revalued_factors(factors: Factors, revalue: Revalue) -> Factors:
    """Return the factors, each revalued when it is read."""
    return Factors(Revalued(factors.numbers, revalue))


def revalued_catalogue(catalogue: Catalogue, revalue: Revalue) -> Catalogue:
    """Return the catalogue with every number revalued."""
    measures = {name: revalued_measure(measure, revalue) for name, measure in catalogue.measures.items()}
    return Catalogue(measures, revalued_factors(catalogue.factors, revalue))


def revalued_economics(bundle: Bundle, revalue: Revalue) -> Economics:
    """Return the prices with the defaults among them revalued; what a scenario states itself is certain."""
    prices = dict(bundle.economics.flow_prices)
    for used in bundle.prices:
        if used.is_default:
            name = DEFAULTS[used.name]
            number = bundle.catalogue.factors.number(name)
            level = used.value / number.value if number.value else 1.0
            drawn = revalue(f"factor/{name}", number).value * level
            prices |= {flow: drawn for flow in FLOWS[used.name] if flow in prices}
    return replace(bundle.economics, flow_prices=prices)


def uncertain_numbers(bundle: Bundle) -> tuple[Uncertain, ...]:
    """Return all numbers with a range that the plan could depend on, factors first, in catalogue order.

    Those of measures for sectors without sources are left out.
    """
    found: dict[str, Uncertain] = {}
    seen: list[tuple[str, Number]] = []

    def note(name: str, number: Number) -> Number:
        seen.append((name, number))
        return number

    for name, number in bundle.catalogue.factors.numbers.items():
        if number.high > number.low:
            found[f"factor/{name}"] = Uncertain(f"factor/{name}", number, Text(f"系数 {name}", f"factor {name}"))
    for measure in (one for sector in bundle.inventory.tables for one in bundle.catalogue.of_sector(sector)):
        seen.clear()
        revalued_measure(measure, note)
        for name, number in seen:
            if number.high > number.low:
                found[name] = Uncertain(name, number, _title(measure, name))
    return tuple(found.values())


def certain_count(bundle: Bundle) -> int:
    """Return how many numbers have no range and are taken as certain: definitions, limits, what an author left bare."""
    seen: list[Number] = list(bundle.catalogue.factors.numbers.values())

    def note(_name: str, number: Number) -> Number:
        seen.append(number)
        return number

    for measure in (one for sector in bundle.inventory.tables for one in bundle.catalogue.of_sector(sector)):
        revalued_measure(measure, note)
    return sum(number.high <= number.low for number in seen)


def _title(measure: Measure, name: str) -> Text:
    _, _, kind, what = name.split("/", 3)
    word = KINDS[kind]
    part = f" {what}" if kind == "change" else ""
    return Text(f"{measure.name.zh}：{word.zh}{part}", f"{measure.name.en}: {word.en}{part}")
