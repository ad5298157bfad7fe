"""A commit's fields, parsed from its verified body by rules that never fail."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

from affidavit.base.commit import Commit, Ident
from affidavit.base.limit import Finding
from affidavit.base.period import EARLIEST, LATEST
from affidavit.sources.git.charset import CODECS, UTF_8, WIDE
from affidavit.sources.git.header import header, header_end, header_time, line, stated_time

if TYPE_CHECKING:
    from affidavit.sources.git.graph import Graph

__all__ = ["Note", "Oddities", "Read", "header_time", "ident", "parse"]

Note = Callable[[str, str], None]
"""Takes what is odd about a commit (a key of `ODDITIES`) and the commit's id."""

ODDITIES = MappingProxyType(
    {
        "unknown-encoding": (
            "Commits name a character set that is not known, or do not keep to the one they name;"
            " their text was read as it stands."
        ),
        "wide-encoding": (
            "Commits name a character set of two or four bytes a character over a message that is"
            " not in it: it reads as UTF-8, and was read so."
        ),
        "nul-in-message": (
            "Commit messages hold a NUL byte, at which git stops to show them; all of each was"
            " read."
        ),
        "no-usable-date": "Commits state no committer date in the years 1 to 9999.",
        "odd-identity": (
            "Commits name no author or committer in the form that git writes, with an address"
            " between < and >: git shows nobody. What of such a line makes sense was read."
        ),
        "repeated-header": (
            "Commits state an author, committer or character set more than once; the first counts."
        ),
    }
)
"""What `parse` notes, with the sentence of the limit that says so."""

_IDENT = rb" ([^<>\n]*)<([^<>\n]*)> (-?[0-9]{1,15}) [^<>\n]*\n"
_SIGNATURE = rb"(gpgsig(?:-sha256)? [^\n]*\n(?: [^\n]*\n)*)?"


def _usual(id_length: int) -> re.Pattern[bytes]:
    """A commit as git writes most of them: no header but these, a signature perhaps."""
    id_ = b"[0-9a-f]{%d}" % id_length
    return re.compile(
        b"tree (%b)\n((?:parent %b\n)*)author%bcommitter%b%b\n"
        % (id_, id_, _IDENT, _IDENT, _SIGNATURE)
    )


_USUAL = MappingProxyType({40: _usual(40), 64: _usual(64)})
_NOBODY = Ident("", "")
_SPLIT = re.compile(rb"([^<]*)<([^>]*)>(.*)\Z", re.DOTALL)
_NUMBER = re.compile(rb"[+-]?[0-9]+\Z")
_AROUND = b" \t\r<>()\"',;"


class Read(msgspec.Struct, frozen=True, gc=False):
    """A commit of which a walk has read all headers: git's usual, and perhaps a signature."""

    body: bytes
    author: Ident
    committer: Ident
    signed: bool

    def commit(self, id_: str, graph: Graph, note: Note) -> Commit:
        """The commit `id_`, as `parse` would have it; `graph` is what the walk found."""
        tree, _, message = self.body.partition(b"\n\n")
        if b"\0" in message:
            note("nul-in-message", id_)
        return Commit(
            id=id_,
            tree=tree[5 : 5 + len(id_)].decode(),
            parents=graph.parents[id_],
            author=self.author,
            committer=self.committer,
            committer_time=graph.times[id_],
            message=message,
            signed=self.signed,
        )


class Oddities:
    """Collects what `parse` notes, and says it as limits."""

    def __init__(self) -> None:
        self._ids: dict[str, list[str]] = {}

    def __call__(self, word: str, id_: str) -> None:
        """Keep that the commit `id_` is odd in the way that `word` names."""
        self._ids.setdefault(word, []).append(id_)

    @property
    def findings(self) -> list[Finding]:
        """One for each kind of oddity met."""
        return [Finding(word, ODDITIES[word], tuple(ids)) for word, ids in self._ids.items()]


def _ignored(_word: str, _id: str) -> None:
    """Take no notice."""


def parse(id: str, body: bytes, note: Note = _ignored) -> Commit:  # noqa: A002 - git's word for it
    """The commit that `body`, which hashes to `id`, states.

    Only ``parent`` lines directly after the tree are parents; of two author lines the first counts;
    a message keeps its NUL bytes. Nothing raises: what is missing or makes no sense is empty or
    ``None``, and `note` is told.
    """
    found = _USUAL[len(id)].match(body)
    if found is None:
        return _examined(id, body, note)
    tree, parents, name, email, _, name_2, email_2, stated, signature = found.groups()
    time = int(stated)
    if not EARLIEST <= time <= LATEST:
        return _examined(id, body, note)
    message = body[found.end() :]
    if b"\0" in message:
        note("nul-in-message", id)
    return Commit(
        id=id,
        tree=tree.decode(),
        parents=tuple(parents.decode().replace("parent ", "").split()),
        author=_ident(name, email),
        committer=_ident(name_2, email_2),
        committer_time=time,
        message=message,
        signed=signature is not None,
    )


def ident(typed: bytes) -> Ident:
    """Who `typed` (``Name <address>`` of a commit in UTF-8, in git's usual form) is."""
    name, _, email = typed.partition(b"<")
    return _ident(name, email[:-1])


def _ident(name: bytes, email: bytes) -> Ident:
    return Ident(name.strip().decode("utf-8", "replace"), email.strip().decode("utf-8", "replace"))


def _examined(id_: str, body: bytes, note: Note) -> Commit:
    """The same for a body of any other form."""
    top = header(body, len(id_))
    end = header_end(body)
    headers = b"\n" + body[top.rest : end]
    codec = _codec(id_, headers, note)
    author, _ = _signed_by(headers, b"author", codec)
    committer, committer_time = _signed_by(headers, b"committer", codec)
    if not (_is_split(headers, b"author") and _is_split(headers, b"committer")):
        note("odd-identity", id_)
    raw = _message(body, end)
    if codec in WIDE and _is_plain(raw):
        note("wide-encoding", id_)
        codec = ""
    recoded = _recoded(raw, codec)
    message = raw if recoded is None else recoded
    if recoded is None:
        note("unknown-encoding", id_)
    if committer_time is None:
        note("no-usable-date", id_)
    if b"\0" in message:
        note("nul-in-message", id_)
    return Commit(
        id=id_,
        tree=top.tree,
        parents=top.parents,
        author=author,
        committer=committer,
        committer_time=committer_time,
        message=message,
        signed=b"\ngpgsig" in headers,
    )


def _codec(id_: str, headers: bytes, note: Note) -> str:
    """Python's name for the charset that the headers state; empty for UTF-8 or an unknown one."""
    if any(headers.count(b"\n" + name) > 1 for name in (b"author ", b"committer ", b"encoding ")):
        note("repeated-header", id_)
    stated = line(headers, b"encoding", len(headers))
    if stated is None:
        return ""
    name = stated.strip().decode("ascii", "replace").lower()
    if name not in CODECS and name not in UTF_8:
        note("unknown-encoding", id_)
    return CODECS.get(name, "")


def _signed_by(headers: bytes, role: bytes, codec: str) -> tuple[Ident, int | None]:
    """Name and address as git splits them, and the time after the last ``>``.

    Where git finds no address between angle brackets it shows nobody; nobody is hidden that way.
    """
    text = line(headers, role, len(headers))
    if text is None:
        return _NOBODY, None
    found = _SPLIT.match(text)
    if found is None:
        return _loose(text, codec), None
    name, email, tail = found.groups()
    who = Ident(_text(name.strip(), codec), _text(email.strip(), codec))
    return who, stated_time(tail.rpartition(b">")[2])


def _is_split(headers: bytes, role: bytes) -> bool:
    """Whether git can tell name and address on the line of `role`."""
    text = line(headers, role, len(headers))
    return text is not None and _SPLIT.match(text) is not None


def _loose(text: bytes, codec: str) -> Ident:
    """Who a line without an address between angle brackets means, its date left out."""
    words = text.split()
    while words and _NUMBER.match(words[-1]):
        del words[-1]
    at = next((place for place, word in enumerate(words) if b"@" in word), len(words))
    email = b"".join(words[at : at + 1]).strip(_AROUND)
    name = b" ".join((*words[:at], *words[at + 1 :])).strip(_AROUND)
    return Ident(_text(name, codec), _text(email, codec))


def _text(data: bytes, codec: str) -> str:
    return data.decode("utf-8" if not codec or codec in WIDE else codec, "replace")


def _message(body: bytes, end: int) -> bytes:
    """What follows the empty line after the headers."""
    return body[end + 3 :] if body.startswith(b"\n\r\n", end) else body[end + 2 :]


def _is_plain(message: bytes) -> bool:
    """Whether `message` is text in UTF-8: what is really in a wide charset holds NUL bytes."""
    try:
        message.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\0" not in message


def _recoded(message: bytes, codec: str) -> bytes | None:
    """`message` in UTF-8, or ``None`` where it does not keep to its charset."""
    if not codec:
        return message
    try:
        return message.decode(codec).encode("utf-8")
    except UnicodeError:
        return None
