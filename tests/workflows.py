"""Pipelines as data: a reader of the YAML that our templates are written in, and no more.

Mappings and lists in blocks, plain and quoted scalars, literal blocks. Whatever else YAML has is an
error here, so that what a template means is plain to whoever reads it.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

Node: TypeAlias = "str | dict[str, Node] | list[Node] | None"
_KEY = re.compile(r"([A-Za-z_][\w-]*):(?: (.*))?\Z")
_PLAIN = re.compile(r"[A-Za-z0-9_$.][^#]*\Z")
_COMMENT = re.compile(r"\s#.*\Z")


def parsed(text: str) -> dict[str, Node]:
    """The mapping that a pipeline's file is.

    Raises:
        ValueError: It is not of the YAML that is read here.
    """
    assert "\t" not in text
    lines = _Lines(text)
    found = _block(lines, 0)
    if not isinstance(found, dict) or lines.peek() is not None:
        raise ValueError(f"line {lines.at + 1}")
    return found


class _Lines:
    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.at = 0

    def peek(self) -> tuple[int, str] | None:
        """The indent and the words of the next line that says something."""
        while self.at < len(self.lines):
            line = self.lines[self.at]
            words = line.strip(" ")
            if words and not words.startswith("#"):
                return len(line) - len(line.lstrip(" ")), words
            self.at += 1
        return None

    def literal(self, indent: int) -> Iterator[str]:
        """The lines of a literal block below a line of that indent."""
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if line.strip() and len(line) - len(line.lstrip(" ")) <= indent:
                return
            self.at += 1
            yield line


def _block(lines: _Lines, indent: int) -> Node:
    found = lines.peek()
    if found is None or found[0] < indent:
        return None
    return _list(lines, found[0]) if found[1].startswith("- ") else _mapping(lines, found[0])


def _list(lines: _Lines, indent: int) -> list[Node]:
    items: list[Node] = []
    while (found := lines.peek()) and found[0] == indent and found[1].startswith("- "):
        rest = found[1][2:]
        if _KEY.match(rest):
            # The item is a mapping that begins on the line of its mark.
            lines.lines[lines.at] = " " * (indent + 2) + rest
            items.append(_mapping(lines, indent + 2))
        else:
            lines.at += 1
            items.append(_scalar(lines, rest, indent))
    return items


def _mapping(lines: _Lines, indent: int) -> dict[str, Node]:
    items: dict[str, Node] = {}
    while (found := lines.peek()) and found[0] == indent:
        key = _KEY.match(found[1])
        if key is None or key[1] in items:
            raise ValueError(f"line {lines.at + 1}: {found[1]}")
        lines.at += 1
        items[key[1]] = _scalar(lines, key[2], indent) if key[2] else _block(lines, indent + 1)
    if found and found[0] > indent:
        raise ValueError(f"line {lines.at + 1}: indented too far")
    return items


def _scalar(lines: _Lines, text: str, indent: int) -> Node:
    if text == "|":
        body = list(lines.literal(indent))
        inner = min(len(one) - len(one.lstrip(" ")) for one in body if one.strip())
        return "\n".join(one[inner:] for one in body).rstrip("\n") + "\n"
    if text == "{}":
        return {}
    if text.startswith('"'):
        found = json.loads(text)
        assert isinstance(found, str)
        return found
    plain = _COMMENT.sub("", text)
    if not _PLAIN.match(plain) or ": " in plain:
        raise ValueError(f"line {lines.at}: {text}")
    return plain
