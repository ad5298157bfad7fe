"""Every kept checkpoint held against the tree, the trusted keys and the witnesses."""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

from affidavit.base.errors import FormatError
from affidavit.ledger.checkpoint import parse_checkpoint
from affidavit.ledger.cosignature import check_any
from affidavit.ledger.note import Outcome, parse_note
from affidavit.verify.gap import Sighting
from affidavit.verify.named import Signer
from affidavit.verify.result import Code, Problem, Witnessed, counted
from affidavit.verify.trust import Keyring, before, independent

_UNSIGNED = "no trusted key signed the checkpoint"
_ASTRAY = "the entries do not have the root that the checkpoint states"

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from affidavit.ledger.checkpoint import Checkpoint
    from affidavit.ledger.note import Note, VerifierKey
    from affidavit.ledger.policy import Policy
    from affidavit.verify.result import Findings
    from affidavit.verify.source import Kept
    from affidavit.verify.tree import Tree
    from affidavit.verify.trust import Rotation, Signing


class Stated(NamedTuple):
    """A checkpoint, and the note that states it."""

    checkpoint: Checkpoint
    note: Note


class _Waiting(NamedTuple):
    """A checkpoint that an earlier key signed: where it is, and its size.

    `last` is the entry of the last of the rotations that lead from that key to a trusted one.
    """

    at: tuple[str, int]
    last: int


def stated(data: bytes, place: str) -> Stated:
    """The checkpoint that the note `data` states.

    Raises:
        FormatError: It states none; the message begins with `place`.
    """
    note = parse_note(data, place=place)
    return Stated(parse_checkpoint(note, place), note)


@dataclass(slots=True)
class Checkpoints:
    """What the checkpoints come to, taken in one after another, the smallest first.

    `rotations` are those whose old key is not yet known to have signed for them; `more` finds them
    where entries were not read, and is asked when a checkpoint has no signature that is trusted.
    `earlier` holds the sizes of the checkpoints that only a key signed from which a trusted one
    took over: no problems, but their keys were not given.
    `signed` is the newest that holds: its root is the tree's, and a trusted key signed it. Without
    `keyring` no signature is looked at. `kept` are as many as were taken in, `known` the sizes of
    the remembered ones that the log agrees with, and `followed` the rotations that count.
    """

    findings: Findings
    tree: Tree
    keyring: Keyring | None
    policy: Policy | None
    origin: str | None
    rotations: list[Rotation]
    more: Callable[[], list[Rotation]] | None = None
    signed: Checkpoint | None = None
    witnessed: list[Witnessed] = field(default_factory=list)
    earlier: list[int] = field(default_factory=list)
    kept: int = 0
    known: list[int] = field(default_factory=list)
    followed: list[Rotation] = field(default_factory=list)
    sightings: list[Sighting] = field(default_factory=list)
    signers: dict[str, Signer] = field(default_factory=dict)
    _counted: bytes = b""
    _before: dict[tuple[str, bytes], tuple[VerifierKey, int]] | None = None
    _waiting: list[_Waiting] = field(default_factory=list)
    _last: tuple[int, str] = (-1, "")
    _vouched: dict[VerifierKey, int] = field(default_factory=dict)
    _astray: list[tuple[int, str]] = field(default_factory=list)
    """A heap, the smallest first."""

    def take(self, kept: Kept) -> None:
        """Hold one checkpoint against all that is known."""
        said = kept.note.partition(b"\n\n")[0]
        self.kept, self._counted = self.kept + (said != self._counted), said
        try:
            found = stated(kept.note, kept.place)
        except FormatError as error:
            size = kept.size
            self._add(Code.CHECKPOINT_MALFORMED, error.message, (kept.place, size))
            return
        at = kept.place, found.checkpoint.size
        in_place = self._is_in_place(kept, found)
        root = self.tree.root(found.checkpoint.size)
        if root is None:
            text = f"the checkpoint is of {counted(at[1])}, which are not all here"
            self._add(Code.CHECKPOINT_WITHOUT_ENTRIES, text, at)
        elif root != found.checkpoint.root:
            self._stray(found, at)
        elif in_place:
            self._hold(found, at)

    def _hold(self, found: Stated, at: tuple[str, int]) -> None:
        """Take a checkpoint in whose root is the tree's, and see who signed it."""
        signed = self._is_signed(found, at)
        if signed and (self.signed is None or self.signed.size <= found.checkpoint.size):
            self._settle(found.checkpoint.size)
            self.signed = found.checkpoint
            self._fork()
        self._judge(found, at, signed=signed)

    def _stray(self, found: Stated, at: tuple[str, int]) -> None:
        """Say whose word a checkpoint is that has another root than the tree.

        A line that does not hold shows that it was altered. If a trusted key signed it, the entries
        were altered, or the log's keeper wrote two histories: a later one that holds will tell.
        """
        keyring = self.keyring or Keyring(())
        signing = keyring.signing(found.note, found.checkpoint.size)
        for name in signing.bad:
            self._add(Code.SIGNATURE_BAD, f"the line of {name} does not hold", at)
        if signing.good and not signing.bad and found.checkpoint.origin == self.origin:
            heappush(self._astray, (at[1], at[0]))
            self._fork()
        elif not signing.bad:
            self._add(Code.ROOT_DIFFERS, _ASTRAY, at)

    def _fork(self) -> None:
        """Tell of each checkpoint that went another way below the newest one that holds."""
        largest = self.signed.size if self.signed else -1
        while self._astray and self._astray[0][0] <= largest:
            size, place = heappop(self._astray)
            text = f"a trusted key signed it, and another history up to {counted(largest)}"
            self._add(Code.FORKED, text, (place, size))

    def end(self) -> None:
        """Say that there are no more: what waited for a trusted signature above has none."""
        self._settle(0)
        for size, place in sorted(self._astray):
            self._add(Code.ROOT_DIFFERS, _ASTRAY, (place, size))
        self._astray.clear()

    def remember(self, data: bytes, end: int, *, whole: bool) -> None:
        """Hold the log, of `end` entries, against the note `data` that was remembered.

        Where the log is not `whole`, more entries may be stored than those that could be read.

        Whoever gives it vouches for its size and its root, so it needs no signature to count. One
        by a trusted key that does not hold shows that it was altered since.

        Raises:
            FormatError: It states no checkpoint.
        """
        place = "the remembered checkpoint"
        found = stated(data, place)
        at = place, found.checkpoint.size
        signing = (self.keyring or Keyring(())).signing(found.note, at[1])
        for name in signing.bad:
            self._add(Code.SIGNATURE_BAD, f"the line of {name} does not hold", at)
        if signing.bad:
            return
        if not signing.good and self._earlier(found.note) is None:
            text = f"no key that is known here signed {place} of {counted(at[1])}"
            self.findings.notice("remembered-unsigned", f"{text}: it counts because it was given")
        if self._agrees(found.checkpoint, at, end, whole=whole):
            self.known.append(at[1])

    def _agrees(self, known: Checkpoint, at: tuple[str, int], end: int, *, whole: bool) -> bool:
        """Whether the log begins with the entries that `known` is of; if not, that is told."""
        root = self.tree.root(known.size)
        if known.origin != self.origin:
            self._add(Code.ORIGIN_DIFFERS, f"it is of {known.origin[:200]!a}", at)
        if not whole and (known.size > end or root is None):
            text = f"whether the log has the {counted(known.size)} of {at[0]} is not known"
            self.findings.notice("remembered-unread", f"{text}: {end:,} were found in their place")
            return False
        if known.size > end or root is None:
            self._add(Code.CUT_OFF, f"the log had {counted(known.size)}; {end:,} are here", at)
        elif root != known.root:
            text = "the log does not begin with the entries that it had then"
            self._add(Code.FORKED, text, at)
        return known.origin == self.origin and root == known.root

    def _settle(self, size: int) -> None:
        """Judge what came before the first checkpoint, of `size`, that a trusted key signed.

        That one is over the same entries, and over the rotations that lead from the earlier key to
        a trusted one: so it is the log itself that says whose the earlier key was.
        """
        for each in self._waiting:
            if each.last < size:
                self.earlier.append(each.at[1])
            else:
                self._add(Code.SIGNATURE_MISSING, _UNSIGNED, each.at)
        self._waiting.clear()

    def _is_in_place(self, kept: Kept, found: Stated) -> bool:
        """Whether the checkpoint is where its size belongs, and of this log."""
        checkpoint, at = found.checkpoint, (kept.place, found.checkpoint.size)
        size, text = self._last
        self._last = checkpoint.size, checkpoint.text()
        if kept.size not in (None, checkpoint.size) or checkpoint.size < size:
            self._add(Code.CHECKPOINT_MISFILED, "the checkpoint is out of its place", at)
        elif checkpoint.size == size and checkpoint.text() != text:
            self._add(Code.CHECKPOINT_MISFILED, "two checkpoints of one size differ", at)
        self.origin = self.origin or checkpoint.origin
        if checkpoint.origin != self.origin:
            text = f"the checkpoint is of {checkpoint.origin[:200]!a}, not {self.origin[:200]!a}"
            self._add(Code.ORIGIN_DIFFERS, text, at)
        return checkpoint.origin == self.origin

    def _is_signed(self, found: Stated, at: tuple[str, int]) -> bool:
        """Whether a trusted key signed; a rotation below the checkpoint may add the next key."""
        if self.keyring is None:
            return False
        size = found.checkpoint.size
        signing = self._signing(self.keyring, found.note, size)
        if not signing.good and self.more is not None:
            self.rotations += self.more()
            self.more = None
        while due := [each for each in self.rotations if self._is_vouched(each)]:
            self.rotations.remove(due[0])
            self.followed.append(due[0])
            self.keyring = self.keyring.after(due[0])
            signing = self._signing(self.keyring, found.note, size)
        for name in signing.bad:
            self._add(Code.SIGNATURE_BAD, f"the line of {name} does not hold", at)
        if not signing.good and not signing.bad and not self._waits(found, at):
            self._add(Code.SIGNATURE_MISSING, _UNSIGNED, at)
        if not signing.good or signing.bad:
            return False
        for key in map(str, signing.good):
            before = self.signers.get(key, Signer(key, size, size))
            self.signers[key] = Signer(key, before.first, max(before.last, size))
        return True

    def _waits(self, found: Stated, at: tuple[str, int]) -> bool:
        """Whether an earlier key of the log signed, and no trusted one has yet."""
        index = self._earlier(found.note) if self.signed is None else None
        if index is None:
            return False
        self._waiting.append(_Waiting(at, index))
        return True

    def _earlier(self, note: Note) -> int | None:
        """The entry of the last of the rotations that lead to a trusted key from one that signed.

        None where no such key signed.
        """
        if self.keyring is None:
            return None
        if self._before is None:
            keys = before(self.keyring, self.rotations)
            self._before = {(key.name, key.key_id): (key, index) for key, index in keys.items()}
        for line in note.signatures:
            key, index = self._before.get((line.name, line.key_id), (None, 0))
            if key is not None and check_any(note, key)[0] is Outcome.GOOD:
                return index
        return None

    def _signing(self, keyring: Keyring, note: Note, size: int) -> Signing:
        """Who signed; a key that did vouches for every rotation among the entries below."""
        signing = keyring.signing(note, size)
        self._vouched.update(dict.fromkeys(signing.good, size))
        return signing

    def _is_vouched(self, rotation: Rotation) -> bool:
        return rotation.index < self._vouched.get(rotation.old, 0)

    def _judge(self, found: Stated, at: tuple[str, int], *, signed: bool) -> None:
        """Note which witnesses saw the checkpoint, and name lines of theirs that do not hold."""
        if self.policy is None or len(found.note.signatures) < 2:
            return
        judgement = self.policy.judge(found.note, found.checkpoint)
        logs = {str(key) for key in self.policy.logs}
        for name in (*judgement.bad, *judgement.unsupported):
            if name not in logs:
                self._add(Code.COSIGNATURE_BAD, f"the line of {name} does not hold", at)
        others = independent(judgement.witnesses, self.policy, self._log_keys())
        if signed:
            self._witness(found.checkpoint.size, others, self.policy.reached(others))

    def _witness(self, size: int, others: Mapping[str, int], time: int | None) -> None:
        """Note that those `others` saw the log, and by when they were enough, if they were."""
        self.sightings += [Sighting(at, size, name) for name, at in others.items()]
        seen = None if time is None else Witnessed(size, time)
        if seen is not None and self.witnessed[-1:] != [seen]:
            self.witnessed.append(seen)

    def _log_keys(self) -> Iterator[VerifierKey]:
        """Every key that is known to be a log's."""
        yield from self.policy.logs if self.policy else ()
        yield from (term.key for term in self.keyring.terms) if self.keyring else ()

    def _add(self, code: Code, text: str, at: tuple[str, int | None]) -> None:
        self.findings.add(Problem(code, text, at[0], None, at[1]))
