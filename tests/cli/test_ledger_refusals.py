"""What the commands of a ledger refuse: one sentence, a code and a status, and nothing is done."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from affidavit.ledger.key import SigningKey, encode_secret
from affidavit.store import connection as connections
from affidavit.store.log import Log
from commands import FACT, begun, database, lines, ran, refused
from histories import CONTROLS
from ledgers import KEY, ORIGIN, contents

if TYPE_CHECKING:
    from pathlib import Path

READING = [("list",), ("show", "0"), ("prove", "0"), ("checkpoint",), ("export", "out")]
ALL = [*READING, ("append",)]


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with a ledger of its first entry and two facts."""
    return begun(tmp_path / "here", facts=2)


def entries(here: Path) -> list[bytes]:
    with Log(database(here)) as log:
        return contents(log)


@pytest.mark.parametrize("command", ALL)
def test_without_a_ledger_there_is_nothing_to_do(tmp_path: Path, command: tuple[str, ...]) -> None:
    ended = ran(*command, here=tmp_path, stdin=lines(FACT))
    assert refused(ended, "AFF-NOT-A-LEDGER", 4) == "there is no ledger here"
    ended = ran(*command, "--ledger", "sub", here=tmp_path, stdin=lines(FACT))
    assert refused(ended, "AFF-NOT-A-LEDGER", 4) == "there is no ledger at sub"
    assert list(tmp_path.iterdir()) == []


def test_a_second_ledger_is_not_begun_in_its_place(here: Path) -> None:
    before = entries(here)
    told = refused(ran("init", "--origin", "x.org/y", here=here), "AFF-LEDGER-EXISTS", 1)
    assert told == "there is a ledger already at .affidavit"
    assert entries(here) == before


@pytest.mark.parametrize(
    ("options", "code", "status"),
    [
        (("--origin", "two words"), "AFF-USAGE", 2),
        (("--origin", "a+b"), "AFF-USAGE", 2),
        (("--origin", "x" * 256), "AFF-USAGE", 2),
        (("--origin", "\x1b[2J"), "AFF-USAGE", 2),
        (("--key-file", "absent", "--origin", "x"), "AFF-KEY", 5),
        (("--key-file", ".", "--origin", "x"), "AFF-KEY", 5),
        (("--key-file", "x", "--sign-command", "y"), "AFF-USAGE", 2),
        (("--sign-command", "y"), "AFF-USAGE", 2),
        (("--vkey", "y"), "AFF-USAGE", 2),
        (("--sign-command", "'", "--vkey", "y"), "AFF-USAGE", 2),
        (("--sign-command", "true", "--vkey", "y", "--origin", "x"), "AFF-KEY", 5),
        (("--sign-command", "false", "--vkey", KEY.key.encode(), "--origin", ORIGIN), "AFF-KEY", 5),
        (("--sign-command", "echo", "--vkey", KEY.key.encode(), "--origin", ORIGIN), "AFF-KEY", 5),
        (("--sign-command", "true", "--vkey", KEY.key.encode(), "--origin", "x"), "AFF-KEY", 5),
    ],
)
def test_a_ledger_that_cannot_be_begun_stands_in_nobodys_way(
    tmp_path: Path, options: tuple[str, ...], code: str, status: int
) -> None:
    ended = ran("init", *options, here=tmp_path)
    refused(ended, code, status)
    assert not CONTROLS.intersection(ended.err)
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.name for path in left} <= {".gitignore", "lock"}
    assert ran("init", "--origin", ORIGIN, here=tmp_path).status == 0


BAD = [
    (b"x", "no JSON: "),
    (b"[]", "Expected `object`, got `array`"),
    (b"{}", "Object missing required field `kind`"),
    (b"\xff", "no JSON: "),
    (b'"\xff"', "no JSON: "),
    (b"x" * ((1 << 20) - 1), "no JSON: "),
    (b"x" * (1 << 20), "longer than 1,048,576 bytes"),
    (b'"' + b"x" * (5 << 20) + b'"', "longer than 1,048,576 bytes"),
    (b"[" * 500_000, "no JSON: "),
    (lines({**FACT, "stream": 5}), "stream: Expected `str`, got `int`"),
    (lines({**FACT, "recorded_by": {}}), "Object contains unknown field `recorded_by`"),
    (lines({**FACT, "k" * 9999: {}}), "Object contains unknown field `kkkk"),
    (lines({**FACT, "kind": "x"}), "kind: 'x' is no versioned kind"),
    (lines({**FACT, "kind": "\x1b[2J"}), "kind: '\\x1b[2J' is no versioned kind"),
    (lines({**FACT, "body": {}}), "agent.acted.v1: body: Object missing required field `agent`"),
    (lines({**FACT, "body": {"x": 1.5}}), "body.x: no value of the profile: number with a frac"),
    (lines({**FACT, "kind": "log.opened.v1", "body": {}}), "kind: log.opened.v1 is written by"),
    (lines({**FACT, "blobs": [{"digest": "x", "media_type": "y", "size": 1}]}), "blobs: "),
    (
        lines({**FACT, "blobs": [{"digest": KEY.key.encode(), "media_type": "y", "size": 1}]}),
        "blobs: ",
    ),
    (
        lines({**FACT, "blobs": [{"digest": "sha256:" + "0" * 64, "media_type": "y", "size": 1}]}),
        "blobs: nothing here has the digest ",
    ),
    (b'{"kind":"a","kind":"a"}', "an object names the key 'kind' twice"),
]


@pytest.mark.parametrize(("line", "message"), BAD, ids=[str(n) for n in range(len(BAD))])
def test_a_bad_line_is_named_and_nothing_of_its_batch_appended(
    here: Path, line: bytes, message: str
) -> None:
    before = entries(here)
    ended = ran("append", here=here, stdin=lines(FACT, FACT) + line.strip() + b"\n" + lines(FACT))
    told = refused(ended, "AFF-ENTRY", 4)
    assert told.startswith(f"line 3: {message}")
    assert len(told) < 300
    assert not CONTROLS.intersection(ended.err)
    assert entries(here) == before


def test_an_empty_line_between_facts_is_named(here: Path) -> None:
    ended = ran("append", here=here, stdin=lines(FACT) + b"\n" + lines(FACT))
    assert refused(ended, "AFF-ENTRY", 4) == "line 2: it is empty"


def test_content_of_another_size_is_refused(here: Path) -> None:
    (here / "x").write_bytes(b"x")
    digest = "sha256:2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    named = {"digest": digest, "media_type": "y", "size": 2}
    ended = ran("append", "--blob", "x", here=here, stdin=lines(FACT, {**FACT, "blobs": [named]}))
    assert refused(ended, "AFF-ENTRY", 4) == f"line 2: blobs: {digest} has 1 bytes"


@pytest.mark.parametrize("blob", [".", "absent"])
def test_content_that_cannot_be_read_is_named(here: Path, blob: str) -> None:
    ended = ran("append", "--blob", blob, here=here, stdin=lines(FACT))
    assert refused(ended, "AFF-UNREADABLE", 5).startswith(f"{blob}: ")


def test_an_id_that_is_known_for_another_fact_is_refused(here: Path) -> None:
    assert ran("append", here=here, stdin=lines({**FACT, "id": "i"})).status == 0
    ended = ran("append", here=here, stdin=lines({**FACT, "id": "i", "stream": "t"}))
    expected = "line 1: id: i was given to another fact, entry 3"
    assert refused(ended, "AFF-ENTRY", 4) == expected


@pytest.mark.parametrize("command", [("show", "3"), ("prove", "3"), ("show", "9" * 30)])
def test_an_entry_that_is_not_there_is_not_shown(here: Path, command: tuple[str, ...]) -> None:
    told = refused(ran(*command, here=here), "AFF-USAGE", 2)
    assert told == f"there is no entry {command[1]}: the log has 3"


@pytest.mark.parametrize(
    "command", [("show", "x"), ("show", "-1"), ("list", "--last", "0"), ("no",)]
)
def test_what_click_refuses_is_wrong_usage(here: Path, command: tuple[str, ...]) -> None:
    ended = ran(*command, here=here)
    assert (ended.status, ended.out) == (2, b"")


def test_an_account_without_the_key_reads_and_does_not_append(here: Path) -> None:
    before = entries(here)
    shutil.rmtree(here / "home")
    told = refused(ran("append", here=here, stdin=lines(FACT)), "AFF-KEY", 5)
    assert told == f"this account holds no key of the log {ORIGIN}"
    assert ran("list", here=here).status == 0
    assert entries(here) == before


def test_another_key_in_the_place_of_the_logs_does_not_sign(here: Path) -> None:
    (key,) = [one for one in (here / "home").rglob("*.key") if one.name != "vault.key"]
    key.write_text(encode_secret(SigningKey.from_secret(ORIGIN, b"\x09" * 32)))
    told = refused(ran("append", here=here, stdin=lines(FACT)), "AFF-KEY", 5)
    assert told.startswith(f"{key}: it holds another key than {ORIGIN}+")
    assert len(entries(here)) == 3


def changed(here: Path, *statements: str) -> None:
    with closing(sqlite3.connect(database(here), isolation_level=None)) as connection:
        for name, *_ in connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize("command", ALL)
def test_bytes_that_are_no_database_are_damage(here: Path, command: tuple[str, ...]) -> None:
    for part in here.glob(".affidavit/ledger.db*"):
        part.unlink()
    database(here).write_bytes(b"hello" * 999)
    told = refused(ran(*command, here=here, stdin=lines(FACT)), "AFF-DAMAGED", 1)
    assert told.startswith(".affidavit/ledger.db is damaged: ") or "damaged" in told


@pytest.mark.parametrize("command", ALL)
def test_a_later_layout_and_an_empty_file_are_no_ledger(
    here: Path, command: tuple[str, ...]
) -> None:
    changed(here, "UPDATE meta SET value = '2' WHERE name = 'schema'")
    told = refused(ran(*command, here=here, stdin=lines(FACT)), "AFF-NOT-A-LEDGER", 4)
    assert told == "the ledger has the layout 2, this program knows 1"
    for part in here.glob(".affidavit/ledger.db*"):
        part.unlink()
    database(here).touch()
    told = refused(ran(*command, here=here, stdin=lines(FACT)), "AFF-NOT-A-LEDGER", 4)
    assert told == "the database holds no ledger"


def test_an_emptied_log_is_not_begun_anew(here: Path) -> None:
    changed(here, "DELETE FROM runs")
    told = refused(ran("append", here=here, stdin=lines(FACT)), "AFF-DAMAGED", 1)
    assert told.endswith("was emptied: its first entry is gone")


def test_what_somebody_holds_is_waited_for_and_given_up(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "WAIT", 0.05)
    with closing(sqlite3.connect(database(here), isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        for command in READING:
            refused(ran(*command, here=here), "AFF-LEDGER-BUSY", 5)


def put(here: Path, data: bytes) -> None:
    """Add an entry as somebody does who owns the file and has no key."""
    changed(here)
    with closing(sqlite3.connect(database(here), isolation_level=None)) as connection:
        bundle = len(data).to_bytes(2, "big") + data
        connection.execute("INSERT INTO runs VALUES (3, 1, ?, NULL)", (bundle,))


def test_what_a_changed_ledger_holds_never_reaches_the_terminal_raw(here: Path) -> None:
    entry = json.loads(entries(here)[2])
    entry["actor"], entry["stream"] = "\x9b2J\u202e", "\x1b[2J"
    put(here, json.dumps(entry, ensure_ascii=False).encode())
    ended = ran("list", here=here)
    assert ended.status == 0
    assert not (CONTROLS | {"\u202e"}).intersection(ended.out.decode())
    told = refused(ran("show", "3", here=here), "AFF-DAMAGED", 1)
    assert told == "entry 3 is not in the tree that the newest checkpoint states"


@pytest.mark.parametrize("data", [b"no json", b"{}", b"\xff\xfe", b"[" * 60_000])
def test_an_entry_that_is_none_is_named(here: Path, data: bytes) -> None:
    put(here, data)
    told = refused(ran("show", "3", here=here), "AFF-DAMAGED", 1)
    assert told.startswith("entry 3: its bytes are no entry: ")
