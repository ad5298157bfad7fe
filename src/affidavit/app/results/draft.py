"""A fact before it is recorded: what names somebody or something is still open in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from affidavit.app.recorder.personal import UNMADE
from affidavit.ledger.entry import Fact

if TYPE_CHECKING:
    from collections.abc import Callable

    from affidavit.ledger.entry import Subject
    from affidavit.store.vault import Vault


LONGEST_NAMED = 4_096
"""Characters of a value that is read from a file and kept."""


class Named(NamedTuple):
    """A value that names somebody or something, and stands in no fact in clear.

    `field` is what a commitment to it is for; `person` is set where it is about one, such as
    ``github:octocat``, and then what is kept of it goes when the person is disposed of.
    """

    field: str
    value: str
    person: str | None = None


class Draft(NamedTuple):
    """A fact whose body may hold `Named` values anywhere."""

    kind: str
    actor: str
    subject: Subject
    body: dict[str, object]

    def named(self) -> dict[str, str]:
        """The values that are not told in clear, by their place in the body."""
        found = dict[str, str]()

        def noted(one: Named, place: str) -> object:
            found[place] = one.value
            return one

        _replaced(self.body, noted)
        return found

    def shown(self) -> Fact:
        """The fact, with zeros where commitments will stand."""
        return self._fact(_replaced(self.body, lambda *_: UNMADE))

    def withheld(self) -> Fact:
        """The fact without what it may not tell; the places of it are listed."""
        body = _replaced(self.body, lambda *_: None)
        if places := sorted(self.named()):
            body["withheld"] = places
        return self._fact(body)

    def sealed(self, vault: Vault) -> Fact:
        """The fact with commitments, whose values `vault` keeps from now on."""
        if not self.named():
            return self._fact(self.body)

        def committed(one: Named, _: str) -> object:
            about = ("result", str(self.subject.commit)) if one.person is None else None
            subject = vault.pseudonym(*(about or ("person", str(one.person))))
            return vault.commit(subject, one.field, one.value)

        with vault.batch():
            return self._fact(_replaced(self.body, committed))

    def _fact(self, body: dict[str, object]) -> Fact:
        what = self.kind.partition(".")[0]
        return Fact(
            kind=self.kind,
            stream=f"results:{what}",
            actor=self.actor,
            subject=self.subject,
            body=body,
        )


def _replaced(body: dict[str, object], change: Callable[[Named, str], object]) -> dict[str, object]:
    """`body` with each named value changed; what becomes None is left out."""
    return {key: found for key, found in _items(body, change, "") if found is not None}


def _items(
    body: dict[str, object], change: Callable[[Named, str], object], place: str
) -> list[tuple[str, object]]:
    return [(key, _value(value, change, f"{place}{key}")) for key, value in body.items()]


def _value(value: object, change: Callable[[Named, str], object], place: str) -> object:
    if isinstance(value, Named):
        return change(value, place)
    if isinstance(value, dict):
        return {key: one for key, one in _items(value, change, f"{place}.") if one is not None}
    if isinstance(value, list):
        return [_value(one, change, f"{place}[{number}]") for number, one in enumerate(value)]
    return value
