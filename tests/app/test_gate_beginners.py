"""The gate where its base is not set up, or not as whoever set it up believes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.changes.gate.model import Status, Verdict
from affidavit.package.gate.text import lines
from gates import CONFIG, Gates, found, statuses

if TYPE_CHECKING:
    from pathlib import Path

BROKEN = "version = 1\n[gate\nchecks = []\n"
BEGIN = "the gate is not set up there; run affidavit init, and merge into the base what it writes"


def test_a_configuration_that_cannot_be_understood_leaves_everything_open(tmp_path: Path) -> None:
    firm = Gates(tmp_path, {"affidavit.toml": BROKEN})
    with firm.forge:
        pull = firm.opened()
        answer = firm.asked(pull).answer
    assert (answer.verdict, answer.status) == (Verdict.UNDECIDED, 3)
    first = next(iter(lines(answer))).text
    assert first.startswith("verdict        cannot decide, not known: base, ")
    assert "affidavit.toml of the base cannot be understood" in found(answer, "base")
    assert Status.UNMET not in statuses(answer).values()
    assert found(answer, "reviewed").endswith("what the base asks for cannot be understood")


def test_an_outdated_head_is_refused_whatever_the_configuration_is(tmp_path: Path) -> None:
    firm = Gates(tmp_path, {"affidavit.toml": BROKEN})
    with firm.forge:
        pull = firm.opened()
        old = pull.head_oid
        pull.commit(firm.ann, "More", {"cart.py": "x = 5\n"})
        answer = firm.asked(pull, head=old).answer
    assert (answer.verdict, statuses(answer)["current"]) == (Verdict.REFUSED, Status.UNMET)


@pytest.mark.parametrize(
    ("config", "told"),
    [
        (None, f"the base has no affidavit.toml: {BEGIN}"),
        ("version = 1\n", f"affidavit.toml of the base has no [gate]: {BEGIN}"),
    ],
)
def test_who_begins_is_told_that_the_base_is_not_set_up(
    tmp_path: Path, config: str | None, told: str
) -> None:
    firm = Gates(tmp_path, {"affidavit.toml": config})
    with firm.forge:
        pull = firm.opened()
        answer = firm.asked(base="main", head=pull.head_oid).answer
    assert answer.noticed[0] == told


def test_a_name_in_a_team_that_nobody_bears_is_told(tmp_path: Path) -> None:
    named = '["Nobody", "Cleo Park", "ben@firm.mail", "127.0.0.1:ann", "github:ann"]'
    config = CONFIG.replace('security = ["Cleo Park"]', f"security = {named}")
    firm = Gates(tmp_path, {"affidavit.toml": config})
    with firm.forge:
        pull = firm.opened()
        answer = firm.asked(base="main", head=pull.head_oid).answer
    assert [one for one in answer.noticed if "[gate.teams]" in one] == [
        "[gate.teams] security: Nobody is no declared person",
        "[gate.teams] security: github:ann is no declared person",
    ]


@pytest.mark.parametrize(("junk", "more"), [(9, None), (11, "1 more line"), (30, "20 more lines")])
def test_lines_that_are_not_used_are_counted(tmp_path: Path, junk: int, more: str | None) -> None:
    firm = Gates(tmp_path)
    with firm.forge:
        pull = firm.opened()
        firm.facts.write_bytes(b"".join(b"junk %d\n" % one for one in range(junk)))
        answer = firm.asked(base="main", head=pull.head_oid).answer
    told = [one for one in answer.noticed if one.startswith("not used: ")]
    assert len(told) == min(junk, 10) + bool(more)
    assert more is None or told[-1] == f"not used: {more}"
    assert answer.noticed[: -len(told)] == (
        "no forge was asked: authors are names as they were typed, and nothing shows who pushed",
    )
    assert not [one for one in lines(answer) if one.text.startswith(f"{'':<14} and ")]
