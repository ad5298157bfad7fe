"""An export recorded in a ledger: a fact for each record, and one for how whole it is.

A fact has no given id: one made of a record would be a digest that guesses could be tried on. What
the ledger has of a thing is read back instead, and a record that differs is appended. The mark is
appended last: where a run was killed, the ledger claims no more than before.
"""

from __future__ import annotations

import hashlib
import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.app.clock import chance
from affidavit.app.forge.facts import HEAD, Mark, marks, records
from affidavit.app.forge.sealing import sealed
from affidavit.app.forge.subjects import Subjects
from affidavit.app.ledger.blobs import kept as blobs_of
from affidavit.app.ledger.kept import by, keeping, vault
from affidavit.app.ledger.view import View
from affidavit.base.canonical import canonical
from affidavit.base.errors import InputError
from affidavit.changes.forge.model import BranchRules, PullRequest, Repository, Unavailable
from affidavit.ledger.entry import Blob, Fact
from affidavit.ledger.forge import (
    CHANNEL,
    COLLECTED,
    OWN,
    RECORDED,
    CollectedSection,
    ForgeCollected,
)
from affidavit.sources.forge.reading import thing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.ledger.home import Home
    from affidavit.app.ledger.keeper import Keeper
    from affidavit.app.reading import Progress
    from affidavit.changes.forge.model import Line
    from affidavit.sources.forge.reading import Export, Section
    from affidavit.store.vault import Vault

ACTOR = "affidavit"
BATCH = 500
"""Records of one transaction."""
INLINE = 60_000
"""Bytes of a body, beyond which the content becomes a blob: an entry has at most 65,535."""
STEP = "recording the forge's records"
_SECTION = re.compile(r"[a-z][a-z_]{0,39}")
_encode = msgspec.json.Encoder().encode


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """How many records were recorded now, and how many the ledger had, or had newer ones of."""

    new: int
    known: int


class _Scanned(NamedTuple):
    """What is to be known of an export before its records are looked at one by one."""

    branches: frozenset[str]
    """Names and refs of the branches that requests are made for: they are nobody's own."""
    unavailable: frozenset[str]
    """The sections that could not be had last."""


class _Known(NamedTuple):
    """What the ledger has of a thing: when it was had, and what tells it from others."""

    fetched_at: str
    content: bytes


def recorded(place: Home, export: Export, progress: Progress) -> Recorded:
    """Record what `export` holds and the ledger at `place` does not.

    Raises:
        InputError: The export holds what cannot be recorded.
        AffidavitError: The ledger or its vault cannot be written to.
    """
    with keeping(place, progress=progress) as keeper, vault(place, keeper.log.origin) as kept:
        return _Recording(keeper, kept, export).record(progress)


class _Recording:
    """Records one export; the keeper and the vault are those of one ledger."""

    def __init__(self, keeper: Keeper, kept: Vault, export: Export) -> None:
        self._keeper = keeper
        self._kept = kept
        self._export = export
        head, self._scanned = export.head, _scanned(export)
        with kept.batch():
            self._subjects = Subjects(
                kept, head.host, f"{head.host}/{head.repository}", self._scanned.branches
            )
        self._thing = self._subjects.repository
        view = View(keeper.log.rows)
        self._mark = marks(view, kept).get(self._thing)
        self._known = {thing(one.data): _known(one) for one in records(view, kept, self._thing)}

    def record(self, progress: Progress) -> Recorded:
        """Record what is new, and then how whole it is."""
        new = done = 0
        total = self._export.counts.total()
        if self._mark is None:
            self._append([self._marked((), ())])
        lines = self._export.lines()
        while batch := list(islice(lines, BATCH)):
            fresh = [one for one in batch if self._is_new(one)]
            self._record(fresh)
            new += len(fresh)
            done += len(batch)
            progress.step(STEP, done, total)
        self._finish()
        return Recorded(new=new, known=done - new)

    def _is_new(self, line: Line) -> bool:
        """Whether the ledger lacks `line`. What it has of a later answer stays the newest."""
        known, own = self._known.get(thing(line.data)), _known(line)
        return known is None or (known != own and own.fetched_at >= known.fetched_at)

    def _record(self, lines: list[Line]) -> None:
        with self._kept.batch():
            made = [self._fact(one) for one in lines]
        contents = [content for _, content in made if content]
        self._append([fact for fact, _ in made], contents)

    def _fact(self, line: Line) -> tuple[Fact, bytes]:
        """A record as a fact, and its content where that lies beside the log."""
        content = sealed(line, self._subjects, self._kept, chance)
        body: dict[str, object] = {"repository": self._thing, "record": _sort(line)}
        data = canonical(content)
        if len(data) <= INLINE:
            return self._of(RECORDED, {**body, "content": content}), b""
        digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
        beside = Blob(digest=digest, media_type="application/octet-stream", size=len(data))
        return msgspec.structs.replace(self._of(RECORDED, body), blobs=(beside,)), data

    def _of(self, kind: str, body: dict[str, object]) -> Fact:
        return Fact(kind=kind, stream=f"{OWN}{self._thing}", actor=ACTOR, body=body)

    def _append(self, facts: list[Fact], contents: list[bytes] | None = None) -> None:
        if facts:
            self._keeper.append(facts, by(CHANNEL), blobs_of(contents or ()))

    def _finish(self) -> None:
        """Say how whole it is, where the ledger does not say so."""
        sections = tuple(_sections(self._export, self._mark))
        mark = self._mark
        before = set(mark.body.unavailable) if mark else set[str]()
        still = before - self._export.sections.keys()
        missing = tuple(sorted(still | self._scanned.unavailable))
        told = mark and (mark.body.sections, mark.body.unavailable, mark.head)
        if told != (sections, missing, self._export.head):
            self._append([self._marked(sections, missing)])

    def _marked(self, sections: tuple[CollectedSection, ...], unavailable: tuple[str, ...]) -> Fact:
        head = _encode(self._export.head).decode()
        body = ForgeCollected(
            repository=self._thing,
            head=self._kept.commit(self._thing, HEAD, head),
            sections=sections,
            unavailable=unavailable,
        )
        return self._of(COLLECTED, msgspec.to_builtins(body))


def _known(line: Line) -> _Known:
    content = hashlib.blake2b(_encode(line), digest_size=16).digest()
    return _Known(line.origin.fetched_at, content)


def _sort(line: Line) -> str:
    return str(type(line.data).__struct_config__.tag)


def _sections(export: Export, mark: Mark | None) -> Iterator[CollectedSection]:
    """How whole each section is: as the export says, unless the ledger knows a later time."""
    found = {one.section: one for one in mark.body.sections} if mark else {}
    for name, section in export.sections.items():
        own, known = _section(name, section), found.get(name)
        if known is None or (own.at or "") >= (known.at or ""):
            found[name] = own
    return (found[name] for name in sorted(found))


def _section(name: str, section: Section) -> CollectedSection:
    done = section.done
    if done is None:
        return CollectedSection(section=_checked(name))
    return CollectedSection(
        section=_checked(name),
        at=done.at,
        since=done.since,
        count=done.count,
        requests=done.requests,
    )


def _checked(section: str) -> str:
    """The name of a section, which stands in clear.

    Raises:
        InputError: It is no word.
    """
    if not _SECTION.fullmatch(section):
        raise InputError(f"{section[:40]!a} is no section, so it is not recorded")
    return section


def _scanned(export: Export) -> _Scanned:
    branches, unavailable = set[str](), set[str]()
    for line in export.lines():
        match line.data:
            case PullRequest(base_ref=name) | BranchRules(branch=name):
                branches.add(name)
            case Repository(default_branch=str() as name):
                branches.add(name)
            case Unavailable(what=what):
                unavailable.add(_checked(what))
    refs = {f"refs/heads/{one}" for one in branches}
    return _Scanned(frozenset(branches | refs), frozenset(unavailable))
