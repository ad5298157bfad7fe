"""Whose the lines of a commit are by records of other tools that speak of lines or of files."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from affidavit.changes.lines.model import Ground, Hand, LineClass, Made, unknown
from affidavit.changes.lines.stated import Attested, Noted
from affidavit.provenance.gitai_log import Span, united
from affidavit.provenance.naming import slug
from affidavit.provenance.records.model import Attests

if TYPE_CHECKING:
    from collections.abc import Iterable

    from affidavit.provenance.records.fitting import Attested as Fit
    from affidavit.provenance.records.fitting import Fitted
    from affidavit.provenance.records.model import LineClaim, Record

TRANSCRIPT = "transcript"
"""What transcripts of any form are called together."""


def of_records(source: str, records: Iterable[Record]) -> Noted:
    """What records of one form attest of the lines of one commit, and of its files.

    What says that it does not know attests nothing of lines. Of a file it says at least that the
    agent's session touched it, where the record claims that the agent took part.
    """
    files: dict[bytes, list[Attested]] = {}
    whole: dict[bytes, Made] = {}
    for number, record in enumerate(records):
        wrote = any(one.decides for one in record.claims)
        for one in record.lines:
            path = one.path.encode("utf-8", "surrogateescape")
            if one.spans:
                if made := _by_claim(one):
                    each = files.setdefault(path, [])
                    each.append(Attested(one.spans, made, f"{source} {number}"))
            elif one.spans is None and not one.texts and (made := _of_file(one, wrote=wrote)):
                whole[path] = _either(whole.get(path), made)
    return Noted(source, files, whole=whole)


def _of_file(one: LineClaim, *, wrote: bool) -> Made | None:
    """Whose the lines of a file are, as far as a record tells that speaks of the file alone."""
    if one.attests is not Attests.UNKNOWN:
        made = _by_claim(one)
        return made and Made(made.line_class, _GROUNDS.get(made.ground, made.ground), made.hands)
    if not one.agent:
        return None
    named = (Hand(one.agent, one.model or "", one.session or ""),)
    return Made(LineClass.AI, Ground.COMMIT, named) if wrote else unknown(Ground.ASSISTED, named)


_GROUNDS = MappingProxyType({Ground.NOTE: Ground.COMMIT})
"""What speaks of a file says nothing of this very line."""


def _either(one: Made | None, other: Made) -> Made:
    """Whose the lines of a file are of which two records speak: no more than the vaguer says."""
    if one is None or one == other:
        return other
    hands_ = tuple(sorted({*one.hands, *other.hands}))
    if one.line_class is other.line_class:
        return Made(one.line_class, one.ground, hands_)
    vague = LineClass.UNDETERMINED in (one.line_class, other.line_class)
    return unknown(Ground.SHARED if vague else Ground.CONTRADICTED, hands_)


def _by_claim(one: LineClaim) -> Made | None:
    named = (Hand(one.agent or slug(""), one.model or "", one.session or ""),)
    if one.attests is Attests.AI:
        return Made(LineClass.AI, Ground.NOTE, named)
    if one.attests is Attests.HUMAN:
        return Made(LineClass.HUMAN, Ground.NOTE)
    if one.attests is Attests.MIXED:
        return unknown(Ground.SHARED, named if one.agent else ())
    return None


def by_transcripts(fitting: Fitted) -> Noted:
    """What transcripts attest of the lines of a commit."""
    files: dict[bytes, dict[Made, list[Span]]] = {}
    for line in fitting.lines:
        path = line.path.encode("utf-8", "surrogateescape")
        span = Span(line.number, line.number)
        files.setdefault(path, {}).setdefault(_by_writers(line), []).append(span)
    return Noted(
        TRANSCRIPT,
        {
            path: [Attested(united(spans), made, TRANSCRIPT) for made, spans in each.items()]
            for path, each in files.items()
        },
    )


def _by_writers(line: Fit) -> Made:
    named = tuple(sorted({Hand(one.agent, one.model or "", one.session or "") for one in line.by}))
    if line.is_contradicted:
        return unknown(Ground.CONTRADICTED, named)
    whom = {one.attests for one in line.by}
    if whom == {Attests.AI}:
        return Made(LineClass.AI, Ground.NOTE, named)
    return (
        Made(LineClass.HUMAN, Ground.NOTE)
        if whom == {Attests.HUMAN}
        else unknown(Ground.SHARED, named)
    )
