"""What a signed approval is worth: every check of one signature, each with its own problem.

Nothing here reads a clock or a file. The signature (1) must hold and be of our namespace; the
statement (2) must be of the commit, tree and change that is asked about; the time that counts (3)
must be known; the key must be allowed (4) and not revoked (5) then; somebody must have been present
(6) where the key can tell; a waiver (7) must be in force. What then remains is how strong it is.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from affidavit.changes.approval.model import (
    Code,
    Dated,
    Problem,
    Seen,
    SignedApproval,
    Strength,
)
from affidavit.changes.approval.predicate import NAMESPACE, Read
from affidavit.identity.ssh.allowed import AllowedSigners, Found, KeyProblem
from affidavit.identity.ssh.errors import SshProblem, SshSignatureError
from affidavit.identity.ssh.keys import PublicKey
from affidavit.identity.ssh.revoked import Reason, Revocations
from affidavit.identity.ssh.signature import SshSignature, parse_blob
from affidavit.identity.ssh.verifying import Presence, verify
from affidavit.ledger.dsse import Envelope

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from affidavit.changes.approval.predicate import Change
    from affidavit.ledger.dsse import Signed

LONGEST_WAIVER = timedelta(days=30)
"""How long a waiver may last that does not name its items."""
_DAY = timedelta(days=1)
_CODES = {
    SshProblem.BAD_SIGNATURE: Code.BAD_SIGNATURE,
    SshProblem.WRONG_NAMESPACE: Code.WRONG_NAMESPACE,
    SshProblem.APPLICATION: Code.APPLICATION,
    SshProblem.UNSUPPORTED: Code.UNSUPPORTED,
    SshProblem.CERTIFICATE: Code.UNSUPPORTED,
    SshProblem.WEBAUTHN: Code.UNSUPPORTED,
    SshProblem.WEAK_KEY: Code.WEAK_KEY,
}
"""The code of each problem of a signature; of the others, that it is malformed."""
_REFUSED = {
    KeyProblem.UNKNOWN_KEY: (
        Code.UNKNOWN_KEY,
        "no line of the allowed signers at the base has the key",
    ),
    KeyProblem.UNUSABLE_LINE: (
        Code.UNUSABLE_LINE,
        "line {line} of the allowed signers is unusable",
    ),
    KeyProblem.NOT_YET_VALID: (Code.NOT_YET_VALID, "the key was not valid yet at {time}"),
    KeyProblem.EXPIRED: (Code.EXPIRED, "the key was no longer valid at {time}"),
    KeyProblem.NAMESPACE: (
        Code.NAMESPACE_NOT_ALLOWED,
        f"line {{line}} of the allowed signers does not allow {NAMESPACE}",
    ),
}
_SHOWN = {
    Strength.PROVEN: "hardware key, {present}, enrolment proven: {why}",
    Strength.UNVERIFIED: "hardware key, touched, but the user was not verified, as asked for here",
    Strength.UNPROVEN_ENROLMENT: "{present} by the signature, enrolment unproven: {why}",
    Strength.SOFTWARE: "signed, presence unproven",
    Strength.ABSENT: "the key says that nobody was present",
    Strength.UNCHECKED: "the signature does not hold or was not checked",
}


_WITHOUT = {Presence.SOFTWARE: Strength.SOFTWARE, Presence.NONE: Strength.ABSENT}
"""What a signature shows that shows nobody at the key."""


class About(msgspec.Struct, frozen=True, kw_only=True):
    """The change that is asked about. What is None is not held against a statement.

    `rebased` are the times, RFC 3339 UTC, at which its request got another base.
    """

    commit: str
    tree: str
    merge_base: str | None = None
    patch: str | None = None
    repository: str | None = None
    request: int | None = None
    rebased: tuple[str, ...] = ()


class Enrolment(msgspec.Struct, frozen=True):
    """Whether a key is known to lie in hardware of its person, and on what evidence or lack."""

    proven: bool
    why: str


class Trusted(msgspec.Struct, frozen=True, kw_only=True):
    """What approvals are judged by, all of it from the base of the change.

    `now` is the time of a gate's decision, RFC 3339, None for an audit. `enrolment` is asked of
    keys of a hardware type alone, with the line that allows them and the time that counts.
    """

    signers: AllowedSigners
    revocations: Revocations
    enrolment: Callable[[PublicKey, Found, str], Enrolment]
    user_verification: bool = False
    now: str | None = None


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """A signed decision as it was found: where, what it says, when it was there at the latest.

    `envelope` has one signature: another under the same statement came at a time of its own.
    """

    envelope: Envelope
    source: str
    read: Read
    seen: Seen | None


class _Checked(msgspec.Struct, frozen=True, kw_only=True):
    """A signature that was looked at: its parts, what it shows, or why it does not hold."""

    signature: SshSignature | None = None
    presence: Presence | None = None
    problem: Problem | None = None


class _Weighed(msgspec.Struct, frozen=True):
    """The line that allows a key, all problems, what the signature shows, and that in words."""

    found: Found | None
    problems: tuple[Problem, ...]
    strength: Strength
    shown: str


def judged(statement: Statement, about: About, trusted: Trusted) -> SignedApproval:
    """The signature under `statement`, judged."""
    (signed,) = statement.envelope.signatures
    read, seen = statement.read, statement.seen
    checked = _checked(signed, statement.envelope.pae())
    key = checked.signature.key if checked.signature else None
    weighed = _weighed(checked, statement, about, trusted)
    said = read.approval
    return SignedApproval(
        statement=statement.envelope.digest(),
        source=statement.source,
        commit=read.commit,
        tree=read.tree,
        fingerprint=key.fingerprint if key else None,
        principals=weighed.found.principals if weighed.found else (),
        line=weighed.found.line if weighed.found else None,
        decision=said.decision,
        change=said.change,
        strength=weighed.strength,
        shown=weighed.shown,
        problems=weighed.problems,
        answers=said.answers,
        ai_use=said.ai_use,
        reason=said.reason,
        items=said.items,
        until=said.until,
        time=seen.time if seen else None,
        time_by=seen.by if seen else None,
        asserted_at=said.at,
        dated=_dated(said.at, seen),
        counter=checked.signature.counter if checked.signature else None,
    )


def _weighed(checked: _Checked, statement: Statement, about: About, trusted: Trusted) -> _Weighed:
    """All problems of a signature, the line that allows its key, and how strong it is."""
    read, seen = statement.read, statement.seen
    key = checked.signature.key if checked.signature else None
    found, refusals = _allowed(key, seen, trusted)
    problems = [
        *([checked.problem] if checked.problem else []),
        *_mismatches(read, about),
        *_rebased(read, seen, about),
        *refusals,
        *_revoked(key, seen, trusted),
        *_waiver(read, seen, trusted.now),
    ]
    strength, shown = _strength(checked, None if problems else found, seen, trusted)
    if strength is Strength.ABSENT:
        problems.append(Problem(Code.NO_PRESENCE, _SHOWN[strength]))
    return _Weighed(found, tuple(problems), strength, shown)


def standing(approvals: Iterable[SignedApproval]) -> tuple[SignedApproval, ...]:
    """`approvals` of one change, where no approval stands that its key rejected.

    Both are the signer's own words, so their own times order them: who holds the key could sign the
    later one anyway. Of two at the same time the rejection stands.
    """
    found = tuple(approvals)
    against = [one for one in found if one.decision == "rejected" and not _fails(one)]
    return tuple(_withdrawn(one, against) for one in found)


def _fails(rejected: SignedApproval) -> bool:
    """Whether a rejection is not its key's: what else is wrong with it does not help who signed."""
    ours = {Code.WRONG_COMMIT, Code.WRONG_TREE, Code.UNKNOWN_KEY}
    return rejected.strength is Strength.UNCHECKED or any(
        one.code in ours for one in rejected.problems
    )


def _withdrawn(approval: SignedApproval, against: Sequence[SignedApproval]) -> SignedApproval:
    mine = [one for one in against if one.fingerprint == approval.fingerprint]
    if approval.decision != "approved" or all(
        approval.asserted_at > one.asserted_at for one in mine
    ):
        return approval
    why = "the same key rejected the change, and not before it approved it"
    problem = Problem(Code.WITHDRAWN, why)
    return msgspec.structs.replace(approval, problems=(*approval.problems, problem))


def moment(text: str) -> datetime:
    """A time of RFC 3339 UTC as a value."""
    return datetime.fromisoformat(text)


def _checked(signed: Signed, message: bytes) -> _Checked:
    """(1) The signature: read, and verified over the bytes that an envelope signs."""
    try:
        signature = parse_blob(signed.signature)
    except SshSignatureError as error:
        return _Checked(problem=_of_signature(error))
    try:
        return _Checked(signature=signature, presence=verify(signature, message, NAMESPACE))
    except SshSignatureError as error:
        return _Checked(signature=signature, problem=_of_signature(error))


def _of_signature(error: SshSignatureError) -> Problem:
    return Problem(_CODES.get(error.problem, Code.MALFORMED_SIGNATURE), error.message)


def _mismatches(read: Read, about: About) -> Iterator[Problem]:
    """(2) What the statement says of the change that is not so."""
    if read.commit != about.commit:
        yield Problem(Code.WRONG_COMMIT, f"it is of the commit {read.commit}, not of this one")
    if read.tree != about.tree:
        yield Problem(Code.WRONG_TREE, f"it is of the tree {read.tree}, not of this one")
    if read.approval.decision != "rejected":
        yield from _elsewhere(read.approval.change, about)


def _rebased(read: Read, seen: Seen | None, about: About) -> Iterator[Problem]:
    """That an approval or a waiver is of before the request got another base.

    Whoever has it may bring it later: so by the signer's own time as well, if that is the earlier.
    """
    first = min(read.approval.at, seen.time) if seen else read.approval.at
    later = next((at for at in about.rebased if first <= at), None)
    if later is not None and read.approval.decision != "rejected":
        why = f"the base of the request became another at {later}, after it was signed"
        yield Problem(Code.WRONG_CHANGE, why)


def _elsewhere(change: Change, about: About) -> Iterator[Problem]:
    """That an approval or a waiver was for another place.

    Who objects to a commit objects to it wherever it goes: else its author could shake that off by
    another request.
    """
    if _differ(change.merge_base, about.merge_base):
        yield Problem(
            Code.WRONG_CHANGE, f"the change began at {change.merge_base} when it was signed"
        )
    if _differ(change.patch, about.patch):
        yield Problem(Code.WRONG_CHANGE, "what was signed changed other content")
    if _differ(change.request, about.request):
        yield Problem(Code.WRONG_CHANGE, f"it is of the request #{change.request}")
    if _differ(change.repository, about.repository):
        yield Problem(Code.WRONG_REPOSITORY, "it is of another repository")


def _differ(said: str | int | None, known: str | int | None) -> bool:
    return said is not None and known is not None and said != known


def _allowed(
    key: PublicKey | None, seen: Seen | None, trusted: Trusted
) -> tuple[Found | None, list[Problem]]:
    """(3) and (4): the line that allows the key at the time that counts, or why none does."""
    if key is None:
        return None, []
    if seen is None:
        why = "nobody whom the signer does not control recorded when it was there"
        return None, [Problem(Code.NO_TIME, why), *_strange(key, trusted)]
    found = trusted.signers.find(key, NAMESPACE, seen.time)
    if isinstance(found, Found):
        return found, []
    code, why = _REFUSED[found.problem]
    return None, [Problem(code, why.format(time=seen.time, line=found.line))]


def _strange(key: PublicKey, trusted: Trusted) -> Iterator[Problem]:
    """That no line has the key at whatever time."""
    if all(one.key.blob != key.blob for one in trusted.signers.entries):
        code, why = _REFUSED[KeyProblem.UNKNOWN_KEY]
        yield Problem(code, why)


def _revoked(key: PublicKey | None, seen: Seen | None, trusted: Trusted) -> Iterator[Problem]:
    """(5) Whether the key was revoked, by the time that counts and who says it."""
    if key is None or seen is None:
        return
    state = trusted.revocations.state(key.fingerprint, seen.time, witnessed=seen.witnessed)
    if state is not None:
        yield Problem(Code(state.value), _REVOKED[state].format(seen.time))


_REVOKED = {
    Reason.SUPERSEDED: "the key was given up for another before {}",
    Reason.COMPROMISED: "the key is compromised, and no record before that shows the approval",
}


def _waiver(read: Read, seen: Seen | None, now: str | None) -> Iterator[Problem]:
    """(7) Whether a waiver is in force, and no longer than it may be."""
    said = read.approval
    if said.decision != "waived" or said.until is None:
        return
    ends, first = moment(said.until), moment(seen.time if seen else said.at)
    if ends <= first or (now is not None and ends <= moment(now)):
        yield Problem(Code.WAIVER_OVER, f"the waiver ended at {said.until}")
    if not said.items and ends - first > LONGEST_WAIVER:
        days = LONGEST_WAIVER.days
        why = f"it names no items, and lasts longer than {days} days from when it was there"
        yield Problem(Code.WAIVER_TOO_LONG, why)


def _strength(
    checked: _Checked, found: Found | None, seen: Seen | None, trusted: Trusted
) -> tuple[Strength, str]:
    """(6) What the signature shows of a hand. Enrolment is looked for only where all else holds."""
    signature, presence = checked.signature, checked.presence
    if signature is None or presence is None:
        return Strength.UNCHECKED, _SHOWN[Strength.UNCHECKED]
    if presence in _WITHOUT:
        return _WITHOUT[presence], _SHOWN[_WITHOUT[presence]]
    enrolment = Enrolment(proven=False, why="not looked for")
    if found is not None and seen is not None:
        enrolment = trusted.enrolment(signature.key, found, seen.time)
    strength = Strength.PROVEN if enrolment.proven else Strength.UNPROVEN_ENROLMENT
    if strength is Strength.PROVEN and trusted.user_verification and presence is Presence.TOUCHED:
        strength = Strength.UNVERIFIED
    present = "user verified" if presence is Presence.VERIFIED else "touched"
    return strength, _SHOWN[strength].format(present=present, why=enrolment.why)


def _dated(asserted: str, seen: Seen | None) -> Dated:
    if seen is None:
        return Dated.UNPROVEN
    said, known = moment(asserted), moment(seen.time)
    if said > known:
        return Dated.LATER
    return Dated.EARLIER if known - said > _DAY else Dated.FITTING
