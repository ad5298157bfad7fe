"""The keeper: envelopes, chains of streams, given ids, and batches that are taken whole or not."""

from __future__ import annotations

import json
import uuid
from hashlib import sha256
from itertools import cycle
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affidavit.app.ledger.keeper import FROZEN, LOG_STREAM, Acknowledged, Keeper, Receipt
from affidavit.base.errors import DamagedError, EntryError, FrozenError, StoreError
from affidavit.ledger.checkpoint import parse_checkpoint
from affidavit.ledger.entry import Fact, Subject
from affidavit.ledger.note import parse_note
from affidavit.store.log import Kept
from facts import ACTED, BY, a_fact
from keepers import NOON, a_keeper
from ledgers import contents, open_folder, root_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def digest_of(entry: bytes) -> str:
    return "rfc6962:" + sha256(b"\0" + entry).hexdigest()


def refused(keeper: Keeper, *facts: Fact) -> str:
    """Why the batch is refused; nothing of it may be there."""
    before = contents(keeper.log)
    with pytest.raises(EntryError) as caught:
        keeper.append(facts, BY)
    assert contents(keeper.log) == before
    return caught.value.message


def stored(keeper: Keeper) -> list[dict[str, object]]:
    return [json.loads(entry) for entry in contents(keeper.log)]


def test_a_fact_gets_its_envelope_and_a_receipt(tmp_path: Path) -> None:
    with a_keeper(tmp_path) as keeper:
        done = keeper.append([a_fact(subject=Subject(commit="a" * 40))], BY)
        (data,) = contents(keeper.log)
    made = json.loads(data)
    assert made == {
        "actor": "agent:5f2c",
        "body": ACTED,
        "id": made["id"],
        "kind": "agent.acted.v1",
        "recorded_by": {"channel": "cli", "credential": "uid:998"},
        "sequence": 0,
        "stream": "session-7",
        "subject": {"commit": "a" * 40},
        "tenant": "default",
        "time": "2026-11-21T12:00:00.000000Z",
        "version": 1,
    }
    digest = digest_of(data)
    receipt = Receipt(index=0, id=made["id"], stream="session-7", sequence=0, digest=digest)
    assert done == Acknowledged(receipts=(receipt,), checkpoint=done.checkpoint)
    signed = parse_checkpoint(parse_note(done.checkpoint.encode()))
    assert (signed.size, signed.root) == (1, root_of([data]))


def test_an_id_that_was_not_given_is_a_uuid_of_version_7_of_the_moment(tmp_path: Path) -> None:
    with a_keeper(tmp_path) as keeper:
        done = keeper.append([a_fact()] * 50, BY)
    ids = [uuid.UUID(one.id) for one in done.receipts]
    assert {(one.version, one.variant) for one in ids} == {(7, uuid.RFC_4122)}
    assert {one.int >> 80 for one in ids} == {NOON // 1000}
    assert len(set(ids)) == 50


def chained(entries: Sequence[bytes]) -> None:
    """Each stream's entries are numbered from 0 and name the digest of the one before."""
    newest: dict[str, tuple[int, bytes]] = {}
    for data in entries:
        one = json.loads(data)
        number, before = newest.get(one["stream"], (-1, b""))
        previous = digest_of(before) if before else None
        assert (one["sequence"], one.get("previous")) == (number + 1, previous)
        newest[one["stream"]] = (number + 1, data)


@settings(max_examples=20)
@given(
    st.lists(
        st.tuples(st.lists(st.sampled_from("abcd"), min_size=1, max_size=9), st.booleans()),
        min_size=1,
        max_size=8,
    )
)
def test_streams_are_chained_across_batches_and_restarts(
    steps: list[tuple[list[str], bool]],
) -> None:
    with open_folder() as folder:
        expected = []
        for streams, again in steps:
            with a_keeper(folder) as keeper:
                for _ in range(1 + again):
                    keeper.append([a_fact(stream=one) for one in streams], BY)
                    expected += streams
        with a_keeper(folder) as keeper:
            assert [one["stream"] for one in stored(keeper)] == expected
            chained(contents(keeper.log))


def test_a_chain_goes_over_batches_that_were_refused(tmp_path: Path) -> None:
    with a_keeper(tmp_path) as keeper:
        keeper.append([a_fact()], BY)
        refused(keeper, a_fact(), a_fact(), a_fact({"no": "schema"}))
        keeper.append([a_fact(), a_fact()], BY)
        chained(contents(keeper.log))
        assert keeper.log.size == 3


def test_a_clock_that_goes_backwards_or_stands_still_is_written_down_as_it_is(
    tmp_path: Path,
) -> None:
    times = iter([NOON, NOON - 5_000_000, NOON - 5_000_000, 0])
    with a_keeper(tmp_path, clock=lambda: next(times)) as keeper:
        for _ in range(4):
            keeper.append([a_fact()], BY)
        assert [one["time"] for one in stored(keeper)] == [
            "2026-11-21T12:00:00.000000Z",
            "2026-11-21T11:59:55.000000Z",
            "2026-11-21T11:59:55.000000Z",
            "1970-01-01T00:00:00.000000Z",
        ]
        chained(contents(keeper.log))


def test_the_same_fact_with_its_given_id_is_recorded_once(tmp_path: Path) -> None:
    fact = a_fact(id_="ci-run-17")
    with a_keeper(tmp_path) as keeper:
        first = keeper.append([fact], BY).receipts[0]
        keeper.append([a_fact()], BY)
    with a_keeper(tmp_path) as keeper:
        again = keeper.append([fact, a_fact(), fact], BY)
        once = msgspec.structs.replace(first, new=False)
        assert (again.receipts[0], again.receipts[2]) == (once, once)
        assert (again.receipts[1].index, keeper.log.size) == (2, 3)
        chained(contents(keeper.log))


def test_a_batch_of_nothing_new_answers_with_the_newest_checkpoint(tmp_path: Path) -> None:
    with a_keeper(tmp_path) as keeper:
        first = keeper.append([a_fact(id_="i")], BY)
        second = keeper.append([a_fact(id_="j")], BY)
        assert keeper.append([a_fact(id_="i")], BY).checkpoint == second.checkpoint
        assert keeper.append([], BY) == Acknowledged(receipts=(), checkpoint=second.checkpoint)
        assert first.checkpoint != second.checkpoint


@pytest.mark.parametrize(
    "other",
    [
        a_fact({**ACTED, "more": 1}, id_="i"),
        a_fact(stream="other", id_="i"),
        a_fact(kind="agent.acted.v2", id_="i"),
        a_fact(id_="i", subject=Subject(commit="a" * 40)),
    ],
)
def test_an_id_is_not_given_to_two_facts(tmp_path: Path, other: Fact) -> None:
    told = "id: i was given to another fact, entry 0"
    with a_keeper(tmp_path) as keeper:
        assert refused(keeper, a_fact(id_="i"), other) == f"line 2: {told}"
        keeper.append([a_fact(id_="i")], BY)
        assert refused(keeper, a_fact(), a_fact(), other) == f"line 3: {told}"


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (a_fact({}), "agent.acted.v1: body: Object missing required field `agent`"),
        (a_fact(kind="nothing"), "kind: 'nothing' is no versioned kind"),
        (a_fact({"x": 0.5}, kind="x.y.v1"), "body: x: no value of the profile: number with a"),
        (a_fact(stream=""), "stream: not 1 to 256 printable ASCII characters"),
        (a_fact(id_=" "), "id: not 1 to 128 printable ASCII characters"),
        (a_fact({"x": "y" * 65_536}, kind="x.y.v1"), "body: the entry has 65,"),
        (a_fact(kind="log.frozen.v1"), "kind: log.frozen.v1 is written by the keeper's own"),
        (a_fact(kind="key.rotated.v1"), "kind: key.rotated.v1 is written by the keeper's own"),
    ],
)
def test_nothing_of_a_batch_with_a_bad_fact_is_appended_and_its_line_is_named(
    tmp_path: Path, bad: Fact, message: str
) -> None:
    with a_keeper(tmp_path) as keeper:
        keeper.append([a_fact()], BY)
        told = refused(keeper, *[a_fact(id_=f"i{number}") for number in range(300)], bad, a_fact())
        assert told.startswith(f"line 301: {message}")
        done = keeper.append([a_fact(id_="i0"), a_fact()], BY)
        assert [(one.index, one.sequence, one.new) for one in done.receipts] == [
            (1, 1, True),
            (2, 2, True),
        ]


def test_the_batches_of_several_senders_share_a_checkpoint_and_a_bad_one_harms_no_other(
    tmp_path: Path,
) -> None:
    with a_keeper(tmp_path) as keeper:
        gathering = keeper.gathering()
        first = gathering.add([a_fact(), a_fact(id_="i")], BY)
        with pytest.raises(EntryError, match=r"^line 2: "):
            gathering.add([a_fact(id_="j"), a_fact({})], BY)
        second = gathering.add([a_fact(id_="j"), a_fact(id_="i")], BY)
        gathering.commit()
        assert [one.index for one in (*first, *second)] == [0, 1, 2, 1]
        assert [one.new for one in (*first, *second)] == [True, True, True, False]
        chained(contents(keeper.log))
        assert [number for number, _ in keeper.log.rows.checkpoints()] == [3]


def test_a_keeper_goes_on_after_the_disk_was_full(tmp_path: Path) -> None:
    with a_keeper(tmp_path) as keeper:
        keeper.append([a_fact()], BY)
        connection = keeper.log._connection
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 1}")
        large = [a_fact({"x": "y" * 60_000}, kind="x.y.v1", id_="large")]
        with pytest.raises(StoreError):
            keeper.append(large, BY)
        connection.execute("PRAGMA max_page_count = 100000")
        assert keeper.append([a_fact(), *large], BY).receipts[1].new
        chained(contents(keeper.log))


def test_content_is_kept_with_the_facts(tmp_path: Path) -> None:
    blob = Kept(sha256(b"diff").digest(), "text/plain", b"diff")
    with a_keeper(tmp_path) as keeper:
        keeper.append([a_fact()], BY, {blob.digest: blob})
        keeper.append([a_fact()], BY, {blob.digest: blob})
        assert keeper.log.rows.blob(blob.digest) == ("text/plain", b"diff")


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        ({"reason": "moved"}, "see its last entry"),
        (
            {"reason": "moved", "successor": "example.com/team-2027"},
            "see its last entry: example.com/team-2027 goes on",
        ),
    ],
)
def test_a_frozen_log_names_the_one_that_goes_on(
    tmp_path: Path, body: dict[str, object], hint: str
) -> None:
    with a_keeper(tmp_path) as keeper:
        keeper.record(Fact(kind=FROZEN, stream=LOG_STREAM, actor="keeper", body=body), BY)
        with pytest.raises(FrozenError) as raised:
            keeper.append([a_fact()], BY)
    assert raised.value.hint == hint


def test_nothing_follows_the_entry_that_froze_a_log(tmp_path: Path) -> None:
    end = Fact(kind=FROZEN, stream=LOG_STREAM, actor="keeper", body={"reason": "moved"})
    with a_keeper(tmp_path) as keeper:
        keeper.append([a_fact()], BY)
        keeper.record(end, BY)
        with pytest.raises(FrozenError, match=r"^the log example.com/team is frozen \("):
            keeper.append([a_fact()], BY)
    with a_keeper(tmp_path) as keeper, pytest.raises(FrozenError):
        keeper.record(a_fact(), BY)


def test_nothing_follows_it_in_the_same_batch_either(tmp_path: Path) -> None:
    end = Fact(kind=FROZEN, stream=LOG_STREAM, actor="keeper", body={"reason": "moved"})
    with a_keeper(tmp_path) as keeper:
        gathering = keeper.gathering()
        gathering.add([a_fact()], BY)
        gathering.add([end], BY, own=True)
        with pytest.raises(FrozenError):
            gathering.add([a_fact()], BY)
        gathering.commit()
        assert [one["kind"] for one in stored(keeper)] == ["agent.acted.v1", FROZEN]


def test_streams_that_the_keeper_forgot_are_looked_up_again(tmp_path: Path) -> None:
    streams = cycle(f"s{number}" for number in range(3_000))
    with a_keeper(tmp_path) as keeper:
        for _ in range(3):
            keeper.append([a_fact(stream=next(streams)) for _ in range(2_000)], BY)
            keeper._links.clear()
        chained(contents(keeper.log))


def test_an_id_that_the_index_leads_to_another_entry_acknowledges_nothing(tmp_path: Path) -> None:
    with a_keeper(tmp_path) as keeper:
        keeper.append([a_fact(id_="a")], BY)
        keeper.log._connection.execute("INSERT INTO given_ids VALUES ('b', 0)")
        with pytest.raises(DamagedError, match="entry 0 has the id b, and it has not"):
            keeper.append([a_fact(id_="b")], BY)
        assert keeper.log.size == 1
