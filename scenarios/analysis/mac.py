"""The marginal abatement cost curve of everything on offer, in real units, interactions counted.

At each source the packages on the lower convex hull of cost over reduction are climbed one after the other; a step is
what a package adds to the one before it, so that a measure's width is what it removes after those before it. Steps of
all sources are sorted by cost per tonne, those that save money first. The curve leaves all requirements aside.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from model.pollutants import POLLUTANTS
from model.problems import InputError, Problem
from model.sector import FloatArray
from model.text import Text
from scenarios.analysis.study import Study
from scenarios.answering.result import Json, said
from scenarios.wording.shown import TONNES, symbol

SOME = 1e-9


@dataclass(frozen=True, slots=True)
class MacStep:
    """One step at one source: from some measures to others, with what it adds in the last plan year.

    ``reduction_t_per_year`` [t/yr], ``cost_cny_per_year`` [CNY/yr], ``cost_cny_per_t`` their ratio; the cumulative
    values include the step.
    """

    source_id: str
    source_name: str
    district: str
    sector: str
    from_measures: Sequence[str]
    to_measures: Sequence[str]
    name: Text
    reduction_t_per_year: float
    cost_cny_per_year: float
    cost_cny_per_t: float
    cumulative_t_per_year: float
    cumulative_cost_cny_per_year: float

    def to_json(self) -> Json:
        """Return it as it stands in JSON."""
        return {**asdict(self), "name": said(self.name)}


@dataclass(frozen=True, slots=True)
class MacCurve:
    """The steps of one pollutant, cheapest tonne first; ``year`` is the last plan year."""

    pollutant: str
    year: int
    steps: Sequence[MacStep]
    says: Text

    def to_json(self) -> Json:
        """Return it as it stands in JSON."""
        return {
            "pollutant": self.pollutant,
            "year": self.year,
            "steps": [step.to_json() for step in self.steps],
            "says": said(self.says),
        }


def mac(study: Study, pollutant: str) -> MacCurve:
    """Return the marginal abatement cost curve of a pollutant.

    Raises
    ------
    InputError
        The pollutant is unknown, or the scenario's options say nothing of it.

    """
    options, flow = study.compiled.options, f"{pollutant}_t_per_year"
    known = [name for name in POLLUTANTS if f"{name}_t_per_year" in options.table.change]
    if pollutant not in known:
        what = Text("该情景没有这种污染物的数据", "the scenario knows nothing of this pollutant")
        raise InputError([Problem("--pollutant", what, ", ".join(known), pollutant)])
    year = study.bundle.timeline.years[-1]
    gain = options.reduction(flow, year)
    steps = sorted(_steps(study, gain), key=lambda step: (step[3] / step[2], step[0], step[1]))
    return _curve(study, pollutant, year, steps)


type _Step = tuple[int, int, float, float]
"""Choice before, choice after, tonnes and cost added."""


def _steps(study: Study, gain: FloatArray) -> Iterator[_Step]:
    options, cost = study.compiled.options, study.annual_cost
    ends = np.append(options.starts, options.size)[1:]
    for first, end in zip(options.starts.tolist(), ends.tolist(), strict=True):
        places = np.arange(first, end)
        yield from hull(places, gain[places] - gain[first], cost[places] - cost[first])


def hull(places: np.ndarray[tuple[int], np.dtype[np.int64]], gain: FloatArray, cost: FloatArray) -> Iterator[_Step]:
    """Yield the steps along the lower convex hull of cost over gain, from gain 0 and cost 0 to the most gain.

    Slopes rise along the hull, so that steps that save money come first. The first place is where the climb begins.
    """
    at = 0
    while True:
        ahead = np.flatnonzero(gain > gain[at] + SOME)
        if not len(ahead):
            return
        slope = (cost[ahead] - cost[at]) / (gain[ahead] - gain[at])
        best = ahead[np.lexsort((-gain[ahead], slope))[0]]
        yield int(places[at]), int(places[best]), float(gain[best] - gain[at]), float(cost[best] - cost[at])
        at = int(best)


def _curve(study: Study, pollutant: str, year: int, steps: Sequence[_Step]) -> MacCurve:
    choices = np.array([place for step in steps for place in step[:2]], dtype=np.int64)
    labels = [names for names, _ in study.measures_at(choices)] if len(choices) else []
    tonnes = np.cumsum([step[2] for step in steps])
    money = np.cumsum([step[3] for step in steps])
    found = []
    for number, (before, _, gain, cost) in enumerate(steps):
        row = study.sources[int(study.compiled.options.source[before])]
        old, new = labels[2 * number], labels[2 * number + 1]
        found.append(
            MacStep(
                source_id=row["source_id"],
                source_name=row["name"],
                district=row["district"],
                sector=row["sector"],
                from_measures=old,
                to_measures=new,
                name=_name(study, old, new),
                reduction_t_per_year=gain,
                cost_cny_per_year=cost,
                cost_cny_per_t=cost / gain,
                cumulative_t_per_year=float(tonnes[number]),
                cumulative_cost_cny_per_year=float(money[number]),
            )
        )
    return MacCurve(pollutant, year, tuple(found), _says(pollutant, found))


def _name(study: Study, old: Sequence[str], new: Sequence[str]) -> Text:
    """Return what is added, or what takes the place of what."""
    if set(old) <= set(new):
        return study.name_of([name for name in new if name not in old])
    before, after = study.name_of(old), study.name_of(new)
    return Text(f"{before.zh}→{after.zh}", f"{before.en} → {after.en}")


def _says(pollutant: str, steps: Sequence[MacStep]) -> Text:
    name = symbol(pollutant)
    if not steps:
        return Text(f"没有能减少{name}的措施。", f"No measure on offer reduces {name}.")
    saving = sum(step.reduction_t_per_year for step in steps if step.cost_cny_per_year < 0.0)
    whole = steps[-1].cumulative_t_per_year
    return Text(
        f"{name}最多可减{TONNES.with_name(whole, 'zh')}，其中{TONNES.with_name(saving, 'zh')}不花钱反而省钱；"
        f"最贵的一吨{steps[-1].cost_cny_per_t:,.0f}元。",
        f"{name} can be cut by {TONNES.with_name(whole, 'en')} at most, of which {TONNES.with_name(saving, 'en')} save "
        f"money; the dearest tonne costs {steps[-1].cost_cny_per_t:,.0f} CNY.",
    )
