"""Looking at bundles: whose each statement is, and whether a ledger has it."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.app.facts import looking as module
from affidavit.app.facts.looking import (
    Believed,
    Seen,
    Signature,
    State,
    in_file,
    in_notes,
    looking,
)
from affidavit.app.facts.signing import bundle_of
from affidavit.app.ledger.bundled import given_id
from affidavit.app.ledger.importing import imported
from affidavit.app.ledger.kept import by, keeping
from affidavit.app.ledger.noting import Shared
from affidavit.app.ledger.view import viewing
from affidavit.base.errors import UnreadableError, UsageError
from affidavit.ledger.bundle import Place, line_of
from affidavit.ledger.dsse import parse_envelope
from affidavit.ledger.entry import Subject
from affidavit.ledger.key import SigningKey
from facts import ACTED, a_fact
from receipts import a_ledger

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.app.ledger.home import Home
    from affidavit.ledger.entry import Fact
    from gitrepo import Repo

KEY = SigningKey.from_secret("laptop.example", b"\x01" * 32)
OTHER = SigningKey.from_secret("runner.example", b"\x02" * 32)
ABOUT = Subject(commit="a" * 40, tree="b" * 40)
LINES = bundle_of([a_fact(), a_fact(subject=ABOUT)], Place("ab" * 16), KEY)
TRUSTED = Believed(keys=(KEY.key.encode(),))


def seen(lines: tuple[bytes, ...], believed: Believed, ledger: Home | None = None) -> list[Seen]:
    with looking(believed, ledger) as look:
        return list(look.seen("b", lines))


def forged(line: bytes) -> bytes:
    """The line with another signature under the same name."""
    envelope = json.loads(line)
    made = bytearray(b64decode(envelope["signatures"][0]["sig"]))
    made[5] ^= 1
    envelope["signatures"][0]["sig"] = b64encode(made).decode()
    return json.dumps(envelope).encode()


def signers(folder: Path, *, kinds: str = '["*"]', more: str = "") -> Believed:
    path = folder / "signers.toml"
    path.write_text(
        f'[[signers]]\nvkey = "{KEY.key.encode()}"\nname = "l"\nkinds = {kinds}\n{more}\n'
    )
    return Believed(signers=path)


def test_a_statement_is_shown_with_all_that_it_says() -> None:
    assert seen(LINES, TRUSTED)[1] == Seen(
        source="b",
        line=2,
        signature=Signature.GOOD,
        kind="agent.acted.v1",
        stream="session-7",
        actor="agent:5f2c",
        body=ACTED,
        subject=ABOUT,
        bundle="ab" * 16,
        sequence=1,
        last=True,
        digest=parse_envelope(LINES[1]).digest(),
        signer=str(KEY.key),
    )


def judged(lines: tuple[bytes, ...], believed: Believed) -> list[tuple[str, str | None, int]]:
    return [(one.signature, one.refusal, one.exit_status) for one in seen(lines, believed)]


def test_a_signature_is_good_bad_or_by_an_unknown_key() -> None:
    assert judged(LINES[:1], TRUSTED) == [("good", None, 0)]
    assert judged(LINES[:1], Believed()) == [("unknown key", None, 3)]
    assert judged(LINES[:1], Believed(keys=(OTHER.key.encode(),))) == [("unknown key", None, 3)]
    bad = f"the signature under {KEY.key} does not hold"
    assert judged((forged(LINES[0]),), TRUSTED) == [("bad", bad, 1)]
    assert judged((forged(LINES[0]),), Believed()) == [("unknown key", None, 3)]


def test_who_an_unknown_line_says_to_be_by_is_told() -> None:
    assert [one.signer for one in seen(LINES, Believed())] == [str(KEY.key)] * 2


def test_a_signer_is_held_to_what_the_file_of_signers_allows(tmp_path: Path) -> None:
    assert judged(LINES[:1], signers(tmp_path)) == [("good", None, 0)]
    assert judged(LINES[:1], signers(tmp_path, kinds='["x.y"]')) == [
        ("good", f"{KEY.key} may not say facts of the kind 'agent.acted.v1'", 1)
    ]
    assert judged(LINES[:1], signers(tmp_path, more="not_after = 2020-01-01T00:00:00Z")) == [
        ("good", f"the time of its signer {KEY.key} is over", 1)
    ]


LARGE = a_fact({"text": "x" * 70_000}, kind="x.y.v1")
OF_THE_KEEPER = a_fact({"reason": "r"}, kind="log.frozen.v1")


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        (LARGE, "body: the entry has 70,"),
        (OF_THE_KEEPER, "kind: log.frozen.v1 is written by the keeper's own commands alone"),
        (a_fact({}, kind="x.y.v1", stream="log"), "stream: log is the keeper's own"),
        (a_fact({}, kind="none"), "kind: 'none' is no versioned kind"),
    ],
)
def test_what_the_keeper_would_not_record_is_told_as_an_import_tells_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fact: Fact, reason: str
) -> None:
    ledger, path = a_ledger(tmp_path, monkeypatch), tmp_path / "b.jsonl"
    line, _ = line_of(fact, Place("ab" * 16), [KEY], last=True)
    path.write_bytes(line)
    (one,) = seen((line,), TRUSTED, ledger)
    (refused,) = imported(ledger, [path], signers(tmp_path).signers or path).refused
    assert (one.signature, one.exit_status) == (Signature.GOOD, 1)
    assert str(one.refusal).startswith(reason)
    assert refused.reason.startswith(reason)


@pytest.mark.parametrize(
    "line", [b"", b"\xff\xfe", b"{}", b"[" * 9_999, b"x" * (2 << 20), LINES[0][:-9]], ids=range(6)
)
def test_a_line_that_is_no_statement_is_told_and_the_next_one_is_shown(line: bytes) -> None:
    one, two = seen((line, LINES[0]), TRUSTED)
    assert (one.signature, one.kind, one.exit_status) == (Signature.NONE, None, 1)
    assert str(one.refusal).startswith("it")
    assert two.signature is Signature.GOOD


def test_a_statement_is_pending_until_it_was_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, path = a_ledger(tmp_path, monkeypatch), tmp_path / "b.jsonl"
    path.write_bytes(LINES[0])
    before = seen(LINES, TRUSTED, ledger)
    imported(ledger, [path], signers(tmp_path).signers or path)
    after = seen(LINES, TRUSTED, ledger)
    with viewing(ledger) as view:
        time = view.row(1).entry.time
    assert [(one.state, one.imported) for one in before] == [(State.PENDING, None)] * 2
    assert [one.state for one in after] == [State.IMPORTED, State.PENDING]
    assert after[0].imported == module.Where(1, time)
    assert after[0].exit_status == 0


def test_an_entry_that_took_the_id_of_a_statement_is_not_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = a_ledger(tmp_path, monkeypatch)
    id_ = given_id(parse_envelope(LINES[0]).digest())
    with keeping(ledger) as keeper:
        keeper.append([msgspec.structs.replace(a_fact(), id=id_)], by("cli"))
    (one,) = seen(LINES[:1], TRUSTED, ledger)
    assert (one.state, one.exit_status) == (State.PENDING, 1)
    assert one.refusal == "its id was given to another fact, entry 1"


def test_a_file_is_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "b.jsonl"
    path.write_bytes(b"".join(LINES))
    assert [(name, list(lines)) for name, lines in in_file(path)] == [(str(path), list(LINES))]
    with pytest.raises(UnreadableError):
        [list(lines) for _, lines in in_file(tmp_path / "none")]


def test_notes_are_read_of_every_commit_or_of_one(repo: Repo) -> None:
    first, second = repo.commit("One"), repo.commit("Two")
    Shared(repo.path).add({first: [b"a"], second: [b"b"]})
    every = {f"notes of {first}": [b"a"], f"notes of {second}": [b"b"]}
    assert dict(in_notes(repo.path, None)) == every
    assert dict(in_notes(repo.path, "HEAD~1")) == {f"notes of {first}": [b"a"]}
    with pytest.raises(UsageError, match="names no commit"):
        dict(in_notes(repo.path, "none"))


def test_a_hundred_thousand_lines_of_junk_are_told_one_by_one(repo: Repo) -> None:
    commit = repo.commit("One")
    Shared(repo.path).add({commit: [b"\xff%d" % number for number in range(100_000)]})
    ((_, lines),) = in_notes(repo.path, commit)
    with looking(TRUSTED, None) as look:
        found = [one.signature for one in look.seen("n", lines)]
    assert found == [Signature.NONE] * 100_000
