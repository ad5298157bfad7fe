"""Commands that cannot be taken back ask first, and options that mean two things are refused."""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from affidavit.cli.ledger import answers
from commands import FACT, ran
from gitrepo import Repo

if TYPE_CHECKING:
    from pathlib import Path

ASKED = "this cannot be taken back, and nobody is here to ask"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    ran("init", "--origin", "log.mail/test", here=tmp_path)
    return tmp_path


def append(here: Path, **fields: object) -> tuple[int, str]:
    ended = ran("append", here=here, stdin=json.dumps({**FACT, **fields}).encode())
    return ended.status, ended.err


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_freezing_without_anybody_to_ask_is_refused(here: Path, more: list[str]) -> None:
    ended = ran("freeze", "--reason", "end of year", *more, here=here)
    assert (ended.status, ended.out) == (2, b"")
    assert ASKED in ended.err
    assert append(here)[0] == 0


def test_a_successor_that_cannot_name_a_log_is_refused(here: Path) -> None:
    ended = ran("freeze", "--reason", "r", "--successor", "bad name", "--yes", here=here)
    assert ended.status == 2
    assert append(here)[0] == 0


def test_a_frozen_log_takes_no_key_and_no_fact(here: Path) -> None:
    assert ran("freeze", "--reason", "end of year", "--yes", here=here).status == 0
    keys = sorted((here / "home").rglob("*.key"))
    assert ran("rotate-key", here=here).status == 1
    assert sorted((here / "home").rglob("*.key")) == keys
    assert append(here)[0] == 1


def recorded(here: Path) -> None:
    repo = Repo(here / "repo")
    repo.commit("One", author="Carol Reyes <carol@firm.mail>")
    from histories import Silence, audited  # noqa: PLC0415

    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AFFIDAVIT_HOME", str(here / "home"))
        from affidavit.app.ledger.audits import recorded as kept  # noqa: PLC0415
        from affidavit.app.ledger.home import Home  # noqa: PLC0415

        kept(Home(here / ".affidavit"), audited(repo, name="team/service"), Silence())


DISPOSE = ("dispose", "--subject", "carol@firm.mail", "--authority", "dpo", "--policy", "p")


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_disposing_without_anybody_to_ask_is_refused(here: Path, more: list[str]) -> None:
    recorded(here)
    ended = ran(*DISPOSE, *more, here=here)
    assert (ended.status, ended.out) == (2, b"")
    assert ASKED in ended.err
    (done,) = json.loads(ran(*DISPOSE, "--json", "--yes", here=here).out)
    assert done["values"] > 0


class Terminal:
    """The standard input, if it were a terminal."""

    def __getattr__(self, name: str) -> object:
        return getattr(sys.stdin, name)

    def isatty(self) -> bool:
        return True


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody sits at a terminal."""
    monkeypatch.setattr(answers, "sys", SimpleNamespace(stdin=Terminal()))


@pytest.mark.usefixtures("asked")
def test_who_is_meant_and_how_much_is_kept_is_shown_before_it_is_destroyed(here: Path) -> None:
    recorded(here)
    ended = ran(*DISPOSE, here=here, stdin=b"n\n")
    assert (ended.status, ended.out) == (1, b"")
    shown, question = ended.err.splitlines()
    assert shown.endswith(": Carol Reyes <carol@firm.mail>; 3 values are kept")
    assert shown.startswith("person:")
    wanted = "Destroy what is kept about them, for good? [y/N]: affidavit: nothing was done"
    assert question == wanted
    assert ran(*DISPOSE, here=here, stdin=b"y\n").status == 0
    again = ran("dispose", "--subject", shown.partition(": ")[0], *DISPOSE[3:], here=here)
    assert again.err.startswith(
        f"{shown.partition(': ')[0]}: disposed of before; 0 values are kept"
    )


def test_a_second_disposal_of_somebody_points_to_the_first(here: Path) -> None:
    recorded(here)
    (one,) = json.loads(ran(*DISPOSE, "--json", "--yes", here=here).out)
    again = ("dispose", "--subject", one["subject"], *DISPOSE[3:], "--yes")
    (line,) = ran(*again, here=here).lines()
    said = f"nothing was left to destroy, said before in entry {one['index']}"
    assert line == f"{one['subject']}: {said}"
    (told,) = json.loads(ran(*again, "--json", here=here).out)
    assert told == {"subject": one["subject"], "values": 0, "index": one["index"], "new": False}


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("more", [[], ["--json"]])
def test_who_answers_no_ends_no_log(here: Path, more: list[str]) -> None:
    ended = ran("freeze", "--reason", "r", *more, here=here, stdin=b"n\n")
    assert (ended.status, ended.out) == (1, b"")
    assert ended.err.endswith("[y/N]: affidavit: nothing was done\n")
    assert append(here)[0] == 0


@pytest.mark.usefixtures("asked")
def test_who_ends_the_question_interrupts(here: Path) -> None:
    ended = ran("freeze", "--reason", "r", here=here)
    assert ended.status == 130
    assert ended.err.endswith("[y/N]: affidavit: interrupted\n")


def test_somebody_can_be_disposed_of_when_the_log_is_frozen(here: Path) -> None:
    recorded(here)
    ran("freeze", "--reason", "end of year", "--yes", here=here)
    (line,) = ran(*DISPOSE, "--yes", here=here).lines()
    assert line.endswith("values destroyed, the log is frozen: no entry says so")
    assert ran(*DISPOSE, "--yes", here=here).status == 2


def test_the_keys_that_a_log_claims_are_printed(here: Path) -> None:
    (first,) = ran("key", here=here).lines()
    new = ran("rotate-key", "--json", here=here).json()["vkey"]
    assert ran("key", here=here).lines() == [first, new]
    assert ran("key", "--json", here=here).json() == {"keys": [first, new]}


def test_a_second_rotation_ends_the_overlap_of_the_first(here: Path) -> None:
    ran("rotate-key", "--overlap", "1000", here=here)
    ran("rotate-key", "--overlap", "0", here=here)
    append(here)
    note = ran("checkpoint", here=here).out.decode()
    assert note.count("\n\N{EM DASH} ") == 1


@pytest.mark.parametrize(
    "options",
    [
        ("checkpoint", "--json", "--output", "cp"),
        ("prove", "0", "--json", "--output", "proof"),
        ("show", "0", "--raw", "--json"),
        ("show", "0", "--raw", "--reveal"),
        ("append", "--ledger", ".", "--socket", "nowhere"),
    ],
)
def test_options_that_mean_two_things_are_refused(here: Path, options: tuple[str, ...]) -> None:
    ended = ran(*options, here=here)
    assert (ended.status, ended.out) == (2, b"")
    assert "AFF-USAGE" in ended.err
    assert not (here / "cp").exists()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"kind": "landing.audited.v1"}, "is written by affidavit audit --record alone"),
        ({"kind": "party.met.v1"}, "is written by affidavit audit --record alone"),
        ({"kind": "key.rotated.v1"}, "is written by the keeper's own commands alone"),
        ({"kind": "my.own.v1", "stream": "log"}, "is the keeper's own"),
        ({"kind": "my.own.v1", "stream": "audit:x"}, "is an audit's own"),
        ({"kind": "my.own.v1", "stream": "things"}, "is an audit's own"),
        ({"id": "landing:5f2c"}, "are made by the program"),
    ],
)
def test_what_only_the_program_writes_is_refused_from_outside(
    here: Path, fields: dict[str, object], told: str
) -> None:
    status, error = append(here, **fields)
    assert status == 4
    assert told in error
