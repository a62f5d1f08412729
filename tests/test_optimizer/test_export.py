"""LP and MPS text reads back in HiGHS to the same numbers and the same optimum."""

from pathlib import Path

import highspy
import numpy as np
import pulp
import pytest

from optimizer import ChoiceProblem, Row, to_lp, to_mps
from tests.test_optimizer.oracle import least_cost, random_problem, written

WRITERS = {"lp": to_lp, "mps": to_mps}


def read_back(text: str, suffix: str, folder: Path) -> highspy.Highs:
    path = folder / f"problem.{suffix}"
    path.write_text(text, encoding="ascii")
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("mip_rel_gap", 0.0)
    assert highs.readModel(str(path)) == highspy.HighsStatus.kOk
    return highs


@pytest.mark.parametrize("suffix", WRITERS)
def test_written_problems_solve_to_the_same_optimum(suffix: str, tmp_path: Path) -> None:
    """25 random problems of every row kind, read and solved by HiGHS alone."""
    for seed in range(25):
        problem = random_problem(6000 + seed, most_choices=5_000)
        highs = read_back(WRITERS[suffix](problem), suffix, tmp_path)
        highs.run()
        expected = least_cost(problem)
        if expected is None:
            assert highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible
        else:
            assert highs.getObjectiveValue() == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("suffix", WRITERS)
def test_numbers_read_back_to_the_same_bits(suffix: str, tmp_path: Path) -> None:
    """Thirds, tiny and huge numbers; a writer of twelve digits would lose the last ones."""
    numbers = np.array([1.0 / 3.0, -2.0 / 7.0 * 1e-5, 1e9 + 0.123456789, 0.1, 5e-324 + 1.7e-7, -7.0])
    problem = ChoiceProblem(numbers, np.array([0, 0, 1, 1, 1, 1]), numbers[None, ::-1], [Row("r", 0, ">=", 1.0 / 3.0)])
    model = read_back(WRITERS[suffix](problem), suffix, tmp_path).getLp()
    cost = dict(zip(model.col_names_, model.col_cost_, strict=True))
    assert [cost[f"x{option}"] for option in range(6)] == numbers.tolist()
    assert dict(zip(model.row_names_, model.row_lower_, strict=True))["r0"] == 1.0 / 3.0


@pytest.mark.parametrize("suffix", WRITERS)
def test_shares_stay_shares_and_whole_stays_whole(suffix: str, tmp_path: Path) -> None:
    problem = ChoiceProblem(
        cost=np.array([0.0, 40.0, 0.0, 60.0]),
        group=np.array([0, 0, 1, 1]),
        metrics=np.array([[0.0, 50.0, 0.0, 40.0]]),
        rows=[Row("nox", 0, ">=", 60.0)],
        divisible=np.array([False, True]),
    )
    highs = read_back(WRITERS[suffix](problem), suffix, tmp_path)
    highs.run()
    assert highs.getObjectiveValue() == pytest.approx(55.0)
    kinds = dict(zip(highs.getLp().col_names_, highs.getLp().integrality_, strict=True))
    assert [kinds[f"x{option}"] == highspy.HighsVarType.kInteger for option in range(4)] == [True, True, False, False]


def test_lp_text_of_a_small_problem_word_by_word() -> None:
    problem = ChoiceProblem(
        cost=np.array([0.0, 30.5, -4.0]),
        group=np.array([0, 0, 5]),
        metrics=np.array([[0.0, 8.0, 1.0]]),
        rows=[Row("氮", 0, ">=", 6.0), Row("nobody", 0, "<=", 1.0, np.array([], dtype=np.int64))],
        divisible=np.array([True, False]),
    )
    assert to_lp(problem).splitlines() == [
        "Minimize",
        " obj: +0.0 x0 +30.5 x1 -4.0 x2",
        "Subject To",
        " g0: +x0 +x1 = 1",
        " g1: +x2 = 1",
        " r0: +8.0 x1 +1.0 x2 >= 6.0",
        " r1: +0.0 x0 <= 1.0",
        "Bounds",
        " 0 <= x0 <= 1",
        " 0 <= x1 <= 1",
        "Binaries",
        " x2",
        "End",
    ]


def test_lines_stay_short() -> None:
    """Readers of the LP format may stop at 255 characters."""
    rng = np.random.default_rng(0)
    problem = ChoiceProblem(
        rng.normal(size=500), np.zeros(500, dtype=np.int64), rng.normal(size=(1, 500)), [Row("r", 0, ">=", 0.1)]
    )
    assert max(len(line) for line in to_lp(problem).splitlines()) < 255


def test_pulp_reads_the_mps_too(tmp_path: Path) -> None:
    problem = random_problem(6003)
    path = tmp_path / "problem.mps"
    path.write_text(to_mps(problem), encoding="ascii")
    variables, model = pulp.LpProblem.fromMPS(str(path))
    assert sorted(variables) == sorted(f"x{option}" for option in range(problem.option_count))
    assert len(model.constraints()) == len(written(problem).groups) + problem.row_count
