"""From the table of a measure to the measure: every name, unit and bound held against its sector."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches

from model.catalogue_schema import CostSpec, MeasureSpec, NumberSpec, SideSpec, TermSpec
from model.conditions import check_condition
from model.flow_names import unit_of
from model.measure_numbers import Collector, Ground, bounded, money, pass_through, plain_number, side_amount
from model.measures import Change, Condition, Cost, CostTerm, Measure, Operation, SideFlow
from model.numbers import Number
from model.pollutants import POLLUTANTS
from model.refusal import NOTHING, RefusedError
from model.seasons import Season
from model.sector import Column, Sector
from model.suggest import did_you_mean
from model.text import Text
from model.units import is_same_kind

SERVED = "served_share"
"""Column of what a source still does: zero once it is closed."""

USER_PREFIX = "user_"
"""Columns that an author adds to an inventory begin with this; a measure may filter on them."""


def build_measure(spec: MeasureSpec, sector: Sector, ground: Ground, collector: Collector) -> Measure | None:
    """Return the measure, or None when anything in it is refused; the collector then holds every reason."""
    already = len(collector.problems)
    collector.attempt("slot", _check_slots, spec.slot, sector)
    collector.attempt("slot", _check_closing, spec, sector)
    for name, condition in spec.where.items():
        collector.attempt(f"where.{name}", _check_where, name, condition, ground.columns)
    if ground.is_bundled:
        collector.attempt("refs", _check_refs, spec.refs)
    changes = _changes(spec, ground, collector)
    cost = _cost(spec.cost, ground, collector)
    side = tuple(flow for flow in (_side(entry, ground, collector) for entry in spec.side) if flow is not None)
    lead = collector.attempt("lead_time_months", _at_least_zero, spec.lead_time_months, "months", ground)
    if lead is None or len(collector.problems) > already:
        return None
    return Measure(
        id=spec.id,
        sector=sector.id,
        slots=spec.slot,
        name=spec.name,
        content=_content(spec),
        where=spec.where,
        changes=changes,
        cost=cost,
        side=side,
        lead_time_months=lead,
        divisible=spec.divisible,
        payer=spec.payer,
        refs=spec.refs,
        note=spec.note,
        season=_season(spec),
    )


def _season(spec: MeasureSpec) -> Season | None:
    return None if spec.season is None else Season(spec.season.first, spec.season.last)


def _content(spec: MeasureSpec) -> Text:
    """Return what is built, and in which season it is at work."""
    content, season = spec.name if spec.content == NOTHING else spec.content, _season(spec)
    if season is None:
        return content
    return Text(f"{content.zh}（{season.said.zh}）", f"{content.en} ({season.said.en})")


def _check_slots(slots: tuple[str, ...], sector: Sector) -> None:
    for slot in slots:
        if sector.slots and slot not in sector.slots:
            what = Text(f"该行业没有“{slot}”环节", f"the sector has no slot {slot!r}")
            advice = did_you_mean(slot, sector.slots, NOTHING)
            raise RefusedError(what, expected=", ".join(sector.slots), found=slot, advice=advice)


def _check_closing(spec: MeasureSpec, sector: Sector) -> None:
    """A source that is closed has no other measures (ACCOUNTING section 9): the measure takes every slot.

    One that stands still for a season goes on for the rest of the year, with whatever else is built there.
    """
    changed = (spec.set_to, spec.scale, spec.cap)
    closes = spec.season is None and any(SERVED in columns and columns[SERVED].value == 0 for columns in changed)
    if closes and set(sector.slots) - set(spec.slot):
        what = Text("关停后不应再有其他措施", "a measure that closes a source leaves room for others")
        raise RefusedError(what, expected=f"all slots: {', '.join(sector.slots)}", found=", ".join(spec.slot))


def _check_where(name: str, condition: Condition, columns: Mapping[str, Column]) -> None:
    if name.startswith(USER_PREFIX):
        return
    if name not in columns:
        raise _unknown_column(name, columns)
    check_condition(condition, columns[name])


def _check_refs(refs: tuple[str, ...]) -> None:
    if not refs or not all(ref.strip() for ref in refs):
        what = Text("随附目录中的措施须注明出处", "a bundled measure without references")
        raise RefusedError(what, expected='refs = ["CB10"]', found=repr(list(refs)))


def _unknown_column(name: str, columns: Mapping[str, Column]) -> RefusedError:
    what = Text(f"该行业没有“{name}”列", f"the sector has no column {name!r}")
    return RefusedError(
        what, expected="a column of the sector", found=name, advice=did_you_mean(name, columns, NOTHING)
    )


def _changes(spec: MeasureSpec, ground: Ground, collector: Collector) -> tuple[Change, ...]:
    """Return the changes in the order set, scale, cap, floor, removes; each column may be changed once."""
    stated: dict[str, Change] = {}
    count = 0
    for key, column, operation, number in _written(spec):
        count += 1
        change = collector.attempt(key, _change, column, operation, number, ground)
        if change is not None and column in stated:
            what = Text("同一列被改动两次", "a column that is changed twice")
            collector.refuse(key, RefusedError(what, expected="one change of each column", found=column))
        elif change is not None:
            stated[column] = change
    if not count:
        what = Text("措施没有改变任何状态", "a measure that changes nothing")
        collector.refuse("", RefusedError(what, expected="set, scale, cap, floor or removes", found="none"))
    return tuple(stated.values())


def _written(spec: MeasureSpec) -> Iterator[tuple[str, str, Operation | None, NumberSpec]]:
    """Yield key, column, operation (None: a removal) and number of each change."""
    operations = {
        Operation.SET: spec.set_to,
        Operation.SCALE: spec.scale,
        Operation.CAP: spec.cap,
        Operation.FLOOR: spec.floor,
    }
    for operation, changes in operations.items():
        for column, number in changes.items():
            yield f"{operation}.{column}", column, operation, number
    for pollutant, number in spec.removes.items():
        yield f"removes.{pollutant}", f"{pollutant}_t_per_year", None, number


def _change(name: str, operation: Operation | None, number: NumberSpec, ground: Ground) -> Change:
    column = ground.columns.get(name)
    if operation is None:
        _check_stated(name, column)
        return Change(name, Operation.SCALE, pass_through(number, ground))
    if column is None:
        raise _unknown_column(name, {key: one for key, one in ground.columns.items() if one.kind == "number"})
    if column.kind != "number":
        what = Text("措施只能改变数值列", "a change of a column that holds no numbers")
        raise RefusedError(what, expected="a column of numbers", found=f"{name} ({column.kind})")
    if operation is Operation.SCALE:
        return Change(name, operation, _at_least_zero(number, "", ground))
    return Change(name, operation, bounded(number, column, ground))


def _check_stated(name: str, column: Column | None) -> None:
    pollutant = name.removesuffix("_t_per_year")
    if pollutant not in POLLUTANTS:
        what = Text(f"未知污染物“{pollutant}”", f"unknown pollutant {pollutant!r}")
        advice = did_you_mean(pollutant, POLLUTANTS, NOTHING)
        raise RefusedError(what, expected=", ".join(POLLUTANTS), found=pollutant, advice=advice)
    if column is None:
        what = Text("removes 只用于直接给定排放量的行业", "'removes' in a sector that computes its emissions")
        advice = Text("请改用 set 设定去除率列", "set a removal column of the sector instead")
        raise RefusedError(what, expected="a sector with stated emissions", found=name, advice=advice)


def _cost(spec: CostSpec, ground: Ground, collector: Collector) -> Cost:
    """Return the cost terms; refuses money without a price year and capital without a lifetime."""
    year, terms = spec.price_year, _TermReader(spec.price_year, ground, collector)
    capital, fixed = terms.read("capital", spec.capital, "CNY"), terms.read("fixed", spec.fixed, "CNY/yr")
    variable = terms.read("variable", spec.variable, "CNY/yr")
    if spec.annual is not None:
        fixed += terms.read("annual", (TermSpec.model_validate(spec.annual.model_dump()),), "CNY/yr")
    for pollutant, number in spec.per_t_removed.items():
        variable += terms.per_t_removed(pollutant, number)
    if year is None and any(term.price.price_year is None for term in (*capital, *fixed, *variable)):
        what = Text("缺少价格年", "money without a price year")
        collector.refuse("cost.price_year", RefusedError(what, expected="price_year = 2023", found="none"))
    share, lifetime = spec.fixed_share_of_capital, spec.lifetime_years
    if spec.capital and lifetime is None:
        what = Text("有投资而无使用年限", "capital without a lifetime")
        collector.refuse("cost.lifetime_years", RefusedError(what, expected="lifetime_years = 15", found="none"))
    if share is not None and not spec.capital:
        what = Text("投资比例缺少投资额", "a share of capital without capital")
        collector.refuse("cost.fixed_share_of_capital", RefusedError(what, expected="capital", found="none"))
    return Cost(
        capital=capital,
        fixed=fixed,
        fixed_share_of_capital=None
        if share is None
        else collector.attempt("cost.fixed_share_of_capital", _share_per_year, share, ground),
        variable=variable,
        lifetime_years=None
        if lifetime is None
        else collector.attempt("cost.lifetime_years", _above_zero, lifetime, "years", ground),
    )


class _TermReader:
    """Reads the cost terms of one measure."""

    def __init__(self, price_year: int | None, ground: Ground, collector: Collector) -> None:
        self._price_year, self._ground, self._collector = price_year, ground, collector

    def read(self, key: str, specs: tuple[TermSpec, ...], base: str) -> tuple[CostTerm, ...]:
        """Return the terms that hold; of a list, the key of a refused one carries its number."""
        terms = []
        for number, spec in enumerate(specs, start=1):
            place = f"cost.{key}.{number}" if len(specs) > 1 else f"cost.{key}"
            terms.append(self._collector.attempt(place, self._term, spec, base))
        return tuple(term for term in terms if term is not None)

    def per_t_removed(self, pollutant: str, number: NumberSpec) -> tuple[CostTerm, ...]:
        """Return the price of a tonne removed as a variable term on the flow of that pollutant."""
        per = f"{pollutant}_t_per_year"
        spec = TermSpec.model_validate(number.model_dump() | {"per": per, "of": "removed"})
        key = f"cost.per_t_removed.{pollutant}"
        term = self._collector.attempt(key, self._term, spec, "CNY/yr")
        return () if term is None else (term,)

    def _term(self, spec: TermSpec, base: str) -> CostTerm:
        quantity = self._ground.quantity(spec)
        price = money(spec, base, self._ground, self._price_year)
        if base == "CNY" and price.low < 0:
            what = Text("投资不能为负", "negative capital")
            raise RefusedError(what, expected="at least 0", found=f"{price.low:g}")
        return CostTerm(price, quantity)


def _side(spec: SideSpec, ground: Ground, collector: Collector) -> SideFlow | None:
    return collector.attempt(f"side.{spec.flow}", _side_flow, spec, ground)


def _side_flow(spec: SideSpec, ground: Ground) -> SideFlow:
    """Return a side flow; one that no formula gives must say a yearly unit by its name, and resemble no known one."""
    unit = unit_of(spec.flow)
    if unit is None or not unit.endswith("/yr") or _is_slip(spec.flow, ground.side_flows):
        what = Text(f"未知流量“{spec.flow}”", f"unknown flow {spec.flow!r}")
        advice = did_you_mean(spec.flow, ground.side_flows, NOTHING)
        raise RefusedError(
            what, expected="a yearly flow such as electricity_kwh_per_year", found=spec.flow, advice=advice
        )
    term = spec.term()
    return SideFlow(spec.flow, side_amount(term, unit, ground), ground.quantity(term))


def _is_slip(name: str, known: frozenset[str]) -> bool:
    """Say whether a name is likely a known flow mistyped: what stands before the unit is nearly the same."""
    if name in known:
        return False
    return bool(get_close_matches(_stem(name), {_stem(flow) for flow in known}, n=1, cutoff=0.75))


def _stem(flow: str) -> str:
    return flow.rsplit("_per_", 1)[0].rsplit("_", 1)[0]


def _at_least_zero(spec: NumberSpec, unit: str, ground: Ground) -> Number:
    number = plain_number(spec, unit, ground)
    if number.low < 0:
        raise RefusedError(Text("数值不能为负", "a negative number"), expected="at least 0", found=f"{number.low:g}")
    return number


def _above_zero(spec: NumberSpec, unit: str, ground: Ground) -> Number:
    number = plain_number(spec, unit, ground)
    if number.low <= 0:
        what = Text("数值须大于 0", "a number that is not above zero")
        raise RefusedError(what, expected="above 0", found=f"{number.low:g}")
    return number


def _share_per_year(spec: NumberSpec, ground: Ground) -> Number:
    """Return a share of capital per year, written per year or as a plain share."""
    is_plain_share = spec.unit is not None and is_same_kind(spec.unit, "")
    number = plain_number(spec, "" if is_plain_share else "1/yr", ground)
    if not 0 <= number.low <= number.high <= 1:
        what = Text("不是 0 到 1 之间的份额", "not a share between 0 and 1")
        raise RefusedError(what, expected='a share such as 0.04, or "4 %/yr"', found=f"{number.value:g}")
    return replace(number, unit="1/yr")
