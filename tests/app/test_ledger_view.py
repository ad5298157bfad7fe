"""What is read of a ledger: one view of it, whatever is appended or damaged meanwhile."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affidavit.app.ledger.home import Home
from affidavit.app.ledger.view import Choice, viewing
from affidavit.base.errors import DamagedError, StoreError, UsageError
from affidavit.ledger.checkpoint import parse_checkpoint
from affidavit.ledger.note import parse_note
from affidavit.ledger.tree import leaf_hash, root_of_inclusion
from affidavit.store.beside import keep_cosignature
from affidavit.store.log import Batch, Log
from facts import BY, a_fact
from keepers import a_keeper
from ledgers import a_log, as_anybody, contents, open_folder, root_of, signed, some

if TYPE_CHECKING:
    from pathlib import Path


def looked(folder: Path) -> int:
    """The size of the log in `folder`, as who only reads sees it."""
    with viewing(Home(folder)) as view:
        return view.size


STREAMS = ["a", "b", "c"]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of 700 entries: three streams in turn, every tenth of another kind."""
    folder = tmp_path_factory.mktemp("ledger")
    with a_keeper(folder) as keeper:
        facts = [
            a_fact({}, stream=STREAMS[n % 3], kind="tenth.x.v1" if n % 10 == 0 else "x.y.v2")
            for n in range(700)
        ]
        keeper.append(facts[:300], BY)
        keeper.append(facts[300:], BY)
    return folder


def expected(choice: Choice) -> list[int]:
    """What `choice` takes of the 700, by their making."""
    stop = 700 if choice.stop is None else min(choice.stop, 700)
    kinds = {None: (0, 1), "tenth.x.v1": (0,), "tenth.x": (0,), "x.y.v2": (1,), "x": ()}
    return [
        n
        for n in range(choice.start, stop)
        if choice.stream in (None, STREAMS[n % 3]) and int(n % 10 != 0) in kinds[choice.kind]
    ]


CHOICES = st.builds(
    Choice,
    start=st.integers(0, 800),
    stop=st.none() | st.integers(0, 800),
    stream=st.sampled_from([None, *STREAMS, "d"]),
    kind=st.sampled_from([None, "tenth.x.v1", "tenth.x", "x.y.v2", "x"]),
)


@settings(max_examples=40)
@given(choice=CHOICES, count=st.integers(1, 300))
def test_a_choice_takes_what_it_says_and_the_newest_of_it(
    ledger: Path, choice: Choice, count: int
) -> None:
    with viewing(Home(ledger)) as view:
        chosen = [row.index for row in view.chosen(choice)]
        newest = [row.index for row in view.newest(choice, count)]
    assert (chosen, newest) == (expected(choice), expected(choice)[-count:])


@pytest.mark.parametrize("index", [0, 255, 256, 299, 300, 511, 512, 699])
def test_an_entry_is_proved_under_the_newest_checkpoint(ledger: Path, index: int) -> None:
    with viewing(Home(ledger)) as view:
        proof, row = view.proof(index), view.row(index)
    checkpoint = parse_checkpoint(parse_note(proof.checkpoint))
    root = root_of_inclusion(leaf_hash(row.data), index, checkpoint.size, proof.path)
    assert (checkpoint.size, root) == (700, checkpoint.root)


def test_a_view_is_of_one_moment(tmp_path: Path) -> None:
    with a_log(tmp_path, some(3)) as log:
        with viewing(Home(tmp_path)) as view:
            log.append(Batch(entries=some(600, "later")), signed)
            assert (view.size, list(view.rows.entries(0, 3))) == (3, some(3))
            assert parse_checkpoint(parse_note(view.checkpoint())).size == 3
        with viewing(Home(tmp_path)) as view:
            assert (view.size, view.root(603)) == (603, root_of(contents(log)))
            assert view.root(300) == root_of(contents(log)[:300])


@pytest.mark.parametrize("index", [-1, 3, 1 << 70])
def test_an_entry_that_is_not_there_is_refused(tmp_path: Path, index: int) -> None:
    a_log(tmp_path, some(3)).close()
    with viewing(Home(tmp_path)) as view:
        with pytest.raises(UsageError, match="the log has 3"):
            view.row(index)
        with pytest.raises(UsageError, match="the log has 3"):
            view.proof(index)


def test_the_newest_checkpoint_comes_with_its_cosignatures(tmp_path: Path) -> None:
    a_log(tmp_path, some(3)).close()
    lines = [f"— w{n}.example/x AAAAAAA{n}\n" for n in (8, 4)]
    for line in lines:
        keep_cosignature(tmp_path / "ledger.db", 3, line)
    with viewing(Home(tmp_path)) as view:
        assert view.checkpoint().decode().endswith("\n" + lines[1] + lines[0])


@pytest.mark.parametrize("line", ["no signature\n", "— x\n", "\n"])
def test_a_line_that_is_no_signature_is_damage(tmp_path: Path, line: str) -> None:
    with a_log(tmp_path, some(3)) as log:
        log._connection.execute("INSERT INTO cosignatures VALUES (3, 'w', ?)", (line,))
    with viewing(Home(tmp_path)) as view, pytest.raises(DamagedError, match=r"^checkpoint 3"):
        view.checkpoint()


def test_a_tile_that_is_missing_is_damage(tmp_path: Path) -> None:
    with a_log(tmp_path, some(600)) as log:
        log._connection.execute("DROP TRIGGER tiles_no_delete")
        log._connection.execute("DELETE FROM tiles WHERE number = 0")
    with viewing(Home(tmp_path)) as view:
        with pytest.raises(DamagedError):
            view.proof(3)
        with pytest.raises(DamagedError):
            view.root(300)


def test_who_may_only_read_reads_while_the_keeper_has_the_log_open() -> None:
    with open_folder() as folder, a_log(folder, some(3)) as log:
        log.append(Batch(entries=some(1)), signed)
        for path in folder.iterdir():
            path.chmod(0o644)
        folder.chmod(0o755)
        with as_anybody(), viewing(Home(folder)) as view:
            assert view.size == 4
        assert log.append(Batch(entries=some(1)), signed).size == 5


def test_a_copy_on_a_disk_that_cannot_be_written_is_read() -> None:
    with open_folder() as folder:
        a_log(folder, some(3)).close()
        folder.chmod(0o555)
        with as_anybody(), viewing(Home(folder)) as view:
            assert list(view.rows.entries(0, view.size)) == some(3)
        folder.chmod(0o777)


def test_a_copy_that_cannot_be_read_with_what_was_written_last_is_not_read_without() -> None:
    with open_folder() as folder, a_log(folder, some(3)) as log:
        log.append(Batch(entries=some(1)), signed)
        (folder / "copy").mkdir()
        for name in ("ledger.db", "ledger.db-wal"):
            shutil.copy(folder / name, folder / "copy" / name)
        (folder / "copy").chmod(0o555)
        with as_anybody(), pytest.raises(StoreError, match="it cannot be"):
            looked(folder / "copy")
        (folder / "copy").chmod(0o777)
        with as_anybody():
            assert looked(folder / "copy") == 4


def test_reading_writes_nothing_to_the_database(tmp_path: Path) -> None:
    a_log(tmp_path, some(3)).close()
    before = (tmp_path / "ledger.db").read_bytes()
    with viewing(Home(tmp_path)) as view, pytest.raises(Exception, match="readonly"):
        view.rows._connection.execute("INSERT INTO runs VALUES (3, 1, x'000161', NULL)")
    assert (tmp_path / "ledger.db").read_bytes() == before
    with Log(tmp_path / "ledger.db") as log:
        assert log.size == 3
