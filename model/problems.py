"""What is wrong with an input, said so that its author can mend it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from model.text import Language, Text


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input.

    ``row`` is the row number a spreadsheet shows (the header is row 1); ``column`` is the heading as the author wrote
    it, or the dotted key of a TOML file.
    """

    file: str
    what: Text
    expected: str = ""
    found: str = ""
    advice: Text = Text("", "")
    sheet: str = ""
    row: int | None = None
    column: str = ""

    @property
    def place(self) -> str:
        """File, sheet, row and column, as far as they are known."""
        return ", ".join(self._parts("sheet {}", "row {}", "column {}"))

    def _parts(self, sheet: str, row: str, column: str) -> Iterator[str]:
        yield self.file
        if self.sheet:
            yield sheet.format(self.sheet)
        if self.row is not None:
            yield row.format(self.row)
        if self.column:
            yield column.format(self.column)

    def _place_zh(self) -> str:
        """Return the place in Chinese; a column without a row or sheet is the key of a TOML file."""
        is_key = self.row is None and not self.sheet
        return "，".join(self._parts("工作表“{}”", "第{}行", "键“{}”" if is_key else "“{}”列"))

    def say(self, language: Language) -> str:
        """One line: place, what is wrong, expected, found, what to do."""
        words = {"zh": ("应为", "实为"), "en": ("expected", "found"), "both": ("应为 expected", "实为 found")}
        expected, found = words[language]
        text = f"{self._place_zh() if language == 'zh' else self.place}: {self.what.say(language)}"
        text += f"; {expected}: {self.expected}" if self.expected else ""
        text += f"; {found}: {self.found}" if self.found else ""
        advice = self.advice.say(language).strip()
        return f"{text}; {advice}" if advice else text

    def __str__(self) -> str:
        """The English line."""
        return self.say("en")


class InputError(Exception):
    """An input that is refused; carries every problem found, never only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
