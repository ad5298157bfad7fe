"""A file that several programs append lines to: all lines of each, or none."""

from __future__ import annotations

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from affidavit.app.facts.file import appended
from affidavit.base.errors import OutputError


def test_lines_are_appended_to_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "b.jsonl"
    appended(path, [b"one\n"])
    appended(path, [b"two\n", b"three\n"])
    assert path.read_bytes() == b"one\ntwo\nthree\n"


def test_they_begin_on_a_line_of_their_own_after_one_that_was_torn(tmp_path: Path) -> None:
    path = tmp_path / "b.jsonl"
    path.write_bytes(b"one\ntor")
    appended(path, [])
    appended(path, [b"two\n"])
    assert path.read_bytes() == b"one\ntor\ntwo\n"


def test_many_writers_at_once_do_not_mix_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "b.jsonl"
    blocks = [[b"%d %d %b\n" % (n, m, b"x" * 9_000) for m in range(20)] for n in range(16)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda block: appended(path, block), blocks))
    data = path.read_bytes()
    assert len(data) == sum(map(len, (b"".join(block) for block in blocks)))
    assert all(b"".join(block) in data for block in blocks)


def test_a_disk_that_is_full_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "b.jsonl"
    path.write_bytes(b"one\n")
    usual, written = os.write, list[int]()

    def write(file: int, data: memoryview) -> int:
        if written:
            raise OSError(errno.ENOSPC, "No space left on device")
        written.append(usual(file, data[:2]))
        return written[0]

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(OutputError, match=r"b.jsonl cannot be written: No space left on device"):
        appended(path, [b"two\n"])
    assert path.read_bytes() == b"one\n"


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OutputError, match="it is no file"):
        appended(tmp_path / "pipe", [b"one\n"])
    for path in (tmp_path, tmp_path / "no" / "folder"):
        with pytest.raises(OutputError, match="cannot be written"):
            appended(path, [b"one\n"])


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    own, link = tmp_path / "own", tmp_path / "link"
    own.write_bytes(b"mine\n")
    link.symlink_to(own)
    with pytest.raises(OutputError, match=r"link cannot be written: it is a symbolic link"):
        appended(link, [b"one\n"])
    assert (own.read_bytes(), link.readlink()) == (b"mine\n", own)


def test_the_standard_output_is_no_file_to_append_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutputError, match="- is no file that lines can be appended to"):
        appended(Path("-"), [b"one\n"])
    assert list(tmp_path.iterdir()) == []
