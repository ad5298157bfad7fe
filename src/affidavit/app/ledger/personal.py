"""Personal data behind a ledger: shown while it is kept, and destroyed when that is asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.ledger.audited import audited
from affidavit.app.ledger.keeper import LOG_STREAM
from affidavit.app.ledger.kept import KEEPER, by
from affidavit.app.ledger.view import Choice, View
from affidavit.base.errors import FrozenError, UsageError
from affidavit.ledger.entry import Fact
from affidavit.ledger.kinds import PartyMet, SubjectDisposed
from affidavit.store.vault import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from affidavit.app.ledger.keeper import Acknowledged, Keeper
    from affidavit.store.vault import Vault

SUBJECT = re.compile(r"[a-z][a-z0-9]{0,31}:[0-9a-f]{32}")
COMMITMENT = re.compile(r"hmac-sha256:[0-9a-f]{64}")


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """Why something is disposed of: by whose authority, and under which policy."""

    authority: str
    policy: str


class Disposal(msgspec.Struct, frozen=True, kw_only=True):
    """What was destroyed for one subject, and the entry that says so.

    A log that was ended takes no entry: `index` is None then. `new` is False where nothing was left
    to destroy and the entry is an earlier disposal's.
    """

    subject: str
    values: int
    index: int | None
    new: bool = True


def subjects_of(view: View, vault: Vault, who: str) -> list[str]:
    """The subjects that `who` means: a pseudonym, a name, an address, or ``Name <address>``.

    Raises:
        UsageError: Nothing here is known by it, or not any more.
    """
    if SUBJECT.fullmatch(who):
        return [who]
    wanted = who.casefold()
    found = dict.fromkeys(vault.subjects(who))
    for _, met in audited(view, Choice(kind="party.met.v1"), PartyMet):
        party = met.party
        if not SUBJECT.fullmatch(party):
            continue
        names, addresses = vault.values_of(party, "name"), vault.values_of(party, "email")
        both = (f"{name} <{address}>" for name in names for address in addresses)
        if wanted in map(str.casefold, (*names, *addresses, *both)):
            found[party] = None
    if not found:
        raise UsageError(
            f"the vault knows nobody by {who!a}",
            hint="a pseudonym such as person:5f2c… can be given",
        )
    return list(found)


def described(vault: Vault, subject: str) -> str:
    """Who `subject` is as far as that is kept, and how many values would be destroyed."""
    name, email = (vault.value_of(subject, field) for field in ("name", "email"))
    address = f"<{email}>" if name and email else email
    who = " ".join(one for one in (name, address) if one)
    count = vault.kept_about(subject)
    values = "1 value is" if count == 1 else f"{count:,} values are"
    known = "disposed of before" if vault.is_disposed(subject) else "no name or address is kept"
    return f"{subject}: {who or known}; {values} kept"


def disposed(
    keeper: Keeper, vault: Vault, subjects: Sequence[str], order: Order
) -> Iterator[Disposal]:
    """Destroy what is kept about `subjects`, and record that it was done.

    The key is destroyed first: an entry never says what was not done. Asked for again, what was
    left is destroyed, and another entry says so; where nothing was left, the earlier one stands.
    """
    with vault.batch():
        gone = [vault.dispose(subject) for subject in subjects]
    empty = {one.subject for one in gone if not (one.keys or one.lookups or one.values)}
    said = _said(View(keeper.log.rows)) if empty else {}
    for one in gone:
        if one.subject in empty and one.subject in said:
            yield Disposal(subject=one.subject, values=0, index=said[one.subject], new=False)
            continue
        try:
            index = _recorded(keeper, one.subject, one.values, order).receipts[0].index
        except FrozenError:
            # Data must be destroyed all the same when somebody has a right to it.
            index = None
        yield Disposal(subject=one.subject, values=one.values, index=index)


def _said(view: View) -> dict[str, int]:
    """The newest entry that says of each subject that it was disposed of."""
    choice = Choice(stream=LOG_STREAM, kind="subject.disposed.v1")
    return {
        msgspec.json.decode(row.entry.body, type=SubjectDisposed).subject: row.index
        for row in view.chosen(choice)
    }


def _recorded(keeper: Keeper, subject: str, values: int, order: Order) -> Acknowledged:
    body: dict[str, object] = {
        "authority": order.authority,
        "policy": order.policy,
        "subject": subject,
        "values": values,
    }
    fact = Fact(kind="subject.disposed.v1", stream=LOG_STREAM, actor=KEEPER, body=body)
    return keeper.record(fact, by("dispose"))


def revealed(value: object, vault: Vault) -> object:
    """`value`, with what its commitments and pseudonyms stand for as far as it is still kept."""
    if isinstance(value, dict):
        return {key: revealed(item, vault) for key, item in value.items()}
    if isinstance(value, list):
        return [revealed(item, vault) for item in value]
    if not isinstance(value, str):
        return value
    if COMMITMENT.fullmatch(value):
        return {"commitment": value, **_kept(vault, value)}
    if SUBJECT.fullmatch(value):
        return _known(vault, value)
    return value


def _kept(vault: Vault, commitment: str) -> Mapping[str, object]:
    status = vault.status(commitment)
    if status is Status.KEPT:
        return {"value": vault.reveal(commitment)}
    return {"value": None, "status": str(status)}


def _known(vault: Vault, subject: str) -> object:
    if vault.is_disposed(subject):
        return {"subject": subject, "status": str(Status.DISPOSED)}
    names = {field: vault.value_of(subject, field) for field in ("name", "email")}
    known = {field: name for field, name in names.items() if name is not None}
    return {"subject": subject, **known} if known else subject
