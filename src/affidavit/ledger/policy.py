"""Trust policies: whose signatures make a checkpoint one to rely on (C2SP tlog-policy)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from affidavit.base.errors import FormatError
from affidavit.ledger.algorithm import COSIGNATURE, ML_DSA_44
from affidavit.ledger.cosignature import check_any, covers
from affidavit.ledger.key import parse_vkey
from affidavit.ledger.note import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from affidavit.ledger.checkpoint import Checkpoint
    from affidavit.ledger.key import VerifierKey
    from affidavit.ledger.note import Note

LARGEST_POLICY = 1 << 20
"""Bytes of a policy that are read. One with 256 post-quantum keys has about 470,000."""
MOST_OF_A_KIND = 256
"""Logs, witnesses, and groups, of each, that a policy may have; the specification asks for 32."""
NONE = "none"
"""The quorum that asks for no witness."""

_FORBIDDEN = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
_COUNT = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Group:
    """Witnesses and groups, by name, of which at least `threshold` must have cosigned."""

    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the keys of a policy say of one checkpoint.

    `log` is the key of the log under whose name it stands, if that key signed it. `bad` names the
    known keys, as ``name+id``, with a line that they did not sign, in the policy's order, and
    `unsupported` those whose line cannot be checked here. `witnesses` holds, by their names in the
    policy, the times (seconds since 1970 UTC, their word; 0 for none) of those that cosigned.
    """

    log: VerifierKey | None
    bad: tuple[str, ...]
    unsupported: tuple[str, ...]
    witnesses: Mapping[str, int]
    quorum_met: bool

    @property
    def accepted(self) -> bool:
        """Whether a known log signed, the quorum cosigned, and every known key's line is good.

        A line that cannot be checked here may be a bad one, so it is refused like one.
        """
        return self.log is not None and self.quorum_met and not self.bad and not self.unsupported


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The logs that are known, the witnesses and groups by name, and the quorum's name or `NONE`.

    All are in the order of their lines, so a group comes after its members. Where URLs were given,
    `log_urls` has them by key and `witness_urls` by the witness's name. Names are octets: those
    that are not UTF-8 are kept as lone surrogates.
    """

    logs: tuple[VerifierKey, ...]
    witnesses: Mapping[str, VerifierKey]
    groups: Mapping[str, Group]
    quorum: str
    log_urls: Mapping[VerifierKey, str]
    witness_urls: Mapping[str, str]

    def judge(self, note: Note, checkpoint: Checkpoint) -> Judgement:
        """What the policy's keys say of `checkpoint`, which is the one that `note` states.

        A log's key counts only for checkpoints under the key's own name, and only if its signature
        covers every line. All lines of known keys are checked.
        """
        if checkpoint.text() != note.text:
            raise ValueError("the checkpoint is not the one of the note")
        keys = dict.fromkeys([*self.logs, *self.witnesses.values()])
        found = {key: check_any(note, key) for key in keys}
        good = {key: time for key, (outcome, time) in found.items() if outcome is Outcome.GOOD}
        witnesses = {name: good[key] or 0 for name, key in self.witnesses.items() if key in good}
        own = (key for key in self.logs if key in good and _is_of_log(key, checkpoint))
        return Judgement(
            log=next(own, None),
            bad=_keys(found, Outcome.BAD),
            unsupported=_keys(found, Outcome.UNSUPPORTED),
            witnesses=witnesses,
            quorum_met=self.is_quorum(witnesses),
        )

    def is_quorum(self, witnesses: Mapping[str, int]) -> bool:
        """Whether the cosignatures of the named witnesses are enough."""
        met = {NONE, *(name for name in witnesses if name in self.witnesses)}
        for name, group in self.groups.items():
            if sum(member in met for member in group.members) >= group.threshold:
                met.add(name)
        return self.quorum in met

    def reached(self, witnesses: Mapping[str, int]) -> int | None:
        """The latest time at which or after which enough of `witnesses` cosigned, by their times.

        None where there is no witness, or not enough of them.
        """
        for time in sorted(set(witnesses.values()), reverse=True):
            if self.is_quorum({name: seen for name, seen in witnesses.items() if seen >= time}):
                return time
        return None


def _is_of_log(key: VerifierKey, checkpoint: Checkpoint) -> bool:
    return key.name == checkpoint.origin and covers(key, checkpoint)


def _keys(
    found: Mapping[VerifierKey, tuple[Outcome, int | None]], outcome: Outcome
) -> tuple[str, ...]:
    return tuple(str(key) for key, (each, _) in found.items() if each is outcome)


@dataclass(slots=True)
class _Draft:
    """A policy as far as its lines were read."""

    logs: list[VerifierKey] = field(default_factory=list)
    witnesses: dict[str, VerifierKey] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    members: set[str] = field(default_factory=set)
    quorum: str | None = None
    log_urls: dict[VerifierKey, str] = field(default_factory=dict)
    witness_urls: dict[str, str] = field(default_factory=dict)

    def is_defined(self, name: str) -> bool:
        """Whether a line above defined a witness or group of that name."""
        return name in self.witnesses or name in self.groups


def parse_policy(data: bytes, place: str = "policy") -> Policy:
    """The policy that the file `data` holds. Time is linear in `data`.

    Raises:
        FormatError: `data` breaks a rule of the format or one of the bounds; the message begins
            with `place` and names the line, from 1.
    """
    if len(data) > LARGEST_POLICY:
        raise FormatError(f"{place} has more than {LARGEST_POLICY} bytes")
    if data and not data.endswith(b"\n"):
        raise FormatError(f"{place} does not end in a newline: is it cut off?")
    if control := _FORBIDDEN.search(data):
        number = data.count(b"\n", 0, control.start()) + 1
        raise FormatError(f"{place} line {number} has a control character")
    draft = _Draft()
    for number, line in enumerate(data.split(b"\n"), 1):
        _read(line, draft, f"{place} line {number}")
    if draft.quorum is None:
        raise FormatError(f"{place} has no quorum line")
    return Policy(
        logs=tuple(draft.logs),
        witnesses=draft.witnesses,
        groups=draft.groups,
        quorum=draft.quorum,
        log_urls=draft.log_urls,
        witness_urls=draft.witness_urls,
    )


def _read(line: bytes, draft: _Draft, place: str) -> None:
    """Take one line into `draft`."""
    words = line.decode("utf-8", "surrogateescape").replace("\t", " ").split(" ")
    items = [word for word in words if word]
    if not items or items[0].startswith("#"):
        return
    define = _LINES.get(items[0])
    if define is None:
        raise FormatError(f"{place} is no log, witness, group or quorum line")
    define(items[1:], draft, place)


def _log(items: list[str], draft: _Draft, place: str) -> None:
    if not 1 <= len(items) <= 2:
        raise FormatError(f"{place} is not of the form: log <vkey> [<url>]")
    key = parse_vkey(items[0], place=place)
    _refuse_again(key, draft.logs, f"{place}: a log")
    draft.logs.append(key)
    draft.log_urls.update((key, url) for url in items[1:])


def _witness(items: list[str], draft: _Draft, place: str) -> None:
    if not 2 <= len(items) <= 3:
        raise FormatError(f"{place} is not of the form: witness <name> <vkey> [<url>]")
    name = items[0]
    key = parse_vkey(items[1], place=place)
    if key.algorithm not in (COSIGNATURE, ML_DSA_44):
        raise FormatError(f"{place}: the key of a witness is one for cosignatures, and this is not")
    _refuse_defined(name, draft, place)
    _refuse_again(key, draft.witnesses.values(), f"{place}: a witness")
    draft.witnesses[name] = key
    draft.witness_urls.update((name, url) for url in items[2:])


def _refuse_defined(name: str, draft: _Draft, place: str) -> None:
    if name == NONE or draft.is_defined(name):
        raise FormatError(f"{place} defines a name that is defined already")


def _refuse_again(key: VerifierKey, above: Collection[VerifierKey], place: str) -> None:
    """Refuse a key that is given twice under whatever name, and one too many."""
    if len(above) >= MOST_OF_A_KIND:
        raise FormatError(f"{place} beyond the {MOST_OF_A_KIND} that are read")
    if any(key.public == each.public for each in above):
        raise FormatError(f"{place} has the same public key as one above")


def _group(items: list[str], draft: _Draft, place: str) -> None:
    if len(items) < 3:
        raise FormatError(f"{place} is not of the form: group <name> all|any|<number> <member>...")
    name, count, *members = items
    _refuse_defined(name, draft, place)
    if len(draft.groups) >= MOST_OF_A_KIND:
        raise FormatError(f"{place}: a group beyond the {MOST_OF_A_KIND} that are read")
    for member in members:
        if not draft.is_defined(member):
            raise FormatError(f"{place} has a member that no line above defines")
        if member in draft.members:
            raise FormatError(f"{place} has a member that is listed in a group already")
        draft.members.add(member)
    draft.groups[name] = Group(_threshold(count, len(members), place), tuple(members))


def _threshold(count: str, members: int, place: str) -> int:
    words = {"all": members, "any": 1}
    if count not in words and not _COUNT.fullmatch(count):
        raise FormatError(f"{place}: how many must cosign is all, any or a decimal number")
    threshold = words.get(count) or int(count)
    if threshold > members:
        raise FormatError(f"{place} asks for more members than it lists")
    return threshold


def _quorum(items: list[str], draft: _Draft, place: str) -> None:
    if len(items) != 1:
        raise FormatError(f"{place} is not of the form: quorum <name>")
    if draft.quorum is not None:
        raise FormatError(f"{place} is a second quorum line")
    if items[0] != NONE and not draft.is_defined(items[0]):
        raise FormatError(f"{place} names what no line above defines")
    draft.quorum = items[0]


_LINES: Mapping[str, Callable[[list[str], _Draft, str], None]] = {
    "log": _log,
    "witness": _witness,
    "group": _group,
    "quorum": _quorum,
}
