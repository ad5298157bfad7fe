"""What a ledger holds about changes, as the tests look at it."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.controls.decisions import is_decision, repeated
from affidavit.app.ledger.view import Choice, viewing
from affidavit.app.policy.replaying import Find
from affidavit.app.receipts.predicate import AI_AUTHORSHIP, authorship_of
from affidavit.base.errors import FormatError
from affidavit.controls.cc8.case import Facts, Receipt, Repeated, Scan, Summary
from affidavit.ledger.dsse import parse_envelope
from affidavit.ledger.kinds import ReceiptIssued
from affidavit.ledger.results import BuildAttested, ScanReported
from affidavit.ledger.statement import statement_of
from affidavit.sources.results.slsa import SUMMARIES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from affidavit.app.ledger.home import Home
    from affidavit.app.ledger.view import Row, View

MOST = 100
"""Facts about one commit that are looked at: the newest."""
_BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, FormatError)
Found = Scan | Receipt | Summary


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked for in a ledger.

    `commits` are those of changes, and `trees` those that the heads of their requests have.
    `decisions` are the digests of the gate's decisions that count; `find` finds policies that the
    ledger does not hold.
    """

    commits: frozenset[str]
    trees: frozenset[str] = frozenset()
    decisions: frozenset[str] = frozenset()
    find: Find | None = None


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What a ledger holds about each commit, the oldest first.

    One more than `MOST` shows that there are others. `decided` are the commits and trees that
    decisions of the gate are about, `repeated` those that were asked for, by their digests.
    `unsure` is why the ledger does not count as verified.
    """

    by_commit: dict[str, deque[Found]]
    decided: frozenset[str]
    repeated: dict[str, Repeated]
    unsure: str = ""


def held(place: Home, looked: Looked, unsure: str = "") -> Held:
    """What the ledger at `place` holds. What makes no sense is left out.

    Raises:
        AffidavitError: The ledger cannot be read.
    """
    found: dict[str, deque[Found]] = {}
    decided: set[str] = set()
    chosen: list[Row] = []
    with viewing(place) as view:
        for row in view.chosen(Choice()):
            if is_decision(row):
                decided.update(_about(row, looked))
                chosen += [row] if row.digest in looked.decisions else []
            _take(view, row, looked, found)
    again = repeated(place, chosen, looked.find) if chosen else ()
    return Held(
        by_commit=found,
        decided=frozenset(decided),
        repeated={one.digest: one for one in again},
        unsure=unsure,
    )


def _about(row: Row, looked: Looked) -> Iterator[str]:
    """The commit and the tree that a decision is about, where they are looked for."""
    subject = row.entry.subject
    if subject is not None:
        yield from looked.commits & {subject.commit}
        yield from looked.trees & {subject.tree}


def _take(view: View, row: Row, looked: Looked, found: dict[str, deque[Found]]) -> None:
    """Take in a fact about a commit that is looked for."""
    subject = row.entry.subject
    commit = subject.commit if subject else None
    reader = _READERS.get(row.entry.kind)
    if commit is None or reader is None or commit not in looked.commits:
        return
    try:
        found.setdefault(commit, deque(maxlen=MOST + 1)).extend(reader(view, row, commit))
    except _BROKEN:
        return


def of_change(held: Held, ids: Collection[str], digests: Iterable[str]) -> Facts:
    """What is known about a change: of all `ids`, its commits and trees, together.

    `digests` are those of the gate's decisions that count.
    """
    several = [list(held.by_commit.get(one, ())) for one in sorted(ids)]
    every = sorted((one for own in several for one in own[-MOST:]), key=lambda one: one.index)
    return Facts(
        scans=tuple(one for one in every if isinstance(one, Scan)),
        receipts=tuple(one for one in every if isinstance(one, Receipt)),
        summaries=tuple(one for one in every if isinstance(one, Summary)),
        decisions=tuple(
            held.repeated[one] for one in dict.fromkeys(digests) if one in held.repeated
        ),
        decided=not held.decided.isdisjoint(ids),
        cut=any(len(own) > MOST for own in several),
        unsure=held.unsure,
    )


def _scan(_view: View, row: Row, commit: str) -> Iterator[Scan]:
    body = msgspec.json.decode(row.entry.body, type=ScanReported)
    subject = row.entry.subject
    yield Scan(
        index=row.index,
        digest=row.digest,
        commit=commit,
        time=row.entry.time,
        tree=subject.tree if subject else None,
        body=body,
    )


def _receipt(view: View, row: Row, commit: str) -> Iterator[Receipt]:
    body = msgspec.json.decode(row.entry.body, type=ReceiptIssued)
    if body.predicate_type != AI_AUTHORSHIP:
        return
    for blob in row.entry.blobs[:1]:
        kept = view.rows.blob(bytes.fromhex(blob.digest.removeprefix("sha256:")))
        if kept is None:
            return
        said = authorship_of(statement_of(parse_envelope(kept[1])), "receipt").asserted
        yield Receipt(
            index=row.index,
            digest=row.digest,
            commit=commit,
            time=row.entry.time,
            agent=said.agent,
            model=said.model,
            session=said.session,
            prompt=said.prompt is not None,
        )


def _summaries(_view: View, row: Row, commit: str) -> Iterator[Summary]:
    body = msgspec.json.decode(row.entry.body, type=BuildAttested)
    for one in body.attestations:
        if one.predicate_type in SUMMARIES and one.names_subject is True:
            yield Summary(
                index=row.index,
                digest=row.digest,
                commit=commit,
                time=row.entry.time,
                policy=one.policy,
                result=one.result,
            )


_READERS: dict[str, Callable[[View, Row, str], Iterator[Found]]] = {
    "scan.reported.v1": _scan,
    "receipt.issued.v1": _receipt,
    "build.attested.v1": _summaries,
}
