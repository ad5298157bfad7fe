"""A repository's configuration as data: nothing in it is obeyed, nothing it includes is read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from affidavit.sources.git.files import contents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.sources.git.locate import Store

CONFIG_BYTES = 4 << 20
"""How much of a configuration file is read."""

_SECTION = re.compile(rb'\s*\[\s*([A-Za-z0-9.-]+)\s*(?:"((?:[^"\\\n]|\\[^\n])*)")?\s*\]', re.ASCII)
_KEY = re.compile(rb"\s*([A-Za-z][A-Za-z0-9-]*)[ \t]*(=?)", re.ASCII)
_ESCAPES = {b"n": b"\n", b"t": b"\t", b"b": b"\b", b'"': b'"', b"\\": b"\\"}
_VALUE = re.compile(rb'\\(?P<escape>[^\n]?)|(?P<quote>")|(?P<comment>[#;])|(?P<plain>[^\\"#;]+)')


class Setting(NamedTuple):
    """One value: `name` is ``section.key`` in lower case; `within` the quoted subsection."""

    name: str
    within: bytes
    value: bytes


def settings(store: Store) -> Iterator[Setting]:
    """Every value of the common configuration file, in its order.

    What does not parse is passed over, for nothing here is obeyed.
    """
    text = contents(store.common_dir / "config", CONFIG_BYTES, within=store.common_dir)
    yield from parsed(text or b"")


def parsed(text: bytes) -> Iterator[Setting]:
    """The values of `text`, in the format of git-config(1)."""
    section, within = "", b""
    for line in _joined(text):
        rest = line
        header = _SECTION.match(line)
        if header:
            section, within = _section(header)
            rest = line[header.end() :]
        key = _KEY.match(rest)
        if key and section:
            name = f"{section}.{key[1].decode('ascii').lower()}"
            yield Setting(name, within, _value(rest[key.end() :]) if key[2] else b"true")


def _section(header: re.Match[bytes]) -> tuple[str, bytes]:
    """Section and subsection; the old form ``[remote.origin]`` gives its second part."""
    name, quoted = header[1].decode("ascii"), header[2]
    if quoted is not None:
        return name.lower(), re.sub(rb"\\(.)", rb"\1", quoted)
    first, _, second = name.partition(".")
    return first.lower(), second.lower().encode("ascii")


def _joined(text: bytes) -> Iterator[bytes]:
    """Lines, those that end in an odd number of backslashes joined with the next."""
    held: list[bytes] = []
    for line in text.replace(b"\r\n", b"\n").split(b"\n"):
        if (len(line) - len(line.rstrip(b"\\"))) % 2:
            held.append(line[:-1])
            continue
        yield b"".join((*held, line))
        held.clear()
    if held:
        yield b"".join(held)


def _value(text: bytes) -> bytes:
    """A value without quotes, escapes, comment and the blanks around it."""
    parts: list[bytes] = []
    kept = 0
    quoted = False
    for token in _VALUE.finditer(text):
        if token["quote"]:
            quoted = not quoted
        elif token["comment"] and not quoted:
            break
        else:
            parts.append(_piece(token))
        kept = len(parts) if quoted else kept
    head, tail = b"".join(parts[:kept]), b"".join(parts[kept:]).rstrip()
    return (head + tail).lstrip() if not kept else head.lstrip() + tail


def _piece(token: re.Match[bytes]) -> bytes:
    escape = token["escape"]
    return token[0] if escape is None else _ESCAPES.get(escape, escape)
