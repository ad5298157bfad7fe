"""What a forge's records show of the rules and settings now, from an export or asked for live."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit import __version__
from affidavit.app.asking.live import Brief
from affidavit.base.errors import InputError, UsageError
from affidavit.base.text import shortened, visible
from affidavit.changes.forge.model import BranchRules, Line, Repository, Ruleset
from affidavit.changes.record.material import Kept
from affidavit.controls.cc8.rules import History
from affidavit.sources.forge.reading import Export
from affidavit.sources.git.remote import remote_url
from affidavit.sources.github.repository import repository
from affidavit.sources.github.rest import Rest
from affidavit.sources.github.rules import branch_rules
from affidavit.sources.github.rulesets import listed, ruleset
from affidavit.sources.github.server import server
from affidavit.sources.github.transport import RefusedError, Transport

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from affidavit.app.collecting.wanted import Told
    from affidavit.sources.git.locate import Store
    from affidavit.sources.github.token import Token

_SLUG = re.compile(r"([A-Za-z0-9_.-]{1,100})/([A-Za-z0-9_.-]{1,100})")
_END = "9999-12-30T00:00:00Z"
_REMOTE = re.compile(r"(?:https?|ssh)://[^/]+/([^/]+)/([^/]+?)(?:\.git)?/?\Z")


class Place(NamedTuple):
    """Where is asked: the REST base, and ``OWNER/NAME`` where the remote does not say it."""

    url: str
    repository: str | None = None


class Now(msgspec.Struct, frozen=True, kw_only=True):
    """The newest records: of the repository, of its default branch, and the rulesets of then.

    `where` says whose they are and as of when.
    """

    where: str
    repository: Repository
    rules: BranchRules | None
    history: History


def meant(store: Store, given: str | None) -> str | None:
    """``OWNER/NAME`` of the repository on its forge: as `given`, else as the remote says it.

    Raises:
        UsageError: What is given is no such name.
    """
    if given is None and _REMOTE.match(remote_url(store) or "") is None:
        return None
    return "/".join(_named(store, given))


def exported(path: Path, own: str | None = None) -> Now:
    """What the newest records of an export show; `own` is whose they have to be, if that is known.

    Raises:
        InputError: It is none, or tells nothing of the repository.
        UnreadableError: It cannot be read.
        UsageError: They are another repository's.
    """
    export = Export(path)
    told = visible(shortened(export.head.repository, 200))
    if own is not None and told.casefold() != own.casefold():
        hint = "give --repository OWNER/NAME if that is another name of this one"
        why = f"the export is of the repository {told}, and {visible(own)} is meant"
        raise UsageError(why, hint=hint)
    kinds = (Repository, BranchRules, Ruleset)
    lines = (one for one in export.lines() if isinstance(one.data, kinds))
    return _now(lines, f"{export.head.host}/{export.head.repository}")


def live(store: Store, at: Place, token: Token, told: Told) -> Now:
    """What the GitHub of the place tells now, or of the remote ``origin``.

    Raises:
        UsageError: Nothing says which repository it is.
        ForgeError: The forge does not tell.
    """
    place = server(at.url)
    owner, name = _named(store, at.repository)
    with Transport(place, token, Brief(told), agent=f"affidavit/{__version__}") as transport:
        return _now(_asked(Rest(transport, owner, name)), f"{place.host}/{owner}/{name}")


def _named(store: Store, given: str | None) -> tuple[str, str]:
    if given is not None:
        named = _SLUG.fullmatch(given)
        if named is None:
            raise UsageError(f"--repository is OWNER/NAME, not {given[:80]!a}")
        return named[1], named[2]
    found = _REMOTE.match(remote_url(store) or "")
    if found is None:
        hint = "give --repository OWNER/NAME, and --api-url where it is another server"
        why = "the remote origin does not say which repository of GitHub this is"
        raise UsageError(why, hint=hint)
    return found[1], found[2]


class _Every:
    """Versions of rulesets that need not be asked for: all of them."""

    def __contains__(self, _item: object) -> bool:
        return True


def _asked(rest: Rest) -> Iterator[Line]:
    own = repository(rest)
    yield own
    assert isinstance(own.data, Repository)
    if own.data.default_branch is not None:
        yield branch_rules(rest, own.data.default_branch)
    try:
        for id_ in listed(rest):
            yield from ruleset(rest, id_, _Every())
    except RefusedError:
        # Without them nobody knows who may pass the rules by: what is asked of them is unknown.
        return


def _now(lines: Iterable[Line], who: str) -> Now:
    """The newest of each; a ruleset as it is now counts from the moment of the rules on."""
    newest: dict[tuple[str, object], Line] = {}
    for line in lines:
        if (key := _key(line)) is not None:
            before = newest.get(key)
            newest[key] = line if before is None or _at(before) <= _at(line) else before
    own = newest.get(("repository", None))
    if own is None:
        raise InputError(f"nothing is told of the repository {who}")
    assert isinstance(own.data, Repository)
    rules = newest.get(("rules", own.data.default_branch))
    data = rules.data if rules else None
    assert data is None or isinstance(data, BranchRules)
    at = _at(rules) if rules else own.data.at
    kept = [_kept(line, at) for line in newest.values() if isinstance(line.data, Ruleset)]
    history = History(
        branch=own.data.default_branch or "",
        default=True,
        snapshots=() if rules is None or data is None else (Kept(origin=rules.origin, data=data),),
        rulesets=tuple(one for pair in kept for one in pair),
        pushes=(),
        rules_absent=None,
        activity_absent=None,
    )
    return Now(where=f"{who} as of {at}", repository=own.data, rules=data, history=history)


def _key(line: Line) -> tuple[str, object] | None:
    match line.data:
        case Repository():
            return "repository", None
        case BranchRules(branch=branch):
            return "rules", branch
        case Ruleset(id=id_, version=None):
            return "ruleset", id_
    return None


def _at(line: Line) -> str:
    found = line.data
    assert isinstance(found, Repository | BranchRules | Ruleset)
    return found.at


def _kept(line: Line, at: str) -> tuple[Kept[Ruleset], Kept[Ruleset]]:
    """A ruleset as one version that is in force from `at` on, and does not end."""
    found = line.data
    assert isinstance(found, Ruleset)
    first = msgspec.structs.replace(found, at=at, version=1)
    last = msgspec.structs.replace(found, at=_END)
    return Kept(origin=line.origin, data=first), Kept(origin=line.origin, data=last)
