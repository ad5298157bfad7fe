"""What the one who verifies trusts, and how a log's own key rotations extend it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from affidavit.base.errors import FormatError
from affidavit.ledger.cosignature import check_any
from affidavit.ledger.note import Outcome, parse_vkey
from affidavit.verify.result import Notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from affidavit.ledger.note import Note, VerifierKey
    from affidavit.ledger.policy import Policy
    from affidavit.verify.entries import Json
    from affidavit.verify.report import Statement

AHEAD = 3600
"""Seconds by which a witness's clock may be ahead of the verifier's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What is trusted from outside the log, and what is asked of it.

    `keys` are the log's, and so are those of `policy`, which also names the witnesses. `remembered`
    are checkpoints kept from earlier, as bytes of their notes. `as_of` (seconds since 1970 UTC) is
    the time by which the log is asked to be complete. `now` is when it is verified: a witness that
    saw it later than `AHEAD` after that says nothing of when. None leaves that unjudged. Of the
    times in which too few witnesses saw the log the longest is looked for that reaches into those
    from `since` (None for the first entry) up to `until`, or else `as_of`, or `now`.
    """

    keys: tuple[VerifierKey, ...] = ()
    policy: Policy | None = None
    remembered: tuple[bytes, ...] = ()
    as_of: int | None = None
    now: int | None = None
    since: int | None = None
    until: int | None = None

    def is_fresh(self, time: int) -> bool:
        """Whether a witness that saw the log at `time` saw it when it is asked to be complete."""
        return self.as_of is not None and self.is_past(time) and time >= max(self.as_of, 1)

    def is_past(self, time: int) -> bool:
        """Whether `time`, which a witness stated, can have been."""
        return self.now is None or time <= self.now + AHEAD

    def ends(self) -> int | None:
        """Where the period ends in which witnesses are looked for: not after `now`."""
        until = self.as_of if self.until is None else self.until
        return min((each for each in (until, self.now) if each is not None), default=None)

    def log_keys(self) -> tuple[VerifierKey, ...]:
        """The log's keys, of both."""
        return tuple(dict.fromkeys([*self.keys, *(self.policy.logs if self.policy else ())]))


def independent(
    witnesses: Mapping[str, int], policy: Policy, keys: Iterable[VerifierKey]
) -> dict[str, int]:
    """Those of `witnesses`, by name in `policy`, that do not have one of `keys`, which are logs'.

    Whoever keeps the log can sign for the others.
    """
    logs = {key.public for key in keys}
    return {
        name: time for name, time in witnesses.items() if policy.witnesses[name].public not in logs
    }


def dependent(trust: Trust) -> Iterator[Notice]:
    """Each witness of the policy that has the key of a log."""
    logs = {key.public for key in trust.log_keys()}
    for name, key in trust.policy.witnesses.items() if trust.policy else ():
        if key.public in logs:
            text = f"the witness {name[:100]!a} is not independent: a log has the same key"
            yield Notice("witness-not-independent", text)


def keys_of(trust: Trust, origin: str | None) -> tuple[VerifierKey, ...]:
    """The trusted keys of the log of that name: a key speaks for no log of another name.

    Where none has the name, all are returned, so that what they signed is still told.
    """
    keys = trust.log_keys()
    return tuple(key for key in keys if key.name == origin) or keys


@dataclass(frozen=True, slots=True)
class Rotation:
    """An entry by which the `old` key hands over to the `new` one.

    The new key counts for checkpoints of `from_size` and more that hold the entry, the old one up
    to `until_size`, or without end where that is None.
    """

    index: int
    old: VerifierKey
    new: VerifierKey
    from_size: int
    until_size: int | None


class Term(NamedTuple):
    """A key, and the checkpoint sizes ``[first, last]`` that it counts for."""

    key: VerifierKey
    first: int = 0
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Signing:
    """Which keys signed a checkpoint, and which, as ``name+id``, have a line that does not hold."""

    good: tuple[VerifierKey, ...]
    bad: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys that are trusted to sign a log's checkpoints, each for its sizes."""

    terms: tuple[Term, ...]

    @classmethod
    def of(cls, keys: tuple[VerifierKey, ...]) -> Keyring:
        """The keys that count for every checkpoint until a rotation says otherwise."""
        return cls(tuple(map(Term, keys)))

    def signing(self, note: Note, size: int) -> Signing:
        """Who signed the checkpoint of `size` that `note` states."""
        keys = [
            term.key
            for term in self.terms
            if term.first <= size and (term.last is None or size <= term.last)
        ]
        found = {key: check_any(note, key)[0] for key in dict.fromkeys(keys)}
        return Signing(
            tuple(key for key, outcome in found.items() if outcome is Outcome.GOOD),
            tuple(
                str(key)
                for key, outcome in found.items()
                if outcome in (Outcome.BAD, Outcome.UNSUPPORTED)
            ),
        )

    def after(self, rotation: Rotation) -> Keyring:
        """The keys once `rotation` is known to lie under a checkpoint that its old key signed."""
        first = max(rotation.from_size, rotation.index + 1)
        terms = [
            term._replace(last=_sooner(term.last, rotation.until_size))
            if term.key == rotation.old
            else term
            for term in self.terms
        ]
        return replace(self, terms=(*terms, Term(rotation.new, first)))


def before(keyring: Keyring, rotations: Sequence[Rotation]) -> dict[VerifierKey, int]:
    """The keys from which one of `keyring` took over, at once or in steps.

    Each has the index of the last entry among the rotations that lead from it.
    """
    found = dict.fromkeys((term.key for term in keyring.terms), -1)
    for each in sorted(rotations, key=lambda one: one.index, reverse=True):
        if each.new in found and each.old not in found:
            found[each.old] = max(each.index, found[each.new])
    return {key: index for key, index in found.items() if index >= 0}


def _sooner(last: int | None, until: int | None) -> int | None:
    ends = [end for end in (last, until) if end is not None]
    return min(ends, default=None)


def rotation(statement: Statement) -> Rotation:
    """The rotation that an entry of the kind ``key.rotated.v1`` states.

    Raises:
        FormatError: Its body is not that of a rotation.
    """
    body, place = statement.body, f"entry {statement.index}"
    until = body.get("until_size")
    return Rotation(
        index=statement.index,
        old=parse_vkey(_text(body.get("old"), place), place=f"{place}: old"),
        new=parse_vkey(_text(body.get("new"), place), place=f"{place}: new"),
        from_size=_size(body.get("from_size"), place),
        until_size=None if until is None else _size(until, place),
    )


def _text(value: Json, place: str) -> str:
    if not isinstance(value, str):
        raise FormatError(f"{place}: a rotation names its old and its new key")
    return value


def _size(value: Json, place: str) -> int:
    if type(value) is not int or value < 0:
        raise FormatError(f"{place}: a rotation's from_size and until_size are numbers from 0")
    return value
