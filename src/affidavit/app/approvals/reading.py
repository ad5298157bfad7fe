"""All signed approvals of one commit, from wherever they lie, judged by the base's own files."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from cryptography.x509 import Certificate

from affidavit.app.approvals.apart import Apart
from affidavit.app.approvals.dating import Dating
from affidavit.app.approvals.enrolment import Enrolments, Vouching
from affidavit.app.approvals.foreign import foreign
from affidavit.app.approvals.found import Gathered, in_file, in_ledger, in_notes
from affidavit.app.approvals.lines import LARGEST_SIGNERS, Cleared, Lines
from affidavit.app.clock import now, written
from affidavit.app.gate.table import GateTable
from affidavit.app.ledger.home import Home
from affidavit.app.ledger.importing import LARGEST_SIGNERS as LARGEST_FILE
from affidavit.app.ledger.importing import signers_in
from affidavit.app.ledger.view import viewing
from affidavit.base.errors import AffidavitError, ConfigError, FormatError
from affidavit.changes.approval.judging import About, Statement, Trusted, judged, moment, standing
from affidavit.changes.approval.model import Seen, SignedApproval, SignedApprovals, TimeBy
from affidavit.changes.approval.posted import forge_time
from affidavit.changes.forge.model import PullRequest
from affidavit.identity.ssh.allowed import AllowedSigners, Found, parse_allowed
from affidavit.identity.ssh.revoked import Revocations, parse_revoked
from affidavit.ledger.dsse import check
from affidavit.ledger.key import VerifierKey
from affidavit.ledger.note import Outcome
from affidavit.sources.git.locate import locate
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.app.approvals.found import Signature
    from affidavit.app.ledger.view import View
    from affidavit.identity.ssh.keys import PublicKey
    from affidavit.ledger.bundle import Line

NO_BASE = "there is no base, and so nobody who may sign"


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """Whose approvals are wanted, and where they are looked for.

    `about` is the head with what else is known of the change. Who may sign, and which keys are
    revoked, is read at the commit `base` through `objects`, in the files that `table` names; None
    where there is no base. `request` is the forge's record of the change. `now` is the time of a
    gate's decision, RFC 3339 UTC: what it sees then was there; None for an audit, where only times
    of others count. `witnesses` and `roots` (of time stamping authorities) are trusted from outside
    to date what lies in `ledger`. `enrolled_by_forge` tells whether a forge recorded an approval of
    a commit that counts, by a person outside its authors whom the given principals do not name;
    None is unknown. `apart` tells who is another person than an author. `cleared` is for all
    readings of one repository.
    """

    repository: Path
    about: About
    base: str | None
    git: PrivateGit
    objects: Objects
    table: GateTable = GateTable()
    files: tuple[Path, ...] = ()
    ledger: Home | None = None
    notes: bool = True
    request: PullRequest | None = None
    now: str | None = None
    witnesses: tuple[VerifierKey, ...] = ()
    roots: tuple[Certificate, ...] = ()
    enrolled_by_forge: Callable[[str, tuple[str, ...]], bool | None] | None = None
    apart: Apart | None = None
    cleared: Cleared | None = None


def signed_approvals(wanted: Reading) -> SignedApprovals:
    """Every signature about the commit that is `wanted`, judged, by statement and signature.

    What lies in places that cannot be read is told in `unread`.

    Raises:
        FormatError: The revocations at the base cannot be understood: nothing can be judged.
        AffidavitError: The repository cannot be read; see docs/errors/.
    """
    with ExitStack() as stack:
        view, unread = _view(wanted, stack)
        reader = _Reader(wanted, view)
        found = reader.of(wanted.about)
        others, more = foreign(reader.refs, wanted.objects, wanted.about.tree, reader.allows)
    told = (*unread, *found.unread, *more)
    unread = tuple(dict.fromkeys(told))
    return msgspec.structs.replace(found, unread=unread, foreign=others)


def trusted_at(
    objects: Objects, base: str | None, table: GateTable
) -> tuple[AllowedSigners, Revocations]:
    """Who may sign at `base`, and which keys are revoked; nobody where there are no files.

    Raises:
        FormatError: The revocations cannot be understood.
    """
    if base is None:
        return parse_allowed(""), parse_revoked("")
    allowed = objects.blob_at(base, table.allowed_signers, LARGEST_SIGNERS) or b""
    revoked = objects.blob_at(base, table.revoked, LARGEST_SIGNERS) or b""
    try:
        text = revoked.decode()
    except UnicodeDecodeError as error:
        raise FormatError(f"{table.revoked} at the base is no text in UTF-8") from error
    try:
        return parse_allowed(allowed.decode("utf-8", "replace")), parse_revoked(text)
    except FormatError as error:
        raise FormatError(f"{table.revoked} at the base: {error.message}") from error


def _view(wanted: Reading, stack: ExitStack) -> tuple[View | None, tuple[str, ...]]:
    """The ledger that is looked at, or that it cannot be."""
    if wanted.ledger is None:
        return None, ()
    try:
        return stack.enter_context(viewing(wanted.ledger)), ()
    except AffidavitError as error:
        return None, (f"the ledger: {error.message}",)


class _Reader:
    """Gathers and judges, also of the commits by which keys were enrolled."""

    def __init__(self, wanted: Reading, view: View | None) -> None:
        self._wanted = wanted
        self._view = view
        self.refs = read_refs(locate(wanted.repository))
        self._dating = self._dater()
        self._known: dict[str, Gathered] = {}
        self.signers, revocations = trusted_at(wanted.objects, wanted.base, wanted.table)
        by_forge = wanted.enrolled_by_forge
        self._enrolments = Enrolments(
            Lines(
                wanted.git,
                wanted.objects,
                base=wanted.base or "",
                path=wanted.table.allowed_signers,
                cleared=wanted.cleared,
            ),
            Vouching(self._vouching, by_forge, wanted.apart or Apart(), wanted.now),
        )
        self._trusted = Trusted(
            signers=self.signers,
            revocations=revocations,
            enrolment=self._enrolments.of,
            user_verification=wanted.table.user_verification,
            now=wanted.now,
        )

    def of(self, about: About) -> SignedApprovals:
        """The approvals of a commit."""
        gathered = self._gathered(about)
        approvals = standing(self._judged(gathered.found, about))
        return SignedApprovals(
            found=approvals, unread=tuple(gathered.unread), passed=tuple(gathered.passed)
        )

    def allows(self, key: PublicKey, namespace: str) -> Found | None:
        """The line that allows `key` for `namespace` now."""
        found = self.signers.find(key, namespace, self._wanted.now or written(now()))
        return found if isinstance(found, Found) else None

    def _dater(self) -> Dating | None:
        wanted = self._wanted
        if self._view is None or not (wanted.witnesses or wanted.roots):
            return None
        at = now() // 1_000_000 if wanted.now is None else int(moment(wanted.now).timestamp())
        return Dating(self._view, wanted.witnesses, wanted.roots, now=at)

    def _vouching(self, commit: str, tree: str) -> Sequence[SignedApproval]:
        return self.of(About(commit=commit, tree=tree)).found

    def _gathered(self, about: About) -> Gathered:
        if about.commit not in self._known:
            self._known[about.commit] = self._sought(about)
        return self._known[about.commit]

    def _sought(self, about: About) -> Gathered:
        wanted = self._wanted
        found = Gathered(about.commit, about.tree, self._believes)
        if wanted.notes:
            found.take("notes", partial(in_notes, wanted.git, self.refs, about.commit))
        for each in wanted.files:
            found.take(each.name, partial(in_file, each))
        if self._view is not None:
            found.take("the ledger", partial(in_ledger, self._view))
        return found

    def _believes(self, line: Line) -> bool:
        """Whether somebody signed it whom the base names among those who record facts."""
        return any(check(line.envelope, key) is Outcome.GOOD for key in self._recorders)

    @cached_property
    def _recorders(self) -> tuple[VerifierKey, ...]:
        wanted, path = self._wanted, self._wanted.table.signers
        data = wanted.objects.blob_at(wanted.base, path, LARGEST_FILE) if wanted.base else None
        try:
            return tuple(signers_in(data, path)) if data else ()
        except ConfigError:
            return ()

    def _judged(self, found: Sequence[Signature], about: About) -> Iterator[SignedApproval]:
        for one in found:
            statement = Statement(
                envelope=one.envelope, source=one.source, read=one.read, seen=self._seen(one)
            )
            yield judged(statement, about, self._trusted)

    def _seen(self, one: Signature) -> Seen | None:
        """The time that counts: the forge's, else a witness's, an authority's, the gate's."""
        request, gate = self._wanted.request, self._wanted.now
        if request is not None and (seen := forge_time(one.envelope, request.reviews)):
            return seen
        times = [self._dating.seen(each) for each in one.indexes] if self._dating else []
        known = [each for each in times if each is not None]
        if known:
            return min(known, key=lambda each: (each.by is not TimeBy.WITNESS, each.time))
        return None if gate is None else Seen(gate, TimeBy.GATE)
