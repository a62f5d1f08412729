"""What a sweep file asks for: grids, lists, samples, variants, and what is wrong with one."""

import pytest

from model.problems import InputError
from scenarios.batch.sweep import RunSpec, read_sweep, runs_of

HEAD = 'schema = 1\nbase = "two-stacks"\n'


def runs(text: str) -> tuple[RunSpec, ...]:
    return runs_of(read_sweep(HEAD + text, "sweep.toml"))


def problems(text: str) -> dict[str, str]:
    """Return what is said of each place."""
    with pytest.raises(InputError) as caught:
        read_sweep(text, "sweep.toml")
    return {problem.column: problem.say("en") for problem in caught.value.problems}


def test_a_grid_is_every_combination_the_last_key_fastest() -> None:
    """2 x 3 = 6 runs; zipped instead of crossed there would be 2."""
    found = runs('[grid]\ndiscount_rate = [0.03, 0.08]\n"requirement.nox.amount" = ["1 t/yr", "2 t/yr", "3 t/yr"]')
    assert [run.id for run in found] == [f"grid-{number}" for number in range(1, 7)]
    assert found[0].settings == (("discount_rate", 0.03), ("requirement.nox.amount", "1 t/yr"))
    assert [dict(run.settings)["requirement.nox.amount"] for run in found[:3]] == ["1 t/yr", "2 t/yr", "3 t/yr"]
    assert {dict(run.settings)["discount_rate"] for run in found[3:]} == {0.08}


def test_a_key_needs_no_quotation_marks() -> None:
    """TOML makes tables within tables of a dotted key; it is the same key."""
    (run,) = runs('[grid]\nrequirement.nox.amount = ["1 t/yr"]')
    assert run.settings == (("requirement.nox.amount", "1 t/yr"),)


def test_lists_are_taken_together() -> None:
    found = runs("[list]\ndiscount_rate = [0.03, 0.08]\nprice_year = [2020, 2023]")
    assert [run.settings for run in found] == [
        (("discount_rate", 0.03), ("price_year", 2020)),
        (("discount_rate", 0.08), ("price_year", 2023)),
    ]


def test_a_sample_uses_every_part_of_each_range_once() -> None:
    """Ten runs over 0 to 10: one in [0, 1), one in [1, 2), ...; ten plain draws do that once in 2 755 times."""
    ranges = 'x = { min = 0, max = 10 }\ny = { min = 20, max = 40, unit = "%" }'
    text = f"[sample]\ncount = 10\nseed = 7\n[sample.keys]\n{ranges}"
    found = runs(text)
    assert found[0].id == "sample-01"
    assert sorted(int(float(str(dict(run.settings)["x"]))) for run in found) == list(range(10))
    shares = [str(dict(run.settings)["y"]) for run in found]
    assert all(share.endswith(" %") for share in shares)
    assert sorted(int((float(share[:-2]) - 20) / 2) for share in shares) == list(range(10))
    assert runs(text) == found
    assert runs(text.replace("seed = 7", "seed = 8")) != found


def test_variants_have_their_own_names_and_come_last() -> None:
    found = runs('[grid]\nx = [1]\n[[variant]]\nid = "no-gas"\nset = { "requirement.no-gas" = { kind = "forbid" } }')
    assert found[1] == RunSpec("no-gas", (("requirement.no-gas", {"kind": "forbid"}),))


def test_numbers_of_many_runs_sort_as_text() -> None:
    found = runs(f"[grid]\nx = {list(range(12))}")
    assert [run.id for run in found] == sorted(run.id for run in found)


def test_everything_wrong_is_told_at_once() -> None:
    sample = "[sample]\ncount = 0\nseed = 1\nkeys = {y = {min = 2, max = 1}}"
    said = problems(f"schema = 1\nbase = 3\n[grid]\nx = 3\n{sample}")
    assert set(said) == {"base", "grid.x", "sample.count", "sample.keys.y"}
    assert "min < max" in said["sample.keys.y"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "1 to 100000"),
        ("[list]\na = [1]\nb = [1, 2]", "as many values of each key"),
        ('[[variant]]\nid = "a"\nset = { x = 1 }\n[[variant]]\nid = "a"\nset = { x = 2 }', "ids that differ"),
        ('[[variant]]\nid = "grid-1"\nset = { x = 1 }', "ids that differ"),
        (f"[grid]\nx = {list(range(400))}\ny = {list(range(400))}", "1 to 100000"),
    ],
)
def test_a_sweep_that_makes_no_sense_is_refused(text: str, expected: str) -> None:
    assert expected in " ".join(problems(HEAD + text).values())
