"""The policy's input, put together from all that was read."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.asking.model import MERGES, ForgeNow
from affidavit.app.gate.owned import Owned
from affidavit.app.gate.ran import checks, required
from affidavit.app.gate.reviews import Asked, Reviews
from affidavit.app.gate.voices import Voice, ai_use, approvals, checklist, heard
from affidavit.base.text import shortened, visible
from affidavit.changes.checklist import tasks
from affidavit.changes.forge.approvals import is_bot, who_of
from affidavit.changes.forge.model import Account, ChecklistItem
from affidavit.changes.gate.answers import used
from affidavit.changes.gate.touched import classes, listed
from affidavit.changes.review import Hands
from affidavit.changes.same_hand import first_alike
from affidavit.controls.cc8.rules import snapshot_layers, weaker
from affidavit.identity.member import Role
from affidavit.policy.input import (
    FORMAT,
    Ai,
    Authors,
    Change,
    Emergency,
    Gate,
    PolicyInput,
    Scan,
    Waiver,
)
from affidavit.provenance.model import PartyKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from affidavit.policy.input import Checks

LONGEST_BOX = 200
"""Characters of a checkbox of the request's text."""


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """All that was read of one change. `told` is whether every approval is among the voices.

    `asks` is whether a forge was asked, `stale` whether its records are too old to tell what ran.
    """

    asked: Asked
    asks: bool
    forge: ForgeNow | None
    reviews: Reviews | None
    hands: Hands
    needed: int
    voices: tuple[Voice, ...]
    told: bool
    objections: bool
    stale: bool = False
    waivers: tuple[Waiver, ...]
    scan: Scan
    patterns: Mapping[str, tuple[str, ...]]


def filled(read: Read) -> PolicyInput:
    """The input, still without a score; what is unknown is named."""
    asked, forge = read.asked, read.forge
    files = asked.span.landed
    paths, cut = listed(files.files)
    ran = _checks(read)
    owned = Owned(asked.base, asked.persons, read.voices)
    found = PolicyInput(
        format=FORMAT,
        purpose="merge",
        at=asked.now,
        forge=read.asks,
        repository=visible(shortened(forge.repository, 300)) if forge else None,
        branch=visible(shortened(forge.request.base_ref, 300)) if forge else None,
        change=_change(read),
        paths=paths if files.whole else None,
        paths_cut=cut or not files.whole,
        classes=classes(
            files.files, read.patterns, asked.base.settings.critical,
            owned=partial(owned.of, told=read.told),
        ) if files.whole else None,
        teams=owned.teams(files, told=read.told),
        labels=_labels(forge),
        ai=_ai(read),
        authors=_authors(read),
        approvals=approvals(
            read.voices, read.needed, told=read.told, objections=read.objections
        ),
        checklist=checklist(heard(read.voices)),
        checks=ran,
        scan=read.scan,
        emergency=_emergency(read),
        waivers=read.waivers,
        gate=_gate(read),
        score=None,
        unknown=(),
    )  # fmt: skip
    return msgspec.structs.replace(found, unknown=tuple(sorted(unknown(found))))


def _change(read: Read) -> Change:
    span, request = read.asked.span, read.forge.request if read.forge else None
    files = span.files
    return Change(
        base=span.base,
        head=span.head,
        tree=span.tree,
        merge_base=span.merge_base,
        request=request.number if request else None,
        draft=request.draft if request else None,
        commits=None if span.commits is None else len(span.commits),
        files=len(files.files) if files.whole else None,
        added=sum((one.added or 0) + one.bulk for one in files.files) if files.whole else None,
        deleted=sum(one.deleted or 0 for one in files.files) if files.whole else None,
        behind=span.behind,
        conflicts=span.conflicts,
    )


def _labels(forge: ForgeNow | None) -> tuple[str, ...] | None:
    if forge is None or any(one.what == "labels" for one in forge.request.missing):
        return None
    return tuple(visible(shortened(one, 100)) for one in forge.request.labels)


def _ai(read: Read) -> Ai:
    work, reviews = read.asked.work, read.reviews
    said = ai_use(heard(read.voices))
    by_author = used(_boxes(read.forge)) if said is None else None
    declared = "approval" if said else "request" if by_author else None
    return Ai(
        use=said or by_author,
        declared=declared,  # type: ignore[arg-type]  # one of the words it may be
        agents=work.agents,
        commits=work.ai_commits,
        share_ppm=None if read.asked.span.commits is None else work.share_ppm,
        agent_opened=reviews.opened_by_agent if reviews else None,
    )


def _boxes(forge: ForgeNow | None) -> Iterator[ChecklistItem]:
    """The checkboxes of the request's text, which its author wrote."""
    for one in tasks((forge.request.body if forge else None) or "", LONGEST_BOX):
        yield ChecklistItem(text=one.text, checked=one.checked)


def _authors(read: Read) -> Authors:
    if read.asked.span.commits is None:
        return Authors(persons=None, agents=None, bots=None, prompter=None)
    of: dict[str, set[str]] = {"person": set(), "agent": set(), "bot": set()}
    for one in read.hands.authors:
        kind = "agent" if one.agent or one.kind is PartyKind.AGENT else str(one.kind)
        of["person" if one.personal and kind != "agent" else kind].add(one.key)
    return Authors(
        persons=len(of["person"]),
        agents=max(len(of["agent"]), len(read.asked.work.agents)),
        bots=len(of["bot"]),
        prompter=read.needed == 1,
    )


def _checks(read: Read) -> Checks:
    asked, forge = read.asked, read.forge
    names = required(forge, asked.base.checks)
    authors = [one.login for one in _accounts(forge) if one is not None]
    own = frozenset((*authors, *_alike(read)))
    return checks(None if read.stale else forge, asked.span.head, names, own)


def _alike(read: Read) -> Iterator[str]:
    """The accounts that set a status and may be an author's."""
    forge, authors = read.forge, (*read.hands.authors, *read.hands.committers)
    if forge is None:
        return
    told = (one.creator for each in forge.checks.values() for one in each.statuses)
    for account in dict.fromkeys(one for one in told if one is not None and not is_bot(one)):
        who = who_of(account, read.asked.work.people.who, forge.host)
        if first_alike(authors, who, sure=False) is not None:
            yield account.login


def _accounts(forge: ForgeNow | None) -> Iterable[Account | None]:
    """The accounts of whoever had a hand in the request."""
    if forge is None:
        return ()
    request = forge.request
    commits = (each for one in request.commits for each in (one.author, one.committer))
    return (request.author, *commits, *forge.pushers)


def _emergency(read: Read) -> Emergency:
    """Whether the label is there, who set it last, and whether they had the authority then.

    Who labels a change says nothing of what is pushed to it afterwards.
    """
    labels, label = _labels(read.forge), read.asked.base.table.emergency_label
    if read.forge is None or labels is None:
        return Emergency(labelled=None, by=None, entitled=None, at=None)
    if label not in read.forge.request.labels:
        return Emergency(labelled=False, by=None, entitled=None, at=None)
    events = [
        one for one in read.forge.request.events if one.kind == "labeled" and one.text == label
    ]
    last = max(events, key=lambda one: one.at, default=None)
    if last is None or last.actor is None:
        return Emergency(labelled=True, by=None, entitled=None, at=None)
    member = read.asked.persons.of_account(last.actor)
    entitled = read.asked.persons.entitled(member, Role.CHANGE_AUTHORITY, last.at)
    who = who_of(last.actor, read.asked.work.people.who, read.forge.host)
    if entitled:
        # Who wants a change merged does not decide that it cannot wait.
        entitled, _ = read.hands.outside(who)
    if entitled:
        entitled = _is_of_head(read.forge, last.at)
    return Emergency(labelled=True, by="person-of-label", entitled=entitled, at=last.at)


def _is_of_head(forge: ForgeNow, at: str) -> bool | None:
    """Whether the head was there at a time, and nothing was pushed since; None is unknown."""
    request = forge.request
    lost = any(one.what == "pushes" for one in forge.missing) or any(
        one.what.partition(".")[0] == "events" for one in request.missing
    )
    forced = (one.at for one in request.events if one.kind == "head_ref_force_pushed")
    pushed = (one.at for one in forge.pushes if one.kind not in MERGES)
    if max((*forced, *pushed), default="") > at:
        return False
    reviewed = (one.submitted_at for one in request.reviews if one.commit == request.head_oid)
    known = [one for one in (forge.arrivals.get(request.head_oid or ""), *reviewed) if one]
    return True if known and min(known) < at and not lost else None


def _gate(read: Read) -> Gate:
    span, forge, base = read.asked.span, read.forge, read.asked.base
    touched = base.places.touched(span.landed.files) if span.landed.whole else None
    rules = forge.rules if forge else None
    if rules is None or any(one.what in ("protection", "rules") for one in rules.missing):
        return Gate(touched=touched, rules_known=False if forge else None, weaknesses=None)
    lacking = weaker(snapshot_layers(rules, ()), base.criteria)
    sure = tuple(visible(name) for name, answer in lacking.items() if answer == "no")
    return Gate(touched=touched, rules_known=True, weaknesses=sure)


_PARTS = ("change", "teams", "ai", "authors", "approvals", "checklist", "checks", "gate")


def unknown(found: PolicyInput) -> Iterator[str]:
    """The fields that are None because nobody could tell, not because there is nothing to tell."""
    for name in ("paths", "classes", "labels"):
        if getattr(found, name) is None:
            yield name
    for part in _PARTS:
        value = getattr(found, part)
        for field in value.__struct_fields__:
            if getattr(value, field) is None and (part, field) not in _NOT_ASKED:
                yield f"{part}.{field}"
    if found.scan.state is None:
        yield "scan.state"
    if found.emergency.labelled is None:
        yield "emergency.labelled"
    elif found.emergency.labelled and found.emergency.entitled is None:
        yield "emergency.entitled"


_NOT_ASKED = frozenset({("change", "request"), ("ai", "declared")})
"""Fields of which None says that there is none."""
