"""How sure a plan is: the chance of every requirement, what it may reach and cost, and what matters most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model.sector import FloatArray
from model.text import Text
from scenarios.answering.result import Json, said
from scenarios.compiling.compile import Compiled
from scenarios.compiling.rows import RowPlan
from scenarios.reading.bundle import Bundle
from scenarios.risk.draws import CERTAIN, Sampling
from scenarios.risk.frame import Frame, frame_of
from scenarios.risk.numbers import certain_count, uncertain_numbers
from scenarios.risk.outcome import Outcomes, outcomes
from scenarios.risk.shares import Bins, Share
from scenarios.wording.shown import percent

ALL = Text("全部要求", "All requirements")

QUANTILES = (0.1, 0.5, 0.9)
DRIVERS = 8
"""Most numbers listed for one outcome."""


@dataclass(frozen=True, slots=True)
class Chance:
    """How often something holds; ``error`` is the standard error, sqrt(p (1 - p) / n)."""

    probability: float
    error: float

    @classmethod
    def of(cls, kept: Sequence[bool] | np.ndarray) -> Chance:
        """Return the chance from whether it held in each sample."""
        probability = float(np.mean(kept))
        return cls(probability, float(np.sqrt(probability * (1.0 - probability) / len(kept))))

    def to_json(self) -> Json:
        """Return it as it stands in JSON."""
        return {"probability": self.probability, "error": self.error}


@dataclass(frozen=True, slots=True)
class Range:
    """An outcome: with the catalogue's values, and the values that 10, 50 and 90 % of the samples do not exceed."""

    name: str
    unit: str
    value: float
    p10: float
    p50: float
    p90: float
    drivers: tuple[Share, ...]

    def to_json(self) -> Json:
        """Return it as it stands in JSON."""
        numbers = {"value": self.value, "p10": self.p10, "p50": self.p50, "p90": self.p90}
        return {"name": self.name, "unit": self.unit, **numbers, "drivers": [_driver(one) for one in self.drivers]}


@dataclass(frozen=True, slots=True)
class RowRisk:
    """A requirement's row: its chance, None while it waits for its value, and the range of what is reached.

    ``asked`` is as it binds with the catalogue's values. ``is_soft`` marks one that the plan may miss at a price, which
    does not count among all together. ``drivers`` are of the room between reached and asked.
    """

    row: str
    requirement: str
    kind: str
    sense: str
    asked: float | None
    chance: Chance | None
    is_soft: bool
    reached: Range

    def to_json(self) -> Json:
        """Return it as it stands in JSON."""
        return {
            "row": self.row,
            "requirement": self.requirement,
            "kind": self.kind,
            "sense": self.sense,
            "asked": self.asked,
            "chance": None if self.chance is None else self.chance.to_json(),
            "may_be_missed": self.is_soft,
            "reached": self.reached.to_json(),
        }


@dataclass(frozen=True, slots=True)
class RuleRisk:
    """A rule between choices or a number of sections: its chance, and whether the plan may miss it at a price."""

    requirement: str
    chance: Chance
    is_soft: bool

    def to_json(self) -> Json:
        """Return it as it stands in JSON."""
        return {"requirement": self.requirement, **self.chance.to_json(), "may_be_missed": self.is_soft}


@dataclass(frozen=True, slots=True)
class Risk:
    """How sure a plan is, by ``samples`` drawn worlds.

    ``numbers`` is how many numbers were drawn, ``certain`` how many have no range. ``rules`` are requirements that are
    rules between choices or counts of sections, by id. ``ranges`` are costs and reductions.
    """

    scenario: str
    samples: int
    sampling: Sampling
    numbers: int
    certain: int
    rows: tuple[RowRisk, ...]
    rules: tuple[RuleRisk, ...]
    together: Chance
    ranges: tuple[Range, ...]

    @property
    def says(self) -> Text:
        """Return the answer in one sentence of each language."""
        known = [(row.row, row.chance.probability, row.is_soft) for row in self.rows if row.chance is not None]
        known += [(rule.requirement, rule.chance.probability, rule.is_soft) for rule in self.rules]
        soft = [(name, share) for name, share, is_soft in known if is_soft]
        hard = [(name, share) for name, share, is_soft in known if not is_soft]
        together, error = percent(self.together.probability), percent(self.together.error)
        which = Text("除软目标外的全部要求", "All requirements but the soft ones") if soft else ALL
        text = Text(
            f"在{self.samples}个抽样情形中，{which.zh}同时满足的占{together}（标准误{error}）。",
            f"{which.en} are met together in {together} of {self.samples} drawn worlds (standard error {error}).",
        )
        if hard:
            name, share = min(hard, key=lambda one: one[1])
            text = Text(
                f"{text.zh}最没有把握的是“{name}”，满足的占{percent(share)}。",
                f"{text.en} The least sure is “{name}”, met in {percent(share)}.",
            )
        if soft:
            zh = "、".join(f"“{name}”{percent(share)}" for name, share in soft)
            en = ", ".join(f"“{name}” {percent(share)}" for name, share in soft)
            text = Text(f"{text.zh}软目标满足的占：{zh}。", f"{text.en} Soft targets are met in: {en}.")
        return text

    @property
    def notes(self) -> tuple[Text, ...]:
        """Return how the numbers were drawn, and what was not."""
        shape = {"triangular": Text("三角分布", "triangular"), "pert": Text("PERT分布", "PERT")}[self.sampling.shape]
        spread = percent(self.sampling.activity_spread)
        alone = Text(
            f"每个源的活动水平各自在±{spread}内变化。",
            f"Each source's own activity varies by up to {spread} either way.",
        )
        return (
            Text(
                f"{self.numbers}个有上下限的数值按{shape.zh}抽样（众数为目录值）；同一数值对所有使用它的源取同一个样本。",
                f"{self.numbers} numbers with a range were drawn ({shape.en}, mode at the catalogue's value); "
                "one draw of a number stands for every source that uses it.",
            ),
            Text(
                f"{self.certain}个没有上下限的数值、作者填写的清单数据、使用年限和工期视为确定。",
                f"Taken as certain: {self.certain} numbers without a range, what the inventory's author stated, "
                "lifetimes and lead times.",
            ),
            *((alone,) if self.sampling.activity_spread else ()),
        )

    def to_json(self) -> Json:
        """Return it as it stands in JSON."""
        return {
            "scenario": self.scenario,
            "samples": self.samples,
            "seed": self.sampling.seed,
            "shape": self.sampling.shape,
            "activity_spread": self.sampling.activity_spread,
            "numbers": self.numbers,
            "certain": self.certain,
            "together": self.together.to_json(),
            "requirements": [row.to_json() for row in self.rows],
            "rules": [rule.to_json() for rule in self.rules],
            "ranges": [one.to_json() for one in self.ranges],
            "says": said(self.says),
            "notes": [said(note) for note in self.notes],
        }


def risk(bundle: Bundle, compiled: Compiled, level: FloatArray, *, sampling: Sampling, count: int) -> Risk:
    """Return how sure a plan is, ``level`` (option,) of the compiled problem, by ``count`` samples."""
    frame = frame_of(bundle, compiled, level)
    return risk_of(frame, outcomes(frame, sampling, count), sampling)


def risk_of(frame: Frame, found: Outcomes, sampling: Sampling) -> Risk:
    """Return how sure a plan is, from its outcomes in the samples that ``sampling`` draws."""
    bundle = frame.bundle
    numbers = uncertain_numbers(bundle)
    bins = Bins(numbers, sampling, found.size)
    plain = outcomes(frame, CERTAIN, 1)
    return Risk(
        scenario=bundle.scenario.id,
        samples=found.size,
        sampling=sampling,
        numbers=len(numbers),
        certain=certain_count(bundle),
        rows=tuple(_row(number, row, found, plain, bins) for number, row in enumerate(found.rows)),
        rules=tuple(
            RuleRisk(
                rule.requirement.id, Chance.of(found.rules_kept[:, number]), is_soft=bool(found.soft_rules[number])
            )
            for number, rule in enumerate(found.rules)
        ),
        together=Chance.of(found.all_kept),
        ranges=tuple(_ranges(bundle, found, plain, bins)),
    )


def _row(number: int, row: RowPlan, found: Outcomes, plain: Outcomes, bins: Bins) -> RowRisk:
    reached = found.reached[:, number]
    is_asked = row.bound is not None
    driven = found.room[:, number] if is_asked else reached
    return RowRisk(
        row=row.row_id,
        requirement=row.requirement.id,
        kind=row.requirement.kind,
        sense=row.reported_sense,
        asked=float(plain.asked[0, number]) if is_asked else None,
        chance=Chance.of(found.kept[:, number]) if is_asked else None,
        is_soft=bool(found.soft[number]),
        reached=_range(
            row.row_id, row.unit, float(plain.reached[0, number]), reached, bins.shares(driven, most=DRIVERS)
        ),
    )


def _ranges(bundle: Bundle, found: Outcomes, plain: Outcomes, bins: Bins) -> list[Range]:
    several = len(bundle.timeline.years) > 1
    money = [("annual_cost", "CNY/yr", found.annual_cny, plain.annual_cny)]
    money += [("capital_cost", "CNY", found.capital_cny, plain.capital_cny)]
    money += [("present_value", "CNY", found.present_value_cny, plain.present_value_cny)] if several else []
    tonnes = [
        (f"{name}_reduction", "t/yr", values, plain.reduction[name])
        for name, values in found.reduction.items()
        if np.any(values)
    ]
    return [
        _range(name, unit, float(value[0]), values, bins.shares(values, most=DRIVERS))
        for name, unit, values, value in (*money, *tonnes)
    ]


def _range(name: str, unit: str, value: float, values: FloatArray, drivers: tuple[Share, ...]) -> Range:
    p10, p50, p90 = np.quantile(values, QUANTILES, method="inverted_cdf").tolist()
    return Range(name, unit, value, p10, p50, p90, drivers)


def _driver(share: Share) -> Json:
    number = share.uncertain.number
    return {
        "name": share.uncertain.name,
        "title": said(share.uncertain.title),
        "share": share.share,
        "rises": share.rises,
        "low": number.low,
        "value": number.value,
        "high": number.high,
        "unit": number.unit,
        "tag": number.tag,
        "ref": number.ref,
    }
