"""What pipelines and hooks of a set-up run is something that this program takes."""

from __future__ import annotations

import re
import shlex
from datetime import date
from typing import TYPE_CHECKING

import click
import pytest

from affidavit.app.setup.model import Wanted
from affidavit.app.setup.planning import planned
from affidavit.app.setup.proposing import proposed
from affidavit.app.setup.showing import next_steps, open_points
from affidavit.cli.main import program

if TYPE_CHECKING:
    from affidavit.app.setup.model import Ci
    from gitrepo import Repo

DAY = date(2026, 11, 21)
CALL = re.compile(
    r"(?:tools/bin/|then |\) |^ *)affidavit ((?:[a-z][^\n]*\\\n)*[^\n]*)", re.MULTILINE
)
NUMBERS = {"$number": "1", "$NUMBER": "1"}


def calls(ci: Ci) -> list[list[str]]:
    files = proposed(ci, None, None, DAY, hooks=True)
    texts = [one.text for one in files if one.path.endswith((".yml", "pre-push"))]
    lines = (line for text in texts for line in text.split("\n"))
    code = "\n".join(
        line for line in lines if not line.lstrip().startswith(("#", "name:", "- name"))
    )
    found = (one.replace("\\\n", " ") for one in CALL.findall(code))
    return [_words(one) for one in found]


def _words(call: str) -> list[str]:
    call = re.split(r"\|\||;;| < | > | >&2", call)[0]
    return [NUMBERS.get(word, word) for word in shlex.split(call)]


def parsed(words: list[str]) -> str:
    """The name of the command that takes `words`."""
    command: click.Command = program
    context = click.Context(program)
    names = []
    while isinstance(command, click.Group):
        names.append(words[0])
        found = command.get_command(context, words[0])
        assert found is not None, words
        command, words = found, words[1:]
    with command.make_context(names[-1], list(words), parent=context):
        return " ".join(names)


@pytest.mark.parametrize(
    ("ci", "names"),
    [
        ("github", ["audit", "collect github", "controls test", "gate", "gate", "gate"]),
        ("gitlab", ["gate", "gate"]),
    ],
)
def test_every_command_of_a_set_up_is_one_that_there_is(ci: Ci, names: list[str]) -> None:
    assert sorted(parsed(words) for words in calls(ci)) == names


def test_every_text_that_says_what_remains_open_can_be_read(repo: Repo) -> None:
    ways: tuple[Ci | None, ...] = ("github", "gitlab", None)
    for ci in ways:
        wanted = Wanted(repository=repo.path, ci=ci, hooks=True)
        plan = planned(wanted, DAY)
        assert plan.forgeless is (ci != "github")
        points = open_points(wanted, plan)
        assert [one for one in points if not (one.endswith(".") and len(one) > 60)] == []
        assert "affidavit doctor tells what is still missing." in list(next_steps(plan, ci))
    asked = planned(Wanted(repository=repo.path, ci="github"), DAY)
    assert open_points(Wanted(repository=repo.path), asked) == ()
