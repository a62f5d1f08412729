"""Names a spreadsheet accepts for its sheets."""

import pytest

from scenarios.export.sheet_names import SheetNames


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("吴兴区", "吴兴区"),
        ("a[b]c:d*e?f/g\\h", "a_b_c_d_e_f_g_h"),
        ("'quoted'", "quoted"),
        ("", "_"),
        ("History", "History (2)"),
        ("x" * 40, "x" * 31),
        ("\U00020000" * 20, "\U00020000" * 15),
    ],
)
def test_sheet_names_are_made_fit(wanted: str, given: str) -> None:
    """A name may have 31 UTF-16 units; U+20000 takes two of them, so 15 such characters fit."""
    assert SheetNames().take(wanted) == given


def test_sheet_names_are_told_apart_whatever_their_case() -> None:
    names = SheetNames()
    assert [names.take("East"), names.take("EAST"), names.take("x" * 31), names.take("x" * 31)] == [
        "East",
        "EAST (2)",
        "x" * 31,
        "x" * 27 + " (2)",
    ]
