"""Verifying a receipt, offline: every check by itself, with what it came to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.ledger.verifying import Trusted, keys_of
from affidavit.app.receipts.commits import found_in
from affidavit.app.receipts.file import LARGEST_RECEIPT, parse_receipt
from affidavit.app.receipts.files import bytes_at
from affidavit.app.receipts.logged import KIND
from affidavit.app.receipts.predicate import AI_AUTHORSHIP, Authorship, authorship_of
from affidavit.app.receipts.prompts import prompt_check
from affidavit.app.receipts.result import Check, State, Verified
from affidavit.base.digest import sha256
from affidavit.base.errors import DamagedError, FormatError
from affidavit.ledger.dsse import check
from affidavit.ledger.entry import Subject, read_entry
from affidavit.ledger.kinds import ReceiptIssued
from affidavit.ledger.note import Outcome
from affidavit.ledger.statement import commit_and_tree, statement_of
from affidavit.sources.git.objects import State as ObjectState
from affidavit.verify.proofs import verify_proof
from affidavit.verify.result import Code, counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.receipts.commits import Found
    from affidavit.app.receipts.file import ReceiptFile
    from affidavit.ledger.key import VerifierKey
    from affidavit.verify.trust import Trust


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a receipt is held against, as the caller named it: keys, a policy, files, a folder."""

    trusted: Trusted = Trusted()
    signers: tuple[str, ...] = ()
    repository: Path | None = None
    prompt: Path | None = None
    opening: Path | None = None


class _Said(msgspec.Struct, frozen=True):
    commit: str
    tree: str
    authorship: Authorship


def verified(path: Path, asked: Asked) -> Verified:
    """What verifying the receipt in the file at `path` comes to.

    Raises:
        FormatError: The file holds no receipt, or a key, policy or opening is none.
        AffidavitError: A file or the repository cannot be read; see docs/errors/.
    """
    receipt = parse_receipt(bytes_at(path, LARGEST_RECEIPT), place=str(path))
    signers = tuple(key for one in asked.signers for key in keys_of(one, "--signer"))
    statement, said = _statement(receipt)
    trust = asked.trusted.read()
    checks = (
        _signature(receipt, signers),
        statement,
        _entry(receipt, said),
        *_log(receipt, trust),
        _subjects(said, asked.repository),
        *prompt_check(said.authorship if said else None, asked.prompt, asked.opening),
    )
    return Verified(
        checks=checks,
        commit=said.commit if said else None,
        tree=said.tree if said else None,
        asserted=said.authorship.asserted if said else None,
        keyless=not signers or not trust.log_keys(),
    )


def _signature(receipt: ReceiptFile, signers: tuple[VerifierKey, ...]) -> Check:
    """Whether somebody who is trusted signed the statement."""
    claimed = ", ".join(one.keyid or "nobody" for one in receipt.envelope.signatures)[:300]
    if not signers:
        text = f"self-asserted: no signer's key was given; it says to be by {claimed}"
        return Check("signature", State.NOT_CHECKED, text)
    outcomes = {str(key): check(receipt.envelope, key) for key in signers}
    bad = [name for name, one in outcomes.items() if one in (Outcome.BAD, Outcome.UNSUPPORTED)]
    good = [name for name, one in outcomes.items() if one is Outcome.GOOD]
    if bad:
        return Check("signature", State.FAILED, f"what is signed as {bad[0]} does not hold")
    if not good:
        text = f"no given key signed it; it says to be by {claimed}"
        return Check("signature", State.FAILED, text)
    return Check("signature", State.HELD, f"the statement is signed by {', '.join(good)}")


def _statement(receipt: ReceiptFile) -> tuple[Check, _Said | None]:
    """Whether it says what a receipt says, about one commit and its tree."""
    try:
        statement = statement_of(receipt.envelope)
        commit, tree = commit_and_tree(statement)
        said = _Said(commit, tree, authorship_of(statement, "statement"))
    except FormatError as error:
        return Check("statement", State.FAILED, error.message), None
    return Check("statement", State.HELD, f"it is about commit {commit} and tree {tree}"), said


def _entry(receipt: ReceiptFile, said: _Said | None) -> Check:
    """Whether the entry records this statement under these signatures, and no other."""
    try:
        wrong = next(_differences(receipt, said), None)
    except (DamagedError, msgspec.DecodeError, ValueError, RecursionError) as error:
        wrong = f"it cannot be read: {error}"[:300]
    if wrong is not None:
        return Check("entry", State.FAILED, wrong)
    return Check("entry", State.HELD, "the entry names the digest of this statement")


def _differences(receipt: ReceiptFile, said: _Said | None) -> Iterator[str]:
    entry, envelope = read_entry(receipt.entry, 0), receipt.envelope
    if entry.kind != KIND:
        yield f"the entry is of the kind {entry.kind[:80]!a}"
    body = msgspec.json.decode(entry.body, type=ReceiptIssued)
    if body.pae != envelope.digest():
        yield "the entry names the digest of another statement"
    if body.predicate_type != AI_AUTHORSHIP:
        yield "the entry names another type of predicate"
    if body.signer not in {one.keyid for one in envelope.signatures}:
        yield "the entry names another signer"
    if [one.digest for one in entry.blobs] != [sha256(envelope.encode())]:
        yield "the entry names the digest of another envelope"
    if said is not None and entry.subject != Subject(commit=said.commit, tree=said.tree):
        yield "the entry is about another commit or tree"


def _log(receipt: ReceiptFile, trust: Trust) -> tuple[Check, Check]:
    """Whether the entry is under the checkpoint, and the checkpoint is a trusted log's."""
    result = verify_proof(receipt.entry, receipt.proof, trust)
    outside = [one.text for one in result.problems if one.code is Code.NOT_INCLUDED]
    wrong = [one.text for one in result.problems if one.code is not Code.NOT_INCLUDED]
    where = f"the checkpoint of {result.origin} over {counted(result.size or 0)}"
    if outside:
        inclusion = Check("inclusion", State.FAILED, outside[0])
    else:
        inclusion = Check("inclusion", State.HELD, f"the entry is under {where}")
    if wrong:
        return inclusion, Check("checkpoint", State.FAILED, "; ".join(wrong))
    if not trust.log_keys():
        text = f"self-asserted: no key of the log was given; it says to be {where}"
        return inclusion, Check("checkpoint", State.NOT_CHECKED, text)
    if result.reasons:
        return inclusion, Check("checkpoint", State.NOT_CHECKED, "; ".join(result.reasons))
    return inclusion, Check("checkpoint", State.HELD, f"a trusted key signed {where}")


def _subjects(said: _Said | None, repository: Path | None) -> Check:
    """Whether the repository holds the commit, and the commit the tree."""
    if repository is None:
        return Check("subjects", State.NOT_CHECKED, "no repository was given", asked=False)
    if said is None:
        return Check("subjects", State.NOT_CHECKED, "there is no statement that names them")
    return Check("subjects", *_standing(said, found_in(repository, said.commit)))


def _standing(said: _Said, found: Found) -> tuple[State, str]:
    if found.commit is not ObjectState.OK:
        return State.FAILED, f"the commit is {found.commit} in the repository"
    if found.tree != said.tree:
        return State.FAILED, f"the tree of the commit is {found.tree}"
    if found.tree_state is ObjectState.DAMAGED:
        return State.FAILED, "the tree is damaged in the repository"
    if found.tree_state is not ObjectState.OK:
        return State.NOT_CHECKED, f"the tree, which the commit names, is {found.tree_state}"
    return State.HELD, "the repository holds the commit with that tree"
