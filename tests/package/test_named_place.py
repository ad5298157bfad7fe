"""Files that a user names to be written: what stands there already is never taken away."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from affidavit.base.errors import OutputError
from affidavit.package.place import delivering


@pytest.mark.parametrize("before", [None, b"old"])
def test_a_file_is_written_whole(tmp_path: Path, before: bytes | None) -> None:
    place = tmp_path / "answer"
    if before is not None:
        place.write_bytes(before)
    with delivering(place) as file:
        file.write(b"new")
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("answer", b"new")]


def test_a_device_is_written_to_and_stays_one() -> None:
    with delivering(Path("/dev/null")) as file:
        file.write(b"gone")
    assert stat.S_ISCHR(os.lstat("/dev/null").st_mode)


def test_a_device_that_takes_nothing_is_an_error_and_stays_one() -> None:
    with (
        pytest.raises(OutputError, match=r"/dev/full cannot be written: No space left"),
        delivering(Path("/dev/full")) as file,
    ):
        file.write(b"lost")
    assert stat.S_ISCHR(os.lstat("/dev/full").st_mode)


def test_who_reads_a_pipe_gets_what_is_written(tmp_path: Path) -> None:
    place, got = tmp_path / "pipe", list[bytes]()
    os.mkfifo(place)
    reader = threading.Thread(target=lambda: got.append(place.read_bytes()))
    reader.start()
    with delivering(place) as file:
        file.write(b"through")
    reader.join(10)
    assert (got, place.is_fifo()) == ([b"through"], True)


def test_a_link_is_neither_followed_nor_replaced(tmp_path: Path) -> None:
    own, link = tmp_path / "own", tmp_path / "link"
    own.write_text("mine")
    link.symlink_to(own)
    with pytest.raises(OutputError, match=r"link cannot be written: it is a symbolic link"):
        delivering(link).__enter__()
    assert (own.read_text(), link.readlink()) == ("mine", own)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="it is no file"):
        delivering(tmp_path).__enter__()


def test_a_dash_is_the_standard_output(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    with delivering(Path("-")) as file:
        file.write(b"told")
    assert capfdbinary.readouterr().out == b"told"
