"""What each command of a ledger prints, as text and as JSON."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from affidavit.app.ledger.signers import write_secret
from affidavit.ledger.checkpoint import parse_checkpoint
from affidavit.ledger.key import SigningKey, parse_vkey
from affidavit.ledger.note import Outcome, check, parse_note
from affidavit.ledger.proof import parse_proof
from affidavit.ledger.tree import leaf_hash, root_of_inclusion
from affidavit.store.log import Log
from commands import FACT, begun, database, lines, ran
from ledgers import ORIGIN, contents

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with a ledger of its first entry and three facts."""
    return begun(tmp_path / "here", facts=3)


def entries(here: Path) -> list[bytes]:
    with Log(database(here)) as log:
        return contents(log)


def digest(data: bytes) -> str:
    return "rfc6962:" + hashlib.sha256(b"\0" + data).hexdigest()


def test_init_prints_what_has_to_be_kept_elsewhere(tmp_path: Path) -> None:
    told = ran("init", "--origin", ORIGIN, here=tmp_path).lines()
    key = told[2].split()[-1]
    assert told == [
        "ledger         .affidavit",
        f"origin         {ORIGIN}",
        f"verifier key   {key}",
    ]
    assert parse_vkey(key).name == ORIGIN
    (first,) = map(json.loads, entries(tmp_path))
    assert (first["kind"], first["stream"], first["body"]["vkey"]) == ("log.opened.v1", "log", key)


def test_init_makes_up_a_name_and_answers_in_json(tmp_path: Path) -> None:
    answer = ran("init", "sub", "--json", here=tmp_path).json()
    assert answer["folder"] == "sub/.affidavit"
    assert str(answer["origin"]).startswith("affidavit.invalid/")
    assert parse_vkey(str(answer["vkey"])).name == answer["origin"]


def test_init_takes_a_key_that_there_is(tmp_path: Path) -> None:
    secret = SigningKey.from_secret(ORIGIN, b"\x05" * 32)
    write_secret(tmp_path / "mine.key", secret)
    told = ran("init", "--origin", ORIGIN, "--key-file", "mine.key", here=tmp_path).lines()
    assert told[2].split()[-1] == secret.key.encode()
    note = parse_note(ran("checkpoint", here=tmp_path).out)
    assert check(note, secret.key) is Outcome.GOOD


def test_append_answers_a_receipt_a_line(here: Path) -> None:
    told = ran("append", here=here, stdin=lines(FACT, {**FACT, "id": "i", "stream": "t"})).lines()
    new = entries(here)[4:]
    assert told == [f"4  s 3  {digest(new[0])}", f"5  t 0  {digest(new[1])}"]
    again = ran("append", here=here, stdin=lines({**FACT, "id": "i", "stream": "t"})).lines()
    assert again == [f"{told[1]}  (was recorded before)"]
    assert len(entries(here)) == 6


def test_append_answers_receipts_and_the_checkpoint_in_json(here: Path) -> None:
    (here / "facts.jsonl").write_bytes(lines({**FACT, "id": "i"}))
    answer = ran("append", "facts.jsonl", "--json", here=here).json()
    assert answer == {
        "receipts": [
            {
                "index": 4,
                "id": "i",
                "stream": "s",
                "sequence": 3,
                "digest": digest(entries(here)[4]),
                "new": True,
            }
        ],
        "checkpoint": ran("checkpoint", here=here).out.decode(),
    }


def test_nothing_to_append_is_said_and_is_no_error(here: Path) -> None:
    for nothing in (b"", b"\n \n"):
        assert ran("append", here=here, stdin=nothing) == (0, b"", "there is no fact to append\n")
    assert ran("append", "--json", here=here).json()["receipts"] == []


def test_a_list_of_nothing_says_so(here: Path) -> None:
    nothing = (0, b"", "there is no such entry\n")
    assert ran("list", "--kind", "nosuch", here=here) == nothing
    assert ran("list", "--stream", "nosuch", "--last", "3", here=here) == nothing
    assert ran("list", "--stream", "nosuch", "--json", here=here) == (0, b"", "")


def test_append_keeps_content_that_facts_name(here: Path) -> None:
    (here / "diff").write_bytes(b"diff")
    named = {
        "digest": f"sha256:{hashlib.sha256(b'diff').hexdigest()}",
        "media_type": "text/plain",
        "size": 4,
    }
    facts = lines({**FACT, "blobs": [named]})
    assert ran("append", "--blob", "diff", here=here, stdin=facts).status == 0
    assert ran("append", here=here, stdin=facts).status == 0
    assert json.loads(entries(here)[5])["blobs"] == [named]


def test_list_prints_a_line_an_entry(here: Path) -> None:
    times = [json.loads(entry)["time"][:19] for entry in entries(here)]
    assert ran("list", here=here).lines() == [
        f"       0  {times[0]}Z  log.opened.v1          log 0  keeper",
        *(
            f"       {n}  {times[n]}Z  agent.acted.v1         s {n - 1}  agent:5f2c"
            for n in (1, 2, 3)
        ),
    ]


def test_list_in_json_has_the_very_bytes_of_the_entries(here: Path) -> None:
    expected = [
        b'{"digest":"%b","entry":%b,"index":%d}' % (digest(entry).encode(), entry, index)
        for index, entry in enumerate(entries(here))
    ]
    assert ran("list", "--json", here=here).out.splitlines() == expected


@pytest.mark.parametrize(
    ("options", "indexes"),
    [
        (("--stream", "s"), [1, 2, 3]),
        (("--stream", "nobody"), []),
        (("--kind", "log.opened"), [0]),
        (("--kind", "log.opened.v1"), [0]),
        (("--kind", "log"), []),
        (("--from", "2"), [2, 3]),
        (("--from", "9"), []),
        (("--from", "9" * 30), []),
        (("--to", "2"), [0, 1]),
        (("--to", "9" * 30), [0, 1, 2, 3]),
        (("--last", "2"), [2, 3]),
        (("--last", "2", "--kind", "log.opened"), [0]),
        (("--from", "1", "--to", "3", "--last", "1"), [2]),
    ],
)
def test_list_chooses(here: Path, options: tuple[str, ...], indexes: list[int]) -> None:
    told = ran("list", "--json", *options, here=here).out.splitlines()
    assert [json.loads(line)["index"] for line in told] == indexes


def test_list_goes_through_more_entries_than_it_reads_at_a_time(tmp_path: Path) -> None:
    begun(tmp_path, facts=600)
    assert len(ran("list", here=tmp_path).lines()) == 601
    told = ran("list", "--json", "--kind", "log.opened", "--last", "1", here=tmp_path).out
    assert json.loads(told)["index"] == 0


def test_show_prints_an_entry(here: Path) -> None:
    entry = entries(here)[2]
    told = ran("show", "2", here=here).lines()
    assert told[0] == f"entry 2, {digest(entry)}"
    assert json.loads("\n".join(told[1:])) == json.loads(entry)
    assert ran("show", "2", "--raw", here=here).out == entry
    expected = {"digest": digest(entry), "entry": json.loads(entry), "index": 2}
    assert ran("show", "2", "--json", here=here).json() == expected


def test_prove_gives_a_proof_that_holds(here: Path) -> None:
    done = ran("prove", "2", here=here)
    proof = parse_proof(done.out, "proof")
    signed = parse_checkpoint(parse_note(proof.checkpoint))
    leaf = leaf_hash(entries(here)[2])
    assert (proof.index, signed.size) == (2, 4)
    assert root_of_inclusion(leaf, 2, 4, proof.path) == signed.root
    assert ran("prove", "2", "--output", "x.tlog-proof", here=here).lines() == []
    assert (here / "x.tlog-proof").read_bytes() == done.out
    assert ran("prove", "2", "--json", here=here).json() == {
        "digest": digest(entries(here)[2]),
        "index": 2,
        "proof": done.out.decode(),
    }


def test_checkpoint_prints_the_newest(here: Path) -> None:
    with Log(database(here)) as log:
        newest = log.rows.newest_checkpoint()
    assert newest is not None
    assert ran("checkpoint", here=here).out == newest[1]
    assert ran("checkpoint", "--output", "kept", here=here).lines() == []
    assert (here / "kept").read_bytes() == newest[1]
    assert ran("checkpoint", "--json", here=here).json() == {
        "checkpoint": newest[1].decode(),
        "origin": ORIGIN,
        "size": 4,
    }


def test_export_tells_how_much_it_wrote(here: Path) -> None:
    assert ran("export", "out", here=here).lines() == [f"4 entries of {ORIGIN} are in out"]
    answer = ran("export", "out", "--json", here=here).json()
    assert answer == {"folder": "out", "origin": ORIGIN, "size": 4}


@pytest.mark.parametrize("command", ["list", "checkpoint", "append"])
def test_a_ledger_elsewhere_is_named(here: Path, tmp_path: Path, command: str) -> None:
    (tmp_path / "home").symlink_to(here / "home")
    for place in (here, here / ".affidavit"):
        assert ran(command, "--ledger", place, here=tmp_path).status == 0
