"""What git prints of a commit is put together again, or the commit is read as it is stored."""

from __future__ import annotations

import hashlib
import tempfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.sources.git.history import walk
from affidavit.sources.git.locate import locate
from affidavit.sources.git.printed import Printed, Record
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs
from affidavit.sources.git.silence import Patience

if TYPE_CHECKING:
    from gitrepo import Repo

HEADERS = b"author A <a@x.y> 5 +0000\ncommitter B <b@x.y> 5 +0000\n"
ENDS = [
    b"\nUsual\n\nText.\n",
    b"\nNo end",
    b"\nBlanks \n\t\n at ends\t\n",
    b"\nCarriage\r\n\r\nreturns\r\n",
    b"\n    Indented\n        twice\n    \n",
    b"\n\n\nBlank lines\n\n\n\naround\n\n\n",
    b"\nA\0NUL\n\nand more\n",
    b"\n\n",
    b"\n",
    b"",
    b"gpgsig one\n     two\n three\n\nSigned\n",
    b"encoding ISO-8859-1\n\nJ\xfcrg\n",
    b"\n\xff\xfe not UTF-8 \n",
]


def printed(data: bytes, *, whole: int = 1_000) -> tuple[list[Record], bool]:
    """The records that `data` is read as, and whether it ended well."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        found = Printed(file.fileno(), "sha1", whole=whole, patience=Patience(1))
        records = [record for run in found for record in run]
    return records, found.ended


def named(body: bytes) -> bytes:
    data = b"commit %d\0%b" % (len(body), body)
    return hashlib.sha1(data, usedforsecurity=False).hexdigest().encode()


def test_commits_come_out_as_they_are_stored_however_git_prints_them(repo: Repo) -> None:
    tree = b"tree " + repo.tree({}).encode() + b"\n"
    made: dict[str, bytes] = {}
    for end in ENDS:
        parent = b"parent %b\n" % next(reversed(made)).encode() if made else b""
        body = tree + parent + HEADERS + end
        made[repo.raw_commit(body)] = body
    store = locate(repo.path)
    seen: dict[str, bytes] = {}
    with PrivateGit(store, read_refs(store)) as git:
        walk(git, [next(reversed(made))], lambda id_, body, _read: seen.update({id_: body}))
    assert seen == made


@pytest.mark.parametrize(
    ("text", "body"),
    [
        pytest.param(b"h\n\n    text\n", b"h\n\ntext\n", id="indented"),
        pytest.param(b"h\n\n    text\n", b"h\n\ntext", id="without an end"),
        pytest.param(b"h\n\n    text\n", b"h\n\ntext\n\n", id="with two ends"),
        pytest.param(b"h\n\n    t\n    \n    a\n    b\n", b"h\n\nt\n\na\r\nb", id="typed"),
        pytest.param(b"h\n\n    t\n    \n    a\n", b"h\n\nt\n\na\r\n", id="typed to the end"),
        pytest.param(b"h\n\n        text\n", b"h\n\n    text\n", id="indented by itself"),
    ],
)
def test_a_printed_message_loses_its_indentation(text: bytes, body: bytes) -> None:
    assert printed(named(body) + b"\n" + text + b"\0") == ([(named(body), body)], True)


def test_what_is_not_the_commit_that_its_id_names_is_none() -> None:
    name = named(b"h\n\ntext \n")
    assert printed(name + b"\nh\n\n    text\n\0") == ([(name, None)], True)


def test_a_record_that_is_cut_off_is_none_and_no_end() -> None:
    assert printed(named(b"h\n\n") + b"\nh\n") == ([], False)


@pytest.mark.parametrize("length", [1_001, 3_000, 3 << 20])
def test_of_a_record_that_is_too_long_the_id_is_left(length: int) -> None:
    body, after = b"x" * length + b"\n", b"h\n"
    data = b"".join(named(one) + b"\n" + one + b"\0" for one in (body, after))
    assert printed(data) == ([(named(body), None), (named(after), after)], True)


@given(st.lists(st.binary(max_size=60)))
def test_nothing_is_taken_for_a_commit_that_does_not_hash_to_its_id(records: list[bytes]) -> None:
    found, _ = printed(b"\0".join(records))
    assert all(body is None or named(body) == name for name, body in found)
