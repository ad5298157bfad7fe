"""A single proof, or a single checkpoint, held against what is trusted. No log is at hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from affidavit.base.errors import FormatError
from affidavit.ledger.proof import parse_proof
from affidavit.ledger.tree import leaf_hash, root_of_inclusion
from affidavit.verify.checkpoints import stated
from affidavit.verify.gap import Sighting
from affidavit.verify.learned import newest
from affidavit.verify.named import About, Signer
from affidavit.verify.result import (
    Code,
    Findings,
    Problem,
    Range,
    RangeKind,
    Result,
    Status,
    Witnessed,
    counted,
)
from affidavit.verify.trust import Keyring, dependent, independent, keys_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.ledger.checkpoint import Checkpoint
    from affidavit.verify.checkpoints import Stated
    from affidavit.verify.trust import Trust

_NAMED = 3
"""Keys that were not given and are named."""
BEYOND_PROOF = (
    "the other entries, and what lies after the checkpoint",
    "whether any other checkpoint of the log is of the same history",
)
"""What a proof leaves out."""
BEYOND_CHECKPOINT = ("the entries", *BEYOND_PROOF[1:])
"""What a checkpoint leaves out."""
ENDS_IN_NEWLINE = "entry-ends-in-newline"
"""The code of a notice: what was given is perhaps an entry as an editor saves it."""


class _Kept(NamedTuple):
    """A remembered checkpoint of the same log by its size, and whether it could be used."""

    size: int
    used: bool


@dataclass(frozen=True, slots=True)
class _Held:
    """A checkpoint that was looked at by itself.

    `signers` are the trusted keys that signed it; `others`, where there is none, the unknown ones
    of the log's name. `known` are remembered checkpoints that do not contradict it.
    """

    found: Stated
    findings: Findings
    signers: tuple[str, ...]
    others: tuple[str, ...]
    known: tuple[_Kept, ...]


def verify_proof(entry: bytes, proof: bytes, trust: Trust) -> Result:
    """Whether the log that `trust` names holds `entry`, as the tlog-proof file `proof` says.

    Verified says that a trusted key signed a log that holds the entry at the range's start. Of
    other entries it says nothing, nor of the log's end, nor of another history that it also signed.

    Raises:
        FormatError: `proof` is no proof file, or the checkpoint in it is none.
    """
    parsed = parse_proof(proof)
    found = stated(parsed.checkpoint, "the proof's checkpoint")
    held = _checked(found, trust)
    findings = held.findings
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
    return _result(held, trust, (parsed.index, parsed.index + 1), BEYOND_PROOF)


def verify_checkpoint(note: bytes, trust: Trust) -> Result:
    """Whether `note` is a checkpoint by the log that `trust` names, and which witnesses saw it.

    Verified says that the log stated this tree, and nothing of the entries in it.

    Raises:
        FormatError: `note` is no checkpoint.
    """
    found = stated(note, "the checkpoint")
    return _result(_checked(found, trust), trust, (0, found.checkpoint.size), BEYOND_CHECKPOINT)


def _checked(found: Stated, trust: Trust) -> _Held:
    """A checkpoint by itself: its name, who signed it, what was remembered, who saw it."""
    findings, checkpoint = Findings(), found.checkpoint
    keys = trust.log_keys()
    if keys and checkpoint.origin not in {key.name for key in keys}:
        _add(findings, Code.ORIGIN_DIFFERS, f"it is of {checkpoint.origin[:200]!a}", checkpoint)
    signing = Keyring.of(keys_of(trust, checkpoint.origin)).signing(found.note, checkpoint.size)
    for name in signing.bad:
        _add(findings, Code.SIGNATURE_BAD, f"the line of {name} does not hold", checkpoint)
    others = () if signing.good or signing.bad else tuple(_others(found, trust))
    if keys and not signing.good and not signing.bad and not others:
        _add(findings, Code.SIGNATURE_MISSING, "no trusted key signed it", checkpoint)
    known = () if signing.bad else tuple(_compared(found, trust, findings))
    _check_witnesses(found, trust, findings)
    return _Held(found, findings, tuple(map(str, signing.good)), others, known)


def _add(findings: Findings, code: Code, text: str, checkpoint: Checkpoint) -> None:
    findings.add(Problem(code, text, "checkpoint", None, checkpoint.size))


def _others(found: Stated, trust: Trust) -> Iterator[str]:
    """The keys with the name of the log that are not known here and have a line."""
    origin = found.checkpoint.origin
    if origin not in {key.name for key in trust.log_keys()}:
        return
    for line in found.note.signatures:
        if line.name == origin:
            yield f"{origin[:200]!a}"[1:-1] + f"+{line.key_id.hex()}"


def _compared(found: Stated, trust: Trust, findings: Findings) -> Iterator[_Kept]:
    """Each remembered checkpoint of the log, held against the one at hand where both are of a size.

    Of one log there cannot be two roots of one size. Of another size it says nothing here: what is
    between them is in the log alone.
    """
    here, place = found.checkpoint, "the remembered checkpoint"
    for data in trust.remembered:
        kept = stated(data, place)
        known = kept.checkpoint
        keys = Keyring.of(keys_of(trust, known.origin))
        for name in (bad := keys.signing(kept.note, known.size).bad):
            text = f"in {place} the line of {name} does not hold"
            _add(findings, Code.SIGNATURE_BAD, text, known)
        if known.origin != here.origin:
            _add(findings, Code.ORIGIN_DIFFERS, f"{place} is of {known.origin[:200]!a}", known)
        elif known.size == here.size and known.root != here.root and not bad:
            _add(findings, Code.FORKED, f"{place} of this size has another root", known)
        else:
            yield _Kept(known.size, used=known.size == here.size and not bad)


def _check_witnesses(found: Stated, trust: Trust, findings: Findings) -> None:
    if trust.policy is None:
        return
    judgement = trust.policy.judge(found.note, found.checkpoint)
    logs = {str(key) for key in trust.policy.logs}
    for name in (*judgement.bad, *judgement.unsupported):
        if name not in logs:
            text = f"the line of {name} does not hold"
            _add(findings, Code.COSIGNATURE_BAD, text, found.checkpoint)


def _sightings(found: Stated, trust: Trust) -> dict[str, int]:
    """The witnesses that count and cosigned, by name, and when."""
    if trust.policy is None:
        return {}
    judgement = trust.policy.judge(found.note, found.checkpoint)
    return independent(judgement.witnesses, trust.policy, trust.log_keys())


def _result(held: _Held, trust: Trust, span: tuple[int, int], skipped: tuple[str, ...]) -> Result:
    findings, checkpoint = held.findings, held.found.checkpoint
    others, policy = _sightings(held.found, trust), trust.policy
    time = policy.reached(others) if policy else None
    seen = () if time is None else (Witnessed(checkpoint.size, time),)
    reasons = tuple(_reasons(held, trust, quorum=policy is None or policy.is_quorum(others)))
    sightings = [Sighting(at, checkpoint.size, name) for name, at in others.items()]
    return Result(
        status=_status(held, trust, reasons, witnessed=bool(seen)),
        problems=tuple(findings.problems),
        totals=tuple(sorted(findings.totals.items())),
        ranges=() if findings.totals or not trust.log_keys() else (_range(held, span, seen),),
        notices=(*findings.notices, *dependent(trust)),
        reasons=reasons,
        skipped=skipped,
        origin=checkpoint.origin,
        entries=checkpoint.size,
        size=checkpoint.size,
        root=checkpoint.root,
        witnessed=() if findings.totals else seen,
        about=About(
            signers=tuple(Signer(key, checkpoint.size, checkpoint.size) for key in held.signers),
            witnesses=() if findings.totals else tuple(newest(sightings, policy)),
        ),
    )


def _range(held: _Held, span: tuple[int, int], seen: tuple[Witnessed, ...]) -> Range:
    """What is known of the entries of `span`."""
    log = f"in a log of {counted(held.found.checkpoint.size)}"
    if not held.signers:
        text = f"{log}; whose signature it has was not checked"
        return Range(RangeKind.NOT_CHECKED, *span, text)
    kind = RangeKind.WITNESSED if seen else RangeKind.SIGNED
    return Range(kind, *span, f"{log} signed by {', '.join(held.signers)}")


def _reasons(held: _Held, trust: Trust, *, quorum: bool) -> Iterator[str]:
    """Why it is not verified, although nothing about it is wrong."""
    if not trust.log_keys():
        yield "no key was given from outside"
    if held.others:
        yield (
            f"it is signed as {', '.join(held.others[:_NAMED])}, a key that was not given: a"
            " signature by another key of the log is not checked; give that key, or verify the log"
            " itself, which says how its key changed"
        )
    for size in (each.size for each in held.known if not each.used):
        yield (
            f"the remembered checkpoint of {counted(size)} was not used: whether it and the one of"
            f" {counted(held.found.checkpoint.size)} are of one history is in the log alone"
        )
    if not quorum:
        yield "the checkpoint lacks the witnesses that the policy asks for"


def _status(held: _Held, trust: Trust, reasons: tuple[str, ...], *, witnessed: bool) -> Status:
    if held.findings.totals:
        return Status.FAILED
    if not trust.log_keys() and not witnessed and not any(each.used for each in held.known):
        return Status.SELF_ASSERTED
    return Status.INCOMPLETE if reasons else Status.VERIFIED
