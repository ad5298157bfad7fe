"""Whether a key is known to lie in hardware of its person: two kinds of evidence, both of the base.

Either the device attested the key when it was made, and that lies beside the allowed signers. Or
the commit that gave the key its line there was approved by another person, whose own key is proven,
or whose approval a forge recorded. Else the key may be a program's that an agent wrote.
"""

from __future__ import annotations

import hashlib
import subprocess
from typing import TYPE_CHECKING, NamedTuple

from affidavit.base.errors import FormatError, GitFailedError
from affidavit.base.text import shortened, visible
from affidavit.changes.approval.judging import Enrolment
from affidavit.changes.approval.model import Strength
from affidavit.identity.ssh.allowed import parse_allowed
from affidavit.identity.ssh.attestation import Attested, attested
from affidavit.identity.ssh.attestation import Enrolment as Kept
from affidavit.sources.git.header import header
from affidavit.sources.git.program import stop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from affidavit.changes.approval.model import SignedApproval
    from affidavit.identity.ssh.allowed import Found
    from affidavit.identity.ssh.keys import PublicKey
    from affidavit.sources.git.objects import Objects
    from affidavit.sources.git.private import PrivateGit

LARGEST_SIGNERS = 1 << 20
"""Bytes of a file of allowed signers that are read."""
LARGEST_KEPT = 64 << 10
"""Bytes of an attestation, of its challenge, and of the makers' certificates."""
MOST_CHANGES = 200
"""Commits that changed the allowed signers, the newest first, that are looked at."""
MOST_ASKED = 50
"""Keys that are looked into for one reading."""
DEEPEST = 8
"""Keys that may vouch for each other in a row."""
PATIENCE = 120
"""Seconds that git may take to find those commits."""
_HEADER = 1 << 20
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
    """

    approvals: Callable[[str, str], Sequence[SignedApproval]]
    by_forge: Callable[[str, tuple[str, ...]], bool | None] | None


class Enrolments:
    """Looks for the enrolment of keys that the file `path` at `base` allows."""

    def __init__(
        self, git: PrivateGit, objects: Objects, *, base: str, path: str, vouching: Vouching
    ) -> None:
        self._git = git
        self._objects = objects
        self._base = base
        self._path = path
        self._vouching = vouching
        self._left = MOST_ASKED
        self._under_way = list[str]()
        self._changes: tuple[str, ...] | None = None

    def of(self, key: PublicKey, found: Found, at: str) -> Enrolment:
        """Whether the enrolment of `key`, whose line is `found`, is proven at the time `at`."""
        if key.fingerprint in self._under_way:
            return Enrolment(proven=False, why="keys vouch for each other in a circle")
        if len(self._under_way) >= DEEPEST or not self._left:
            return Enrolment(proven=False, why="too many keys vouch for each other")
        self._left -= 1
        self._under_way.append(key.fingerprint)
        try:
            by_device = self._attested(key, at)
            if by_device.proven:
                return by_device
            by_others = self._vouched(key, found)
            if by_others.proven:
                return by_others
            return Enrolment(proven=False, why=f"{by_device.why}; {by_others.why}")
        finally:
            self._under_way.pop()

    def _attested(self, key: PublicKey, at: str) -> Enrolment:
        """What the device said of the key when it was made."""
        places = files(self._path)
        roots = self._file(places.roots, LARGEST_KEPT)
        said, challenge = (self._file(one, LARGEST_KEPT) for one in places.of(key))
        if roots is None or said is None or challenge is None:
            return Enrolment(proven=False, why="no attestation is kept")
        try:
            kept = Kept(attestation=said, challenge=challenge, at=at)
            found = attested(key, kept, roots)
        except FormatError as error:
            return Enrolment(proven=False, why=f"no attestation can be checked: {error.message}")
        if isinstance(found, Attested):
            return Enrolment(proven=True, why="attested by its maker")
        return Enrolment(proven=False, why=f"the attestation does not hold: {found.message}")

    def _vouched(self, key: PublicKey, found: Found) -> Enrolment:
        """Who approved the commit that gave the key its line."""
        commit = self._enrolling(key, found)
        if commit is None:
            return Enrolment(proven=False, why="the commit that enrolled it is not known")
        short = commit[:12]
        for one in self._approvals(commit, key, found):
            if _vouches(one, key, found):
                who = shortened(visible(", ".join(one.principals)), _SHOWN)
                return Enrolment(proven=True, why=f"{short} was approved by {who}")
        forge = self._vouching.by_forge
        if forge is not None and forge(commit, found.principals):
            return Enrolment(proven=True, why=f"{short} was approved on the forge")
        return Enrolment(proven=False, why=f"nobody else is shown to have approved {short}")

    def _approvals(self, commit: str, key: PublicKey, found: Found) -> Iterable[SignedApproval]:
        """Signed approvals of the commit, or of what a merge brought in, that add the very line.

        Who approved a change that began with the line in place did not approve the line.
        """
        for each in (commit, *self._parents(commit)[1:]):
            if not self._holds(each, key, found):
                continue
            for one in self._vouching.approvals(each, self._objects.tree_of(each)):
                began = one.change.merge_base
                if began is not None and not self._holds(began, key, found):
                    yield one

    def _enrolling(self, key: PublicKey, found: Found) -> str | None:
        """The landing since which the key and its principals stand in the file without a break."""
        for commit in self._changed():
            if not self._holds(commit, key, found) or commit in self._git.shallow:
                return None
            parents = self._parents(commit)
            if not parents or not self._holds(parents[0], key, found):
                return commit
        return None

    def _changed(self) -> tuple[str, ...]:
        """The landings that changed the file, the newest first."""
        if self._changes is None:
            child = self._git.spawn(
                *("--literal-pathspecs", "rev-list", "--first-parent"),
                *(f"--max-count={MOST_CHANGES}", self._base, "--", self._path),
                stdin=subprocess.DEVNULL,
            )
            try:
                out, _ = child.communicate(timeout=PATIENCE)
            except subprocess.TimeoutExpired as error:
                raise GitFailedError("git does not find the changes of a file in time") from error
            finally:
                status = stop(child)
            if status:
                raise GitFailedError("git cannot find the changes of the allowed signers")
            self._changes = tuple(out.decode("ascii", "replace").split())
        return self._changes

    def _holds(self, commit: str, key: PublicKey, found: Found) -> bool:
        """Whether the file has a line of the key with the same principals in `commit`."""
        data = self._objects.blob_at(commit, self._path, LARGEST_SIGNERS) or b""
        entries = parse_allowed(data.decode("utf-8", "replace")).entries
        same = (one for one in entries if one.key.blob == key.blob)
        return any(set(one.principals) == set(found.principals) for one in same)

    def _parents(self, commit: str) -> tuple[str, ...]:
        body = next(self._objects.read([commit], head=_HEADER)).body
        return header(body, self._git.id_length).parents if body else ()

    def _file(self, path: str, most: int) -> bytes | None:
        return self._objects.blob_at(self._base, path, most)


def _vouches(approval: SignedApproval, key: PublicKey, found: Found) -> bool:
    """Whether `approval` is another person's, by a key that is proven itself."""
    return (
        approval.counts
        and approval.strength is Strength.PROVEN
        and approval.fingerprint != key.fingerprint
        and not _may_be_one(approval.principals, found.principals)
    )


def _may_be_one(some: Sequence[str], others: Sequence[str]) -> bool:
    """Whether two lists of principals may name one person; a pattern may name anybody."""
    names = [{one.lower() for one in each} for each in (some, others)]
    return bool(names[0] & names[1]) or any(set("*?!") & set("".join(each)) for each in names)
