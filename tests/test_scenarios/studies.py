"""Short ways to ask for studies, and the two stacks' requirements."""

from optimizer import Settings
from scenarios.analysis.study import Study, study_of
from tests.test_scenarios.conftest import BundleMaker

EXACT = Settings(gap=0.0)


def nox(amount: str, *lines: str, name: str = "nox") -> str:
    head = f'[[requirement]]\nid = "{name}"\nkind = "reduce"\npollutant = "nox"\namount = "{amount}"\n'
    return head + "".join(f"{line}\n" for line in lines)


def budget(amount: str, metric: str = "capital", name: str = "money") -> str:
    return f'[[requirement]]\nid = "{name}"\nkind = "budget"\nmetric = "{metric}"\namount = "{amount}"\n'


def forbid(*measures: str, name: str = "no", where: str = "") -> str:
    named = ", ".join(f'"{measure}"' for measure in measures)
    return f'[[requirement]]\nid = "{name}"\nkind = "forbid"\nmeasures = [{named}]\n{where}'


def study(make: BundleMaker, requirements: str, **changes: object) -> Study:
    return study_of(make(requirements, **changes), settings=EXACT)
