"""What a change is: its title, files and agents, and what is written on its request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.text import shortened, visible
from affidavit.changes.forge.approvals import Answer
from affidavit.changes.forge.model import ReviewState
from affidavit.changes.model import Proof
from affidavit.changes.record.lacking import earlier, missing, no_value, nothing
from affidavit.changes.record.model import Agent, Asked, Box, Label, Size, WorkItem
from affidavit.changes.record.people import login
from affidavit.changes.record.text import LONGEST, boxes, issues, reverted
from affidavit.changes.record.value import (
    Listed,
    Source,
    SourceKind,
    Stated,
    Strength,
    commit_source,
    content,
    recorded,
    typed,
    unknown,
)
from affidavit.provenance.model import Tier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from affidavit.changes.forge.model import Event, PullRequest
    from affidavit.changes.record.flags import Flags
    from affidavit.changes.record.material import Material
    from affidavit.changes.record.model import Flag
    from affidavit.provenance.model import Claim

_MOST_LABELS = 200
"""Labels of one request that are shown."""
_NOTES = "refs/notes/"
_ROOT = "."
"""Stands for the files in the root."""
_UNSEEN = "the records hold no checkboxes of some of its reviews, only digests of their texts"
_UNREAD_MESSAGE = "a message of its commits could not be read"
_UNREAD = "its files are not known: trees are missing or damaged"


def title(material: Material) -> Stated[str]:
    """What it is called: by its request, else by its newest commit."""
    request = material.request
    if request is not None:
        return recorded(visible(shortened(request.data.title, 500)), request.source)
    newest = material.newest
    return typed(visible(shortened(newest.title, 500)), commit_source(newest.commit))


def landed_at(material: Material) -> Stated[str]:
    """When it came onto the branch, by its place in history."""
    newest = material.newest
    pull = newest.pull_request
    signed = pull is not None and pull.proof is Proof.FORGE_SIGNED
    return Stated(
        value=newest.landed_at,
        strength=Strength.SIGNED if signed else Strength.TYPED,
        source=commit_source(newest.commit),
    )


def asked(material: Material) -> Stated[Asked]:
    """The request that brought it in."""
    request, pull = material.request, material.newest.pull_request
    if request is not None:
        data = request.data
        found = Asked(
            forge=pull.forge if pull else "",
            number=str(data.number),
            url=visible(shortened(data.url, 500)),
            opened_at=data.created_at,
            opened_by=login(data.author),
        )
        return recorded(found, request.source)
    if pull is None:
        return no_value(material)
    signed = pull.proof is Proof.FORGE_SIGNED
    return Stated(
        value=Asked(forge=pull.forge, number=visible(shortened(pull.number, 100))),
        strength=Strength.SIGNED if signed else Strength.TYPED,
        source=commit_source(material.newest.commit),
    )


def untouched(material: Material) -> str | None:
    """Why not all paths that it touched are known; None where they are."""
    why = None
    for landing in material.landings:
        touched = material.touched.get(landing.commit)
        if touched is None or touched.more:
            why = _UNREAD if touched is None else "it touched more files than are compared"
    return why


def _each_path(material: Material, tell: Callable[[Sequence[str]], Sequence[str]]) -> Listed[str]:
    """What `tell` says of the paths of each landing, each once, by the landing that shows it."""
    found: dict[str, Stated[str]] = {}
    for landing in material.landings:
        touched = material.touched.get(landing.commit)
        for one in tell(touched.paths) if touched else ():
            found.setdefault(one, content(one, landing.commit))
    return Listed(
        items=tuple(found[one] for one in sorted(found)),
        why=untouched(material),
        source=commit_source(material.newest.commit),
    )


def component(material: Material) -> Listed[str]:
    """The folders in the root that it touched."""
    return _each_path(
        material,
        lambda paths: [path.partition("/")[0] if "/" in path else _ROOT for path in paths],
    )


def critical_paths(material: Material) -> Listed[str]:
    """The patterns of critical paths that its files match."""
    return _each_path(material, material.wishes.critical.touched)


def flags(material: Material, known: Flags) -> Listed[Flag]:
    """The sorts of files it touched that change how things run."""
    paths: dict[str, None] = {}
    for landing in material.landings:
        touched = material.touched.get(landing.commit)
        paths.update(dict.fromkeys(touched.paths if touched else ()))
    source = commit_source(material.newest.commit)
    items = tuple(content(one, material.newest.commit) for one in known.of(list(paths)))
    return Listed(items=items, why=untouched(material), source=source)


def size(material: Material) -> Stated[Size]:
    """How many files and lines it changed."""
    request = material.request
    if request is not None and request.data.changed_files is not None:
        data = request.data
        found = Size(
            files=data.changed_files or 0, additions=data.additions, deletions=data.deletions
        )
        return recorded(found, request.source)
    paths: set[str] = set()
    for landing in material.landings:
        touched = material.touched.get(landing.commit)
        if touched is None or touched.more:
            return unknown(_UNREAD if touched is None else "it has more files than are compared")
        paths.update(touched.paths)
    return content(Size(files=len(paths)), material.newest.commit)


def authorship(material: Material) -> Stated[str]:
    """Whose work it is, by the signals of its landings."""
    words = dict.fromkeys(str(one.authorship) for one in material.landings)
    if set(words) == {"no-signal"}:
        return unknown("nothing in its commits says whether a person or an agent wrote it")
    claims = [claim for one in material.landings for claim in one.deciding]
    signed = bool(claims) and all(one.tier is Tier.A for one in claims)
    return Stated(
        value=", ".join(words),
        strength=Strength.SIGNED if signed else Strength.TYPED,
        source=commit_source(material.newest.commit),
    )


def agents(material: Material) -> Listed[Agent]:
    """The AI agents that signals name, the strongest first; others may have left no trace."""
    groups: dict[tuple[object, ...], list[Claim]] = {}
    for landing in material.landings:
        for claim in landing.claims:
            key = (claim.tier, claim.agent, claim.role, claim.rule, claim.model, claim.session)
            groups.setdefault(key, []).append(claim)
    items = [_agent(found) for _, found in sorted(groups.items(), key=lambda one: str(one[0]))]
    why = "an agent that left no trace is not seen"
    return Listed(items=tuple(items), why=why)


def _agent(claims: Sequence[Claim]) -> Stated[Agent]:
    first = claims[0]
    noted = first.source.startswith(_NOTES)
    source = (
        Source(kind=SourceKind.NOTE, at=f"{first.source} {first.commit}", digest=first.digest)
        if noted
        else Source(kind=SourceKind.COMMIT, at=first.commit, digest=first.digest)
    )
    return Stated(
        value=Agent(
            agent=visible(first.agent),
            role=first.role,
            tier=first.tier,
            rule=first.rule,
            model=visible(first.model) if first.model else None,
            session=visible(first.session) if first.session else None,
            evidence=visible(first.evidence),
            commits=len({one.commit for one in claims}),
        ),
        strength=Strength.SIGNED if first.tier is Tier.A else Strength.TYPED,
        source=source,
    )


def checklist(material: Material) -> Listed[Box]:
    """The checkboxes of the request's text and of its reviews, these in the order they came."""
    request = material.request
    if request is None:
        return nothing(material)
    items = [*boxes(request.data.body or ""), *_reviewed(request.data)]
    whys = [] if request.data.body is not None else ["the forge did not tell the request's text"]
    if any(one.checklist is None and one.body_digest for one in request.data.reviews):
        whys.append(_UNSEEN)
    if lost := missing(material, "reviews", "reviews.checklist"):
        whys.append(lost)
    stated = tuple(typed(one, request.source) for one in items)
    return Listed(items=stated, why="; ".join(whys) or None, source=request.source)


def _reviewed(request: PullRequest) -> Iterator[Box]:
    for one in sorted(request.reviews, key=lambda each: (each.submitted_at or "", each.id or 0)):
        for item in one.checklist or () if one.state is not ReviewState.PENDING else ():
            words = visible(shortened(item.text, LONGEST))
            who, at = login(one.author), one.submitted_at
            yield Box(text=words, checked=item.checked, line=None, by=who, at=at)


def work_items(material: Material) -> Listed[WorkItem]:
    """The issues that its title, its request's text and its messages name, as typed."""
    pull = material.newest.pull_request
    own = {f"#{pull.number}", f"GH-{pull.number}"} if pull else set()
    found: dict[str, Stated[WorkItem]] = {}
    for place, text, source in _texts(material):
        for one in issues(text, title=place == "title"):
            if one not in own:
                item = WorkItem(text=visible(shortened(one, 300)), place=place)
                found.setdefault(one, typed(item, source))
    source = commit_source(material.newest.commit)
    return Listed(items=tuple(found.values()), why=_unread(material), source=source)


def reverts(material: Material) -> Listed[str]:
    """The commits and requests that it says it reverts, as typed."""
    found: dict[str, Stated[str]] = {}
    for _, text, source in _texts(material):
        for one in reverted(text):
            found.setdefault(one, typed(one, source))
    source = commit_source(material.newest.commit)
    return Listed(items=tuple(found.values()), why=_unread(material), source=source)


def _unread(material: Material) -> str | None:
    """Why its messages may say more."""
    if any(one.commit not in material.messages for one in material.landings):
        return _UNREAD_MESSAGE
    count = material.unread
    return f"the messages of {count:,} of its commits were not looked at" if count else None


def _texts(material: Material) -> Iterator[tuple[str, str, Source]]:
    request = material.request
    if request is not None:
        yield "title", request.data.title, request.source
        yield "text", request.data.body or "", request.source
    for commit, message in material.messages.items():
        first, _, rest = message.partition("\n")
        yield "title", first, commit_source(commit)
        yield "message", rest, commit_source(commit)


def labels(material: Material) -> Listed[Label]:
    """The labels of the request, also those that were taken off again."""
    request = material.request
    if request is None:
        return nothing(material)
    first = _first_set(request.data)
    names = _names(request.data, first)
    shown = names[:_MOST_LABELS]
    found = [recorded(_label(one, request.data, first), request.source) for one in shown]
    why = missing(material, "labels", "events")
    if len(names) > len(shown):
        why = why or f"{len(names) - len(shown):,} more are not shown"
    return Listed(items=tuple(found), why=why, source=request.source)


def _first_set(request: PullRequest) -> dict[str, Event]:
    """Of each label the event by which it was set first."""
    found: dict[str, Event] = {}
    for one in request.events:
        if one.kind == "labeled" and one.text:
            found.setdefault(one.text, one)
    return found


def _names(request: PullRequest, first: dict[str, Event]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*request.labels, *first)))


def _label(name: str, request: PullRequest, first: dict[str, Event]) -> Label:
    event = first.get(name)
    return Label(
        name=visible(shortened(name, 200)),
        set_at=event.at if event else None,
        set_by=login(event.actor) if event else None,
        before_merge=earlier(event.at, request.merged_at) if event else Answer.UNKNOWN,
        stands=name in request.labels,
    )


def emergency(material: Material) -> Stated[Label]:
    """The label that calls it an emergency, or none."""
    request = material.request
    if request is None:
        return no_value(material)
    wanted = {one.casefold() for one in material.wishes.emergency}
    first = _first_set(request.data)
    names = [one for one in _names(request.data, first) if one.casefold() in wanted]
    if names:
        return recorded(_label(names[0], request.data, first), request.source)
    why = missing(material, "labels", "events")
    return unknown(why) if why else recorded(None, request.source)
