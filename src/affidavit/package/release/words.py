"""A release in words: what its page and the terminal both say."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from affidavit.audit.release.span import Relation
from affidavit.changes.forge.approvals import Answer
from affidavit.package.html.words import at_least, count, plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.audit.release.model import (
        Artifact,
        Commits,
        Group,
        Point,
        Range,
        Release,
        Share,
    )
    from affidavit.changes.record.model import Check
    from affidavit.changes.record.value import Listed

SHORT = 12
"""Digits of a commit that are shown where there is little room."""
NONE = "none recorded"
_CHOSEN = {
    "given": "as given",
    "previous-tag": "since the tag before it on its own line",
    "beginning": "from the beginning",
}
_RELATIONS = {
    Relation.BEGINNING: "",
    Relation.SAME: "both ends are one commit: nothing is new",
    Relation.ANCESTOR: "",
    Relation.HELD: "the beginning holds the end: nothing is new",
    Relation.DIVERGED: "the end does not hold the beginning",
}


def point(one: Point) -> str:
    """An end of the release, by its name and commit."""
    commit = one.commit[:SHORT]
    return commit if one.commit.startswith(one.name) else f"{one.name} ({commit})"


def between(one: Range) -> str:
    """From where to where, and how that came about."""
    since = point(one.base) if one.base else "the beginning"
    chosen = f", {_CHOSEN[one.chosen]}" if one.chosen != "given" and one.base else ""
    return f"{since} to {point(one.head)}{chosen}"


def notices(one: Range, again: int) -> Iterator[str]:
    """What has to be said of the range, beside what is in it."""
    if told := _RELATIONS[one.relation]:
        yield told
    if one.dropped.count:
        yield f"dropped: {_commits(one.dropped)} of the beginning are not in the release"
    if again:
        yield f"its landings also bring in {plural(again, 'commit')} that the beginning holds"
    if one.outside.count:
        lines = ", ".join(one.branches)
        yield f"outside the audited branch: {_landings(one.outside)} on none of: {lines}"


def doubts(share: Share) -> Iterator[str]:
    """What has to be said of the files, beside how many there are."""
    if share.uncompared.count:
        landings = plural(share.uncompared.count, "landing")
        yield f"What they changed is not wholly known of {landings}: there may be more."
    if share.restored:
        files = plural(share.restored, "file that was", "files that were")
        verb = "is" if share.restored == 1 else "are"
        yield f"{files} changed {verb} as at the beginning, and {verb} not counted."
    if share.unsettled:
        files = plural(share.unsettled, "file is", "files are")
        yield f"{files} not as the last known change left them."


def _commits(one: Commits) -> str:
    return plural(one.count, "commit")


def _landings(one: Commits) -> str:
    return plural(one.count, "landing")


def of(numerator: int, denominator: int) -> str:
    """A count out of a count, with the share where there is one."""
    share = f" ({at_least(numerator, denominator)})" if denominator else ""
    return f"{count(numerator)} of {count(denominator)}{share}"


def check(one: Check) -> str:
    """A check on the released commit."""
    by = f" by {one.reported_by}" if one.reported_by else ""
    ended = f", finished {one.finished_at}" if one.finished_at else ", not finished"
    again = "; ran again" if one.superseded else ""
    no = " (no success)" if one.success is Answer.NO and one.conclusion != "failure" else ""
    return f"{one.name}{by}: {one.conclusion or 'conclusion unknown'}{no}{ended}{again}"


def artifact(one: Artifact) -> str:
    """What is attested of a build."""
    names = {
        Answer.YES: "a statement names what was released",
        Answer.NO: "no statement names what was released",
        Answer.UNKNOWN: "whether a statement names what was released is unknown",
    }
    more = f" and {one.more:,} more" if one.more else ""
    digests = ", ".join(one.digests) or "no digest"
    checked = "signatures checked" if one.signatures_checked else "signatures not checked"
    ended = f", finished {one.finished}" if one.finished else ""
    return (
        f"{digests}{more}: {plural(one.statements, 'statement')}, {checked};"
        f" {names[one.names_commit]}{ended}"
    )


def end(found: Listed[object]) -> str | None:
    """What follows the items of a list: that there are none, or why others are unknown."""
    if found.why is not None:
        return f"{'others unknown' if found.items else 'unknown'}: {found.why}"
    return None if found.items else NONE


def published(release: Release) -> str:
    """The forge's release."""
    found = release.published
    if found.why is not None:
        return f"unknown: {found.why}"
    if found.value is None:
        return NONE
    return f"{found.value.tag}, {found.value.published_at or 'time unknown'}"


def review(group: Group) -> str:
    """The grades of a group of changes, and of how many an approval is shown."""
    graded = " | ".join(f"{name} {number:,}" for name, number in group.grades.items())
    shown = group.approved
    return (
        f"{graded}; approval shown {shown.shown:,}, none {shown.none:,}, unknown {shown.unknown:,}"
    )


def exceptions(release: Release) -> str:
    """The exceptions, by rule."""
    rules = Counter(one.id for one in release.exceptions)
    if not rules:
        return "none"
    named = ", ".join(f"{rule} {number:,}" for rule, number in sorted(rules.items()))
    landings = len({one.commit for one in release.exceptions})
    return f"{len(release.exceptions):,} on {plural(landings, 'landing')}: {named}"
