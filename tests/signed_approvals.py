"""Signed approvals to write tests about, with keys made in software."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypedDict, Unpack

import msgspec

from affidavit.changes.approval.judging import About, Enrolment, Statement, Trusted
from affidavit.changes.approval.model import Seen, TimeBy
from affidavit.changes.approval.predicate import Approval, Change, envelope_for, read
from affidavit.identity.ssh.allowed import parse_allowed
from affidavit.identity.ssh.revoked import parse_revoked
from affidavit.ledger.approved import SIGNED
from affidavit.ledger.bundle import Place, line_of
from affidavit.ledger.dsse import Envelope, Signed
from affidavit.ledger.entry import Fact, Subject
from affidavit.ledger.key import SigningKey
from authenticator import NAMESPACE, plain_key, security_key

if TYPE_CHECKING:
    from affidavit.identity.ssh.allowed import Found
    from affidavit.identity.ssh.keys import PublicKey
    from authenticator import Key

COMMIT, TREE = "c" * 40, "7" * 40
NOON = "2026-11-21T12:00:00Z"
ANN, BEN = "ann@firm.mail", "ben@firm.mail"
TOUCH, OTHER_TOUCH, SOFT = security_key(seed=1), security_key(seed=2), plain_key(seed=3)
PRESENT, VERIFIED = 0x01, 0x05
LAPTOP = SigningKey.from_secret("laptop.example", b"\x01" * 32)
APPROVED = Approval(decision="approved", change=Change(), at=NOON, nonce="0" * 32)
PROVEN = Enrolment(proven=True, why="by a test")


class Made(TypedDict, total=False):
    """How a signature is made, where it is not as it should be."""

    namespace: str
    flags: int


def signed(
    key: Key,
    approval: Approval = APPROVED,
    *,
    commit: str = COMMIT,
    tree: str = TREE,
    **made: Unpack[Made],
) -> Envelope:
    """`approval` under the signature of `key`."""
    bare = envelope_for(commit, tree, approval)
    blob = key.sign_blob(
        bare.pae(), made.get("namespace", NAMESPACE), flags=made.get("flags", PRESENT)
    )
    return Envelope(bare.payload_type, bare.payload, (Signed(key.public.fingerprint, blob),))


def row(who: str, key: Key, options: str = f'namespaces="{NAMESPACE}"') -> str:
    """A line of allowed signers."""
    return f"{who} {options} {key.line}\n"


def statement(envelope: Envelope, seen: Seen | None = Seen(NOON, TimeBy.GATE)) -> Statement:  # noqa: B008 -- frozen
    """`envelope` as it was found."""
    return Statement(envelope=envelope, source="a test", read=read(envelope), seen=seen)


def proven(_key: PublicKey, _found: Found, _at: str) -> Enrolment:
    """Every enrolment is proven."""
    return PROVEN


def trusting(allowed: str, revoked: str = "", **said: object) -> Trusted:
    """What approvals are judged by; every enrolment is proven, unless `said`."""
    found = Trusted(
        signers=parse_allowed(allowed), revocations=parse_revoked(revoked), enrolment=proven
    )
    return msgspec.structs.replace(found, **said)


def about(commit: str = COMMIT, tree: str = TREE, **said: object) -> About:
    """The change that is asked about."""
    return msgspec.structs.replace(About(commit=commit, tree=tree), **said)


def fact_of(envelope: Envelope, /, **said: object) -> Fact:
    """The fact that holds `envelope`; `said` replaces fields of its body."""
    what = read(envelope)
    body: dict[str, object] = {
        "statement": envelope.digest(),
        "envelope": envelope.encode().decode(),
        "signer": envelope.signatures[0].keyid,
        "decision": what.approval.decision,
    }
    subject = Subject(commit=what.commit, tree=what.tree)
    told = {**body, **said}
    return Fact(kind=SIGNED, stream="approvals", actor="a", body=told, subject=subject)


def line(fact: Fact, *, about_: Subject | None = None) -> bytes:
    """A bundle of its own that holds `fact`, without a line feed; `about_` is its subject."""
    told = fact if about_ is None else msgspec.structs.replace(fact, subject=about_)
    number = hashlib.sha256(repr(told).encode()).hexdigest()[:32]
    data, _ = line_of(told, Place(number), [LAPTOP], last=True)
    return data.removesuffix(b"\n")
