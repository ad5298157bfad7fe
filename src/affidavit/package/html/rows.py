"""A landing as a row of the list, with its evidence: made in plain Python, as there are thousands.

The page's script makes the same rows from the same facts (app.js); a test compares the two.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

import msgspec

from affidavit.package.html import evidence as ev
from affidavit.package.html.words import AUTHORSHIPS, escaped, heading, plural

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from affidavit.changes.model import Landing, Participant
    from affidavit.provenance.model import Claim

Item = TypeVar("Item")

SHORT = 10
"""Digits of an id where room is short; the evidence has all of them."""


def row(landing: Landing, reasons: ev.Reasons) -> str:
    """The table row of `landing`."""
    exceptions = ev.exceptions_of(landing, reasons)
    agents = "".join(f"<li>{escaped(agent)}</li>" for agent in ev.agents_of(landing))
    flags = "".join(f"<li>{escaped(name)}</li>" for name, _ in exceptions)
    grade = landing.review.grade
    return (
        f'<tr id="c-{landing.commit}" role="row">'
        f'<td role="cell" class="when"><time datetime="{landing.time}">'
        f"{landing.time[:10]}</time></td>"
        f'<th role="rowheader" scope="row" class="title">{escaped(landing.title, ev.TITLE)}</th>'
        f'<td role="cell" class="who"><span class="tag a-{landing.authorship}">'
        f"{AUTHORSHIPS[landing.authorship]}</span>{_list(agents)}</td>"
        f'<td role="cell" class="grade"><span class="tag {grade.lower()}"><b>{grade}</b> '
        f"{heading(landing)}</span></td>"
        f'<td role="cell" class="flags">{_list(flags)}</td>'
        f'<td role="cell" class="more"><details><summary>{_summary(landing)}</summary>'
        f'<dl class="evidence">{"".join(_evidence(landing, exceptions))}</dl></details></td></tr>'
    )


def _list(items: str) -> str:
    return f"<ul>{items}</ul>" if items else ""


def _summary(landing: Landing) -> str:
    parts = [
        f"<b>{landing.change}</b>",
        f"<code>{landing.commit[:SHORT]}</code>",
        " ".join((landing.kind, *landing.marks)),
        escaped(ev.first_person(landing), 80),
    ]
    if landing.pull_request:
        parts.append(escaped(f"{landing.pull_request.forge} {landing.pull_request.number}", 80))
    return " · ".join(parts)


def _evidence(landing: Landing, exceptions: ev.Named) -> Iterator[str]:
    if exceptions:
        yield _entry("Exceptions", (_exception(*each) for each in exceptions))
    if landing.claims:
        yield _entry("Claims", _cut(landing.claims, ev.CLAIMS, partial(_claim, landing.commit)))
    yield _entry("Authorship", [_authorship(landing)])
    yield _entry("Review", _review(landing))
    if landing.pull_request:
        yield _entry("Pull request", [_pull_request(landing)])
    yield _entry("People", _cut(landing.authors, ev.PEOPLE, _person))
    if landing.critical_paths:
        yield _entry("Critical paths", map(_code, landing.critical_paths[: ev.PATHS]))
    yield _entry("Landed", [_landed(landing)])
    yield _entry("Commits", [_commits(landing)])
    yield _entry("Reproduce", (f"<kbd>{escaped(c)}</kbd>" for c in ev.commands(landing)))


def _entry(name: str, items: Iterable[str]) -> str:
    return f"<dt>{name}</dt>" + "".join(f"<dd>{item}</dd>" for item in items)


def _cut(items: Sequence[Item], limit: int, make: Callable[[Item], str]) -> Iterator[str]:
    yield from map(make, items[:limit])
    if len(items) > limit:
        yield f"and {len(items) - limit:,} more, in report.json"


def _code(text: str) -> str:
    return f"<code>{escaped(text)}</code>"


def _exception(name: str, reason: str) -> str:
    return f"<b>{escaped(name)}</b> {escaped(reason)}"


def _claim(landing: str, claim: Claim) -> str:
    said = [f"tier {claim.tier}", escaped(claim.agent), claim.role.value]
    if claim.model:
        said.append(f"model {escaped(claim.model)}")
    said.append(f"from {escaped(claim.source)}")
    if claim.commit != landing:
        said.append(f"of <code>{claim.commit}</code>")
    if claim.session:
        said.append(f"session {escaped(claim.session)}")
    return (
        f"<b>{escaped(claim.rule)}</b> {' · '.join(said)}<q>{escaped(claim.evidence)}</q>"
        f"<small>docs/signals/{escaped(claim.rule)}.md · {escaped(claim.digest)}</small>"
    )


def _person(person: Participant) -> str:
    return (
        f"{escaped(person.name)} &lt;{escaped(person.email)}&gt; "
        f"<small>{', '.join((person.kind, *person.roles))}</small>"
    )


def _authorship(landing: Landing) -> str:
    words = AUTHORSHIPS[landing.authorship]
    return words + (
        "; unrefined: the squashed commits are not here, or do not agree with what landed"
        if landing.unrefined
        else ""
    )


def _pull_request(landing: Landing) -> str:
    found = landing.pull_request
    assert found is not None
    seen = f" · corroborated by {escaped(found.corroborated_by)}" if found.corroborated_by else ""
    return (
        f"{escaped(found.forge)} {escaped(found.number)} "
        f"<small>{found.proof} · form {escaped(found.form)}{seen}</small>"
    )


def _review(landing: Landing) -> Iterator[str]:
    review = landing.review
    yield f"<b>{review.grade}</b> {heading(landing)}. {ev.SELF_MERGED[review.self_merged]}"
    yield from _cut(review.evidence, ev.SENTENCES, escaped)


def _landed(landing: Landing) -> str:
    own = landing.committed_at or "unusable"
    date = "" if own == landing.landed_at else f"; the commit's own date is {own}"
    told = landing.counted
    if not isinstance(told, msgspec.UnsetType):
        date += f"; {told.at} by the forge's record of the {told.by}"
    return f"{landing.landed_at}{date}; on {escaped(', '.join(landing.branches))}"


def _commits(landing: Landing) -> str:
    """The landing's own id, then those it brought in, or those a squash was made of."""
    brought = landing.commits[1:]
    text = f"<code>{landing.commit}</code>"
    if brought:
        text += f" and {plural(len(brought), 'commit')} it brought in: {_ids(brought)}"
    if landing.inner:
        of = landing.inner
        text += (
            f" squashed from {plural(len(of.commits), 'commit')} of {escaped(of.ref)}:"
            f" {_ids(of.commits)}"
        )
    return text


def _ids(ids: tuple[str, ...]) -> str:
    listed = " ".join(f"<code>{each}</code>" for each in ids[: ev.COMMITS])
    more = len(ids) - ev.COMMITS
    return f"{listed} and {more:,} more, in report.json" if more > 0 else listed
