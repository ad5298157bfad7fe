"""What records claim, as text for people."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from affidavit.package.html.words import plural
from affidavit.provenance.gitai_log import count
from affidavit.provenance.records.contradictions import AGENTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from affidavit.app.claimed.model import ClaimsListed, ClaimsShown, FormSeen
    from affidavit.base.limit import Limit
    from affidavit.provenance.model import Claim
    from affidavit.provenance.records.contradictions import Contradiction, Saying
    from affidavit.provenance.records.model import LineClaim, Record

_COUNTED = re.compile(r": [0-9]+\Z")
_COLUMNS = ("records", "whole", "commits", "here", "claims")
MOST = 50
"""Contradictions, files and agents that text names."""
FEW = 5


def summary(found: ClaimsListed) -> Iterator[str]:
    """The records of a repository by form, and what contradicts what."""
    yield f"{found.repository} at {found.commit[:12]}"
    if not found.forms:
        yield "no record of another tool is here"
    else:
        yield ""
        yield "".join((f"{'form':<24}", *(f"{one:>9}" for one in _COLUMNS), f"{'lines':>12}"))
    for form in found.forms:
        one = form.covered
        yield (
            f"{one.source:<24}{one.records:>9,}{one.whole:>9,}{one.commits:>9,}{form.here:>9,}"
            f"{one.claims:>9,}{one.lines:>12,}"
        )
    yield ""
    for form in found.forms:
        yield from _about(form)
    yield from _against(found.contradictions, found.contradicted)
    yield from _limits(found.limits)


def _about(form: FormSeen) -> Iterator[str]:
    one = form.covered
    if one.agents:
        yield f"{one.source}: {_counts(one.agents)}"
    if one.parts:
        yield f"{one.source}: {_counts({str(part): often for part, often in one.parts.items()})}"
    problems: Counter[str] = Counter()
    for problem, often in one.problems.items():
        # The same sentence counts what it is about in each record.
        problems[_COUNTED.sub("", problem)] += often
    for problem, often in sorted(problems.items(), key=lambda each: (-each[1], each[0]))[:FEW]:
        yield f"{one.source}: {plural(often, 'record')}: {problem}"


def _counts(counts: Mapping[str, int]) -> str:
    first = sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:MOST]
    return ", ".join(f"{name} {often:,}" for name, often in first)


def _against(found: tuple[Contradiction, ...], commits: int) -> Iterator[str]:
    if not commits:
        yield "contradictions none"
        return
    of = plural(commits, "commit")
    yield f"contradictions records of {of} say different things; none is chosen"
    for one in found[:MOST]:
        yield f"  {one.commit[:12]}  {_what(one)}"
    if len(found) > MOST:
        yield "  and more: --json tells them"


def _what(one: Contradiction) -> str:
    said = "; ".join(map(_says, one.said))
    return said if one.about == AGENTS else f"{plural(one.lines, 'line')} of {one.path}: {said}"


def _says(one: Saying) -> str:
    return f"{', '.join(one.sources)}: {one.says}"


def about_commit(found: ClaimsShown) -> Iterator[str]:
    """What is claimed of one commit."""
    yield f"{found.repository}: {found.commit}"
    yield ""
    if not found.claims and not found.records:
        yield "nothing is claimed of it"
    for claim in found.claims:
        yield f"commit: {_claim(claim)}"
    for record in found.records:
        yield from _of_record(record)
    for one in found.contradictions:
        yield f"contradicts: {_what(one)}"
    yield from _limits(found.limits)


def _claim(claim: Claim) -> str:
    more = " ".join(each for each in (claim.model, claim.session) if each)
    return f"{claim.agent} as {claim.role}, tier {claim.tier} ({claim.rule}) {more}".rstrip()


def _of_record(record: Record) -> Iterator[str]:
    at = f", {record.time}" if record.time else ""
    yield f"{record.source}: {record.place}{at}"
    for claim in record.claims:
        yield f"  {_claim(claim)}"
    for line in record.lines[:MOST]:
        yield f"  {_line(line)}"
    if len(record.lines) > MOST:
        yield f"  and {plural(len(record.lines) - MOST, 'entry', 'entries')} more"
    for deed in record.deeds:
        yield f"  {deed.part}: {deed.who}"
    for word, value in record.stated:
        yield f"  {word}: {value}"
    for link in record.links:
        yield f"  {link}"
    for problem in record.problems:
        yield f"  not read: {problem}"


def _line(line: LineClaim) -> str:
    who = " ".join(each for each in (line.agent, line.model, line.session) if each)
    if line.spans:
        ranges = ",".join(f"{one.first}-{one.last}" for one in line.spans[:FEW])
        more = ",…" if len(line.spans) > FEW else ""
        where = f"{plural(count(line.spans), 'line')} ({ranges}{more})"
    else:
        where = f"{plural(len(line.texts), 'line')} written" if line.texts else "the file"
    return f"{line.path}: {where} {line.attests} {who}".rstrip()


def _limits(limits: tuple[Limit, ...]) -> Iterator[str]:
    for one in limits:
        yield f"  {one.id}: {one.text}"
        yield from (f"    {item}" for item in one.items[:FEW])
