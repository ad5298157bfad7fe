"""What a ledger holds about changes, as the tests look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.controls.decisions import decisions, is_decision
from affidavit.app.ledger.view import Choice, viewing
from affidavit.app.receipts.predicate import AI_AUTHORSHIP, authorship_of
from affidavit.base.errors import FormatError
from affidavit.controls.cc8.case import Decision, Facts, Receipt, Scan
from affidavit.ledger.dsse import parse_envelope
from affidavit.ledger.kinds import ReceiptIssued
from affidavit.ledger.results import BuildAttested, ScanReported
from affidavit.ledger.statement import statement_of
from affidavit.sources.results.slsa import SUMMARIES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from affidavit.app.ledger.home import Home
    from affidavit.app.ledger.view import Row, View
    from affidavit.app.policy.replaying import Find

MOST = 100
"""Facts about one commit that are looked at."""
_BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, FormatError)
Found = Scan | Receipt | Decision


def facts_by_commit(
    place: Home,
    commits: Collection[str],
    trees: Collection[str] = (),
    find: Find | None = None,
) -> dict[str, list[Found]]:
    """What the ledger at `place` holds about each of `commits`, in the order of the log.

    Decisions of a policy about one of `trees`, and about another commit, stand under the tree;
    `find` finds policies that the ledger does not hold. What makes no sense is left out. One more
    than `MOST` shows that there are others.

    Raises:
        AffidavitError: The ledger cannot be read.
    """
    found: dict[str, list[Found]] = {}
    decided: dict[str, list[Row]] = {}
    with viewing(place) as view:
        for row in view.chosen(Choice()):
            subject = row.entry.subject
            commit = subject.commit if subject else None
            if is_decision(row) and (key := _key(row, commits, trees)):
                own_rows = decided.setdefault(key, [])
                own_rows += [row][: MOST + 1 - len(own_rows)]
            reader = _READERS.get(row.entry.kind)
            if commit is None or reader is None or commit not in commits:
                continue
            own = found.setdefault(commit, [])
            try:
                own += list(reader(view, row, commit))[: MOST + 1 - len(own)]
            except _BROKEN:
                continue
    if decided:
        rows = ((key, row) for key, own_rows in decided.items() for row in own_rows)
        for key, one in decisions(place, rows, find):
            found.setdefault(key, []).append(one)
    return found


def _key(row: Row, commits: Collection[str], trees: Collection[str]) -> str | None:
    """What a decision is found under: its commit, else its tree, where they are asked for."""
    subject = row.entry.subject
    if subject is None:
        return None
    if subject.commit in commits:
        return subject.commit
    return subject.tree if subject.tree in trees else None


def of_commits(found: dict[str, list[Found]], commits: Collection[str]) -> Facts:
    """What is known about all of `commits` together."""
    several = [found.get(one, []) for one in sorted(commits)]
    every = sorted((one for own in several for one in own[:MOST]), key=lambda one: one.index)
    return Facts(
        scans=tuple(one for one in every if isinstance(one, Scan)),
        receipts=tuple(one for one in every if isinstance(one, Receipt)),
        decisions=tuple(one for one in every if isinstance(one, Decision)),
        cut=any(len(own) > MOST for own in several),
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


def _decisions(_view: View, row: Row, commit: str) -> Iterator[Decision]:
    body = msgspec.json.decode(row.entry.body, type=BuildAttested)
    for one in body.attestations:
        if one.predicate_type in SUMMARIES and one.names_subject is True:
            yield Decision(
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
    "build.attested.v1": _decisions,
}
