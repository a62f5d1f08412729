from datetime import date
from typing import Any

import pytest

from model.refusal import RefusedError
from scenarios.reading.patches import apply, as_text, read_setting

RAW: dict[str, Any] = {
    "discount_rate": 0.05,
    "years": [2025],
    "inventory": {"point_sources": "a.csv"},
    "requirement": [
        {"id": "nox-share", "kind": "reduce", "amount": "30 %", "where": {"line_count": 3}},
        {"id": "money", "kind": "budget"},
    ],
    "growth": [{"rate": "1 %"}],
}


def applied(*settings: tuple[str, object]) -> dict[str, Any]:
    tables, problems = apply(RAW, settings)
    assert problems == []
    return tables


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("discount_rate=0.08", ("discount_rate", 0.08)),
        ("mode=most_reduction", ("mode", "most_reduction")),
        ('mode="most_reduction"', ("mode", "most_reduction")),
        ("requirement.nox-share.amount=40 %", ("requirement.nox-share.amount", "40 %")),
        ("requirement.nox-share.amount = 60 t/yr", ("requirement.nox-share.amount", "60 t/yr")),
        ("years=[2025, 2030]", ("years", [2025, 2030])),
        ("decision_date=2025-07-01", ("decision_date", date(2025, 7, 1))),
        ("measures.bundled=true", ("measures.bundled", True)),
        ("x={ a = 1 }", ("x", {"a": 1})),
        ("note=a = b", ("note", "a = b")),
        ("note=1\nother = 2", ("note", "1\nother = 2")),
        ("note=", ("note", "")),
    ],
)
def test_a_value_is_read_as_toml_or_else_as_text(text: str, setting: tuple[str, object]) -> None:
    assert read_setting(text) == setting


@pytest.mark.parametrize("text", ["discount_rate", "=3", "a..b=3", ".a=3", ""])
def test_a_setting_has_a_key_and_a_value(text: str) -> None:
    with pytest.raises(RefusedError, match="not a key and a value; expected KEY=VALUE"):
        read_setting(text)


def test_plain_keys_and_keys_of_tables_are_set() -> None:
    tables = applied(("discount_rate", 0.08), ("inventory.point_sources", "b.csv"), ("packages.max_per_source", 8))
    assert tables["discount_rate"] == 0.08
    assert tables["inventory"] == {"point_sources": "b.csv"}
    assert tables["packages"] == {"max_per_source": 8}


def test_nothing_that_was_read_is_changed() -> None:
    applied(("requirement.nox-share.amount", "40 %"), ("inventory.furnaces", "c.csv"))
    assert RAW["requirement"][0]["amount"] == "30 %"
    assert RAW["inventory"] == {"point_sources": "a.csv"}


def test_a_requirement_is_reached_by_its_id() -> None:
    tables = applied(("requirement.nox-share.amount", "40 %"), ("requirement.nox-share.where.line_count", 4))
    assert tables["requirement"][0] == {
        "id": "nox-share",
        "kind": "reduce",
        "amount": "40 %",
        "where": {"line_count": 4},
    }
    assert tables["requirement"][1] == RAW["requirement"][1]


def test_a_key_that_names_a_new_requirement_adds_it() -> None:
    tables = applied(("requirement.no-gas", {"kind": "forbid", "measures": ["boiler-gas"]}))
    assert tables["requirement"][2] == {"id": "no-gas", "kind": "forbid", "measures": ["boiler-gas"]}


def test_a_new_requirement_may_be_built_key_by_key() -> None:
    tables = applied(("requirement.no-gas.kind", "forbid"), ("requirement.no-gas.measures", ["boiler-gas"]))
    assert tables["requirement"][2] == {"id": "no-gas", "kind": "forbid", "measures": ["boiler-gas"]}


def test_the_first_requirement_of_all_may_be_added() -> None:
    tables, problems = apply({}, [("requirement.no-gas", {"kind": "forbid"}), ("requirement.cap.kind", "cap")])
    assert problems == []
    assert tables["requirement"] == [{"id": "no-gas", "kind": "forbid"}, {"id": "cap", "kind": "cap"}]


def test_entries_without_ids_are_reached_by_number() -> None:
    assert applied(("growth.1.rate", "2 %"))["growth"] == [{"rate": "2 %"}]


def test_a_table_on_a_table_merges() -> None:
    assert applied(("inventory", {"furnaces": "c.csv"}))["inventory"] == {"point_sources": "a.csv", "furnaces": "c.csv"}


def test_a_mistyped_requirement_is_no_new_one() -> None:
    """A requirement without a kind cannot be meant; the tables keep only those that can."""
    tables, (problem,) = apply(RAW, [("requirement.nox-shar.amount", "40 %")])
    assert (problem.file, problem.column) == ("--set", "requirement.nox-shar")
    assert problem.advice.en == 'did you mean "nox-share"?'
    assert tables["requirement"] == RAW["requirement"]


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("discount_rate.low", "a key below a value that is no table; expected: the key of a table; found: low"),
        ("growth.2.rate", "no such entry in the list"),
        ("growth.2", "no such entry in the list"),
        ("years.x", "no such entry in the list"),
    ],
)
def test_a_key_that_leads_nowhere_is_refused(key: str, says: str) -> None:
    _, (problem,) = apply(RAW, [(key, 1)])
    assert (problem.file, problem.column) == ("--set", key)
    assert says in str(problem)


@pytest.mark.parametrize(
    ("value", "text"),
    [("40 %", "40 %"), (0.08, "0.08"), ([2025], "[2025]"), ({"a": "是"}, '{"a": "是"}'), (True, "true")],
)
def test_values_are_recorded_as_text(value: object, text: str) -> None:
    assert as_text(value) == text
