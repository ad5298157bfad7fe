"""What SLSA's source-tool attests of commits: in notes, one signed statement a line.

Read are summaries of a verification (VSA), source provenance and tag provenance, in the spellings
that the tool has used over time. They say who moved a branch or a tag, and which controls held; of
who wrote a change they say nothing, so there is no claim. No signature is checked.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from affidavit.base.errors import FormatError
from affidavit.ledger.attested import attested
from affidavit.provenance.records.model import Deed, Part, Record
from affidavit.provenance.records.statements import (
    COMMIT,
    MOST_STATED,
    below,
    each,
    git_ids,
    kept,
    text,
    texts,
    time,
    why,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from affidavit.ledger.attested import Statement

    Stated = Iterator[tuple[str, str]]

SOURCE = "source-tool"
SUMMARY = "https://slsa.dev/verification_summary/v1"
_OWN = "https://github.com/slsa-framework/slsa-source-poc/"
PROVENANCE = (f"{_OWN}source-provenance/v1", f"{_OWN}source-provenance/v1-draft")
TAG = f"{_OWN}tag-provenance/v1-draft"
MOST_LINES = 1_000
"""Lines of one note that are read."""

_NOBODY = frozenset({"", "unknown actor"})


def read(note: bytes, place: str, commit: str) -> tuple[Record, ...]:
    """What each line of the `note` on `commit` says, with the lines that could not be read.

    The ref that such notes stand in is git's own for notes of any kind: where no line of a note
    begins an object of JSON, it is somebody's text, and nothing here.
    """
    lines = [(number, one) for number, one in enumerate(note.split(b"\n"), 1) if one.strip()]
    if not any(one.lstrip().startswith(b"{") for _, one in lines):
        return ()
    found = [_read(line, f"{place}:{number}", commit) for number, line in lines[:MOST_LINES]]
    if len(lines) > MOST_LINES:
        found.append(_unread(place, f"lines after the first {MOST_LINES:,} were not read"))
    return tuple(found)


def _unread(place: str, problem: str) -> Record:
    return Record(source=SOURCE, place=place, problems=(problem,))


def _read(line: bytes, place: str, commit: str) -> Record:
    try:
        statement = attested(line)
    except FormatError as error:
        return _unread(place, why(error))
    saying = _SAYING.get(statement.predicate_type)
    if saying is None:
        return _unread(place, "it is of a type that is not read")
    said = statement.predicate
    actor = text(said, "actor")
    told = text(said, "timeVerified", "created_on", "createdOn")
    about = git_ids(statement, COMMIT)
    return Record(
        source=SOURCE,
        place=place,
        commit=about[0] if len(about) == 1 else None,
        time=time(told),
        deeds=() if actor in _NOBODY else (Deed(Part.ACTOR, actor),),
        stated=tuple(islice((pair for pair in saying(statement) if pair[1]), MOST_STATED)),
        problems=tuple(_wrong(statement, about, commit, told)),
    )


def _wrong(statement: Statement, about: tuple[str, ...], commit: str, told: str) -> Iterator[str]:
    if len(about) != 1:
        yield "it is not about one commit"
    elif about[0] != commit:
        yield "it is about another commit than the one that the note is on"
    if not told:
        yield "it says no time"
    elif time(told) is None:
        yield "its time is none"
    if statement.predicate_type != SUMMARY and text(statement.predicate, "actor") in _NOBODY:
        yield "it does not name who acted"


def _summary(statement: Statement) -> Stated:
    said = statement.predicate
    yield "result", text(said, "verificationResult")
    yield from (("level", one) for one in texts(each(said, "verifiedLevels")))
    for subject in statement.subjects:
        # The specification has the first spelling; the tool wrote the others.
        refs = each(subject.annotations, "sourceRefs", "source_refs", "source_branches")
        yield from (("ref", one) for one in texts(refs))
    yield "repository", text(said, "resourceUri")
    yield "verifier", text(below(said, "verifier"), "id")


def _provenance(statement: Statement) -> Stated:
    said = statement.predicate
    yield "activity", text(said, "activity_type", "activityType")
    yield "ref", text(said, "branch")
    yield "before", text(said, "prev_commit", "prevCommit")
    yield "repository", text(said, "repo_uri", "repoUri")
    for name, told in below(said, "properties").items():
        since = text(told, "since") if isinstance(told, dict) else ""
        yield "property", _since(kept(name), since)
    yield from _controls(said)


def _tag(statement: Statement) -> Stated:
    said = statement.predicate
    yield "ref", text(said, "tag")
    yield "repository", text(said, "repo_uri", "repoUri")
    for one in each(said, "vsa_summaries", "vsaSummaries"):
        if isinstance(one, dict):
            levels = each(one, "verifiedLevels", "verified_levels")
            yield from (("level", level) for level in texts(levels))
    yield from _controls(said)


def _controls(said: Mapping[str, object]) -> Stated:
    for one in each(said, "controls"):
        if isinstance(one, dict) and (name := text(one, "name")):
            yield "control", _since(name, text(one, "since"))


def _since(name: str, since: str) -> str:
    return f"{name} since {since}" if since else name


_SAYING: Mapping[str, Callable[[Statement], Stated]] = {
    SUMMARY: _summary,
    TAG: _tag,
    **dict.fromkeys(PROVENANCE, _provenance),
}
