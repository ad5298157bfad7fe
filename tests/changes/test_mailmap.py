"""Mailmaps: our reading beside git's."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from affidavit.base.commit import Ident
from affidavit.changes.mailmap import MOST_BYTES, MOST_LINES, Mailmap

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE = [
    Ident(name, email)
    for name in ("Jo", "JO", "Al", "Jo Doe", "Ünal", "ünal")
    for email in ("jo@x", "Jo@X", "al@x", "old@x", " jo@x ", "ü@x", "Ü@x")
]
TRICKY = [
    b"Jo Doe <jo@x>",
    b"<new@x> <jo@x>",
    b"Jo Doe <new@x> <jo@x>",
    b"Jo Doe <new@x> Jo <jo@x>",
    b"<new@x> Jo <jo@x>",
    b"One <jo@x>\n<two@x> <jo@x>\nThree <jo@x>",
    b"Jo Doe <new@x> Jo <jo@x>\nSimple <jo@x>",
    b"Jo Doe <new@x> Jo <jo@x>\nTwo <two@x> jO <JO@x>",
    b"Jo Doe <new@x> Jo <jo@x>\n<two@x> jO <JO@x>",
    b"# Jo Doe <jo@x>\n #Al <al@x>\nX # <old@x>",
    b"Jo Doe <> <jo@x>",
    b"Jo Doe <jo@x> <>",
    b"<jo@x>",
    b"<jo@x> ",
    b"Jo Doe < jo@x >",
    b"  Jo  Doe\t<jo@x>\r",
    b"Jo Doe <jo@x> # why",
    b"Jo Doe <jo@x> <al@x> <old@x>",
    b"Jo Doe <jo@x> Al al@x",
    b"Jo Doe <jo@x> Al <al@x",
    b"Jo Doe jo@x>",
    b"Jo > Doe <jo@x>",
    b"Jo < Doe <jo@x>",
    b"Jo\x0bDoe\x0c <jo@x>",
    b"A <jo@x>\0B <jo@x>\nC <jo@x>",
    "Jo <ü@x>\nAl <new@x> Ünal <jo@x>".encode(),
    b"\n\nJo Doe <jo@x>",
    b"no mapping\n\n\nJo Doe <jo@x>",
    b"",
]


class Git:
    """A bare repository in which git reads a mailmap from a blob."""

    def __init__(self, path: Path) -> None:
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(path),
            "GIT_DIR": str(path / "git"),
            "GIT_CONFIG_NOSYSTEM": "1",
        }
        self.run(b"", "init", "--quiet", "--bare")

    def run(self, given_: bytes, *arguments: str) -> bytes:
        done = subprocess.run(
            ["git", *arguments], input=given_, env=self.env, capture_output=True, check=True
        )
        return done.stdout

    def resolved(self, mailmap: bytes) -> list[str]:
        blob = self.run(mailmap, "hash-object", "-w", "--stdin").decode().strip()
        people = "".join(f"{who}\n" for who in PEOPLE).encode()
        out = self.run(people, "-c", f"mailmap.blob={blob}", "check-mailmap", "--stdin")
        return out.decode("utf-8", "replace").split("\n")[:-1]


@pytest.fixture(scope="module")
def git(tmp_path_factory: pytest.TempPathFactory) -> Git:
    return Git(tmp_path_factory.mktemp("mailmap"))


def ours(mailmap: bytes) -> list[str]:
    known = Mailmap.parse(mailmap)
    return [str(known.resolve(who)[0]) for who in PEOPLE]


@pytest.mark.parametrize("mailmap", TRICKY)
def test_a_tricky_mailmap_joins_as_git_joins(git: Git, mailmap: bytes) -> None:
    assert ours(mailmap) == git.resolved(mailmap)


PARTS = st.sampled_from(
    [
        *(b"Jo", b"jo", b"Al", b"Jo Doe", b" ", b"\t", b"\r", b"#", b"<", b">"),
        *(b"<jo@x>", b"<JO@x>", b"<al@x>", b"<new@x>", b"<>", b"<old@x>"),
    ]
)
LINES = st.lists(PARTS, max_size=6).map(b"".join)
FORMS = st.tuples(
    st.sampled_from([b"", b"A ", b"B "]),
    st.sampled_from([b"<jo@x>", b"<new@x>", b"<al@x>"]),
    st.sampled_from([b"", b" Jo", b" jo", b" Al"]),
    st.sampled_from([b"", b" <JO@x>", b" <al@x>", b" <old@x>"]),
).map(b"".join)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(LINES | FORMS, max_size=12).map(b"\n".join))
def test_any_mailmap_joins_as_git_joins(git: Git, mailmap: bytes) -> None:
    assert ours(mailmap) == git.resolved(mailmap)


@pytest.mark.parametrize(
    ("mailmap", "line"),
    [
        pytest.param(b"# people\n\nJo Doe <jo@x>\n", 3, id="the one line"),
        pytest.param(b"Jo Doe <jo@x>\n<new@x> <jo@x>\n", 2, id="the later of two"),
        pytest.param(b"A <a@x> Jo <jo@x>\nB <b@x> <jo@x>\n", 1, id="the line with the name"),
        pytest.param(b"Jo <jo@x>\n", None, id="nothing changes"),
        pytest.param(b"Al <al@x>\n", None, id="another person"),
    ],
)
def test_the_line_that_joins_is_told(mailmap: bytes, line: int | None) -> None:
    assert Mailmap.parse(mailmap).resolve(Ident("Jo", "jo@x"))[1] == line


@pytest.mark.parametrize(
    ("mailmap", "problem", "joined"),
    [
        pytest.param(
            b"A <a@x>\n" + b"#" * MOST_BYTES + b"\nB <b@x>\n",
            "only its first 1,000,000 bytes were read",
            ["A", ""],
            id="bytes",
        ),
        pytest.param(
            b"A <a@x>\n" + b"#\n" * (MOST_LINES - 1) + b"B <b@x>\n",
            "only its first 50,000 lines were read",
            ["A", ""],
            id="lines",
        ),
        pytest.param(
            b"A <a@x>\n\0\nB <b@x>", "what follows a NUL was not read", ["A", ""], id="NUL"
        ),
    ],
)
def test_what_was_not_read_is_said(mailmap: bytes, problem: str, joined: list[str]) -> None:
    known = Mailmap.parse(mailmap)
    names = [known.resolve(Ident("", email))[0].name for email in ("a@x", "b@x")]
    assert (known.problems, names) == ((problem,), joined)


def test_a_mailmap_of_the_full_size_is_read_whole() -> None:
    mailmap = b"#\n" * (MOST_LINES - 1) + b"A <a@x>"
    assert Mailmap.parse(mailmap).resolve(Ident("", "a@x")) == (Ident("A", "a@x"), MOST_LINES)


@given(st.binary(), st.text(), st.text())
def test_any_bytes_are_read_without_an_error(mailmap: bytes, name: str, email: str) -> None:
    assert Mailmap.parse(mailmap).resolve(Ident(name, email))[1] in {None, *range(1, 200)}
