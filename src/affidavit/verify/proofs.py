"""A single proof, or a single checkpoint, held against what is trusted. No log is at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.errors import FormatError
from affidavit.ledger.proof import parse_proof
from affidavit.ledger.tree import leaf_hash, root_of_inclusion
from affidavit.verify.checkpoints import stated
from affidavit.verify.result import (
    Code,
    Findings,
    Problem,
    Range,
    RangeKind,
    Result,
    Status,
    Witnessed,
)
from affidavit.verify.trust import Keyring, dependent, independent, keys_of

if TYPE_CHECKING:
    from affidavit.verify.checkpoints import Stated
    from affidavit.verify.trust import Trust


ENDS_IN_NEWLINE = "entry-ends-in-newline"
"""The code of a notice: what was given is perhaps an entry as an editor saves it."""


def verify_proof(entry: bytes, proof: bytes, trust: Trust) -> Result:
    """Whether the log that `trust` names holds `entry`, as the tlog-proof file `proof` says.

    Verified says that the entry is in the log, at the range's start, and nothing of other entries.

    Raises:
        FormatError: `proof` is no proof file, or the checkpoint in it is none.
    """
    parsed = parse_proof(proof)
    found = stated(parsed.checkpoint, "the proof's checkpoint")
    findings = _checked(found, trust)
    try:
        size = found.checkpoint.size
        root = root_of_inclusion(leaf_hash(entry), parsed.index, size, parsed.path)
    except FormatError as error:
        root, text = b"", error.message
    else:
        text = "the entry and the path do not lead to the root that the checkpoint states"
    if root != found.checkpoint.root:
        findings.add(Problem(Code.NOT_INCLUDED, text, "proof", parsed.index))
        if entry.endswith(b"\n"):
            text = f"give the bytes of affidavit ledger show {parsed.index} --raw"
            findings.notice(ENDS_IN_NEWLINE, text)
    return _result(found, trust, findings=findings, span=(parsed.index, parsed.index + 1))


def verify_checkpoint(note: bytes, trust: Trust) -> Result:
    """Whether `note` is a checkpoint by the log that `trust` names, and which witnesses saw it.

    Verified says that the log stated this tree, and nothing of the entries in it.

    Raises:
        FormatError: `note` is no checkpoint.
    """
    found = stated(note, "the checkpoint")
    findings = _checked(found, trust)
    return _result(found, trust, findings=findings, span=(0, found.checkpoint.size))


def _checked(found: Stated, trust: Trust) -> Findings:
    """What is wrong with the name, the signatures and the root of a checkpoint by itself."""
    findings, checkpoint = Findings(), found.checkpoint
    place, size = "checkpoint", checkpoint.size
    keys = trust.log_keys()
    if keys and checkpoint.origin not in {key.name for key in keys}:
        text = f"the checkpoint is of {checkpoint.origin[:200]!a}"
        findings.add(Problem(Code.ORIGIN_DIFFERS, text, place, None, size))
    signing = Keyring.of(keys_of(trust, checkpoint.origin)).signing(found.note, size)
    for name in signing.bad:
        text = f"the line of {name} does not hold"
        findings.add(Problem(Code.SIGNATURE_BAD, text, place, None, size))
    if keys and not signing.good and not signing.bad:
        text = "no trusted key signed the checkpoint"
        findings.add(Problem(Code.SIGNATURE_MISSING, text, place, None, size))
    if not signing.bad:
        _check_remembered(found, trust, findings)
    _check_witnesses(found, trust, findings)
    return findings


def _check_remembered(found: Stated, trust: Trust, findings: Findings) -> None:
    """Of one log there cannot be two roots of one size."""
    for data in trust.remembered:
        known = stated(data, "the remembered checkpoint").checkpoint
        one, other = known, found.checkpoint
        if (one.origin, one.size) == (other.origin, other.size) and one.root != other.root:
            text = "the remembered checkpoint of this size has another root"
            findings.add(Problem(Code.FORKED, text, "checkpoint", None, one.size))


def _check_witnesses(found: Stated, trust: Trust, findings: Findings) -> None:
    if trust.policy is None:
        return
    judgement = trust.policy.judge(found.note, found.checkpoint)
    logs = {str(key) for key in trust.policy.logs}
    for name in (*judgement.bad, *judgement.unsupported):
        if name not in logs:
            text = f"the line of {name} does not hold"
            size = found.checkpoint.size
            findings.add(Problem(Code.COSIGNATURE_BAD, text, "checkpoint", None, size))


def _cosigned(found: Stated, trust: Trust) -> tuple[bool, int | None]:
    """Whether the witnesses that are asked for cosigned, and when they had; None for no time."""
    if trust.policy is None:
        return True, None
    judgement = trust.policy.judge(found.note, found.checkpoint)
    others = independent(judgement.witnesses, trust.policy, trust.log_keys())
    return trust.policy.is_quorum(others), trust.policy.reached(others)


def _result(found: Stated, trust: Trust, *, findings: Findings, span: tuple[int, int]) -> Result:
    quorum, time = _cosigned(found, trust)
    seen = () if time is None else (Witnessed(found.checkpoint.size, time),)
    reasons = () if quorum else ("the checkpoint lacks the witnesses that the policy asks for",)
    if not trust.log_keys():
        reasons = ("no key was given from outside", *reasons)
    kind = RangeKind.WITNESSED if seen else RangeKind.SIGNED
    held = Range(kind, *span, "under the checkpoint")
    return Result(
        status=_status(trust, findings, reasons),
        problems=tuple(findings.problems),
        totals=tuple(sorted(findings.totals.items())),
        ranges=() if findings.totals or not trust.log_keys() else (held,),
        notices=(*findings.notices, *dependent(trust)),
        reasons=reasons,
        origin=found.checkpoint.origin,
        size=found.checkpoint.size,
        root=found.checkpoint.root,
        witnessed=() if findings.totals else seen,
    )


def _status(trust: Trust, findings: Findings, reasons: tuple[str, ...]) -> Status:
    if findings.totals:
        return Status.FAILED
    if not trust.log_keys():
        return Status.SELF_ASSERTED
    return Status.INCOMPLETE if reasons else Status.VERIFIED
