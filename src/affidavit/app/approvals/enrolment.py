"""Whether a key is known to lie in hardware of its person: two kinds of evidence, both of the base.

Either the device attested the key when it was made, and that lies beside the allowed signers; then
its line, and the maker's certificate, were no act of one person alone, or the very first ones.
Or the commit that gave the key its line there was approved by another person, whose own key is
proven, or whose approval a forge recorded. Else the key may be a program's that an agent wrote.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from affidavit.base.commit import Ident
from affidavit.base.errors import FormatError
from affidavit.base.text import shortened, visible
from affidavit.changes.approval.judging import Enrolment, moment
from affidavit.changes.approval.model import Strength
from affidavit.identity.ssh.allowed import Found
from affidavit.identity.ssh.attestation import Attested, attested, makers
from affidavit.identity.ssh.attestation import Enrolment as Kept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from affidavit.app.approvals.lines import Lines
    from affidavit.changes.approval.model import SignedApproval
    from affidavit.identity.ssh.keys import PublicKey

LARGEST_KEPT = 64 << 10
"""Bytes of an attestation, of its challenge, and of the makers' certificates."""
MOST_ASKED = 50
"""Keys that are looked into for one reading."""
DEEPEST = 8
"""Keys that may vouch for each other in a row."""
_SHOWN = 100


class Files(NamedTuple):
    """Where the files about enrolment lie, from where the allowed signers lie."""

    attestations: str
    roots: str

    def of(self, key: PublicKey) -> tuple[str, str]:
        """The files of the attestation of `key` and of its challenge."""
        name = f"{self.attestations}/{hashlib.sha256(key.blob).hexdigest()}"
        return f"{name}.attestation", f"{name}.challenge"


def files(allowed_signers: str) -> Files:
    """The files about enrolment that lie beside the file `allowed_signers`."""
    folder = allowed_signers.rpartition("/")[0]
    beside = f"{folder}/" if folder else ""
    return Files(f"{beside}attestations", f"{beside}attestation_roots.pem")


class Vouching(NamedTuple):
    """How others vouch for a key that a commit enrolled.

    `approvals` gives the signed approvals of a commit with a tree. `by_forge` tells whether a forge
    recorded an approval of a commit that counts, by another person than the principals name.
    `apart` tells whether the person of some principals is none of those who wrote a commit. `now`
    is the time of a gate's decision, which is what uses an approval there; None for an audit.
    """

    approvals: Callable[[str, str], Sequence[SignedApproval]]
    by_forge: Callable[[str, tuple[str, ...]], bool | None] | None
    apart: Callable[[Sequence[str], Sequence[Ident]], bool | None]
    now: str | None = None


class _Line(NamedTuple):
    """A key with its line at the base, and the time at which it is used."""

    key: PublicKey
    found: Found
    at: str


class Enrolments:
    """Looks for the enrolment of keys that `lines` allow."""

    def __init__(self, lines: Lines, vouching: Vouching) -> None:
        self._lines = lines
        self._vouching = vouching
        self._left = MOST_ASKED
        self._under_way = list[str]()
        self._looked_at = list[str]()

    def of(self, key: PublicKey, found: Found, at: str) -> Enrolment:
        """Whether the enrolment of `key`, whose line is `found`, is proven at the time `at`."""
        if key.fingerprint in self._under_way:
            return Enrolment(proven=False, why="keys vouch for each other in a circle")
        if len(self._under_way) >= DEEPEST or not self._left:
            return Enrolment(proven=False, why="too many keys vouch for each other")
        self._left -= 1
        self._under_way.append(key.fingerprint)
        try:
            line = _Line(key, found, at)
            by_device = self._attested(line)
            if by_device.proven:
                return by_device
            by_others = self._vouched(line)
            if by_others.proven:
                return by_others
            return Enrolment(proven=False, why=f"{by_device.why}; {by_others.why}")
        finally:
            self._under_way.pop()

    def _attested(self, line: _Line) -> Enrolment:
        """What the device said of the key when it was made: whose the key is it cannot say."""
        places = files(self._lines.path)
        roots = self._lines.file(places.roots, LARGEST_KEPT)
        said, challenge = (self._lines.file(one, LARGEST_KEPT) for one in places.of(line.key))
        if roots is None or said is None or challenge is None:
            return Enrolment(proven=False, why="no attestation is kept")
        try:
            kept = Kept(attestation=said, challenge=challenge, at=line.at)
            found = attested(line.key, kept, roots)
        except FormatError as error:
            return Enrolment(proven=False, why=f"no attestation can be checked: {error.message}")
        if not isinstance(found, Attested):
            return Enrolment(proven=False, why=f"the attestation does not hold: {found.message}")
        if not self._established(line):
            why = "attested by its maker, and nobody else is shown to have let its line in"
            return Enrolment(proven=False, why=why)
        if not self._let_maker_in(found.root, places.roots, line):
            why = f"attested, and nobody else is shown to have approved its maker in {places.roots}"
            return Enrolment(proven=False, why=why)
        return Enrolment(proven=True, why="attested by its maker")

    def _established(self, line: _Line) -> bool:
        """Whether the line is of the first version of the file, or another person let it in."""
        print_ = line.key.fingerprint
        if print_ in self._looked_at or len(self._looked_at) >= DEEPEST or not self._left:
            return False
        commit = self._lines.enrolling(line.key, line.found)
        if commit is None:
            return False
        if commit == self._lines.founding():
            return True
        self._left -= 1
        self._looked_at.append(print_)
        try:
            return self._let_in(commit, line, self._has(line))
        finally:
            self._looked_at.pop()

    def _let_maker_in(self, maker: str, path: str, line: _Line) -> bool:
        """Whether a maker was trusted from the first, or another person let its certificate in."""

        def has(commit: str) -> bool:
            return maker in makers(self._lines.file(path, LARGEST_KEPT, commit) or b"")

        first = self._lines.founding()
        if first is not None and has(first):
            return True
        commit = self._lines.since(path, has, named=("maker", maker))
        return commit is not None and self._let_in(commit, line, has)

    def _let_in(self, commit: str, line: _Line, has: Callable[[str], bool]) -> bool:
        """Whether somebody else approved `commit`, whose own line is older and was let in."""
        before = next(iter(self._lines.parents(commit)), None)
        for one in self._approvals(commit, line.at, has):
            key = self._lines.named(one.fingerprint, one.principals)
            if before is None or key is None or one.time is None or not self._is_other(one, line):
                continue
            own = _Line(key, Found(one.principals, one.line or 0), one.time)
            if self._has(own)(before) and self._established(own):
                return True
        return self._by_forge(commit, line)

    def _vouched(self, line: _Line) -> Enrolment:
        """Who approved the commit that gave the key its line."""
        commit = self._lines.enrolling(line.key, line.found)
        if commit is None:
            return Enrolment(proven=False, why="the commit that enrolled it is not known")
        short = commit[:12]
        for one in self._approvals(commit, line.at, self._has(line)):
            if one.strength is Strength.PROVEN and self._is_other(one, line):
                who = shortened(visible(", ".join(one.principals)), _SHOWN)
                return Enrolment(proven=True, why=f"{short} was approved by {who}")
        if self._by_forge(commit, line):
            return Enrolment(proven=True, why=f"{short} was approved on the forge")
        return Enrolment(proven=False, why=f"nobody else is shown to have approved {short}")

    def _by_forge(self, commit: str, line: _Line) -> bool:
        asked = self._vouching.by_forge
        return asked is not None and asked(commit, line.found.principals) is True

    def _has(self, line: _Line) -> Callable[[str], bool]:
        """Whether a commit has the line."""
        return lambda commit: self._lines.holds(commit, line.key, line.found)

    def _approvals(
        self, commit: str, at: str, has: Callable[[str], bool]
    ) -> Iterator[SignedApproval]:
        """What was signed in time of the commit, or of what a merge brought in, by none who wrote.

        Who approved a change that began with the line in place did not approve the line.
        """
        parents = self._lines.parents(commit)
        for each in (commit, *parents[1:]):
            before = next(iter(parents), None)
            hands = self._lines.hands(each, without=before) if has(each) else None
            if hands is None:
                continue
            for one in self._vouching.approvals(each, self._lines.tree(each)):
                began = one.change.merge_base
                new = began is not None and not has(began)
                if new and self._in_time(one, at) and self._vouching.apart(one.principals, hands):
                    yield one

    def _is_other(self, approval: SignedApproval, line: _Line) -> bool:
        """Whether `approval` is by another key, of another person than the line names."""
        names = line.found.principals
        holders = [Ident(one.partition("@")[0], one) for one in names]
        return (
            approval.fingerprint != line.key.fingerprint
            and not _may_be_one(approval.principals, names)
            and self._vouching.apart(approval.principals, holders) is True
        )

    def _in_time(self, approval: SignedApproval, at: str) -> bool:
        """Whether it was there when it is used: at the time `at`, or at a gate's decision."""
        used = moment(self._vouching.now or at)
        return approval.counts and approval.time is not None and moment(approval.time) <= used


def _may_be_one(some: Sequence[str], others: Sequence[str]) -> bool:
    """Whether two lists of principals may name one person; a pattern may name anybody."""
    names = [{one.lower() for one in each} for each in (some, others)]
    return bool(names[0] & names[1]) or any(set("*?!") & set("".join(each)) for each in names)
