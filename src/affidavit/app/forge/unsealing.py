"""Records of a forge made whole again, as far as their texts are still kept.

Of an account that was disposed of nobody is left: the field is null, or where there must be
somebody the pseudonym. Of texts there is null, or the word. Each is named among what is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.forge.rules import RECORDS, Rule, Spec
from affidavit.app.forge.sealing import MARK, TAG, joined
from affidavit.changes.forge.model import Line
from affidavit.store.vault import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.forge.sealing import Fields
    from affidavit.ledger.forge import SealedRecord, SealedValues
    from affidavit.store.vault import Vault

LOST = "lost"
"""The reason of what the vault never had, or has no more without a disposal."""
_PROMPTING = ("assigned", "review_requested")
"""Events of which an author may be known."""


class Gone(msgspec.Struct, frozen=True):
    """What is left of a value that is not kept, and why."""

    reason: str
    subject: str


def unsealed(content: SealedRecord, kept: Vault) -> Line:
    """The record in `content`.

    Raises:
        ValueError: It is none: msgspec's errors are ValueErrors, too.
    """
    groups = [_group(one, kept) for one in content.sealed]
    opening = _Opening(groups)
    sort = content.data.get(TAG)
    if not isinstance(sort, str) or sort not in RECORDS:
        raise ValueError("its data are no record")
    spec = RECORDS[sort][1]
    data = opening.fields(content.data, spec, "")
    if opening.missing and "missing" in spec.fields:
        data["missing"] = [*_listed(data.get("missing")), *opening.missing]
    url = opening.value(content.url)
    origin = {
        "url": url.reason if isinstance(url, Gone) else url,
        "fetched_at": content.fetched_at,
        "digest": _digest(groups),
    }
    return msgspec.convert({"origin": origin, "data": data}, Line)


def _group(sealed: SealedValues, kept: Vault) -> list[object] | Gone:
    """The values of one subject."""
    found = []
    for one in sealed.values:
        value = kept.reveal(one)
        if value is None:
            disposed = kept.status(one) is Status.DISPOSED
            return Gone(str(Status.DISPOSED) if disposed else LOST, sealed.subject)
        found.append(value)
    values: list[object] = msgspec.json.decode("".join(found), type=list)
    if not values or not isinstance(values[0], str):
        raise ValueError("what is sealed is no list of values")
    return values


def _digest(groups: list[list[object] | Gone]) -> str:
    """The digest of the answer, which is gone with any share of it."""
    shares = []
    for one in groups:
        if isinstance(one, Gone):
            return one.reason
        shares.append(bytes.fromhex(str(one[0])))
    if not shares or len({len(one) for one in shares}) > 1:
        raise ValueError("the shares of its digest do not fit together")
    return joined(shares).decode()


class _Opening:
    """Puts the texts of one record back; `missing` is what could not be."""

    def __init__(self, groups: list[list[object] | Gone]) -> None:
        self._groups = groups
        self._lost: dict[tuple[str, str], None] = {}

    @property
    def missing(self) -> list[Fields]:
        """What is not kept any more, as a record says it."""
        return [{"what": what, "reason": reason} for what, reason in self._lost]

    def fields(self, data: Fields, spec: Spec, path: str) -> Fields:
        """`data` with its texts."""
        prompting = data.get("kind") in _PROMPTING and path == "events."
        return {
            name: value
            if name == TAG
            else self._field(value, (spec, name), "commits" if prompting else f"{path}{name}")
            for name, value in data.items()
        }

    def value(self, shown: object) -> object:
        """The value that `shown` stands for.

        Raises:
            ValueError: There is no such value.
        """
        if not (isinstance(shown, dict) and shown.keys() == {MARK}):
            return shown
        match shown[MARK]:
            case [int() as group, int() as number] if 0 <= group < len(self._groups):
                values = self._groups[group]
                if isinstance(values, Gone):
                    return values
                if 0 < number < len(values):
                    return values[number]
        raise ValueError(f"there is no value {shown[MARK]!a:.40}")

    def _field(self, shown: object, of: tuple[Spec, str], what: str) -> object:
        """What stands in a field, which is `of` that name in those rules."""
        if isinstance(shown, list):
            return [self._field(each, of, what) for each in shown]
        if not isinstance(shown, dict):
            return shown
        rule = of[0].fields.get(of[1])
        if isinstance(rule, Spec):
            return self.fields(shown, rule, f"{what}.")
        return self._opened(shown, rule, what, needed=of[1] not in of[0].optional)

    def _opened(self, shown: Fields, rule: Rule | None, what: str, *, needed: bool) -> object:
        """What was sealed; of what is gone its reason where there must be a text, else None."""
        if rule is Rule.ACCOUNT:
            return self._account(shown, what, needed=needed)
        found = self.value(shown)
        if rule is Rule.FOREIGN:
            return self._foreign(found, what)
        if not isinstance(found, Gone):
            return found
        self._lose(what, found)
        return found.reason if needed else None

    def _account(self, shown: Fields, what: str, *, needed: bool) -> object:
        login, number = self.value(shown.get("login")), self.value(shown.get("id"))
        if not isinstance(login, Gone) and not isinstance(number, Gone):
            return {**shown, "login": login, "id": number}
        gone = login if isinstance(login, Gone) else number
        assert isinstance(gone, Gone)
        self._lose(what, gone)
        return {**shown, "login": gone.subject, "id": None} if needed else None

    def _foreign(self, found: object, what: str) -> object:
        """JSON with the accounts in it; of one that is not kept the reason is told as its login."""
        if isinstance(found, Gone):
            self._lose(what, found)
            return [] if what == "rules" else {}
        if isinstance(found, list):
            return [self._foreign(each, what) for each in found]
        if not isinstance(found, dict):
            return found
        if MARK not in found:
            return {name: self._foreign(each, what) for name, each in found.items()}
        inner = self.value(found)
        if isinstance(inner, Gone):
            self._lose(what, inner)
            return {"login": inner.reason}
        return inner

    def _lose(self, what: str, gone: Gone) -> None:
        """Name what is gone. Where that may be an author, not all of them are known."""
        authors = what == "author" or what.startswith("commits.")
        for one in ("commits", what) if authors else (what,):
            self._lost[one, gone.reason] = None


def _listed(found: object) -> Iterator[object]:
    if isinstance(found, list):
        yield from found
