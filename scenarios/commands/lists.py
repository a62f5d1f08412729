"""The command that says what comes with the program: it loads little, so that it answers at once."""

from __future__ import annotations

from model.text import Text
from scenarios.commands.console import print_facts
from scenarios.commands.screen import SUCCESS, Screen
from scenarios.reading.found import bundled_scenarios, shipped


def list_scenarios(screen: Screen) -> int:
    """Print the scenarios that are shipped with the program."""
    found = [shipped(scenario_id) for scenario_id in bundled_scenarios()]
    if screen.is_json:
        screen.put({"scenarios": [{"id": one.id, "title": {"zh": one.title.zh, "en": one.title.en}} for one in found]})
    else:
        print_facts(
            [(Text(one.id, one.id), one.title.say(screen.language)) for one in found], screen.out, screen.language
        )
    return SUCCESS
