"""``affidavit ledger verify`` names who signed, who saw, what was asked, and when."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from logs import LOG, NOW, ORIGIN, WITNESS, Key, Stored, policy, write_export
from test_rotation import NEW, rotate

from affidavit import __version__
from affidavit.cli.ledger.verify_answer import lines, shown
from affidavit.verify import Code, Result, Status
from commands import ran

PAGE = Path(__file__).parents[2] / "docs" / "formats" / "verification.md"
NOTE = f"{ORIGIN}-2025\n9\n{'A' * 43}=\n\n— {ORIGIN}-2025 AAAAAAAA\n"
FIRST, SECOND = f"{ORIGIN}+{LOG.id.hex()}", f"{ORIGIN}+{NEW.id.hex()}"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with an export of a log that has everything to be named, a policy and a key."""
    log = Stored()
    opened = {"keeper": "uid:998", "predecessor": NOTE}
    log.append("log", kind="log.opened.v1", body=opened, time="2026-11-01T10:00:00.500000Z")
    log.checkpoint()
    rotate(log, LOG, NEW, until=4)
    log.checkpoint(LOG, NEW)
    for _ in range(2):
        log.append("log", kind="subject.disposed.v1", body={})
    log.checkpoint(LOG, NEW)
    said = {"reason": "a log for each year", "successor": f"{ORIGIN}-2027"}
    log.append("log", kind="log.frozen.v1", body=said, time="2026-11-02T11:00:00.000000Z")
    log.checkpoint(NEW)
    log.grow_tiles()
    log.cosign(2, NOW - 90)
    log.cosign(5, NOW)
    write_export(log, tmp_path / "out")
    (tmp_path / "policy").write_bytes(policy(LOG))
    (tmp_path / "kept").write_bytes(log.notes[1][1])
    return tmp_path


ASKED = (
    "verify",
    "out",
    "--policy",
    "policy",
    "--against",
    "kept",
    "--as-of",
    "2026-11-18T10:00:00Z",
)


def answer(here: Path, *more: str) -> dict[str, object]:
    return dict(json.loads(ran(*ASKED, *more, "--json", here=here).out))


def test_who_signed_who_saw_and_what_was_asked_is_named(here: Path) -> None:
    ended = ran(*ASKED, here=here)
    digest = hashlib.sha256((here / "policy").read_bytes()).hexdigest()
    said = ended.out.decode().splitlines()
    assert (ended.status, ended.err) == (0, "")
    assert [line for line in said if not line.startswith(("checkpoint", "verified at"))] == [
        "status         verified",
        (
            f"log            {ORIGIN}, 5 entries of 2026-11-01T10:00:00Z to 2026-11-02T11:00:00Z"
            " by its keeper's clock"
        ),
        "witnessed      entries 0 to 4 (5): signed by the log and seen by witnesses",
        (
            "largest gap    17 d 1 h with too few witnesses: 2026-11-01T10:00:00Z (its first entry)"
            " to 2026-11-18T11:05:10Z (2 entries)"
        ),
        f"signed by      {FIRST}: 1 to 4 entries",
        f"signed by      {SECOND}: 2 to 5 entries",
        (
            f"witness        w ({WITNESS.name}+{WITNESS.id.hex()}) saw 5 entries at"
            " 2026-11-18T11:06:40Z"
        ),
        f"goes on from   {ORIGIN}-2025 of 9 entries, as it says",
        (f"new key        entry 1: {FIRST} to {SECOND} from 2 entries on, the old one up to 4"),
        "disposals      personal data was destroyed 2 times",
        f"ended          by entry 4: a log for each year; successor: {ORIGIN}-2027",
        "looked at      4 checkpoints kept with it, 0 blobs, no time stamp there",
        (
            f"asked          key {FIRST}, policy sha256:{digest}, against 2 entries, as of"
            " 2026-11-18T10:00:00Z"
        ),
    ]
    (at,) = (line for line in said if line.startswith("verified at"))
    assert re.fullmatch(rf"verified at    20\S+Z by affidavit {re.escape(__version__)}", at)


def test_the_data_has_the_same(here: Path) -> None:
    found = answer(here)
    names = ("signers", "witnesses", "rotations", "frozen", "predecessor", "disposals", "counts")
    assert {name: found[name] for name in names} == {
        "signers": [
            {"key": FIRST, "first": 1, "last": 4},
            {"key": SECOND, "first": 2, "last": 5},
        ],
        "witnesses": [
            {"name": "w", "key": f"{WITNESS.name}+{WITNESS.id.hex()}", "size": 5, "time": NOW}
        ],
        "rotations": [{"index": 1, "old": FIRST, "new": SECOND, "from_size": 2, "until_size": 4}],
        "frozen": {
            "index": 4,
            "reason": "a log for each year",
            "successor": f"{ORIGIN}-2027",
        },
        "predecessor": {"origin": f"{ORIGIN}-2025", "size": 9},
        "disposals": 2,
        "counts": {"checkpoints": 4, "blobs": 0, "stamps": 0, "stamps_checked": 0},
    }
    assert (found["first_time"], found["last_time"]) == (
        "2026-11-01T10:00:00.500000Z",
        "2026-11-02T11:00:00.000000Z",
    )


def test_two_answers_to_different_questions_differ(here: Path) -> None:
    one, other = (
        answer(here)["asked"],
        answer(here, "--since", "2026-11-03", "--tree-only")["asked"],
    )
    assert isinstance(one, dict)
    assert isinstance(other, dict)
    assert {**one, "at": 0} == {
        "keys": [FIRST],
        "policy": "sha256:" + hashlib.sha256((here / "policy").read_bytes()).hexdigest(),
        "against": [{"origin": ORIGIN, "size": 2}],
        "as_of": 1_794_996_000,
        "since": None,
        "until": None,
        "tsa_ca": None,
        "tree_only": False,
        "at": 0,
        "tool": f"affidavit {__version__}",
    }
    assert (other["since"], other["tree_only"]) == (1_793_664_000, True)


def test_without_a_key_it_is_said_that_the_log_brought_its_own(here: Path) -> None:
    said = ran("verify", "out", here=here).out.decode().splitlines()
    assert f"signed by      {FIRST}, a key that it brought itself: 1 to 4 entries" in said
    assert "asked          no key" in said


def test_in_the_tree_alone_nothing_is_told_of_what_was_not_read(here: Path) -> None:
    found = answer(here, "--tree-only")
    assert [found[name] for name in ("frozen", "predecessor", "disposals")] == [None, None, None]
    assert found["first_time"] == "2026-11-01T10:00:00.500000Z"


def test_what_a_log_says_of_itself_cannot_break_a_line(tmp_path: Path) -> None:
    log = Stored()
    ended_by = {"reason": "x\n" * 500, "successor": ["no text"]}
    log.append("log", kind="log.opened.v1", body={"keeper": "a", "predecessor": "no note"})
    log.append("log", kind="log.frozen.v1", body=ended_by, time="2026-02-31T10:00:00.000000Z")
    log.checkpoint()
    log.grow_tiles()
    write_export(log, tmp_path / "out")
    said = ran("verify", "out", "--key", LOG.vkey, here=tmp_path).out.decode().splitlines()
    (ended,) = (line for line in said if line.startswith("ended"))
    assert ended.startswith("ended          by entry 1: x\\u000ax\\u000a")
    assert ended.endswith("…; successor: none named")
    assert not any(line.startswith("goes on from") for line in said)


def test_of_many_witnesses_and_keys_the_first_are_printed(tmp_path: Path) -> None:
    log = Stored()
    log.append()
    log.checkpoint()
    log.grow_tiles()
    keys = [Key(f"w.example/{number}", bytes([number]) * 32, 4) for number in range(1, 13)]
    for key in keys:
        log.cosign(1, 0, key)
    rules = "".join(f"witness w{number} {key.vkey}\n" for number, key in enumerate(keys))
    members = " ".join(f"w{number}" for number in range(len(keys)))
    text = f"log {LOG.vkey}\n{rules}group all all {members}\nquorum all\n"
    (tmp_path / "policy").write_text(text)
    write_export(log, tmp_path / "out")
    said = ran("verify", "out", "--policy", "policy", here=tmp_path).out.decode().splitlines()
    told = [line for line in said if line.startswith("witness  ")]
    assert (len(told), told[0], told[-1]) == (
        11,
        f"witness        w0 (w.example/1+{keys[0].id.hex()}) saw 1 entry at no stated time",
        "witness        and 2 more witnesses",
    )


def test_a_witness_whose_time_has_not_come_is_told_as_that(here: Path) -> None:
    log = Stored()
    log.append()
    log.checkpoint()
    log.grow_tiles()
    log.cosign(1, 4_000_000_000)
    write_export(log, here / "later")
    said = ran("verify", "later", "--policy", "policy", here=here).out.decode().splitlines()
    (told,) = (line for line in said if line.startswith("witness  "))
    assert told.endswith("saw 1 entry at 2096-10-02T07:06:40Z, which has not come yet")


def names(value: object, before: str = "") -> set[str]:
    """The names of all fields, those of an object within another after its name and a dot."""
    if isinstance(value, list):
        return set[str]().union(*(names(each, before) for each in value))
    if not isinstance(value, dict) or before == "totals":
        return set()
    found = {f"{before}.{name}".removeprefix(".") for name in value}
    return found.union(
        *(names(each, f"{before}.{name}".removeprefix(".")) for name, each in value.items())
    )


def test_every_field_of_the_answer_is_documented_and_nothing_else_is(here: Path) -> None:
    (here / "out" / "tile" / "0" / "001").write_bytes(b"x")
    (here / "out" / "tile" / "odd").write_bytes(b"x")
    found = names(answer(here))
    assert {"problems.code", "gap.first", "witnessed.size", "asked.against.size"} <= found
    rows = re.findall(r"^\| `([a-z_.]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(rows) == sorted(found)


def test_in_the_tree_alone_the_lines_say_so(here: Path) -> None:
    said = ran("verify", "out", "--tree-only", here=here).out.decode().splitlines()
    assert "asked          no key, the tree only" in said
    assert "looked at      4 checkpoints kept with it, no time stamp there" in said


def test_an_answer_of_which_little_is_known_has_few_lines() -> None:
    result = Result(status=Status.FAILED, totals=((Code.LAYOUT, 51),), origin="a", entries=2)
    assert list(lines(result, asked=True)) == [
        "status         failed",
        "log            a, 2 entries",
        "problems       51",
        "  and 1 more",
    ]
    assert (shown(result)["asked"], shown(result)["entries"]) == (None, 2)
