"""The gate's answer as commands of GitHub Actions, and as a summary of the step.

No text of a change can end a command and begin another: see `_data` and `_property`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from affidavit.base.text import visible
from affidavit.changes.gate.model import Status
from affidavit.package.gate.sarif import sentence
from affidavit.package.gate.text import described, headline, lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.changes.gate.answer import Answer

_COMMANDS = {Status.UNMET: "error", Status.UNKNOWN: "warning"}
_MARKUP = re.compile(r"[\\`*_{}\[\]()<>#+.!|~&@:/-]")


def told(answer: Answer) -> Iterator[str]:
    """The lines of the answer, then a command for each requirement that is not met."""
    for line in lines(answer):
        yield _plain(line.text)
    for one in answer.requirements:
        if one.status is not Status.MET:
            title = _property(f"affidavit gate: {one.id}")
            yield f"::{_COMMANDS[one.status]} title={title}::{_data(sentence(one))}"


def _plain(text: str) -> str:
    """A line that is no command: the older form of one may stand anywhere in a line."""
    return text.replace("##[", "## [")


def _data(text: str) -> str:
    escaped = visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return _plain(escaped)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def summary(answer: Answer) -> str:
    """The answer in Markdown; what it quotes is shown as it is."""
    rows = "".join(
        f"| {one.status} | {one.id} | {_shown(one.found)} | {_shown(one.how)} |\n"
        for one in answer.requirements
    )
    return (
        f"### Merge gate: {_shown(headline(answer))}\n\n{_shown(described(answer))}\n\n"
        f"| | requirement | found | to do |\n| --- | --- | --- | --- |\n{rows}\n"
        f"Score {answer.score.points} of 100\n"
    )


def _shown(text: str) -> str:
    return _MARKUP.sub(lambda found: f"&#{ord(found[0])};", visible(text))
