"""How quantities, requirements and scopes are shown to a reader: units, decimals, words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType

from model.pollutants import POLLUTANTS
from model.sectors import SECTORS
from model.text import Language, Text
from scenarios.answering.result import Json, RequirementResult, Result
from scenarios.answering.task_table import numbers_of
from scenarios.wording.flow_words import flow_title
from scenarios.wording.words import BASIS, KIND, LABEL, METRIC, PAYER, STATUS

WAN = 10_000.0
"""CNY in one 万元, the unit of money in reports."""

DASH = "—"
SMALL_SHARE = 1e-5
"""Shares that are smaller are not told apart."""

TENFOLD = 10.0
"""From this share on percentages have no decimals."""

MOST_DIGITS = 5
"""Of a number that is read afar."""

NO_NAMES: Mapping[str, Text] = MappingProxyType({})
SENSE = {">=": "≥", "<=": "≤", "=": "="}


@dataclass(frozen=True, slots=True)
class ReportUnit:
    """The unit a quantity is reported in: its name, how many units of the result one of it is, decimals printed.

    ``one`` is the English name of a single one, where that differs.
    """

    name: Text
    size: float = 1.0
    decimals: int = 2
    one: str = ""

    def of(self, value: float) -> float:
        """Return a value of the result in this unit."""
        return value / self.size

    def say(self, value: float | None) -> str:
        """Return a value of the result in this unit as it is printed, halves rounded up as in a sheet; a dash for None.

        >>> ReportUnit(Text("万元", "×10⁴ CNY"), 1e4).say(12_345_650.0)
        '1,234.57'
        """
        return self._printed(value, self.decimals)

    def brief(self, value: float | None) -> str:
        """Return a value as `say` does, with no decimals that stand after the fifth digit: for what is read afar.

        >>> ReportUnit(Text("万元", "×10⁴ CNY"), 1e4).brief(12_345_650.0)
        '1,234.6'
        """
        if value is None or not math.isfinite(value):
            return DASH
        whole = len(str(int(abs(self.of(value)))))
        return self._printed(value, min(self.decimals, max(0, MOST_DIGITS - whole)))

    def _printed(self, value: float | None, decimals: int) -> str:
        if value is None or not math.isfinite(value):
            return DASH
        exact = Decimal(f"{self.of(value):.12g}")
        shown = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
        return f"{shown or abs(shown):,f}"

    def with_name(self, value: float | None, language: Language) -> str:
        """Return a value as it is printed, with the unit's name.

        >>> UNITS["count"].with_name(1.0, "en"), UNITS["%"].with_name(2.0, "en"), UNITS["km"].with_name(3.0, "zh")
        ('1 source', '2.00%', '3.00公里')
        """
        said = self.say(value)
        name = self.one if self.one and said == "1" else self.name.en
        english = f"{said}{name}" if name == "%" else f"{said} {name}"
        chinese = f"{said}{self.name.zh}"
        both = chinese if self.name.zh == name else f"{chinese} ({name})"
        return {"zh": chinese, "en": english, "both": both}[language]


UNITS: Mapping[str, ReportUnit] = {
    "t/yr": ReportUnit(Text("吨/年", "t/yr")),
    "weighted t/yr": ReportUnit(Text("加权吨/年", "weighted t/yr")),
    "%": ReportUnit(Text("%", "%")),
    "count": ReportUnit(Text("个", "sources"), decimals=0, one="source"),
    "ratio": ReportUnit(Text("倍", "times"), decimals=3),
    "1": ReportUnit(Text("个", "number"), decimals=0),
    "kg/yr": ReportUnit(Text("千克/年", "kg/yr")),
    "t/d": ReportUnit(Text("吨/日", "t/d")),
    "t/h": ReportUnit(Text("吨/时", "t/h")),
    "m3/yr": ReportUnit(Text("万立方米/年", "×10⁴ m3/yr"), WAN),
    "m3/d": ReportUnit(Text("立方米/日", "m3/d"), decimals=0),
    "m3/h": ReportUnit(Text("立方米/时", "m3/h")),
    "kWh/yr": ReportUnit(Text("万千瓦时/年", "×10⁴ kWh/yr"), WAN),
    "MWh/yr": ReportUnit(Text("兆瓦时/年", "MWh/yr")),
    "GJ/yr": ReportUnit(Text("吉焦/年", "GJ/yr")),
    "MW": ReportUnit(Text("兆瓦", "MW")),
    "km": ReportUnit(Text("公里", "km")),
    "ha": ReportUnit(Text("公顷", "ha")),
    "m2": ReportUnit(Text("平方米", "m2")),
    "m3": ReportUnit(Text("立方米", "m3")),
    "mg/m3": ReportUnit(Text("毫克/立方米", "mg/m3")),
    "mg/L": ReportUnit(Text("毫克/升", "mg/L"), decimals=3),
    "CNY": ReportUnit(Text("万元", "×10⁴ CNY"), WAN),
    "CNY/yr": ReportUnit(Text("万元/年", "×10⁴ CNY/yr"), WAN),
}
TONNES, MONEY, YEARLY_MONEY = UNITS["t/yr"], UNITS["CNY"], UNITS["CNY/yr"]


def words(said: Mapping[str, str], language: Language) -> str:
    """Return a text of the result in a language."""
    return Text(said["zh"], said["en"]).say(language)


def lines(text: Text, language: Language) -> str:
    """Return a text in a language; of two languages each has a line of its own."""
    return text.zh if language == "both" and text.zh == text.en else "\n".join(sides(text, language))


def sides(text: Text, language: Language) -> tuple[str, ...]:
    """Return a text once per language shown, Chinese first."""
    return {"zh": (text.zh,), "en": (text.en,), "both": (text.zh, text.en)}[language]


def as_text(said: Mapping[str, str]) -> Text:
    """Return a text of the result as `Text`."""
    return Text(said["zh"], said["en"])


def cited(said: Iterable[Mapping[str, str]]) -> Text:
    """Return the clauses behind a task as one text."""
    return listed((as_text(each) for each in said), ("；", "; "))


def symbol(pollutant: str) -> str:
    """Return the chemical symbol or short name of a pollutant."""
    return POLLUTANTS[pollutant].symbol if pollutant in POLLUTANTS else pollutant


def names_of(result: Result) -> Mapping[str, Text]:
    """Return what districts and the author's own columns are called, by the id that the tables write."""
    return {item["id"]: as_text(item) for item in (*result.districts, *result.columns)}


def called(name: str, names: Mapping[str, Text]) -> Text:
    """Return what a district is called, itself where `names_of` has no name for it."""
    return names.get(name, Text(name, name))


def co_change(pollutant: str) -> Text:
    """Return what the change of a co-effect is called."""
    name = symbol(pollutant)
    return Text(f"{name}排放变化", f"Change of {name}")


def sector_title(sector: str) -> Text:
    """Return a sector's title."""
    return SECTORS[sector].title if sector in SECTORS else Text(sector, sector)


def subject(requirement: RequirementResult, names: Mapping[str, Text] = NO_NAMES) -> Text:
    """Return what a requirement is about: its kind, with the pollutant, the flow or column, or the kind of money.

    ``names`` as `names_of` gives them say what the author's own columns are called.
    """
    kind = KIND[requirement.kind]
    if requirement.pollutant is not None:
        name = symbol(requirement.pollutant)
        return Text(f"{name}{kind.zh}", f"{name} {kind.en}")
    if requirement.of:
        return _subject_of(requirement, kind, names)
    money = METRIC.get(requirement.metric)
    if money is None:
        return kind
    if requirement.kind == "fair":
        return Text(f"人均{money.zh}与各区县平均之比", f"{money.en} per head by the mean of the districts")
    payer = PAYER[requirement.payer] if requirement.payer else Text("", "")
    return Text(f"{payer.zh}{money.zh}上限", f"{payer.en} {money.en} ceiling".strip())


def row_name(row: str, names: Mapping[str, Text]) -> Text:
    """Return a row's id with its district in the reader's language.

    >>> row_name("vocs/东区", {"东区": Text("东区", "East")}).en
    'vocs/East'
    """
    first, slash, last = row.partition("/")
    if not slash:
        return Text(row, row)
    title = called(last, names)
    return Text(f"{first}/{title.zh}", f"{first}/{title.en}")


def titled(requirements: Sequence[RequirementResult], names: Mapping[str, Text]) -> dict[str, Text]:
    """Return what every row is called in a sentence: as short as tells it from all others.

    Its subject; where others have the same one, with its scope; where these have that too, with its id.
    """
    short = {item.row: subject(item, names) for item in requirements}
    scopes = {item.row: scope(item, names) for item in requirements}
    longer = {
        row: Text(f"{about.zh}（{scopes[row].zh}）", f"{about.en} ({scopes[row].en})") for row, about in short.items()
    }
    ids = {row: row_name(row, names) for row in short}
    longest = {row: Text(f"{about.zh}[{ids[row].zh}]", f"{about.en} [{ids[row].en}]") for row, about in longer.items()}
    seen, seen_longer = Counter(short.values()), Counter(longer.values())
    found = {row: longer[row] if seen_longer[longer[row]] == 1 else longest[row] for row in short}
    return {row: short[row] if seen[short[row]] == 1 else title for row, title in found.items()}


def _subject_of(requirement: RequirementResult, kind: Text, names: Mapping[str, Text]) -> Text:
    """Return what a requirement on flows or on a column is about."""
    sectors = requirement.scope.get("sector", [])
    first, *others = (names.get(name) or flow_title(name) or _column_title(name, sectors) for name in requirement.of)
    if others:
        return Text(f"{first.zh}与{others[0].zh}之比", f"{first.en} by {others[0].en}")
    if requirement.kind == "resource":
        word = Text("下降", "fall") if requirement.unit == "%" else Text("上限", "ceiling")
        return Text(f"{first.zh}{word.zh}", f"{first.en}, {word.en}")
    return Text(f"{kind.zh}：{first.zh}", f"{kind.en}: {first.en}")


def scope(requirement: RequirementResult, names: Mapping[str, Text]) -> Text:
    """Return which sources a requirement covers, in words; ``names`` as `names_of` gives them."""
    sectors = requirement.scope.get("sector", [])
    columns = [names.get(name, _column_title(name, sectors)) for name in requirement.scope.get("where", [])]
    parts = [
        *(called(name, names) for name in requirement.scope.get("district", [])),
        *(sector_title(name) for name in sectors),
        *(Text(f"按{title.zh}筛选", f"selected by “{title.en}”") for title in columns),
    ]
    return listed(parts) if parts else LABEL["all"]


def remark(requirement: RequirementResult) -> Text:
    """Return what else must be known of a requirement: assumed, deadline, tolerance, basis, note."""
    parts = [LABEL["assumed"]] if requirement.is_assumed else []
    if requirement.by:
        parts.append(Text(f"{requirement.by}前投运", f"in service by {requirement.by}"))
    if requirement.tolerance:
        share = percent(requirement.tolerance)
        parts.append(Text(f"允许偏差{share}", f"tolerance {share}"))
    parts += [_soft(requirement.soft)] if requirement.soft else []
    parts += [BASIS[requirement.basis]] if requirement.basis else []
    parts += [as_text(requirement.note)] if requirement.note else []
    return listed(parts, ("；", "; "))


def _soft(soft: Json) -> Text:
    """Return how a requirement may be missed, and what it lacks."""
    way = _way_to_miss(soft)
    if not soft["missing"]:
        return way
    lack = missing(soft)
    return Text(f"{way.zh}，{lack.zh}", f"{way.en}, {lack.en}")


def _way_to_miss(soft: Json) -> Text:
    if "price_text" in soft:
        return Text(f"软目标（单价{soft['price_text']}）", f"may be missed at {soft['price_text']}")
    if "weight" in soft:
        return Text(f"可让步（权重{soft['weight']:g}）", f"may give way, weight {soft['weight']:g}")
    return Text(f"优先级{soft['priority']}", f"priority {soft['priority']}")


def missing(soft: Json) -> Text:
    """Return what a requirement lacks, and its penalty where it has a price: "差5吨/年，罚金0.6万元/年"."""
    unit = UNITS.get(soft["unit"])
    lack = [f"{soft['missing']:g} {soft['unit']}"] * 2
    if unit is not None:
        lack = [unit.with_name(soft["missing"], language) for language in ("zh", "en")]
    if soft.get("penalty_cny") is None:
        return Text(f"差{lack[0]}", f"missed by {lack[1]}")
    penalty = [YEARLY_MONEY.with_name(soft["penalty_cny"], language) for language in ("zh", "en")]
    return Text(
        f"差{lack[0]}，罚金{penalty[0]}（不计入费用）",
        f"missed by {lack[1]}, penalty {penalty[1]} (no part of the cost)",
    )


def ranked(result: Result) -> Text:
    """Return what sorting by cost per tonne would have cost beside the plan, and what it would have missed."""
    ranking = result.ranking or {}
    unit = UNITS[result.objective.unit]
    cost, more = ranking["cost"], ranking["excess"]
    share = percent(None if ranking["excess_share"] is None else abs(ranking["excess_share"]))
    word = Text("多", "more") if more >= 0.0 else Text("少", "less")
    zh = f"费用{unit.with_name(cost, 'zh')}，比本方案{word.zh}{unit.with_name(abs(more), 'zh')}（{share}）"
    en = f"cost {unit.with_name(cost, 'en')}, {unit.with_name(abs(more), 'en')} ({share}) {word.en} than this plan"
    missed = [item for item in ranking["requirements"] if not item["is_met"]]
    if not missed:
        return Text(f"{zh}；各项要求均满足", f"{en}; every requirement is met")
    titles = titled(result.requirements, names_of(result))
    said = listed((short_by(titles, item["row"], item["unit"], item["miss"]) for item in missed), ("、", ", "))
    return Text(f"{zh}；没有满足：{said.zh}", f"{en}; it misses {said.en}")


def short_by(titles: Mapping[str, Text], row: str, unit: str, miss: float) -> Text:
    """Return what a row is called, as `titled` says it, and by how much it is missed."""
    about, lack = titles.get(row, Text(row, row)), UNITS[unit]
    zh, en = lack.with_name(miss, "zh"), lack.with_name(miss, "en")
    return Text(f"{about.zh}（差{zh}）", f"{about.en} (by {en})")


def listed(parts: Iterable[Text], marks: tuple[str, str] = ("、", ", ")) -> Text:
    """Return texts in a row, without repetition."""
    unique = tuple(dict.fromkeys(parts))
    return Text(marks[0].join(part.zh for part in unique), marks[1].join(part.en for part in unique))


def verdict(requirement: RequirementResult) -> Text:
    """Return whether a requirement is met: yes, no, pending, or a dash without an answer."""
    if requirement.asked is None:
        return LABEL["proposed" if requirement.is_proposed else "pending"]
    return {True: LABEL["yes"], False: LABEL["no"], None: Text(DASH, DASH)}[requirement.met]


def asked(requirement: RequirementResult) -> Text:
    """Return what is asked, with its sense, in the reported unit."""
    if requirement.asked is None:
        return LABEL["proposed" if requirement.is_proposed else "pending"]
    value = f"{SENSE[requirement.sense]} {UNITS[requirement.unit].say(requirement.asked)}"
    return Text(value, value)


def status(result: Result) -> Text:
    """Return the status in words; choices that were given are priced and not proven."""
    return STATUS["EVALUATED" if result.mode == "evaluate" and result.is_answered else result.status]


def percent(share: float | None) -> str:
    """Return a share as it is printed: ``0.0001`` as ``0.01%``, a very small one by what it is below.

    >>> percent(0.0001), percent(3.1e-9), percent(0.0), percent(12.3456)
    ('0.01%', '<0.001%', '0%', '1,235%')
    """
    if share is None:
        return DASH
    if 0.0 < abs(share) < SMALL_SHARE:
        return f"<{SMALL_SHARE:.3%}"
    return f"{100 * share:,.0f}%" if abs(share) >= TENFOLD else f"{100 * share:.3g}%"


def decided_reduction(tasks: Sequence[Json], pollutant: str) -> float:
    """Return the full-year reduction of the projects decided already [t/yr]."""
    reduction = numbers_of(tasks, "reduction_t_per_year", pollutant)
    return math.fsum((reduction * numbers_of(tasks, "is_decided")).tolist())


def _column_title(name: str, sectors: Iterable[str]) -> Text:
    """Return the title of a column that a filter names, from the sectors in scope or the first sector that has it."""
    for sector in (*(SECTORS[id_] for id_ in sectors if id_ in SECTORS), *SECTORS.values()):
        for column in sector.columns:
            if column.name == name:
                return column.title
    return Text(name, name)
