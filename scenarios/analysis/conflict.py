"""Which requirements cannot be met together, in words with numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from model.text import Text
from optimizer.conflict import conflicts
from scenarios.analysis.says import joined, requirement_text, value_text
from scenarios.analysis.study import Study
from scenarios.answering.result import Json, said


@dataclass(frozen=True, slots=True)
class ConflictFound:
    """Rows that cannot all be met; ``is_irreducible``: proven that any fewer of them can."""

    rows: Sequence[str]
    is_irreducible: bool
    says: Text

    def to_json(self) -> Json:
        """Return it as it stands in JSON."""
        return {**asdict(self), "says": said(self.says)}


def conflicts_of(study: Study) -> tuple[ConflictFound, ...]:
    """Return conflicts that share no row, of a study whose mandates are rows (``loosened``).

    Decided projects are facts: they are held, and never named as the one to give way.
    """
    held = [place for place, rows in enumerate(study.rows_of) if rows]
    families = [study.rows_of[place] for place in held]
    found = conflicts(study.compiled.problem, families, study.settings)
    return tuple(
        _said(study, [held[place] for place in conflict.families], is_irreducible=conflict.is_irreducible)
        for conflict in found
    )


def _said(study: Study, plans: Sequence[int], *, is_irreducible: bool) -> ConflictFound:
    requirements = [study.requirements[place] for place in plans]
    rows = [requirement.row for requirement in requirements]
    texts = [requirement_text(study, requirement) for requirement in requirements]
    if not rows:
        says = Text(
            "已定项目和项目之间的规则本身就有矛盾，与各项要求无关。",
            "The decided projects and the rules between projects contradict each other, whatever else is required.",
        )
    elif len(rows) == 1:
        best = value_text(requirements[0].unit, requirements[0].reachable_alone)
        says = Text(
            f"{texts[0].zh}：所有可用措施都用上，最好也只能达到{best.zh}。",
            f"{texts[0].en}: with every measure on offer the best that can be reached is {best.en}.",
        )
        if requirements[0].sense == "<=":
            says = Text(
                f"{texts[0].zh}：不考虑其他要求，至少也要{best.zh}。",
                f"{texts[0].en}: all other requirements aside, it cannot be less than {best.en}.",
            )
    else:
        says = _several(texts, is_irreducible=is_irreducible)
    return ConflictFound(rows, is_irreducible, says)


def _several(texts: Sequence[Text], *, is_irreducible: bool) -> Text:
    listed, count = joined(list(texts)), len(texts)
    any_one = Text("，去掉其中任何一项，其余的就能满足", "; leave out any one and the others can")
    more = any_one if is_irreducible else Text("", "")
    return Text(
        f"这{count}项要求不能同时满足{more.zh}：{listed.zh}。",
        f"These {count} requirements cannot be met together{more.en}: {listed.en}.",
    )
