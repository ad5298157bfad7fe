"""Receipts of AIIR: what its detector made of a commit, and which tool it was told of.

The receipts are unsigned JSON that carries a digest of its own core, which is computed again here.
What the detector concludes from a message is no second piece of evidence: the message is read by
the signal rules. docs/formats/records/aiir.md says what is read.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.base.digest import sha256
from affidavit.provenance.catalogue import UNSPECIFIED
from affidavit.provenance.model import Claim, Role, Tier
from affidavit.provenance.records import documents as doc
from affidavit.provenance.records import naming
from affidavit.provenance.records.model import Deed, Part, Record

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = "aiir"
COMMIT_FORMS = frozenset({"aiir/commit_receipt.v1", "aiir/commit_receipt.v2"})
REVIEW_FORM = "aiir/review_receipt.v1"
CLASS = "authorship-class"
OUTCOME = "review-outcome"
"""Words for what a receipt states besides."""

NO_RECEIPT = "documents that are no receipt"
NO_COMMIT = "it names no whole id of a commit"
NO_DIGEST = "it states no digest of itself, so it claims nothing"
OTHER_DIGEST = "its content does not have the digest that it states, so it claims nothing"
NO_AGENT = "the tool that it was told of is not known as an agent's"

_DECLARED = "PRV-AIIR-001"
_DETECTED = "PRV-AIIR-002"
_STATEMENT = "https://in-toto.io/Statement/v1"
_CORE = (
    "type",
    "schema",
    "version",
    "commit",
    "ai_attestation",
    "provenance",
    "reviewed_commit",
    "reviewer",
    "review_outcome",
    "comment",
    "subject",
    "statement",
    "artifacts",
)
"""The fields that the digest of a receipt is over, as far as it has them."""


class _Statement(msgspec.Struct):
    type_: str = msgspec.field(default="", name="_type")
    predicate: msgspec.Raw = doc.NOTHING


class _Receipt(msgspec.Struct):
    type: str
    schema: str
    content_hash: str = ""
    timestamp: msgspec.Raw = doc.NOTHING
    commit: msgspec.Raw = doc.NOTHING
    ai_attestation: msgspec.Raw = doc.NOTHING
    extensions: msgspec.Raw = doc.NOTHING
    reviewed_commit: msgspec.Raw = doc.NOTHING
    reviewer: msgspec.Raw = doc.NOTHING
    review_outcome: msgspec.Raw = doc.NOTHING


class _Commit(msgspec.Struct):
    sha: str = ""
    tree_sha: str = ""


class _Detected(msgspec.Struct):
    is_ai_authored: bool = False
    signals_detected: tuple[str, ...] = ()
    authorship_class: str = ""


class _Agent(msgspec.Struct):
    tool_id: str = ""
    model_class: str = ""
    session_id: str = ""


class _Extensions(msgspec.Struct):
    agent_attestation: _Agent | None = None


class _Person(msgspec.Struct):
    name: str = ""
    email: str = ""


class _Told(NamedTuple):
    """An agent that a receipt names, and the words in which it does."""

    rule: str
    agent: str
    words: str
    model: str | None = None
    session: str | None = None


def read(data: bytes, *, place: str) -> tuple[Record, ...]:
    """The receipts in `data`: one JSON document, one to a line, each bare or in a statement."""
    counts = doc.Counts()
    found = [_record(_bare(each), place, counts) for each in doc.documents(data, counts)]
    records = tuple(one for one in found if one is not None)
    if problems := counts.sentences():
        records += (Record(source=SOURCE, place=place, problems=problems),)
    return records


def _bare(data: bytes) -> bytes:
    """The receipt itself, taken out of an in-toto statement."""
    statement = doc.of(data, _Statement)
    wrapped = statement is not None and statement.type_ == _STATEMENT
    return bytes(statement.predicate) if statement and wrapped else data


def _record(data: bytes, place: str, outer: doc.Counts) -> Record | None:
    receipt = doc.of(data, _Receipt)
    if receipt is None or not receipt.type.startswith("aiir."):
        outer.count(NO_RECEIPT)
        return None
    if receipt.schema == REVIEW_FORM:
        return _review(receipt, data, place)
    if receipt.schema not in COMMIT_FORMS:
        named = doc.name_of(receipt.schema[:40]) or "not named"
        return Record(
            source=SOURCE, place=place, problems=(f"its schema is {named}, which is not read",)
        )
    counts = doc.Counts()
    about = doc.of(receipt.commit, _Commit) or _Commit()
    commit = _named(about.sha, counts)
    detected = doc.of(receipt.ai_attestation, _Detected) or _Detected()
    whole = _is_whole(receipt, data, counts)
    agents = _agents(receipt, detected, counts) if whole and commit else ()
    return Record(
        source=SOURCE,
        place=place,
        commit=commit,
        tree=doc.commit_of(about.tree_sha),
        time=doc.time_of(doc.of(receipt.timestamp, str), counts),
        claims=tuple(_claim(commit or "", each) for each in agents),
        stated=_stated(CLASS, detected.authorship_class),
        problems=counts.sentences(),
    )


def _review(receipt: _Receipt, data: bytes, place: str) -> Record:
    """That somebody said to have reviewed a commit: typed by whoever made the receipt."""
    counts = doc.Counts()
    about = doc.of(receipt.reviewed_commit, _Commit) or _Commit()
    commit = _named(about.sha, counts)
    by = doc.of(receipt.reviewer, _Person) or _Person()
    outcome = doc.of(receipt.review_outcome, str) or ""
    who = doc.name_of(f"{by.name} <{by.email}>")
    whole = _is_whole(receipt, data, counts)
    approved = whole and outcome == "approved" and who is not None
    return Record(
        source=SOURCE,
        place=place,
        commit=commit,
        time=doc.time_of(doc.of(receipt.timestamp, str), counts),
        deeds=(Deed(Part.APPROVER, who),) if approved and who else (),
        stated=_stated(OUTCOME, outcome),
        problems=counts.sentences(),
    )


def _named(told: str, counts: doc.Counts) -> str | None:
    commit = doc.commit_of(told)
    if commit is None:
        counts.tell(NO_COMMIT)
    return commit


def _stated(word: str, told: str) -> tuple[tuple[str, str], ...]:
    value = doc.name_of(told)
    return ((word, value),) if value else ()


def _is_whole(receipt: _Receipt, data: bytes, counts: doc.Counts) -> bool:
    """Whether its content is what its digest was made of."""
    if not receipt.content_hash:
        counts.tell(NO_DIGEST)
        return False
    if receipt.content_hash != _digest(data):
        counts.tell(OTHER_DIGEST)
        return False
    return True


def _digest(data: bytes) -> str:
    """The digest of a receipt's core: JSON with sorted keys, no blanks, and ASCII alone."""
    try:
        told = json.loads(data)
        core = {name: told[name] for name in _CORE if name in told}
        text = json.dumps(core, sort_keys=True, separators=(",", ":"), allow_nan=False)
    except (ValueError, RecursionError):
        return ""
    return sha256(text.encode("ascii"))


def _agents(receipt: _Receipt, detected: _Detected, counts: doc.Counts) -> Iterator[_Told]:
    """The agents that it was told of, and what its detector made of the message."""
    extensions = doc.of(receipt.extensions, _Extensions)
    told = extensions.agent_attestation if extensions else None
    if told and told.tool_id:
        agent = naming.known(told.tool_id)
        if agent is None:
            counts.tell(NO_AGENT)
        else:
            model, session = naming.model(told.model_class), naming.session(told.session_id)
            yield _Told(_DECLARED, agent, f"tool_id: {told.tool_id}", model, session)
    if detected.is_ai_authored:
        named = {naming.known(each.partition(":")[2]) for each in detected.signals_detected}
        agent = next(iter(named)) if len(named) == 1 else None
        yield _Told(_DETECTED, agent or UNSPECIFIED, ", ".join(detected.signals_detected))


def _claim(commit: str, told: _Told) -> Claim:
    shown, data = doc.evidence_of(told.words)
    declared = told.rule == _DECLARED
    return Claim(
        commit=commit,
        rule=told.rule,
        tier=Tier.C if declared else Tier.D,
        agent=told.agent,
        role=Role.CO_AUTHOR,
        source=SOURCE,
        evidence=shown,
        digest=sha256(data),
        model=told.model,
        session=told.session,
    )
