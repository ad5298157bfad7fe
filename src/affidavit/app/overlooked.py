"""Branches beside the audited ones: with landings of their own, or with a name that reads alike."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from affidavit.app.branches import LOCAL, REMOTE, short, usual
from affidavit.base.alike import skeleton
from affidavit.base.limit import SHOWN, Limit, limit
from affidavit.base.text import shortened, visible
from affidavit.sources.git.header import header

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from affidavit.app.gather import Gathered, Source
    from affidavit.sources.git.objects import Objects
    from affidavit.sources.git.refs import Refs

MAIN = frozenset({"main", "master"})
"""Names that a repository's main branch has: landings there and nowhere else are a gap."""
OFTEN = MAIN | {"trunk", "develop"}
"""With names that it may have."""
MANY = 100
"""Landings of its own from which any other branch is named."""
DEPTH = 10_000
"""Landings of one branch that are counted."""
READS = 20_000
"""Commits that are read to count them."""
HEADS = 10_000
"""Branches beside the audited ones that are looked at."""

_BYTES = 4_096
_BRANCH = re.compile(r"\Arefs/(?:heads|remotes/[^/]+)/")
_HEAD = re.compile(r"\Arefs/remotes/[^/]+/HEAD\Z")
_PREFIX = re.compile(r"\A(?:(?:refs|heads|remotes|origin)/)+")
"""What is put before a branch's name to say where it is kept, and can be part of one, too."""


class _Beside(NamedTuple):
    """Branches that lead to commits on no audited branch, and what the audited ones are."""

    heads: dict[str, str]
    known: Collection[str]
    audited: Mapping[str, Sequence[str]]
    is_usual: bool
    """Whether what is audited is what would be without a word from the caller."""

    def gap(self, *, misleading: bool) -> bool:
        """Whether a `misleading` choice leaves a gap: not where the caller made it."""
        return self.is_usual and misleading


def overlooked(source: Source, gathered: Gathered) -> Iterator[Limit]:
    """What is to be said of branches that are not audited.

    A branch that bears a main branch's name, or many landings of its own, may be the one that
    counts; the name of another may have been chosen to be taken for it.
    """
    refs, audited = source.refs, gathered.selection.chains
    known = gathered.graph.parents.keys()
    beside = _Beside(
        heads={ref: id_ for ref, id_ in _others(refs, audited).items() if id_ not in known},
        known=known,
        audited=audited,
        is_usual=not usual(refs).isdisjoint(audited),
    )
    often = [ref for ref in beside.heads if _plain(ref) in OFTEN]
    yield from _main(source.objects, beside, often)
    yield from _long(source.objects, beside, [ref for ref in beside.heads if ref not in often])
    yield from _alike(refs, audited)


def _main(objects: Objects, beside: _Beside, often: Sequence[str]) -> Iterator[Limit]:
    heads = {ref: beside.heads[ref] for ref in often}
    own = _Own(objects, heads, beside.known, depth=DEPTH)
    refs = [ref for ref in often if own.counts.get(ref) != 0]
    if refs:
        text = (
            "Branches that bear a name main branches have hold landings that are on no audited"
            f" branch. Audited: {_named(beside.audited)}."
        )
        ours = {_plain(ref) for ref in refs if _is_ours(ref)}
        misleading = bool(ours) and (MAIN.isdisjoint(beside.audited) or not MAIN.isdisjoint(ours))
        gap = beside.gap(misleading=misleading)
        yield limit("main-branch-elsewhere", text, [own.told(ref) for ref in refs], gap=gap)


def _long(objects: Objects, beside: _Beside, rest: Sequence[str]) -> Iterator[Limit]:
    # A main branch may well have branches that are long. One of any other name may have been put in
    # the place of a branch that has more landings of its own than all it has.
    length = max(map(len, beside.audited.values())) if MAIN.isdisjoint(beside.audited) else 0
    depth = min(max(MANY, length + 1), DEPTH)
    ours = [ref for ref in rest if _is_ours(ref)]
    theirs = [ref for ref in rest if not _is_ours(ref)]
    # Each for itself: branches of other remotes must not use up what is read for these.
    counted = [
        _Own(objects, {ref: beside.heads[ref] for ref in refs[:HEADS]}, beside.known, depth=depth)
        for refs in (ours, theirs)
    ]
    long = [[ref for ref, count in own.counts.items() if count >= MANY] for own in counted]
    if any(long):
        text = (
            f"Branches hold {MANY} landings or more that are on no audited branch. Audited:"
            f" {_named(beside.audited)}."
        )
        told = [own.told(ref) for own, refs in zip(counted, long, strict=True) for ref in refs]
        most = max((counted[0].counts[ref] for ref in long[0]), default=0)
        gap = beside.gap(misleading=0 < length < most)
        yield limit("long-branches-elsewhere", text, told, gap=gap)
    if any(own.cut for own in counted) or max(len(ours), len(theirs)) > HEADS:
        text = "There are more commits beside the audited branches than are read to count landings."
        yield Limit("branches-uncounted", text, len(rest))


def _others(refs: Refs, audited: Mapping[str, object]) -> dict[str, str]:
    """Branches with the commits they name that are not audited under any of their names."""
    return {
        ref: id_
        for ref, id_ in refs.ids.items()
        if _BRANCH.match(ref)
        and not _HEAD.match(ref)
        and audited.keys().isdisjoint((short(ref), ref.removeprefix("refs/"), ref))
    }


def _plain(ref: str) -> str:
    """The branch's name, whichever remote it is of."""
    return _BRANCH.sub("", ref)


def _is_ours(ref: str) -> bool:
    """Whether the branch is one of this repository: another remote's is another's, as a fork's."""
    return ref.startswith((LOCAL, REMOTE))


def _named(audited: Mapping[str, Sequence[str]]) -> str:
    shown = [
        f"{visible(shortened(name, 100))} at {landings[0]}"
        for name, landings in islice(audited.items(), SHOWN)
    ]
    return ", ".join(shown) + (" and others" if len(audited) > SHOWN else "")


class _Own:
    """How many landings of their own branches have; a branch that cannot be read has no count."""

    def __init__(
        self, objects: Objects, heads: Mapping[str, str], known: Collection[str], *, depth: int
    ) -> None:
        self._heads = heads
        self._depth = depth
        self._above: dict[str, str | None] = {}
        commits = objects.peeled(dict.fromkeys(heads.values()))
        # Asked one by one: a difference of sets would go through the whole history.
        wave = {commit for commit in commits.values() if commit not in known}
        self.cut = self._read(objects, wave, known)
        """Whether there is more than is read."""
        lengths: dict[str, int] = {}
        for commit in commits.values():
            self._measure(commit, lengths)
        self.counts = {ref: lengths[commits[i]] for ref, i in heads.items() if i in commits}

    def told(self, ref: str) -> str:
        """The branch, its head, and how many landings of its own it has."""
        named = f"{visible(ref)} {self._heads[ref]}"
        if ref not in self.counts:
            return f"{named}: cannot be read"
        count = self.counts[ref]
        more = " or more" if self.cut or count >= self._depth else ""
        return f"{named}: {count:,}{more} landing{'' if count == 1 else 's'}"

    def _read(self, objects: Objects, wave: set[str], known: Collection[str]) -> bool:
        """Read what is below `wave`, first parents only; whether some was left."""
        above = self._above
        for _ in range(self._depth):
            if len(above) >= READS:
                return bool(wave)
            for found in objects.read(sorted(wave), max_size=_BYTES, head=_BYTES):
                parents = header(found.body, len(found.id)).parents if found.body else ()
                above[found.id] = parents[0] if parents else None
            following = {one for each in wave if (one := above[each]) and one not in above}
            wave = {one for one in following if one not in known}
            if not wave:
                break
        return False

    def _measure(self, commit: str, lengths: dict[str, int]) -> None:
        """Note in `lengths` how many commits follow each other from `commit` on."""
        path: list[str] = []
        at: str | None = commit
        while at in self._above and at not in lengths:
            path.append(at)
            at = self._above[at]
        length = lengths.get(at or "", 0)
        lengths.setdefault(commit, length)
        for one in reversed(path):
            length += 1
            lengths[one] = length


def _alike(refs: Refs, audited: Collection[str]) -> Iterator[Limit]:
    """Branches whose names read like an audited one's, or like a main branch's, and are others."""
    wanted = {skeleton(_PREFIX.sub("", name)) for name in (*audited, *MAIN)}
    longest = 2 * max(map(len, wanted))
    found: dict[str, dict[str, str]] = {}
    for ref in refs.ids:
        name = _BRANCH.sub("", ref)
        plain = _PREFIX.sub("", name)
        if name == ref or (plain.isascii() and len(plain) > longest):
            continue
        read_as = skeleton(plain)
        if read_as in wanted:
            found.setdefault(read_as, {})[ref] = name
    odd = [
        # A reader must see what differs.
        visible(ref).encode("ascii", "backslashreplace").decode("ascii")
        for names in found.values()
        for ref, name in names.items()
        if len(set(names.values())) > 1 or not name.isascii()
    ]
    if odd:
        text = (
            "Names of branches read alike and are not the same: they differ in case, in letters"
            " that look like others, in what is not seen, or in where they are kept."
        )
        yield limit("branch-names-alike", text, odd)
