"""A short text in Chinese and English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en", "both"]


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Chinese (``zh``) and English (``en``)."""

    zh: str
    en: str

    def say(self, language: Language) -> str:
        """Return the text in one language, or Chinese first with English beside it.

        >>> Text("锅炉", "Boilers").say("both")
        '锅炉 Boilers'
        """
        if language == "both":
            return self.zh if self.zh == self.en else f"{self.zh} {self.en}"
        return self.zh if language == "zh" else self.en
