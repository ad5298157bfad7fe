"""Trailers, against real git and against the forms that squashes have."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from affidavit.base.commit import Ident
from affidavit.provenance.model import Trailer
from affidavit.provenance.trailers import MOST, MOST_PEOPLE, people, person, trailers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SCISSORS = b"# ------------------------ >8 ------------------------\n"
EMPTY_TREE = b"4b825dc642cb6eb9a060e54bf8d69288fbee4904"

TRICKY = [
    b"title\n\nA: b\n",
    b"title\nA: b\n",
    b"A: b\n",
    b"\n \n\nA: b\n",
    b"\n\ntitle\n\nA: b\n",
    b"title\n\nprose\nA: b\n",
    b"title\n\nprose\nSigned-off-by: A <a@b>\n",
    b"title\n\nprose\nsigned-off-by: A <a@b>\n",
    b"title\n\n1\n2\n3\nSigned-off-by: A <a@b>\n",
    b"title\n\n1\n2\n3\n4\nSigned-off-by: A <a@b>\n",
    b"title\n\n1\n2\n3\n 4\nSigned-off-by: A <a@b>\n",
    b"title\n\n1\n(cherry picked from commit 12)\n",
    b"title\n\n(cherry picked from commit 12)\nA: b\n",
    b"title\n\n1\nA: b\n(cherry picked from commit 12)\n c\nD: e\n",
    b"title\n\nA: b\n c\n\td\nE: f\n",
    b"title\n\n c\nA: b\n",
    b"title\n\n c\nSigned-off-by: b\n",
    b"title\n\nA:\n b\n",
    b"title\n\nA: b  \r\n c\r\nD: e\r\n",
    b"title\r\n\r\nA: b\r\n",
    b"title\n \nA: b\n",
    b"title\n\nprose\n \t\nA: b\n",
    b"title\n\nprose\n\n \n\t\nA: b\n",
    b"title\n\x0c\nA: b\n",
    b"title\n\nprose\n\x0b\nA: b\n",
    b"title\n\nA: b\n\x0c\n",
    b"title\n\nA: b\n\x0bc\n",
    b"title\n\nA: b\n\n\n \n",
    b"title\n\nA: b\n# comment\n",
    b"title\n\nA: b\n# comment\n c\n",
    b"title\n\n# comment\n c\nA: b\n",
    b"title\n\n# comment\n c\nSigned-off-by: b\n",
    b"title\n\nA: b\n \n# comment\n  \n# comment\n \n",
    b"title\n\nA: b\n\n# comment\nC: d\n",
    b"title\n\n# only\n# comments\n",
    b"# comment\n\nA: b\n",
    b"# comment\n# comment\n",
    b"# comment\ntitle\n\nA: b\n# x\n",
    b"title\n\nA: b\n" + SCISSORS + b"\nC: d\n",
    b"title\n\nA: b\n\nprose\n" + SCISSORS + b"C: d\n",
    SCISSORS + b"title\n\nA: b\n",
    b"title\n\nA: b\n" + SCISSORS.rstrip() + b"\n\nC: d\n",
    b"title\n\nA: b\n" + SCISSORS.rstrip() + b" \n\nC: d\n",
    b"title\n\nA: b\n\nConflicts:\n\tx\n\ty\n",
    b"title\n\nA: b\n\nConflicts:\n\tx\nmore\n",
    b"title\n\nA: b\nConflicts:\n\tx\n\n\ty\n#z\nConflicts:\n\tz\n",
    b"title\n\nA: b\nConflicts:",
    b"title\n\nA: b\nConflicts: \n",
    b"title\n\nA: b\n\n\tx\n",
    b"title\n\nA: b\n# c\n\tx\n",
    b"Conflicts:\ntitle\n\nA: b\n\n\tx\n",
    b"Conflicts:\n\nA: b\n\n\tx\n",
    b"Conflicts:\n\tx\n",
    b"title\n\nA: b\n---\nC: d\n",
    b"title\n\n---\n\nA: b\n",
    b"title\n\nhttps://example.com\n",
    b"title\n\nA : b\nC\t:d\nE-f:g\n",
    b"title\n\nA b: c\n",
    b"title\n\n: b\nSigned-off-by: x\n",
    b"title\n\nA\xc3\xa9: b\n",
    b"title\n\nA: b\xc3\xa9\xff\n",
    b"title\n\nA:\nB:",
    b"title\n\nA: b",
    b"",
    b"\n",
    b":",
]


def identity() -> dict[str, str]:
    who = {"NAME": "A", "EMAIL": "a@example.com", "DATE": "1600000000 +0000"}
    return {f"GIT_{role}_{k}": v for role in ("AUTHOR", "COMMITTER") for k, v in who.items()}


class Git:
    """A repository of messages, and what git reads of their trailers."""

    def __init__(self, path: Path) -> None:
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(path),
            "GIT_DIR": str(path / "git"),
            "GIT_CONFIG_NOSYSTEM": "1",
            **identity(),
        }
        self.run(b"", "init", "--quiet", "--bare")
        self.run(b"", "hash-object", "-w", "-t", "tree", "/dev/null")

    def run(self, given_: bytes, *arguments: str) -> bytes:
        done = subprocess.run(
            ["git", *arguments], input=given_, env=self.env, capture_output=True, check=True
        )
        return done.stdout

    def commit(self, message: bytes) -> bytes:
        who = b"A <a@example.com> 1600000000 +0000\n"
        body = b"tree " + EMPTY_TREE + b"\nauthor " + who + b"committer " + who + b"\n" + message
        return self.run(body, "hash-object", "-w", "-t", "commit", "--stdin").strip()

    def trailers(self, messages: Sequence[bytes]) -> list[list[tuple[str, str]]]:
        """What ``%(trailers)`` says of each; the ids are given one by one, unwalked."""
        ids = [self.commit(message) for message in messages]
        form = "%x01%(trailers:only,unfold,separator=%x02,key_value_separator=%x03)%x04"
        out = self.run(b"\n".join(ids), "log", "--stdin", "--no-walk=unsorted", f"--format={form}")
        by_id = dict(zip(dict.fromkeys(ids), out.split(b"\x01")[1:], strict=True))
        return [_pairs(by_id[id_].rpartition(b"\x04")[0]) for id_ in ids]


def _pairs(text: bytes) -> list[tuple[str, str]]:
    if not text:
        return []
    pairs = (item.decode("utf-8", "replace").split("\x03", 1) for item in text.split(b"\x02"))
    return [(key, value) for key, value in pairs]


def ours(message: bytes) -> list[tuple[str, str]]:
    return [(found.key, found.value) for found in trailers(message) if not found.inner]


@pytest.fixture(scope="module")
def git(tmp_path_factory: pytest.TempPathFactory) -> Git:
    return Git(tmp_path_factory.mktemp("trailers"))


def test_tricky_messages_are_read_as_git_reads_them(git: Git) -> None:
    assert [ours(message) for message in TRICKY] == git.trailers(TRICKY)


LINES = st.sampled_from(
    [
        b"A: b",
        b"Signed-off-by: A <a@b>",
        b"signed-off-by: x",
        b"(cherry picked from commit 12)",
        b"Two-Words : c",
        b"A:",
        b"prose",
        b"two words: c",
        b"https://example.com",
        b"# comment",
        b"#",
        b"",
        b"",
        b"",
        b" ",
        b"\t",
        b"\r",
        b" folded",
        b"\tpath",
        b"Conflicts:",
        b"Conflicts:\r",
        SCISSORS.rstrip(),
        b"---",
        b"\x0b",
        b"\x0c",
        b"C: d\r",
        b"* bullet",
        b"```",
    ]
)
MESSAGES = st.builds(
    lambda lines, end: b"\n".join(lines) + end,
    st.lists(LINES, max_size=14),
    st.sampled_from([b"", b"\n", b"\n\n", b" \n"]),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(MESSAGES, min_size=4, max_size=12))
def test_generated_messages_are_read_as_git_reads_them(git: Git, messages: list[bytes]) -> None:
    assert [ours(message) for message in messages] == git.trailers(messages)


@given(st.binary(max_size=400) | MESSAGES)
def test_any_bytes_are_read_without_an_error(message: bytes) -> None:
    assert all(isinstance(found, Trailer) for found in trailers(message + b":"))


CO = b"Co-authored-by: Jo <jo@example.com>"


def inner(message: bytes) -> list[str]:
    return [f"{found.key}: {found.value}" for found in trailers(message) if found.inner]


@pytest.mark.parametrize(
    "start",
    [
        pytest.param(b"Add x (#12)\n\n", id="a number of GitHub"),
        pytest.param(b"Add x (!12)\r\n\r\n", id="a number of GitLab"),
        pytest.param(b"Add x\n\n* one\n\n", id="a bullet for each commit"),
        pytest.param(b"Squashed commit of the following:\n\n", id="git's own squash"),
    ],
)
def test_a_squash_carries_the_trailers_of_its_commits(start: bytes) -> None:
    message = start + CO + b"\n\n* two\n\nprose\n\nA: b\nC-d: e f\n\n---------\n\n" + CO + b"\n"
    co = "Jo <jo@example.com>"
    assert trailers(message) == (
        Trailer("Co-authored-by", co, inner=True),
        Trailer("A", "b", inner=True),
        Trailer("C-d", "e f", inner=True),
        Trailer("Co-authored-by", co),
    )


@pytest.mark.parametrize(
    "paragraph",
    [
        pytest.param(b"```\n\n%b\n\n```", id="fenced"),
        pytest.param(b"   ~~~~ text\n\n%b\n\n~~~~", id="fenced with tildes"),
        pytest.param(b"```\na\n```\n\n```\n\n%b\n\n```", id="fenced the second time"),
        pytest.param(b"~~~\n\n```\n\n%b\n\n~~~", id="fenced, another fence inside"),
        pytest.param(b"> %b", id="quoted"),
        pytest.param(b" %b", id="indented"),
        pytest.param(b"%b\nand prose", id="in prose"),
        pytest.param(b"* %b", id="a bullet"),
        pytest.param(b"%b\n continued", id="continued"),
        pytest.param(b"Note: this is prose", id="a word and a colon"),
        pytest.param(b"https://example.com/a-b", id="a web address"),
        pytest.param(b"Signed-off-by:", id="nothing after the colon"),
    ],
)
def test_prose_of_a_squash_holds_no_trailers(paragraph: bytes) -> None:
    message = b"Add x (#12)\n\n" + paragraph.replace(b"%b", CO) + b"\n\nlast words\n"
    assert trailers(message) == ()


@pytest.mark.parametrize(
    "before",
    [
        pytest.param(b"```\ncode\n```", id="a closed fence"),
        pytest.param(b"```\n\ncode\n```\nprose", id="a closed fence with prose"),
        pytest.param(b"```code", id="a fence that is never closed"),
        pytest.param(b"```code``` here\n\n```more```", id="code within lines"),
        pytest.param(b"* subject\n", id="a bullet and two empty lines"),
    ],
)
def test_what_follows_a_fence_is_a_trailer(before: bytes) -> None:
    message = b"Add x (#12)\n\n" + before + b"\n\n" + CO + b"\n\nlast words\n"
    assert inner(message) == [CO.decode()]


def test_a_cherry_picked_line_belongs_to_an_inner_paragraph() -> None:
    message = b"x (#1)\n\n" + CO + b"\n(cherry picked from commit 12)\n\nlast words\n"
    assert inner(message) == [CO.decode()]


def test_an_ordinary_message_has_no_inner_trailers() -> None:
    assert trailers(b"Add x (see #12)\n\n" + CO + b"\n\nlast words\n") == ()


@pytest.mark.parametrize("number", [b"(#)", b"(#1a)", b"(#1) again", b"#1)"])
def test_only_a_number_at_the_end_of_the_subject_tells_a_squash(number: bytes) -> None:
    assert inner(b"Add x " + number + b"\n\n" + CO + b"\n\nlast words\n") == []


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(b"title\n\n\0\n\n" + CO, id="git stops before it"),
        pytest.param(b"title\n\n" + CO + b"\n\0\n\nlast words", id="git sees it"),
        pytest.param(b"title\n\n" + CO + b"\n\0", id="both see it"),
    ],
)
def test_a_nul_hides_no_trailer(message: bytes) -> None:
    assert Trailer("Co-authored-by", "Jo <jo@example.com>") in trailers(message)


def test_a_trailer_is_decoded_and_unfolded() -> None:
    assert trailers(b"t\n\nA-b : \r\n x\xff\n\ty  \n") == (Trailer("A-b", "x\ufffd y"),)


BIG = 400_000


@pytest.mark.parametrize(
    ("message", "count"),
    [
        pytest.param(b"t\n\n" + b"A: b\n" * 100_000, MOST, id="trailers"),
        pytest.param(b"t (#1)\n\n" + b"A-b: c\n\n" * 100_000 + b"x", MOST, id="inner trailers"),
        pytest.param(b"t (#1)\n\n" + b"A-b: c\n" * 9_999 + b"\nC: d\nE: f", MOST, id="own first"),
        pytest.param(b"t\n\n" + b"x\n" * BIG + b"Signed-off-by: a", 0, id="lines of prose"),
        pytest.param(b"t\n\nA: " + b"b" * BIG, 1, id="one long value"),
        pytest.param(b"t\n\nA:" + b"\n b" * BIG, 1, id="one value of many lines"),
        pytest.param(b"t\n\nA: b" + b"\n" * BIG, 1, id="empty lines"),
        pytest.param(b"t\n\nA: b" + b"\n \n#" * BIG, 1, id="white lines and comments"),
        pytest.param(b"t\n\nA: b\n" + b"Conflicts:\n\tx\n" * BIG, 1, id="conflicts"),
        pytest.param(b"t\n\nA: b\n" + b"#\nx\n" * BIG + b"#", 0, id="runs of comments"),
        pytest.param(b"t (#1)\n\n" + b"```\n\n~~~\n\n" * BIG + CO, 1, id="fences"),
        pytest.param(b"t (#1)\n" + b"\n \t" * BIG + CO, 0, id="white lines"),
        pytest.param(b"t\n\n" + b"a" * BIG, 0, id="a long word"),
        pytest.param(b"t\n\na" + b" " * BIG, 0, id="a long blank"),
        pytest.param(b"\n" * BIG, 0, id="only empty lines"),
    ],
)
def test_a_huge_message_is_read_and_its_trailers_bounded(message: bytes, count: int) -> None:
    assert len(trailers(message)) == count


@pytest.mark.parametrize(
    ("value", "who"),
    [
        ("Jo Doe <jo@example.com>", Ident("Jo Doe", "jo@example.com")),
        (" Jo <jo@example.com> # lead", Ident("Jo", "jo@example.com")),
        ("<jo@example.com>", Ident("", "jo@example.com")),
        ("jo@example.com", Ident("", "jo@example.com")),
        ("Jo < jo@example.com >, Al <al@example.com>", Ident("Jo", "jo@example.com")),
        ("Jo <gitster>", Ident("Jo", "gitster")),
        ("Jo <jo at example.com>", Ident("Jo", "jo at example.com")),
        ("Jo <<jo@example.com>>", Ident("Jo <", "jo@example.com")),
        ("Jo", None),
        ("Jo <>", None),
        ("Jo <jo@example.com", None),
        ("mail jo@example.com", None),
        ("Tool <https://example.com>", None),
        ("", None),
    ],
)
def test_a_person_of_a_trailer(value: str, who: Ident | None) -> None:
    assert person(value) == who


@pytest.mark.parametrize(
    ("value", "who"),
    [
        ("Bob <b@x>, Claude <c@y>", [Ident("Bob", "b@x"), Ident("Claude", "c@y")]),
        (
            "Bob <b@x> and Al <a@x>; <d@x>",
            [Ident("Bob", "b@x"), Ident("Al", "a@x"), Ident("", "d@x")],
        ),
        ("Bob <>, Al <a@x>", [Ident("Al", "a@x")]),
        ("Tool <https://example.com> & Al <a@x>", [Ident("Al", "a@x")]),
        ("a@x", [Ident("", "a@x")]),
        ("a@x <>", []),
        ("nobody", []),
        ("A <a@x>," * 30, [Ident("A", "a@x")] * MOST_PEOPLE),
        ("<" + " " * 200_000 + "x", []),
        ("<" * 200_000, []),
        ("< \t" * 200_000 + ">", []),
    ],
    ids=lambda one: str(one)[:20],
)
def test_all_people_of_a_trailer(value: str, who: list[Ident]) -> None:
    assert people(value) == tuple(who)


@given(st.text(alphabet="<>@ ab:/,"))
def test_the_person_of_a_value_is_the_first_of_its_people(value: str) -> None:
    assert person(value) == next(iter(people(value)), None)


@given(st.text(alphabet="<>@ ab:/"))
def test_any_value_names_somebody_with_an_address_or_nobody(value: str) -> None:
    who = person(value)
    assert who is None or who.email
