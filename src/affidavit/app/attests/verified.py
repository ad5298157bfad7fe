"""What an audit found of a landing, as a verification result and as a Source VSA."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.attests.addresses import check_public
from affidavit.app.attests.believed import told_of
from affidavit.app.attests.model import Finding, Said
from affidavit.app.attests.properties import PROPERTIES, findings, gate_of
from affidavit.base.digest import sha256
from affidavit.base.errors import UnreadableError, UsageError
from affidavit.changes.gated import GateState
from affidavit.provenance.records.writing_statements import (
    Reference,
    Revision,
    Summary,
    Verified,
    source_summary,
    verification_result,
)
from affidavit.sources.git.files import contents
from affidavit.sources.git.locate import locate
from affidavit.sources.git.refs import remote_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from affidavit.app.attests.landing import Judged
    from affidavit.app.attests.model import Rules

VERIFIER = "https://affidavit.invalid/verifier"
"""Who verified, where nobody is named: a program that anybody may run."""
OWN, SOURCE = "AFFIDAVIT_", "ORG_SOURCE_"
"""What stands before a property's name in each statement."""
LARGEST = 16 << 20
"""Bytes of a policy's file."""
_HEADS = "refs/heads/"
_REMOTE = "refs/remotes/origin/"


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """What is stated of a source and not found out: its level and its address.

    `required` are properties without which the verification failed.

    Raises:
        UsageError: One of them is none of ours, or the address names a user or a password.
    """

    level: str
    address: str = ""
    required: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_public(self.address, "--resource")
        if unknown := [one for one in self.required if one not in PROPERTIES]:
            raise UsageError(
                f"--require {unknown[0][:100]!a} is no property",
                hint=f"they are {', '.join(sorted(PROPERTIES))}",
            )


def svr(judged: Judged, rules: Rules, time: str) -> Said:
    """The statement that these properties hold; none where none does or a ledger fails to verify.

    Raises:
        FormatError: An address is no URI.
        UnreadableError: The policy cannot be read.
    """
    found = findings(judged)
    told, limits = (*_told(found), *told_of(judged)), judged.found.report.limits
    policy = _policy(rules)
    held = tuple(f"{OWN}{one.name}" for one in found if one.holds)
    if not held or judged.unbelieved:
        return Said(data=None, told=told, limits=limits)
    verified = Verified(
        verifier=rules.verifier,
        time=time,
        properties=held,
        policies=() if policy is None else (policy,),
    )
    return Said(data=verification_result(_about(judged), verified), told=told, limits=limits)


def source_vsa(judged: Judged, rules: Rules, source: Source, time: str) -> Said:
    """The Source VSA: it failed where the gate refused, or a required property does not hold.

    None is made where no property holds, where a gate that its base asks for is not known to have
    allowed it, or where a ledger that was named does not verify.

    Raises:
        UsageError: The address of the source is not known.
        FormatError: A level or an address is none.
        UnreadableError: The policy cannot be read.
    """
    policy = _policy(rules)
    found = findings(judged)
    limits = judged.found.report.limits
    held = [one.name for one in found if one.holds]
    why = tuple(_failures(judged, source, held))
    told = (*_told(found), *(f"failed         {one}" for one in why), *told_of(judged))
    if judged.unbelieved or (not why and (not held or _is_open(judged))):
        return Said(data=None, told=told, limits=limits)
    summary = Summary(
        verifier=rules.verifier,
        time=time,
        repository=source.address or _address(judged),
        policy=policy or Reference(),
        result="FAILED" if why else "PASSED",
        level=source.level,
        properties=() if why else tuple(f"{SOURCE}{one}" for one in held),
    )
    about = _about(judged)._replace(refs=tuple(_refs(judged)))
    statement = source_summary(about, summary)
    return Said(data=statement, told=told, failed=bool(why), limits=limits)


def _failures(judged: Judged, source: Source, held: Sequence[str]) -> Iterator[str]:
    gate = gate_of(judged)
    if gate is not None and gate.state is GateState.REFUSED:
        yield gate.why
    for one in source.required:
        if one not in held:
            yield f"{one} is required and was not found to hold"


def _is_open(judged: Judged) -> bool:
    """Whether its base asks for a gate that is not known to have allowed it."""
    gate = gate_of(judged)
    return gate is not None and gate.state is not GateState.ALLOWED


def _told(found: Iterable[Finding]) -> Iterator[str]:
    for one in found:
        yield f"{'holds' if one.holds else 'not shown':<14} {one.name}: {one.why}"


def _about(judged: Judged) -> Revision:
    return Revision(judged.named.commit, judged.named.tree)


def _policy(rules: Rules) -> Reference | None:
    """The policy, by its address and by the SHA-256 of its file."""
    if not rules.policy and rules.policy_file is None:
        return None
    digest = "" if rules.policy_file is None else _digest(rules.policy_file)
    return Reference(rules.policy, digest)


def _digest(path: Path) -> str:
    body = contents(path, LARGEST + 1)
    if body is None or len(body) > LARGEST:
        raise UnreadableError(f"{path} is no file of at most {LARGEST:,} bytes")
    return sha256(body).removeprefix("sha256:")


def _address(judged: Judged) -> str:
    """The address of the repository, as a resource."""
    found = remote_url(locate(judged.found.wanted.request.repository))
    if not found:
        raise UsageError(
            "the repository has no remote address", hint="name it: --resource git+https://…"
        )
    return found if found.startswith("git+") else f"git+{found}"


def _refs(judged: Judged) -> Iterator[str]:
    """The branches that it is a landing of, as they are called where they lie."""
    for one in judged.found.report.repository.branches:
        if one.name in judged.landing.branches:
            ref = one.ref
            if ref.startswith(_REMOTE):
                ref = _HEADS + ref.removeprefix(_REMOTE)
            if ref.startswith(_HEADS) and ref.isascii():
                yield ref
