"""The keys that this account has of a log: what others wrote into its ledger shows against them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from affidavit.app.ledger.custody import Custody, config_home, verifier
from affidavit.base.errors import DamagedError, KeyFileError
from affidavit.ledger.note import Outcome, check

if TYPE_CHECKING:
    from affidavit.ledger.key import VerifierKey
    from affidavit.ledger.note import Note


def own_custody(origin: str) -> Custody | None:
    """Where this account keeps the keys of the log named `origin`; None where it has none.

    Raises:
        KeyFileError: What it keeps cannot be read.
    """
    try:
        found = Custody(config_home(os.environ), origin)
        found.held()
    except KeyFileError as error:
        if isinstance(error.__cause__, FileNotFoundError | RuntimeError):
            return None
        raise
    return found


def own_keys(origin: str) -> tuple[VerifierKey, ...]:
    """The verifier keys that this account has of the log named `origin`, the newest last.

    Raises:
        KeyFileError: What it keeps cannot be read.
    """
    custody = own_custody(origin)
    return () if custody is None else tuple(map(verifier, custody.held()))


def check_signed(note: Note, origin: str) -> None:
    """See that one of this account's keys of the log signed `note`, where it has any.

    Raises:
        DamagedError: None did.
    """
    keys = own_keys(origin)
    if keys and all(check(note, key) is not Outcome.GOOD for key in keys):
        raise DamagedError(
            "no key that this account has of the log signed its newest checkpoint",
            hint="affidavit ledger verify lists what was changed",
        )
