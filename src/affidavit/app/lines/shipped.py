"""Where it is told what was released and deployed: a forge's records, and a ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from affidavit.app.called import owned, slug_of
from affidavit.app.forge.evidence import of_another
from affidavit.app.forge.opening import opened
from affidavit.app.ledger.home import home
from affidavit.app.records.export import Records
from affidavit.base.errors import NotALedgerError
from affidavit.base.text import shortened, visible

if TYPE_CHECKING:
    from contextlib import ExitStack

    from affidavit.app.ledger.home import Home
    from affidavit.app.lines.opening import Asked
    from affidavit.base.limit import Limit
    from affidavit.sources.git.locate import Store


class Places(NamedTuple):
    """What is read, and what is to be said of it."""

    records: Records | None
    ledger: Home | None
    limits: tuple[Limit, ...] = ()


def places(asked: Asked, store: Store, stack: ExitStack) -> Places:
    """The forge's records as long as `stack` is open, and the ledger for what is deployed.

    That is the one that was named, or that holds the forge's records too; where neither was named
    it is the repository's own, if it has one.

    Raises:
        AffidavitError: They cannot be read.
    """
    ledger = _ledger(asked) if asked.deployed is not None else None
    if asked.forge is None:
        return Places(None, ledger)
    held = stack.enter_context(opened(asked.forge, asked.repository, asked.name))
    records = Records(held, "")
    called = slug_of(store) or owned(asked.name)
    limits = of_another(called, visible(shortened(records.source.at, 300)))
    return Places(records, ledger, (*held.limits, *limits))


def _ledger(asked: Asked) -> Home | None:
    named = asked.ledger or (asked.forge if asked.forge and asked.forge.is_dir() else None)
    if named or asked.forge:
        return home(named, asked.repository) if named else None
    try:
        return home(None, asked.repository)
    except NotALedgerError:
        return None
