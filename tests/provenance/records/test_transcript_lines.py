"""Which lines an edit wrote, and which paths lie in a repository."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.provenance.records.applied_patch import Patched, patched
from affidavit.provenance.records.rooted import folder, relative
from affidavit.provenance.records.written import (
    Runs,
    added,
    digest,
    is_trivial,
    lines_of,
    replaced,
    unified,
    whole,
)
from transcribed import digests, patch

TEXTS = st.text(st.sampled_from("ab\n \r"), max_size=12)


def lines(runs: Runs) -> set[str]:
    return {text for run in runs for text in run}


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\r"])
def test_what_ends_a_line_is_no_part_of_it(end: str) -> None:
    assert (digest(f"one{end}"),) == digests("one")


@pytest.mark.parametrize(
    ("line", "trivial"),
    [("", True), (" \t ", True), ("  } ) ]", True), ("else", False), ("a b c d", False)],
)
def test_a_line_of_fewer_than_four_characters_is_trivial(line: str, *, trivial: bool) -> None:
    assert is_trivial(line) is trivial


def test_only_what_is_new_is_written_by_a_replacement() -> None:
    assert replaced("a\nb\nc\nd\n", "a\nb2\nc\nx\ny\nd\n") == (digests("b2"), digests("x", "y"))


def test_lines_that_are_put_back_are_not_written() -> None:
    assert replaced("a\nb\n", "b\na\n") == ()
    assert added(["-a", "+a", "+a"]) == (digests("a"),)


@given(TEXTS, TEXTS)
def test_a_replacement_writes_no_line_that_was_there(old: str, new: str) -> None:
    found = lines(replaced(old, new))
    assert found <= set(digests(*(each.removesuffix("\r") for each in lines_of(new))))
    if old in {new, f"{new}\n"}:
        assert found == set()


@given(st.lists(st.text(st.sampled_from("ab"), min_size=1, max_size=2)))
def test_all_lines_of_a_new_text_are_written(texts: list[str]) -> None:
    expected = (digests(*texts),) if texts else ()
    assert replaced("", "\n".join(texts)) == whole("\n".join(texts)) == expected


def test_context_parts_what_is_written() -> None:
    diff = "--- a\n+++ b\n@@ -1 +1 @@\n+one\n-x\n+two\n kept\n+three\n\\ No newline\n@@\n+four\n"
    assert unified(diff) == (digests("one", "two"), digests("three"), digests("four"))


@pytest.mark.parametrize("text", ["", "*** Begin Patch", "*** Begin Patch\n+x", "x\n*** End Patch"])
def test_what_is_no_patch_is_none(text: str) -> None:
    assert patched(text) is None


def test_a_patch_is_read_file_by_file() -> None:
    text = patch(
        "*** Environment ID: 1",
        "*** Add File: a b.py",
        "+one",
        "+",
        "*** Update File: c.py",
        "*** Move to: d.py",
        "+first",
        " kept",
        "-two",
        "+two",
        "+three",
        "@@ def f():",
        "+four",
        "*** Delete File: e.py",
    )
    assert patched(f"\n  {text}  \n") == (
        Patched("a b.py", (digests("one", ""),)),
        Patched("d.py", (digests("first"), digests("three"), digests("four"))),
    )


@pytest.mark.parametrize(
    ("path", "root", "cwd", "found"),
    [
        ("/r/a/b.py", "/r", "", "a/b.py"),
        ("a/b.py", "/r", "", "a/b.py"),
        ("b.py", "/r", "/r/a", "a/b.py"),
        ("../c.py", "/r", "/r/a", "c.py"),
        ("/r/a/../c.py", "/r/", "", "c.py"),
        ("/a.py", "/", "", "a.py"),
        ("C:\\R\\a\\b.py", "c:\\R", "", "a/b.py"),
        ("/c:/R/b.py", "C:/R", "", "b.py"),
        ("a\\b.py", "/r", "", "a/b.py"),
        ("/r2/b.py", "/r", "", None),
        ("../b.py", "/r", "", None),
        ("/r", "/r", "", None),
        ("", "/r", "", None),
        ("b.py", "", "/r", None),
        ("/r/a\nb.py", "/r", "", None),
        ("/r/" + "a" * 4096, "/r", "", None),
        ("~/b.py", "/r", "/r", "~/b.py"),
    ],
)
def test_a_path_is_told_from_the_root_or_not_at_all(
    path: str, root: str, cwd: str, found: str | None
) -> None:
    assert relative(path, folder(root), folder(cwd)) == found


@given(st.text(st.sampled_from("ab./\\:\n"), max_size=12), st.sampled_from(["/r", "c:/r", "/"]))
def test_no_path_leads_out_of_the_root(path: str, root: str) -> None:
    found = relative(path, folder(root))
    parts = [] if found is None else found.split("/")
    assert not {"", ".", ".."} & set(parts)
