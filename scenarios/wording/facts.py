"""What an answer says in a line each: place, years, status, money, proof. Every report shows the same ones."""

from __future__ import annotations

import hashlib

from model.text import Language, Text
from scenarios.answering.result import Result
from scenarios.answering.task_table import column_of
from scenarios.wording.shown import (
    MONEY,
    TONNES,
    UNITS,
    YEARLY_MONEY,
    as_text,
    co_change,
    lines,
    percent,
    ranked,
    status,
    symbol,
    words,
)
from scenarios.wording.words import LABEL, MODE, OBJECTIVE

type Fact = tuple[Text, str]


def facts(result: Result, language: Language) -> list[Fact]:
    """Return label and value of every fact that is known; money and proof only with an answer."""
    return [
        *_question(result, language),
        *_weights(result),
        *_levels(result, language),
        *_money(result, language),
        *_proof(result, language),
    ]


def digest(result: Result) -> str:
    """Return the SHA-256 of the names and digests of all inputs, in hexadecimal."""
    listed = "\n".join(f"{item['name']} {item['sha256']}" for item in result.provenance.get("inputs", []))
    return hashlib.sha256(listed.encode()).hexdigest()


def _question(result: Result, language: Language) -> list[Fact]:
    return [
        (LABEL["jurisdiction"], words(result.jurisdiction, language)),
        (LABEL["plan_years"], ", ".join(str(year) for year in result.years)),
        (LABEL["mode"], MODE[result.mode].say(language)),
        (LABEL["status"], f"{status(result).say(language)}\n{lines(as_text(result.says), language)}"),
    ]


def _weights(result: Result) -> list[Fact]:
    """Return what a tonne of each pollutant counts in the most reduction."""
    if not result.weights:
        return []
    return [(LABEL["weights"], ", ".join(f"{symbol(name)} {weight:g}" for name, weight in result.weights.items()))]


def _levels(result: Result, language: Language) -> list[Fact]:
    """Return what each of several aims reached."""
    label = LABEL["aim"]
    return [
        (Text(label.zh.format(number=number), label.en.format(number=number)), lines(as_text(level["says"]), language))
        for number, level in enumerate(result.levels, start=1)
    ]


def _money(result: Result, language: Language) -> list[Fact]:
    """Return capital, annual cost and present value, which is the annual cost where there is one plan year only."""
    if result.cost is None:
        return []
    shown = [
        (LABEL["capital"], MONEY, result.cost.capital_cny),
        (LABEL["annual_cost"], YEARLY_MONEY, result.cost.annual_cny),
    ]
    if len(result.years) > 1:
        shown.append((LABEL["present_value"], MONEY, result.cost.present_value_cny))
    money = [(label, unit.with_name(value, language)) for label, unit, value in shown]
    return [*money, *_penalty(result, language), *_ranking(result, language), *_co_effects(result, language)]


def _ranking(result: Result, language: Language) -> list[Fact]:
    """Return what sorting by cost per tonne would have cost, and what it would have missed."""
    if result.ranking is None:
        return []
    return [(LABEL["ranking"], lines(ranked(result), language))]


def _penalty(result: Result, language: Language) -> list[Fact]:
    """Return what missed targets count, which is no part of the cost."""
    if result.penalty is None:
        return []
    return [(LABEL["penalty"], UNITS[result.penalty["unit"]].with_name(result.penalty["value"], language))]


def _co_effects(result: Result, language: Language) -> list[Fact]:
    """Return what the plan changes in the last plan year beside what is asked: a minus is a fall."""
    last = [item for item in result.co_effects if item["year"] == result.years[-1]]
    return [
        (
            co_change(item["pollutant"]),
            f"{TONNES.with_name(item['change_t_per_year'], language)}{_in_year(item['year'], language)}",
        )
        for item in last
    ]


def _in_year(year: int, language: Language) -> str:
    return f"（{year}年）" if language == "zh" else f" ({year})"


def _proof(result: Result, language: Language) -> list[Fact]:
    found: list[Fact] = []
    objective = result.objective
    colon, semicolon = ("：", "；") if language == "zh" else (": ", "; ")
    unit = UNITS[objective.unit]
    if objective.value is not None:
        what = OBJECTIVE[objective.what].say(language)
        found.append((LABEL["objective"], f"{what}{colon}{unit.with_name(objective.value, language)}"))
    if result.bound is not None:
        bound = f"{LABEL['bound'].say(language)}{colon}{unit.with_name(result.bound, language)}"
        found.append((LABEL["gap"], f"{percent(result.gap)}{semicolon}{bound}"))
    if result.ledger is not None:
        difference = percent(result.ledger.max_relative_difference)
        found.append((LABEL["ledger"], f"{LABEL['agrees'].say(language)}{colon}{difference}"))
    if result.is_answered:
        decided = sum(column_of(result.tasks, "is_decided"))
        of_which = f"{semicolon}{LABEL['of_which_decided'].say(language)}{colon}{decided:,}" if decided else ""
        found.append((LABEL["task_count"], f"{len(result.tasks):,}{of_which}"))
    return found
