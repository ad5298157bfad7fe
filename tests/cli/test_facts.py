"""``affidavit facts``: what it prints, and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from affidavit.app.ledger.noting import REF
from affidavit.app.ledger.signers import write_secret
from affidavit.ledger.bundle import parse_line
from affidavit.ledger.key import SigningKey
from clones import Clones, put
from commands import FACT
from commands import lines as facts
from gitrepo import git
from histories import ran
from receipts import a_ledger

if TYPE_CHECKING:
    from pathlib import Path

KEY = SigningKey.from_secret("laptop.example", b"\x01" * 32)
SIGN = ("facts", "sign", "facts.jsonl", "--key-file", "ci.key")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a ledger, a key, a file of signers and two facts."""
    project = a_ledger(tmp_path, monkeypatch).folder.parent
    write_secret(project / "ci.key", KEY)
    signers = f'[[signers]]\nvkey = "{KEY.key.encode()}"\nname = "l"\nkinds = ["*"]\n'
    (project / "signers.toml").write_text(signers)
    (project / "facts.jsonl").write_bytes(facts(FACT, FACT))
    return project


def bundle_in(text: str) -> str:
    return parse_line(text.splitlines()[-1].encode()).place.bundle


def alone(*args: str, here: Path, stdin: bytes = b"") -> tuple[int, bytes, str]:
    """The command as a program of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "affidavit", "facts", *args],
        cwd=here,
        input=stdin,
        capture_output=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr.decode()


def test_lines_go_to_the_standard_output_and_what_was_done_beside_it(here: Path) -> None:
    status, out, said = alone(*SIGN[1:], here=here)
    assert status == 0
    assert [parse_line(line).place.sequence for line in out.splitlines()] == [0, 1]
    assert said.splitlines() == [
        f"signed         2 facts, bundle {bundle_in(out.decode())}",
        f"signer         {KEY.key.encode()}",
    ]


def test_lines_are_appended_to_a_file(here: Path) -> None:
    first, second = (ran(*SIGN, "--output", "b.jsonl", here=here) for _ in range(2))
    text = (here / "b.jsonl").read_text()
    assert len(text.splitlines()) == 4
    assert first.out != second.out
    assert second == (
        0,
        (
            f"signed         2 facts, bundle {bundle_in(text)}\n"
            f"signer         {KEY.key.encode()}\nappended to    b.jsonl\n"
        ),
        "",
    )


def test_a_bad_line_is_named_and_nothing_is_signed(here: Path) -> None:
    (here / "facts.jsonl").write_bytes(facts(FACT, {**FACT, "body": {"agent": 1}}))
    done = ran(*SIGN, "--output", "b.jsonl", here=here)
    append = ran("ledger", "append", "facts.jsonl", here=here)
    assert (done.status, done.out, done.err) == (4, "", append.err)
    assert done.err.startswith("affidavit: AFF-ENTRY: line 2: agent.acted.v1: body")
    assert not (here / "b.jsonl").exists()


def test_signed_facts_are_shown_as_pending_and_then_as_imported(here: Path) -> None:
    ran(*SIGN, "--output", "b.jsonl", here=here)
    show = ("facts", "show", "b.jsonl", "--signers", "signers.toml", "--ledger", ".")
    before = ran(*show, here=here)
    ran("ledger", "import", "b.jsonl", "--signers", "signers.toml", here=here)
    after = ran(*show, here=here)
    assert before == (
        0,
        "".join(
            f"b.jsonl line {line}: good, pending\n  fact         agent.acted.v1  s  agent:5f2c\n"
            f"  subject      none\n  signer       {KEY.key}\n"
            for line in (1, 2)
        )
        + "total          2 good, 2 pending\n",
        "",
    )
    states = [line.split(" at ")[0] for line in after.out.splitlines() if "line" in line]
    assert states == [
        "b.jsonl line 1: good, imported as index 1", "b.jsonl line 2: good, imported as index 2",
    ]  # fmt: skip
    assert after.out.splitlines()[-1] == "total          2 good, 2 imported"


def test_what_an_import_would_refuse_does_not_count_as_pending(here: Path) -> None:
    ran(*SIGN, "--output", "b.jsonl", here=here)
    (here / "signers.toml").write_text(
        f'[[signers]]\nvkey = "{KEY.key.encode()}"\nname = "l"\nkinds = ["other"]\n'
    )
    show = ("facts", "show", "b.jsonl", "--signers", "signers.toml", "--ledger", ".")
    done = ran(*show, here=here)
    assert (done.status, done.out.splitlines()[-1]) == (1, "total          2 good, 2 refused")


def test_what_a_fact_is_about_is_shown_and_cut_where_it_is_long(here: Path) -> None:
    about = {"commit": "a" * 40, "tree": "b" * 40, "digests": [f"x:{n:02}" for n in range(9)]}
    (here / "facts.jsonl").write_bytes(facts({**FACT, "subject": about}))
    ran(*SIGN, "--output", "b.jsonl", here=here)
    done = ran("facts", "show", "b.jsonl", here=here)
    assert done.out.splitlines()[2] == f"  subject      commit {'a' * 40}, x:00, x:01, x:02, …"


def test_whom_nobody_vouches_for_is_told_and_the_status_is_3(here: Path) -> None:
    ran(*SIGN, "--output", "b.jsonl", here=here)
    done = ran("facts", "show", "b.jsonl", here=here)
    assert done.status == 3
    assert done.out.splitlines()[0] == "b.jsonl line 1: unknown key"
    assert done.out.splitlines()[3] == f"  signer       unknown; it says {KEY.key}"
    assert done.out.splitlines()[-1] == "total          2 unknown key"


def test_what_is_refused_is_told_and_cannot_steer_a_terminal(here: Path) -> None:
    ran(*SIGN, "--output", "b.jsonl", here=here)
    with (here / "b.jsonl").open("ab") as file:
        file.write(b"\x1b[2J\n")
    (here / "b.jsonl").rename(here / "\u202eb")
    done = ran("facts", "show", "\u202eb", "--signer", KEY.key.encode(), here=here)
    assert done.status == 1
    assert done.out.splitlines()[-3:] == [
        "\\u202eb line 3: no statement",
        "  refused      it is not JSON in UTF-8 with each key once",
        "total          2 good, 1 no statement",
    ]


def test_an_answer_in_json_has_a_line_for_each(here: Path) -> None:
    signed = json.loads(ran(*SIGN, "--output", "b.jsonl", "--json", here=here).out)
    done = ran("facts", "show", "b.jsonl", "--json", "--ledger", ".", here=here)
    shown = [json.loads(line) for line in done.out.splitlines()]
    assert (signed["facts"], signed["output"], signed["pushed"]) == (2, "b.jsonl", None)
    assert [(one["line"], one["bundle"], one["state"]) for one in shown] == [
        (number, signed["bundle"], "pending") for number in (1, 2)
    ]
    assert done.status == 3


def test_nothing_to_show_is_no_success(here: Path) -> None:
    (here / "b.jsonl").touch()
    assert ran("facts", "show", "b.jsonl", here=here) == (3, "total          nothing\n", "")


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("show",), "give a FILE, or --notes"),
        (("show", "b.jsonl", "--notes"), "give a FILE, or --notes"),
        (("sign", "facts.jsonl", "--json"), "give --output or --notes"),
        (("sign", "facts.jsonl", "--push", "origin"), "give --notes with it"),
        (("sign", "--key-file", "ci.key", "--signer", "n", "facts.jsonl"), "give one of them"),
    ],
)
def test_options_that_do_not_go_together_are_told(
    here: Path, args: tuple[str, ...], told: str
) -> None:
    done = ran("facts", *args, here=here)
    assert (done.status, done.out) == (2, "")
    assert told in done.err


def test_notes_are_signed_pushed_and_shown(here: Path, tmp_path: Path) -> None:
    clones = Clones(tmp_path / "clones")
    alice, ben = clones.paths
    done = ran(*SIGN, "--notes", "--repo", str(alice), "--push", "origin", here=here)
    again = ("sign", "--notes", "--repo", str(alice), "--push", "origin")
    assert alone(*again, here=here) == (
        0,
        f"signed         0 facts\nin notes of    {clones.second}\npushed to      origin\n".encode(),
        "",
    )
    git("fetch", "-q", "origin", f"{REF}:{REF}", cwd=ben)
    key = ("--signer", KEY.key.encode())
    shown = ran("facts", "show", "--notes", "--repo", str(ben), *key, here=here)
    first = ran("facts", "show", "--notes", "HEAD~1", "--repo", str(ben), *key, here=here)
    assert done.out.splitlines()[2:] == [
        f"in notes of    {clones.second}", "pushed to      origin",
    ]  # fmt: skip
    assert shown.out.splitlines()[0] == f"notes of {clones.second} line 1: good"
    assert (shown.status, shown.out.splitlines()[-1]) == (0, "total          2 good")
    assert first == (3, "total          nothing\n", "")


def test_a_note_that_is_too_large_is_one_clear_error(here: Path, tmp_path: Path) -> None:
    clones = Clones(tmp_path / "clones")
    put(clones.paths[0], clones.commit, b"x" * (10 << 20))
    done = ran("facts", "show", "--notes", "--repo", str(clones.paths[0]), here=here)
    assert done == (
        5,
        "",
        (
            f"affidavit: AFF-UNREADABLE: {REF} cannot be read whole:"
            " Notes of more than 4,194,304 bytes were not read.\n"
        ),
    )


def test_programs_that_push_from_two_clones_at_once_lose_nothing(
    here: Path, tmp_path: Path
) -> None:
    clones = Clones(tmp_path / "clones")
    git("config", "core.logAllRefUpdates", "always", cwd=clones.remote)
    foreign = put(clones.paths[1], clones.commit, b"z\na foreign note")
    git("push", "-q", "origin", f"{REF}:{REF}", cwd=clones.paths[1])
    key = str(here / "ci.key")

    def write(number: int) -> tuple[int, str]:
        status, _, said = alone(
            *("sign", "--key-file", key, "--notes", "--push", "origin"),
            here=clones.paths[number % 2],
            stdin=facts({**FACT, "stream": f"writer-{number}"}),
        )
        return status, said

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(write, range(6))) == [(0, "")] * 6
    found = [parse_line(line).fact.stream for line in clones.lines()[clones.second]]
    assert sorted(found) == [f"writer-{number}" for number in range(6)]
    assert git("rev-parse", f"{REF}:{clones.commit}", cwd=clones.remote).decode().strip() == foreign
    moved = git("log", "-g", "--format=%H", REF, cwd=clones.remote).decode().split()
    assert len(moved) >= 2
    for after, before in pairwise(moved):
        git("merge-base", "--is-ancestor", before, after, cwd=clones.remote)
