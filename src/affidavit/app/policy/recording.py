"""Decisions recorded in a ledger: the input sealed in the vault, the bundle kept once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.ledger.blobs import kept
from affidavit.app.ledger.given import Given
from affidavit.app.ledger.kept import by, keeping, vault
from affidavit.app.policy.deciding import fact_of, id_of
from affidavit.base.digest import sha256
from affidavit.ledger.decided import CHANNEL
from affidavit.ledger.entry import Blob
from affidavit.policy.archive import MEDIA_TYPE, archived
from affidavit.policy.deciding import encoded_input

if TYPE_CHECKING:
    from collections.abc import Mapping

    from affidavit.app.ledger.home import Home
    from affidavit.app.policy.deciding import Decided
    from affidavit.store.vault import Vault

LONGEST_SEALED = 1 << 20
"""Bytes of an input that a vault takes."""


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """The entry of a decision, and whether it is of now or of an earlier run."""

    index: int
    new: bool


def recorded(place: Home, decided: Decided, files: Mapping[str, bytes]) -> Recorded:
    """Record a decision by the bundle of `files`, unless it was recorded before.

    Without files there was no bundle that could be used.

    Raises:
        AffidavitError: The ledger or its vault cannot be written to.
    """
    archive = [archived(files)] if files else []
    blobs = tuple(Blob(digest=sha256(one), media_type=MEDIA_TYPE, size=len(one)) for one in archive)
    id_ = id_of(decided)
    with keeping(place) as keeper, vault(place, keeper.log.origin) as secrets:
        known = Given(keeper.log.rows).entry(id_)
        if known is not None:
            return Recorded(index=known[0], new=False)
        whole = msgspec.structs.replace(
            decided,
            archive=blobs[0].digest if blobs else None,
            sealed=_sealed(secrets, decided),
        )
        fact = msgspec.structs.replace(fact_of(whole), id=id_, blobs=blobs)
        done = keeper.append([fact], by(CHANNEL), kept(archive))
        return Recorded(index=done.receipts[0].index, new=True)


def _sealed(secrets: Vault, decided: Decided) -> str | None:
    """A commitment to the input; None where it is too long to be kept."""
    data = encoded_input(decided.asked)
    if len(data) > LONGEST_SEALED:
        return None
    with secrets.batch():
        subject = secrets.pseudonym("decision", decided.decision.input)
        return secrets.commit(subject, "input", data.decode())
