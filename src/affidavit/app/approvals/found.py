"""Signed approvals where they lie: in git notes, in files of facts, in a ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.app.ledger.importing import lines_at
from affidavit.app.ledger.noting import REF
from affidavit.base.errors import AffidavitError, FormatError, UnreadableError
from affidavit.base.text import shortened, visible
from affidavit.changes.approval.predicate import Read, read
from affidavit.identity.ssh.errors import SshSignatureError
from affidavit.identity.ssh.signature import parse_blob
from affidavit.ledger.approved import SIGNED, ApprovalSigned
from affidavit.ledger.bundle import parse_line
from affidavit.ledger.dsse import Envelope, Signed, parse_envelope
from affidavit.ledger.entry import read_entry
from affidavit.ledger.kinds import named
from affidavit.sources.git.notes import TREE_BYTES, note_bodies
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.tree import FILES, FOLDER, entries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from affidavit.app.ledger.view import View
    from affidavit.ledger.bundle import Line
    from affidavit.ledger.entry import Subject
    from affidavit.sources.git.private import PrivateGit
    from affidavit.sources.git.refs import Refs

MOST = 1_000
"""Signatures about one commit that are judged."""
_MARK = b'"kind":"approval.signed.v1"'
"""In the bytes of every entry of that kind, and of few others."""
_STEP = 256
_SHOWN = 200


class Said(NamedTuple):
    """A body of a fact of the kind, its subject, where it stands, and its entry in a ledger.

    `line` is what it stands in elsewhere: anybody may have signed that.
    """

    body: object
    subject: Subject | None
    source: str
    entry: int | None = None
    line: Line | None = None


class Signature(NamedTuple):
    """One signature under one decision: the envelope has no other. `indexes` are of entries."""

    envelope: Envelope
    read: Read
    source: str
    indexes: tuple[int, ...]


class Gathered:
    """What was found about one commit, each signature once, and what could not be read.

    `passed` are lines that hold no approval and that none of those signed whom the base `believes`.
    """

    def __init__(self, commit: str, tree: str, believes: Callable[[Line], bool]) -> None:
        self.unread: list[str] = []
        self.passed: list[str] = []
        self._believes = believes
        self._ids = {commit, tree}
        self._found: dict[tuple[str, bytes], Signature] = {}

    @property
    def found(self) -> tuple[Signature, ...]:
        """The signatures, by the digest of their statement and their bytes."""
        return tuple(self._found[each] for each in sorted(self._found))

    def take(self, source: str, said: Callable[[], Iterable[Said]]) -> None:
        """Take in what `said` tells; that `source` cannot be read is told, and ends nothing."""
        try:
            for each in said():
                self._take(each)
        except AffidavitError as error:
            self._tell(f"{source}: {error.message}", self.unread)

    def _take(self, said: Said) -> None:
        try:
            envelope, what = _read(said)
        except FormatError as error:
            if self._is_about(said.subject, None):
                strange = said.line is not None and not self._believes(said.line)
                self._tell(error.message, self.passed if strange else self.unread)
            return
        if self._is_about(said.subject, what):
            self._add(envelope, what, said)

    def _is_about(self, subject: Subject | None, what: Read | None) -> bool:
        """Whether a fact, or what was signed, names the commit or its tree."""
        told = {subject.commit, subject.tree} if subject else set()
        return bool(self._ids & {*told, *((what.commit, what.tree) if what else ())})

    def _add(self, envelope: Envelope, what: Read, said: Said) -> None:
        for one in envelope.signatures:
            alone = Envelope(envelope.payload_type, envelope.payload, (_named(one),))
            key = (envelope.digest(), one.signature)
            known = self._found.get(key)
            indexes = () if said.entry is None else (said.entry,)
            if known is not None:
                self._found[key] = known._replace(indexes=(*known.indexes, *indexes))
            elif len(self._found) < MOST:
                self._found[key] = Signature(alone, what, said.source, indexes)
            else:
                self._tell(f"more than {MOST:,} signatures are about the commit", self.unread)

    def _tell(self, text: str, among: list[str]) -> None:
        told = shortened(visible(text), _SHOWN)
        if told not in among and len(among) < MOST:
            among.append(told)


def _read(said: Said) -> tuple[Envelope, Read]:
    """The envelope in a fact, and what it says.

    Raises:
        FormatError: There is none, or the fact says something else.
    """
    try:
        body = msgspec.convert(said.body, ApprovalSigned)
    except msgspec.ValidationError as error:
        raise FormatError(f"{said.source}: {named(error, 'body')}") from error
    envelope = parse_envelope(body.envelope.encode(), place=said.source)
    what = read(envelope, place=said.source)
    if (body.statement, body.decision) != (envelope.digest(), what.approval.decision):
        raise FormatError(f"{said.source}: the fact says something else than what was signed")
    return envelope, what


def _named(signed: Signed) -> Signed:
    """`signed` under the fingerprint of its key, whatever name it came under."""
    try:
        return Signed(parse_blob(signed.signature).key.fingerprint, signed.signature)
    except SshSignatureError:
        return signed


def in_notes(git: PrivateGit, refs: Refs, commit: str) -> Iterator[Said]:
    """Those in the notes on `commit`, whatever they say that they are about.

    Raises:
        UnreadableError: The notes on it cannot be read whole.
    """
    tip = refs.get(REF)
    if tip is None:
        return
    with Objects(git) as objects:
        root = objects.tree_of(objects.peeled([tip]).get(tip, ""))
        blobs = list(_blobs(objects, root, commit.encode()))
        bodies = [body for _, body in note_bodies(objects, {commit: blobs})]
        if objects.limits:
            raise UnreadableError(f"{REF} cannot be read whole: {objects.limits[0].text}")
    lines = (line for body in bodies for line in body.split(b"\n") if line)
    yield from _of_lines(lines, f"{REF} of {commit}")


def _blobs(objects: Objects, tree: str, rest: bytes) -> Iterator[str]:
    """The notes in `tree` whose path spells `rest`, with or without folders of two digits."""
    body = objects.one(tree, kind="tree", max_size=TREE_BYTES)
    if body is None:
        raise UnreadableError(f"a folder of {REF} cannot be read")
    folders = list[str]()
    for mode, name, id_ in entries(body, objects.raw_length):
        if mode in FILES and name.lower() == rest:
            yield id_
        elif mode == FOLDER and len(rest) > 2 and name.lower() == rest[:2]:
            folders.append(id_)
    for each in folders:
        yield from _blobs(objects, each, rest[2:])


def in_file(path: Path) -> Iterator[Said]:
    """Those in a file of facts.

    Raises:
        AffidavitError: It cannot be read.
    """
    return _of_lines(lines_at(path), path.name)


def _of_lines(lines: Iterable[bytes], source: str) -> Iterator[Said]:
    """A line of another form is no fact, and so no approval."""
    for number, data in enumerate(lines, 1):
        try:
            line = parse_line(data)
        except FormatError:
            continue
        if line.fact.kind == SIGNED:
            place = f"{source}, line {number}"
            yield Said(line.fact.body, line.fact.subject, place, line=line)


def in_ledger(view: View) -> Iterator[Said]:
    """Those in a ledger, with the numbers of their entries.

    Raises:
        DamagedError: An entry is none.
    """
    for first in range(0, view.size, _STEP):
        for index, data in enumerate(
            view.rows.entries(first, min(first + _STEP, view.size)), first
        ):
            if _MARK in data:
                entry = read_entry(data, index)
                if entry.kind == SIGNED:
                    yield Said(_body(entry.body), entry.subject, f"entry {index}", index)


def _body(raw: msgspec.Raw) -> object:
    """The body, which may hold anything; what is no JSON is no approval either."""
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
