"""Why a plan is what it is, or why there is none and what would have to change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from model.text import Text
from scenarios.analysis.conflict import ConflictFound, conflicts_of
from scenarios.analysis.marginal import Marginal, marginal_costs
from scenarios.analysis.projects import ProjectAnswer, projects_of
from scenarios.analysis.ranking import Ranking, ranking
from scenarios.analysis.repairs import Repair, repairs_of
from scenarios.analysis.study import Study
from scenarios.analysis.variants import loosened
from scenarios.answering import sentences
from scenarios.answering.result import Json, said


@dataclass(frozen=True, slots=True)
class Explanation:
    """The explanation of a scenario's answer; what does not apply is empty or None."""

    scenario: str
    title: Json
    status: str
    says: Text
    conflicts: Sequence[ConflictFound] = ()
    repairs: Sequence[Repair] = ()
    chosen: Sequence[ProjectAnswer] = ()
    rejected: Sequence[ProjectAnswer] = ()
    marginal: Sequence[Marginal] = ()
    ranking: Ranking | None = None
    notes: Sequence[Text] = ()

    def to_json(self) -> Json:
        """Return it as it stands in JSON."""
        return {
            "scenario": self.scenario,
            "title": self.title,
            "status": self.status,
            "says": said(self.says),
            "conflicts": [item.to_json() for item in self.conflicts],
            "repairs": [item.to_json() for item in self.repairs],
            "chosen": [item.to_json() for item in self.chosen],
            "rejected": [item.to_json() for item in self.rejected],
            "marginal": [item.to_json() for item in self.marginal],
            "ranking": None if self.ranking is None else self.ranking.to_json(),
            "notes": [said(note) for note in self.notes],
        }


def explain(study: Study, *, most: int = 1000, step: float = 0.01) -> Explanation:
    """Explain a scenario's answer.

    Parameters
    ----------
    study
        The scenario with its answer.
    most
        Projects that are solved again at most; of the others bounds are stated.
    step
        The step of marginal costs, as a share of what is asked.

    """
    scenario = study.bundle.scenario
    answer = Explanation(
        scenario=scenario.id,
        title=said(scenario.title),
        status=str(study.solution.status),
        says=sentences.says(study.compiled, study.solution, study.requirements, scenario.titles),
    )
    if study.is_infeasible:
        conflicts = conflicts_of(loosened(study))
        rows = [row for conflict in conflicts for row in conflict.rows]
        return replace(answer, conflicts=conflicts, repairs=repairs_of(study, rows_in_conflict=rows))
    if not study.is_feasible:
        return answer
    chosen, rejected = projects_of(study, most=most)
    return replace(
        answer,
        chosen=chosen,
        rejected=rejected,
        marginal=marginal_costs(study, step=step),
        ranking=ranking(study),
        notes=(_ways([*chosen, *rejected]),),
    )


def _ways(projects: Sequence[ProjectAnswer]) -> Text:
    """Say how the answers about projects were found."""
    counts = Counter(project.answered_by for project in projects)
    head = Text(
        f"以上共{len(projects)}个项目：重新求解后得出的{counts['solve']}个，不必重新求解即可断定的{counts['bounds']}个，"
        f"没有别的选择的{counts['rule']}个",
        f"How the {len(projects)} projects above were answered: by solving again {counts['solve']}, with certainty and "
        f"without solving {counts['bounds']}, no other choice {counts['rule']}",
    )
    if not counts["interval"]:
        return Text(f"{head.zh}。", f"{head.en}.")
    return Text(
        f"{head.zh}，给出估计值及其确定范围的{counts['interval']}个。",
        f"{head.en}, estimated within a range that is certain {counts['interval']}.",
    )
