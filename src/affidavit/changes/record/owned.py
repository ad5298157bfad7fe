"""The code owners of what a change touched, and whether one of them approved it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from affidavit.base.text import shortened, visible
from affidavit.changes.forge.approvals import Answer
from affidavit.changes.record.lacking import missing, no_request
from affidavit.changes.record.model import Owned
from affidavit.changes.record.people import forge_review
from affidavit.changes.record.value import Listed, commit_source, content
from affidavit.changes.record.work import untouched

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from affidavit.changes.record.material import CodeOwners, Material
    from affidavit.changes.record.owners import Rule

MOST = 50
"""Rules that are told of one change."""
MOST_OWNERS = 50
"""Owners that are told of one rule."""
_UNSEEN = "the code owners at its base were not looked at"


class _Approved(NamedTuple):
    """The accounts whose approval counts, those whose may, and whether these are all."""

    counting: frozenset[str]
    perhaps: frozenset[str]
    whole: bool


def owners(material: Material) -> Listed[Owned]:
    """The rules of code owners that its paths match, by the file at the base of each landing."""
    groups: dict[tuple[str, Rule], dict[str, None]] = {}
    bases: dict[str, str] = {}
    for file, path in _paths(material):
        rule = file.rules.of(path) if file.rules else None
        if rule is not None:
            groups.setdefault((file.path, rule), {})[path] = None
            bases.setdefault(file.path, file.commit)
    approved = _approved(material)
    items = [
        content(_owned(at, rule, len(paths), approved), bases[at])
        for (at, rule), paths in sorted(groups.items())
    ]
    whys = dict.fromkeys(_whys(material, len(items)))
    source = commit_source(material.newest.commit)
    return Listed(items=tuple(items[:MOST]), why="; ".join(whys) or None, source=source)


def _paths(material: Material) -> Iterator[tuple[CodeOwners, str]]:
    for landing in material.landings:
        file, touched = material.owners.get(landing.commit), material.touched.get(landing.commit)
        if file is not None and touched is not None:
            yield from ((file, path) for path in touched.paths)


def _whys(material: Material, count: int) -> Iterator[str]:
    """Why there may be others."""
    for landing in material.landings:
        file = material.owners.get(landing.commit)
        why = _UNSEEN if file is None else file.why
        if why is not None:
            yield why
        if file is not None and file.rules and file.rules.odd:
            odd = file.rules.odd
            yield f"{len(odd):,} lines of {file.path} are not understood, such as line {odd[0]}"
    if lost := untouched(material):
        yield lost
    if count > MOST:
        yield f"its paths match {count - MOST:,} more rules"


def _approved(material: Material) -> _Approved:
    review = forge_review(material)
    if material.request is None or review is None:
        return _Approved(frozenset(), frozenset(), no_request(material) is None)
    counting = {one.reviewer.casefold() for one in review.approvals if one.counts}
    perhaps = {one.reviewer.casefold() for one in review.approvals if one.possible} - counting
    return _Approved(frozenset(counting), frozenset(perhaps), missing(material, "reviews") is None)


def _owned(at: str, rule: Rule, count: int, approved: _Approved) -> Owned:
    accounts = {one[1:].casefold() for one in rule.owners if _is_account(one)}
    return Owned(
        file=at,
        line=rule.line,
        pattern=visible(shortened(rule.pattern, 300)),
        owners=tuple(visible(shortened(one, 200)) for one in rule.owners[:MOST_OWNERS]),
        paths=count,
        approved=_answer(rule.owners, accounts, approved) if rule.owners else None,
        by=tuple(sorted(accounts & approved.counting)),
    )


def _is_account(owner: str) -> bool:
    """Whether an owner is an account; who is in a team or has an address, nobody tells here."""
    return owner.startswith("@") and "/" not in owner


def _answer(owners: Sequence[str], accounts: Iterable[str], approved: _Approved) -> Answer:
    named = frozenset(accounts)
    if named & approved.counting:
        return Answer.YES
    anybody = approved.counting | approved.perhaps
    others = any(not _is_account(one) for one in owners)
    if not approved.whole or named & approved.perhaps or (others and anybody):
        return Answer.UNKNOWN
    return Answer.NO
