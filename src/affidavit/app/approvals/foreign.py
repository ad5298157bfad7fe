"""Approvals that gittuf attests, in ``refs/gittuf/attestations``, of the tree of a change.

They are statements of in-toto under the names that protobuf gives their fields, each signed over
its DSSE encoding by an SSH key. Who approved is a name in the text: the signer is a forge's app.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from affidavit.base.errors import AffidavitError, FormatError
from affidavit.base.text import shortened, visible
from affidavit.changes.approval.model import Foreign
from affidavit.identity.ssh.signature import parse_armored, parse_blob
from affidavit.identity.ssh.verifying import verify
from affidavit.ledger.dsse import parse_envelope
from affidavit.provenance.records.gittuf import APPROVAL
from affidavit.sources.git.tree import FILES, FOLDER, entries
from affidavit.sources.records.gittuf import REF

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from affidavit.identity.ssh.allowed import Found
    from affidavit.identity.ssh.keys import PublicKey
    from affidavit.ledger.dsse import Envelope, Signed
    from affidavit.sources.git.objects import Objects
    from affidavit.sources.git.refs import Refs

    Known: TypeAlias = Callable[[PublicKey, str], Found | None]
    """Gives the line that allows a key for a namespace, None where none does."""

NAMESPACE = "git"
"""What gittuf's SSH signatures are for."""
MOST_FOLDERS = 20_000
"""Folders of attestations that are looked into."""
MOST = 100
"""Attestations about one tree that are read."""
LARGEST = 1 << 20
"""Bytes of one."""
_FROM_TO = re.compile(rb"[0-9a-f]{40,64}-([0-9a-f]{40,64})")
_SHOWN = 200


class _Digests(msgspec.Struct, frozen=True):
    gitTree: str | None = None  # noqa: N815 -- gittuf's own name


class _Subject(msgspec.Struct, frozen=True):
    digest: _Digests


class _Predicate(msgspec.Struct, frozen=True):
    approvers: tuple[str, ...] | None = None
    dismissedApprovers: tuple[str, ...] | None = None  # noqa: N815 -- gittuf's own name


class _Attestation(msgspec.Struct, frozen=True):
    """What is read of a statement; what else it says is passed over."""

    predicate_type: str
    subject: tuple[_Subject, ...]
    predicate: _Predicate


def foreign(
    refs: Refs, objects: Objects, tree: str, known: Known
) -> tuple[tuple[Foreign, ...], tuple[str, ...]]:
    """The approvals of `tree` that are attested, and in words what could not be read."""
    tip = refs.get(REF)
    if tip is None:
        return (), ()
    found, unread = list[Foreign](), list[str]()
    commit = objects.peeled([tip]).get(tip, "")
    for path, blob in _listed(objects, objects.tree_of(commit), tree):
        place = shortened(visible(f"{REF} {path}"), _SHOWN)
        if len(found) + len(unread) >= MOST:
            unread.append(f"{REF} has more than {MOST} attestations about the tree")
            break
        try:
            data = objects.one(blob, kind="blob", max_size=LARGEST)
            found.append(_read(data, tree, place, known))
        except AffidavitError as error:
            unread.append(shortened(visible(error.message), _SHOWN))
    return tuple(sorted(found, key=lambda one: one.source)), tuple(unread)


def _listed(objects: Objects, root: str, tree: str) -> Iterator[tuple[str, str]]:
    """Path and id of each attestation in a folder that is named after `tree`."""
    waiting, looked = [("", root, False)], 0
    while waiting and looked < MOST_FOLDERS:
        place, id_, within = waiting.pop()
        looked += 1
        body = objects.one(id_, kind="tree") if id_ else None
        for mode, name, each in entries(body or b"", objects.raw_length):
            path = f"{place}/{name.decode('utf-8', 'replace')}".lstrip("/")
            named = _FROM_TO.fullmatch(name)
            if mode == FOLDER and (named is None or named[1].decode() == tree):
                waiting.append((path, each, within or named is not None))
            elif mode in FILES and within:
                yield path, each


def _read(data: bytes | None, tree: str, place: str, known: Known) -> Foreign:
    if data is None:
        raise FormatError(f"{place} cannot be read")
    envelope = parse_envelope(data, place=place)
    try:
        said = msgspec.json.decode(envelope.payload, type=_Attestation)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise FormatError(f"{place} is no approval of gittuf") from error
    if said.predicate_type != APPROVAL or [one.digest.gitTree for one in said.subject] != [tree]:
        raise FormatError(f"{place} is no approval of gittuf of that tree")
    signers = [_signer(envelope, one, known) for one in envelope.signatures]
    good = next((one for one in signers if not isinstance(one, str)), None)
    return Foreign(
        source=place,
        tree=tree,
        approvers=said.predicate.approvers or (),
        dismissed=said.predicate.dismissedApprovers or (),
        fingerprint=good[0].fingerprint if good else None,
        principals=good[1].principals if good else (),
        why=None if good else "; ".join(str(one) for one in signers)[:_SHOWN],
    )


def _signer(envelope: Envelope, signed: Signed, known: Known) -> tuple[PublicKey, Found] | str:
    """The key that signed, with its line; or why it is not verified."""
    try:
        armored = signed.signature.startswith(b"-----")
        signature = (parse_armored if armored else parse_blob)(signed.signature)
        verify(signature, envelope.pae(), NAMESPACE)
    except FormatError as error:
        return f"not verified: {error.message}"
    found = known(signature.key, NAMESPACE)
    if found is None:
        return f"not verified: no line allows {signature.key.fingerprint} for {NAMESPACE}"
    return signature.key, found
