"""An export is written into its folder alone, whatever lay in the folder before."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from affidavit.app.ledger.export import export
from affidavit.app.ledger.home import Home
from affidavit.app.ledger.view import viewing
from affidavit.base.errors import UsageError
from commands import begun, database, ran
from histories import Silence
from ledgers import a_log, some

if TYPE_CHECKING:
    from pathlib import Path

PLACES = [
    *("checkpoint", "checkpoint.new", "checkpoints", "checkpoints.new", "vkey", "vkey.new"),
    *("ledger.json.new", "tile", "tile/0", "tile/entries", "tile/0/000", "tile/0/001.p"),
    *("tile/entries/000.new", "tile/entries/001.p/44", "blobs", "anchors", "anchors/x.new"),
]
"""Parts of an export of 300 entries, and what is there while they are written."""


def exported(ledger: Path, folder: Path) -> int:
    with viewing(Home(ledger)) as view:
        return export(view, folder, Silence())


def files(folder: Path) -> dict[str, bytes]:
    """Every file below `folder` by its path."""
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def grown(ledger: Path, size: int) -> None:
    a_log(ledger, some(size)).close()


def removed(path: Path) -> None:
    """Nothing at `path` any more, but the folder that it would be in."""
    if path.is_dir():
        for one in sorted(path.rglob("*"), reverse=True):
            one.rmdir() if one.is_dir() else one.unlink()
        path.rmdir()
    path.unlink(missing_ok=True)
    path.parent.mkdir(exist_ok=True)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("target", ["a file", "a folder", "nothing"])
def test_a_link_in_the_place_of_a_part_is_refused_by_its_name(
    tmp_path: Path, place: str, target: str
) -> None:
    grown(tmp_path, 300)
    exported(tmp_path, tmp_path / "out")
    (tmp_path / "a folder/x.p").mkdir(parents=True)
    for name in ("a file", "a folder/x.p/1", "a folder/x.new"):
        (tmp_path / name).write_bytes(b"precious")
    removed(tmp_path / "out" / place)
    (tmp_path / "out" / place).symlink_to(tmp_path / target)
    before = files(tmp_path)
    with pytest.raises(UsageError) as caught:
        exported(tmp_path, tmp_path / "out")
    assert caught.value.message.startswith(f"{tmp_path / 'out' / place} is a link or no plain")
    assert files(tmp_path) == before
    assert not (tmp_path / "nothing").exists()


def test_a_link_in_the_place_of_the_mark_is_refused(tmp_path: Path) -> None:
    grown(tmp_path, 3)
    exported(tmp_path, tmp_path / "out")
    (tmp_path / "out/ledger.json").rename(tmp_path / "mark")
    (tmp_path / "out/ledger.json").symlink_to("../mark")
    with pytest.raises(UsageError, match=r"out/ledger\.json is a link"):
        exported(tmp_path, tmp_path / "out")


def test_a_pipe_is_not_waited_at(tmp_path: Path) -> None:
    grown(tmp_path, 3)
    exported(tmp_path, tmp_path / "out")
    (tmp_path / "out/checkpoint").unlink()
    os.mkfifo(tmp_path / "out/checkpoint")
    with pytest.raises(UsageError, match="out/checkpoint is a link or no plain file"):
        exported(tmp_path, tmp_path / "out")


def test_a_folder_that_the_caller_names_by_a_link_is_written_to(tmp_path: Path) -> None:
    grown(tmp_path, 3)
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to("real")
    exported(tmp_path, tmp_path / "out")
    assert exported(tmp_path, tmp_path / "out") == 3
    assert (tmp_path / "real/checkpoint").is_file()


def test_what_is_no_part_of_an_export_is_left_alone(tmp_path: Path) -> None:
    grown(tmp_path, 3)
    exported(tmp_path, tmp_path / "out")
    (tmp_path / "out/notes.new").write_bytes(b"mine")
    (tmp_path / "out/.git/x").mkdir(parents=True)
    (tmp_path / "out/.git/x/y.new").write_bytes(b"mine")
    (tmp_path / "out/link").symlink_to(tmp_path / "nowhere")
    exported(tmp_path, tmp_path / "out")
    found = files(tmp_path / "out")
    kept = [found[str(tmp_path / "out" / name)] for name in ("notes.new", ".git/x/y.new")]
    assert kept == [b"mine", b"mine"]
    assert (tmp_path / "out/link").is_symlink()


def test_the_origin_is_shown_without_what_moves_a_cursor(tmp_path: Path) -> None:
    begun(tmp_path)
    with closing(sqlite3.connect(database(tmp_path), isolation_level=None)) as connection:
        guard = "FROM sqlite_schema WHERE name = 'meta_no_update'"
        (made,) = connection.execute(f"SELECT sql {guard}").fetchone()
        connection.execute("DROP TRIGGER meta_no_update")
        connection.execute(
            "UPDATE meta SET value = char(27) || '[2J' || char(8238) WHERE name = 'origin'"
        )
        connection.execute(made)
    assert ran("export", "out", here=tmp_path).lines() == [
        "1 entries of \\u001b[2J\\u202e are in out"
    ]
