"""Whether aims taken in turn, and limits of fairness, have what they need."""

from __future__ import annotations

from collections.abc import Iterator

from model.inventory import Inventory
from model.refusal import RefusedError
from model.text import Text
from scenarios.reading.population import population_of
from scenarios.reading.requirements import Fair
from scenarios.reading.spec import Scenario

type Refusal = tuple[str, RefusedError]


def aim_refusals(scenario: Scenario) -> Iterator[Refusal]:
    """Yield aims that are stated twice, and a list without cost, which would leave what is dear or cheap to chance."""
    names = [aim.aim for aim in scenario.objective]
    if len(set(names)) < len(names):
        what = Text("同一目标列了两次", "an aim that is listed twice")
        yield "objective", RefusedError(what, expected="each aim once", found=", ".join(names))
    if names and "cost" not in names:
        what = Text("缺少费用目标", "aims without cost, so that money would be left to chance")
        yield "objective", RefusedError(what, expected='one with aim = "cost"', found=", ".join(names))


def population_refusals(scenario: Scenario, inventory: Inventory) -> Iterator[Refusal]:
    """Yield what is wrong with the population where a limit of fairness, or the aim "burden", divides by it."""
    fair = any(isinstance(requirement, Fair) for requirement in scenario.requirement)
    if not fair and not any(aim.aim == "burden" for aim in scenario.objective):
        return
    people = population_of(inventory, scenario.population)
    districts = sorted(set(inventory.sources()["district"]))
    lacking = [district for district in districts if not people.get(district, 0.0) > 0.0]
    if lacking:
        what = Text("缺少区县人口数，无法计算人均费用", "districts without people, so there is no cost per head")
        expected = "[population] with a number for every district, or the name of a number column"
        yield "population", RefusedError(what, expected=expected, found=f"none for {', '.join(lacking)}")
