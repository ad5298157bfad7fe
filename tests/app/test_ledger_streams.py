"""The keeper and the index of streams: nothing is appended where the index is not the entries'."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.app.ledger import streams
from affidavit.base.errors import DamagedError
from facts import BY, a_fact
from keepers import a_keeper
from ledgers import contents

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


SAYS = "the index of the ledger says that the newest entry of the stream"


def edited(folder: Path, statement: str) -> None:
    """A log with entries of the streams a, b, a, b, a, whose index somebody then changed."""
    with a_keeper(folder) as keeper:
        keeper.append([a_fact(stream=one) for one in "abab"], BY)
        keeper.append([a_fact(stream="a")], BY)
        keeper.log._connection.execute(statement)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        pytest.param(
            "UPDATE streams SET idx = 3 WHERE stream = 'a'",
            f"{SAYS} 'a' is 3, and it is 4",
            id="another stream's entry",
        ),
        pytest.param(
            "UPDATE streams SET idx = 2 WHERE stream = 'a'",
            f"{SAYS} 'a' is 2, and it is 4",
            id="an older entry of its own",
        ),
        pytest.param(
            "UPDATE streams SET idx = 5 WHERE stream = 'a'",
            f"{SAYS} 'a' is 5, and it is 4",
            id="one after the last entry",
        ),
        pytest.param(
            "UPDATE streams SET idx = -1 WHERE stream = 'a'",
            "the ledger holds -1 for a number",
            id="a number below zero",
        ),
        pytest.param(
            "DELETE FROM streams WHERE stream = 'a'",
            "the index of the ledger knows no entry of the stream 'a', and entry 4 is one",
            id="none",
        ),
    ],
)
def test_nothing_is_appended_to_a_stream_whose_newest_entry_is_another(
    tmp_path: Path, statement: str, told: str
) -> None:
    edited(tmp_path, statement)
    with a_keeper(tmp_path) as keeper:
        before = contents(keeper.log)
        with pytest.raises(DamagedError) as refused:
            keeper.append([a_fact(stream="c"), a_fact(stream="a")], BY)
        assert refused.value.message == told
        assert contents(keeper.log) == before


def test_a_stream_that_the_log_has_nothing_of_is_not_in_the_index(tmp_path: Path) -> None:
    edited(tmp_path, "INSERT INTO streams VALUES ('c', 1)")
    with a_keeper(tmp_path) as keeper, pytest.raises(DamagedError) as refused:
        keeper.append([a_fact(stream="c")], BY)
    assert refused.value.message == (f"{SAYS} 'c' is 1, and there is none")


def test_the_other_streams_go_on(tmp_path: Path) -> None:
    edited(tmp_path, "UPDATE streams SET idx = 2 WHERE stream = 'a'")
    with a_keeper(tmp_path) as keeper:
        (done,) = keeper.append([a_fact(stream="b")], BY).receipts
    assert (done.index, done.sequence) == (5, 2)


def test_an_index_that_is_changed_while_the_keeper_runs_is_noticed(tmp_path: Path) -> None:
    with a_keeper(tmp_path) as keeper:
        keeper.append([a_fact(stream=one) for one in "aab"], BY)
        keeper._links.clear()
        keeper.log._connection.execute("UPDATE streams SET idx = 0 WHERE stream = 'a'")
        with pytest.raises(DamagedError, match="is 0, and it is 1"):
            keeper.append([a_fact(stream="a")], BY)


def test_an_entry_that_is_none_stops_whoever_has_to_look_past_it(tmp_path: Path) -> None:
    with a_keeper(tmp_path) as keeper:
        keeper.append([a_fact(stream="a") for _ in range(300)], BY)
        db = keeper.log._connection
        db.execute("DROP TRIGGER runs_no_update")
        (run,) = db.execute("SELECT entries FROM runs WHERE first = 0").fetchone()
        db.execute("UPDATE runs SET entries = ? WHERE first = 0", (run.replace(b"{", b"x", 1),))
    with a_keeper(tmp_path) as keeper:
        (done,) = keeper.append([a_fact(stream="a")], BY).receipts
        assert done.sequence == 300
        with pytest.raises(DamagedError, match="entry 0: its bytes are no entry: "):
            keeper.append([a_fact(stream="b")], BY)


def test_the_log_is_looked_through_once_whatever_streams_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "STEP", 4)
    with a_keeper(tmp_path) as keeper:
        keeper.append([a_fact(stream=f"s{number}") for number in range(11)], BY)
    looked = list[tuple[int, int]]()
    with a_keeper(tmp_path) as keeper:
        rows = keeper.log.rows
        usual = rows.entries

        def entries(start: int, stop: int) -> Iterator[bytes]:
            looked.append((start, stop))
            return usual(start, stop)

        monkeypatch.setattr(rows, "entries", entries)
        for stream in ("s9", "new", "newer", "s0", "new"):
            keeper.append([a_fact(stream=stream)], BY)
    scans = [one for one in looked if one[1] - one[0] > 1]
    assert scans == [(9, 11), (5, 9), (1, 5)]


def test_of_old_entries_only_the_one_that_the_index_names_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "DEEPEST", 1)
    edited(tmp_path, "UPDATE streams SET idx = 1 WHERE stream = 'b'")
    with a_keeper(tmp_path) as keeper:
        assert keeper.link("b").sequence == 0
        assert keeper.link("a").sequence == 2
        keeper.log._connection.execute("INSERT INTO streams VALUES ('c', 1)")
        with pytest.raises(DamagedError) as refused:
            keeper.link("c")
        assert refused.value.message == f"{SAYS} 'c' is 1, and there is none"
