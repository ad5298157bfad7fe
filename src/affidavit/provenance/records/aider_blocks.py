"""The edits that stand in a reply to aider: SEARCH/REPLACE blocks, diffs, whole files, patches."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from affidavit.provenance.records.applied_patch import BEGIN, Patched, patched
from affidavit.provenance.records.written import replaced, unified, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SEARCH = re.compile(r"<{5,9} SEARCH>?\s*")
_MIDDLE = re.compile(r"={5,9}\s*")
REPLACE = re.compile(r">{5,9} REPLACE\s*")
FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})[\w.+#-]*\s*")

_BACK = 4
"""How many lines before a block the name of its file may stand."""
_NAME = re.compile(r"\S+|\S.*\.\w{1,10}")
"""What can be a file's name: one word, or a text with an ending; else it is a sentence."""
_AROUND = "`*:\"' \t"


def blocks(reply: Sequence[str], form: str) -> tuple[Patched, ...]:
    """The edits in the lines of a reply, `form` being the edit format that aider asked for."""
    if "udiff" in form:
        return tuple(_diffs(reply))
    if "whole" in form:
        return tuple(_files(reply))
    if "patch" in form:
        return _patch(reply)
    return tuple(_replacements(reply))


def _replacements(reply: Sequence[str]) -> Iterator[Patched]:
    path, old, new = "", list[str](), list[str]()
    side: list[str] | None = None
    for number, line in enumerate(reply):
        if side is None and SEARCH.fullmatch(line):
            path = _named(reply[max(0, number - _BACK) : number]) or path
            old, new = [], []
            side = old
        elif side is old and _MIDDLE.fullmatch(line):
            side = new
        elif side is new and REPLACE.fullmatch(line):
            side = None
            yield Patched(path, replaced("\n".join([*old, ""]), "\n".join([*new, ""])))
        elif side is not None:
            side.append(line)


def _named(before: Sequence[str]) -> str:
    """The file that the last of these lines names; fences and blank lines are passed over."""
    for line in reversed(before):
        if REPLACE.fullmatch(line):
            break
        name = line.strip().lstrip("#").strip(_AROUND)
        if _NAME.fullmatch(name) and not FENCE.fullmatch(line):
            return name
    return ""


def _fenced(reply: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """What stands between fences, with the file named before each."""
    mark, inside, name = "", list[str](), ""
    for number, line in enumerate(reply):
        fence = FENCE.fullmatch(line)
        if mark and line.strip() == mark:
            yield name, inside
            mark = ""
        elif mark:
            inside.append(line)
        elif fence:
            mark, inside = fence[1], []
            name = _named(reply[max(0, number - _BACK) : number])


def _files(reply: Sequence[str]) -> Iterator[Patched]:
    for name, inside in _fenced(reply):
        yield Patched(name, whole("\n".join([*inside, ""])))


def _diffs(reply: Sequence[str]) -> Iterator[Patched]:
    for _, inside in _fenced(reply):
        path, diff = "", list[str]()
        for before, line in zip(["", *inside], [*inside, "+++ "], strict=True):
            if line.startswith("+++ ") and (before.startswith("--- ") or line == "+++ "):
                if path:
                    yield Patched(path, unified("\n".join([*diff, ""])))
                path, diff = line[4:].strip(), []
            else:
                diff.append(line)


def _patch(reply: Sequence[str]) -> tuple[Patched, ...]:
    text = "\n".join(reply)
    begin = text.find(BEGIN)
    body, end, _ = text[begin:].partition("*** End Patch")
    return patched(body + end) or () if begin >= 0 else ()
