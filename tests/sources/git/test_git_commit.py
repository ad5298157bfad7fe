from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.base.commit import Commit, Ident
from affidavit.sources.git.charset import CODECS
from affidavit.sources.git.commit import (
    Oddities,
    Read,
    _examined,
    _ignored,
    header_time,
    ident,
    parse,
)
from affidavit.sources.git.graph import Graph
from affidavit.sources.git.header import header, walked

if TYPE_CHECKING:
    from collections.abc import Sequence

ID, TREE, P1, P2 = "1" * 40, "a" * 40, "b" * 40, "c" * 40
ALICE, BEN = b"Alice <alice@example.com>", b"Ben <ben@example.com>"


def a_body(
    *,
    parents: Sequence[str] = (P1,),
    people: bytes = b"author %b 100 +0200\ncommitter %b 200 -0500\n" % (ALICE, BEN),
    headers: bytes = b"",
    message: bytes = b"Subject\n",
) -> bytes:
    above = "".join(f"parent {parent}\n" for parent in parents)
    return f"tree {TREE}\n{above}".encode() + people + headers + b"\n" + message


def parsed(body: bytes) -> tuple[Commit, set[str]]:
    """The commit, and what was noted about it."""
    oddities = Oddities()
    commit = parse(ID, body, oddities)
    return commit, {found.id for found in oddities.findings}


def a_commit(**changes: object) -> Commit:
    usual: dict[str, object] = {
        "id": ID,
        "tree": TREE,
        "parents": (P1,),
        "author": Ident("Alice", "alice@example.com"),
        "committer": Ident("Ben", "ben@example.com"),
        "committer_time": 200,
        "message": b"Subject\n",
    }
    return Commit(**(usual | changes))  # type: ignore[arg-type]


def test_a_commit_as_git_writes_it() -> None:
    assert parsed(a_body()) == (a_commit(), set())


@pytest.mark.parametrize("parents", [(), (P1,), (P1, P2), (P1, P1, P2), (P1, P2) * 30])
def test_parents_are_the_lines_after_the_tree(parents: tuple[str, ...]) -> None:
    assert parsed(a_body(parents=parents)) == (a_commit(parents=parents), set())


@pytest.mark.parametrize(
    "late", [b"parent %b\n" % P2.encode(), b"gpgsig x\n parent %b\n" % P2.encode()]
)
def test_a_parent_line_anywhere_else_is_none(late: bytes) -> None:
    assert parsed(a_body(headers=late))[0].parents == (P1,)


def test_upper_case_ids_are_made_lower() -> None:
    body = a_body(parents=(P1.upper(), P2)).replace(TREE.encode(), TREE.upper().encode())
    assert parsed(body)[0] == a_commit(parents=(P1, P2))
    assert not header(body, 40).sound


def test_sha256_ids_are_longer() -> None:
    body = f"tree {'d' * 64}\nparent {'e' * 64}\nauthor A <a@b> 1 +0\ncommitter A <a@b> 2 +0\n\nx"
    commit = parse("f" * 64, body.encode())
    assert (commit.tree, commit.parents, commit.committer_time) == ("d" * 64, ("e" * 64,), 2)


@pytest.mark.parametrize(
    ("written", "ident", "time"),
    [
        (b"A U Thor <a@b.c> 5 +0000", Ident("A U Thor", "a@b.c"), 5),
        (b"<a@b.c> 5 +0000", Ident("", "a@b.c"), 5),
        (b"A <> 5 +0000", Ident("A", ""), 5),
        (b"A  < a@b.c > 5 +0000", Ident("A", "a@b.c"), 5),
        (b"A <a@b> c> 5 +0000", Ident("A", "a@b"), 5),
        (b"A <a <b> 5 +0000", Ident("A", "a <b"), 5),
        (b"A <a@b.c>", Ident("A", "a@b.c"), None),
        (b"A <a@b.c> soon", Ident("A", "a@b.c"), None),
        (b"A <a@b.c> -5 +0000", Ident("A", "a@b.c"), -5),
        (b"A <a@b.c> 5", Ident("A", "a@b.c"), 5),
        (b"A <a@b.c> 4102444800 +9999", Ident("A", "a@b.c"), 4102444800),
        (b"A <a@b.c> 999999999999 +0000", Ident("A", "a@b.c"), None),
        (b"A <a@b.c> 18446744073709551615 +0000", Ident("A", "a@b.c"), None),
        (b"A <a@b.c> -99999999999 +0000", Ident("A", "a@b.c"), None),
        (b"\xc3\xa9\xff <\xff@b> 5 +0000", Ident("é\ufffd", "\ufffd@b"), 5),
        (b"A\x1b[31m <a@b> 5 +0000", Ident("A\x1b[31m", "a@b"), 5),
    ],
)
def test_an_identity_is_split_as_git_splits_it(
    written: bytes, ident: Ident, time: int | None
) -> None:
    body = a_body(people=b"author %b\ncommitter %b\n" % (written, written))
    commit, _ = parsed(body)
    assert (commit.author, commit.committer, commit.committer_time) == (ident, ident, time)
    assert header_time(body) == time


@pytest.mark.parametrize(
    ("written", "ident"),
    [
        (b"Claude noreply@anthropic.com 5 +0000", Ident("Claude", "noreply@anthropic.com")),
        (b"Claude <noreply@anthropic.com 5 +0000", Ident("Claude", "noreply@anthropic.com")),
        (b"Claude noreply@anthropic.com> 5 +0000", Ident("Claude", "noreply@anthropic.com")),
        (b"Claude (noreply@anthropic.com) 5 +0000", Ident("Claude", "noreply@anthropic.com")),
        (b"Claude >noreply@anthropic.com< 5", Ident("Claude", "noreply@anthropic.com")),
        (b"noreply@anthropic.com", Ident("", "noreply@anthropic.com")),
        (b"noreply@anthropic.com Claude Code 5 -0", Ident("Claude Code", "noreply@anthropic.com")),
        (b"Ada Lovelace 5 +0000", Ident("Ada Lovelace", "")),
        (b"5 +0000", Ident("", "")),
        (b"\xff@b 5 +0000", Ident("", "\ufffd@b")),
    ],
)
def test_a_line_that_git_cannot_split_hides_nobody_and_is_told(
    written: bytes, ident: Ident
) -> None:
    commit, noted = parsed(a_body(people=b"author %b\ncommitter %b 5 +0\n" % (written, BEN)))
    assert (commit.author, noted) == (ident, {"odd-identity"})


@given(st.binary(max_size=40).map(lambda text: text.replace(b"\n", b" ").replace(b"<", b" ")))
def test_an_address_on_a_line_that_git_cannot_split_is_not_lost(written: bytes) -> None:
    people = b"author %b\ncommitter %b 5 +0\n" % (written, BEN)
    author = parsed(a_body(people=people))[0].author
    assert ("@" in str(author)) == (b"@" in written)


def test_of_two_authors_the_first_counts() -> None:
    people = b"author %b 1 +0\nauthor %b 2 +0\ncommitter %b 3 +0\n" % (ALICE, BEN, BEN)
    commit, noted = parsed(a_body(people=people))
    assert (commit.author, noted) == (Ident("Alice", "alice@example.com"), {"repeated-header"})


@pytest.mark.parametrize("people", [b"", b"author %b 1 +0\n" % ALICE, b"authors x\n"])
def test_a_missing_committer_is_nobody(people: bytes) -> None:
    commit, noted = parsed(a_body(people=people))
    assert (commit.committer, commit.committer_time, noted) == (
        Ident("", ""),
        None,
        {"no-usable-date", "odd-identity"},
    )


def test_a_committer_in_the_message_is_none() -> None:
    message = b"Subject\n\ncommitter Eve <eve@example.com> 7 +0000\n"
    body = a_body(people=b"", message=message)
    assert parsed(body)[0].committer == Ident("", "")
    assert header_time(body) is None


def test_all_of_a_message_with_nul_bytes_is_kept() -> None:
    message = b"Subject\n\nBody\0\n\nAI-Generated: no\n"
    commit, noted = parsed(a_body(message=message))
    assert (commit.message, noted) == (message, {"nul-in-message"})
    body = a_body(headers=b"encoding utf-8\n", message=message)
    assert parsed(body) == (a_commit(message=message), {"nul-in-message"})


def test_headers_that_end_in_cr_lf_are_read() -> None:
    body = a_body().replace(b"\n", b"\r\n")
    commit, _ = parsed(body)
    assert commit == a_commit(message=b"Subject\r\n")
    assert header_time(body) == 200
    assert not header(body, 40).sound


@pytest.mark.parametrize("body", [b"", b"\n", b"\n\n", b"tree x\n\nhi", b"tree " + b"a" * 40])
def test_a_body_that_is_hardly_one_is_empty_fields(body: bytes) -> None:
    commit, noted = parsed(body)
    assert (commit.parents, commit.author, commit.committer_time) == ((), Ident("", ""), None)
    assert noted == {"no-usable-date", "odd-identity"}
    assert header_time(body) is None


def test_a_commit_without_message_has_none() -> None:
    body = a_body(message=b"")
    assert parsed(body)[0].message == b""
    assert parsed(body[:-1])[0].message == b""


@pytest.mark.parametrize(
    "headers",
    [
        b"gpgsig -----BEGIN PGP SIGNATURE-----\n \n abc\n -----END PGP SIGNATURE-----\n \n",
        b"gpgsig-sha256 junk\n",
        b"mergetag object x\n type commit\ngpgsig junk\n more\n",
    ],
)
def test_a_signature_of_any_kind_is_seen(headers: bytes) -> None:
    assert parsed(a_body(headers=headers)) == (a_commit(signed=True), set())


@pytest.mark.parametrize(
    ("charset", "codec"),
    [
        ("ISO-8859-1", "latin1"),
        ("windows-1252", "cp1252"),
        ("EUC-JP", "euc_jp"),
        ("UTF-16", "utf_16"),
    ],
)
def test_a_message_in_another_charset_becomes_utf_8(charset: str, codec: str) -> None:
    text = "Grüße" if "JP" not in charset else "日本"
    people = b"author %b <a@b> 100 +0\ncommitter %b <a@b> 200 +0\n"
    name = "é" if codec == "latin1" else "E"
    headers = f"encoding {charset}\n".encode()
    body = a_body(
        people=people % ((name.encode("latin1"),) * 2), headers=headers, message=text.encode(codec)
    )
    commit, noted = parsed(body)
    assert (commit.message, commit.author, noted) == (text.encode(), Ident(name, "a@b"), set())


@pytest.mark.parametrize("charset", [b"utf-8", b"UTF8"])
def test_a_message_that_says_it_is_utf_8_is_left_alone(charset: bytes) -> None:
    body = a_body(headers=b"encoding %b\n" % charset, message=b"\xff")
    assert parsed(body) == (a_commit(message=b"\xff"), set())


@pytest.mark.parametrize(
    ("charset", "message"),
    [
        (b"rot13", b"x"),
        (b"zlib", b"x"),
        (b"unicode_escape", b"x"),
        (b"\xff", b"x"),
        (b"euc-jp", b"\xff"),
    ],
)
def test_an_unknown_or_broken_charset_leaves_the_bytes(charset: bytes, message: bytes) -> None:
    body = a_body(headers=b"encoding %b\n" % charset, message=message)
    assert parsed(body) == (a_commit(message=message), {"unknown-encoding"})


@pytest.mark.parametrize("codec", sorted(set(CODECS.values())))
def test_every_codec_named_is_one_that_python_has(codec: str) -> None:
    assert "a".encode(codec).decode(codec) == "a"


@given(st.binary(max_size=300))
def test_nothing_raises(body: bytes) -> None:
    for text in (body, b"tree %b\n" % TREE.encode() + body, a_body(headers=body)):
        parse(ID, text)
        header_time(text)


FRAGMENTS = [
    b"tree " + TREE.encode(),
    b"parent " + P1.encode(),
    b"author A <a@b> 1 +0000",
    b"author  A B  < a@b> -1 +0000",
    b"committer B <b@c> 2 +0000",
    b"committer B<b@c> 99999999999999 x",
    b"gpgsig x",
    b" y",
    b"gpgsig-sha256 z",
    b"encoding latin1",
    b"",
    b"\0\xff",
]


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12))
def test_the_quick_way_and_the_thorough_way_agree(lines: list[bytes]) -> None:
    body = b"\n".join([*FRAGMENTS[:2], *lines])
    thorough = _examined(ID, body, _ignored)
    assert parse(ID, body) == thorough
    read = walked(body, 40)
    assert read is None or (
        tuple(parent.decode() for parent in read.parents) == thorough.parents
        and read.time == thorough.committer_time == header_time(body)
        and (b"\nencoding " in body or ident(read.author) == thorough.author)
        and (b"\nencoding " in body or ident(read.committer) == thorough.committer)
    )
    if read is not None and read.signed is not None:
        graph = Graph(parents={ID: thorough.parents}, times={ID: read.time})
        kept = Read(body, ident(read.author), ident(read.committer), read.signed)
        assert kept.commit(ID, graph, _ignored) == thorough


def test_an_endless_identity_takes_linear_time() -> None:
    people = b"author " + b" " * 1_000_000 + b"<" * 1_000_000 + b"\ncommitter x\n"
    assert parsed(a_body(people=people))[0].committer_time is None


@pytest.mark.parametrize("charset", [b"UTF-16LE", b"utf-16", b"UTF-32BE"])
def test_a_wide_charset_over_plain_text_hides_no_trailer(charset: bytes) -> None:
    message = b"Fix\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n\n"
    body = a_body(headers=b"encoding " + charset + b"\n", message=message)
    assert parsed(body) == (a_commit(message=message), {"wide-encoding"})
