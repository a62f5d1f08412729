"""The sentence about each project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.text import Text
from scenarios.analysis.says import amount_text, joined, money_text, project_text, requirement_text
from scenarios.analysis.study import Study
from scenarios.wording.shown import YEARLY_MONEY, percent

if TYPE_CHECKING:
    from scenarios.analysis.projects import ProjectAnswer

MOST_NAMED = 3
"""Requirements that one sentence names."""


def chosen_says(study: Study, answer: ProjectAnswer, *, is_decided: bool) -> Text:
    """Return why a project is in the plan."""
    what = project_text(study, answer.source, answer.measure_names)
    if is_decided:
        return Text(f"{what.zh}是已定项目，不参与选择。", f"{what.en} is decided already and not open to choice.")
    if answer.rise is None:
        return _no_way_without(study, answer, what)
    more = _more(study, answer.rise)
    if answer.at_least == 0.0 and answer.rise <= _room(study):
        return Text(
            f"{what.zh}可有可无：不做它也有同样省的方案（{_changes(answer).zh}）。",
            f"{what.en} could be dropped without loss: another plan is as cheap ({_changes(answer).en}).",
        )
    return Text(
        f"若不做{what.zh}，最好的方案{more.zh}（{_changes(answer).zh}）。",
        f"Without {what.en} the best plan {more.en} ({_changes(answer).en}).",
    )


def _no_way_without(study: Study, answer: ProjectAnswer, what: Text) -> Text:
    if answer.estimate is not None and answer.at_most is not None:
        more, proven = _more(study, answer.estimate), _proven(study, answer)
        if _is_hardly_any(study, answer.estimate):
            return Text(
                f"若不做{what.zh}，最好的方案估计几乎一样好（相差{proven.zh}）。",
                f"Without {what.en} the best plan is hardly worse by estimate (the difference is {proven.en}).",
            )
        return Text(
            f"若不做{what.zh}，最好的方案估计{more.zh}（{proven.zh}）。",
            f"Without {what.en} the best plan {more.en} by estimate ({proven.en}).",
        )
    if answer.at_least is not None:
        more = _more(study, answer.at_least)
        return Text(
            f"若不做{what.zh}，最好的方案{more.zh}以上。", f"Without {what.en} the best plan {more.en}, or still more."
        )
    named = _named(study, answer)
    if named is None:
        return Text(
            f"{what.zh}不可缺少：不做它就没有可行方案。", f"{what.en} is indispensable: without it there is no plan."
        )
    return Text(
        f"{what.zh}不可缺少：不做它就满足不了{named.zh}。",
        f"{what.en} is indispensable: without it {named.en} cannot be met.",
    )


def rejected_says(study: Study, answer: ProjectAnswer) -> Text:
    """Return what keeps a project out of the plan."""
    what = project_text(study, answer.source, answer.measure_names)
    if answer.rise is None:
        return _kept_out(study, answer)
    if study.compiled.mode == "most_reduction":
        less = money_text(study, answer.rise)
        return Text(
            f"做{what.zh}会使减排量少{less.zh}，因此未列入。", f"Taking {what.en} would cost {less.en} of reduction."
        )
    if answer.rise <= _room(study):
        return Text(
            f"{what.zh}没有列入，但列入也不会更贵：差别小于计算精度。",
            f"{what.en} is not in the plan, though it would cost no more, as far as the plan's accuracy can tell.",
        )
    fall = money_text(study, answer.rise)
    own = Text(
        YEARLY_MONEY.with_name(answer.annual_cost_cny, "zh"), YEARLY_MONEY.with_name(answer.annual_cost_cny, "en")
    )
    has_share = answer.share is not None and len(study.bundle.timeline.years) == 1
    share = Text(f"（即{percent(answer.share)}）", f" ({percent(answer.share)})") if has_share else Text("", "")
    return Text(
        f"{what.zh}未列入：它的费用{own.zh}，要再便宜{fall.zh}{share.zh}才会入选。",
        f"{what.en} stays out: it costs {own.en} and would have to be {fall.en}{share.en} cheaper to enter.",
    )


def _kept_out(study: Study, answer: ProjectAnswer) -> Text:
    name = study.sources[answer.source]["name"]
    if answer.estimate is not None and answer.at_most is not None:
        what, proven = project_text(study, answer.source, answer.measure_names), _proven(study, answer)
        fall = money_text(study, answer.estimate)
        if _is_hardly_any(study, answer.estimate):
            return Text(
                f"{what.zh}未列入，但估计只差一点点（相差{proven.zh}）。",
                f"{what.en} stays out, by estimate only just (the difference is {proven.en}).",
            )
        return Text(
            f"{what.zh}未列入：估计还要再便宜{fall.zh}才会入选（{proven.zh}）。",
            f"{what.en} stays out: by estimate it would have to be {fall.en} cheaper to enter ({proven.en}).",
        )
    if answer.at_least is not None:
        fall = money_text(study, answer.at_least)
        return Text(
            f"{name}未列入任何措施：最接近入选的也至少要再便宜{fall.zh}。",
            f"No measure at {name} is in the plan: the nearest would have to be at least {fall.en} cheaper.",
        )
    named = _named(study, answer)
    if named is None:
        return Text(f"{name}上任何措施都会使方案不可行。", f"Any measure at {name} would leave no plan.")
    return Text(
        f"{name}上任何措施都与{named.zh}冲突，因此未列入。",
        f"Any measure at {name} stands against {named.en}, which keeps it out.",
    )


def _proven(study: Study, answer: ProjectAnswer) -> Text:
    """Return between what the true difference is proven to lie."""
    most = amount_text(study, answer.at_most)
    if not answer.at_least:
        return Text(f"肯定不超过{most.zh}", f"certainly no more than {most.en}")
    least = amount_text(study, answer.at_least)
    return Text(f"肯定在{least.zh}到{most.zh}之间", f"certainly between {least.en} and {most.en}")


def _is_hardly_any(study: Study, value: float) -> bool:
    """Say whether an amount would be printed as nothing."""
    return amount_text(study, value) == amount_text(study, 0.0)


def _room(study: Study) -> float:
    bound = study.solution.bound
    return abs(study.objective - bound) if bound is not None else 0.0


def _more(study: Study, rise: float) -> Text:
    amount = money_text(study, rise)
    if study.compiled.mode == "most_reduction":
        return Text(f"少减{amount.zh}", f"removes {amount.en} less")
    return Text(f"要多花{amount.zh}", f"costs {amount.en} more")


def _changes(answer: ProjectAnswer) -> Text:
    here = Text("该处维持现状", "that source is left as it is")
    if answer.instead is not None:
        here = Text(f"该处改为{answer.instead.zh}", f"“{answer.instead.en}” there instead")
    if not answer.others:
        return here
    sources = "source changes" if answer.others == 1 else "sources change"
    return Text(f"{here.zh}，另有{answer.others}处随之调整", f"{here.en}; {answer.others} other {sources}")


def _named(study: Study, answer: ProjectAnswer) -> Text | None:
    by_row = {requirement.row: requirement for requirement in study.requirements}
    texts = [
        requirement_text(study, by_row[row]) if row in by_row else Text(f"规则{row}", f"rule {row}")
        for row in answer.rows[:MOST_NAMED]
    ]
    return joined(texts, ("、", " and ")) if texts else None
