"""Signed statements about the landings of an audit, each held against what its base believes."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.app.anchor.stamping import roots_in
from affidavit.app.approvals.apart import Apart
from affidavit.app.approvals.reading import Reading, signed_approvals
from affidavit.app.config import FILE_NAME, MAX_INSIDE, config
from affidavit.app.envelope.history import History
from affidavit.app.envelope.joining import joined
from affidavit.app.gate.table import GateTable
from affidavit.app.identity.versions import UNREADABLE, file_ids
from affidavit.app.ledger.home import home
from affidavit.app.ledger.importing import LARGEST_SIGNERS, signers_in
from affidavit.app.ledger.noting import noted_lines
from affidavit.app.ledger.verifying import keys_of
from affidavit.app.ledger.view import Choice, viewing
from affidavit.app.policy.opening import files_in
from affidavit.app.sworn.asked import GATED
from affidavit.app.sworn.enrolling import Enrolling
from affidavit.app.sworn.heads import Ends, Head, head_of
from affidavit.app.sworn.rulings import Rulings
from affidavit.base.errors import AffidavitError, ConfigError, GitFailedError
from affidavit.changes.approval.judging import About
from affidavit.changes.gated import Sought
from affidavit.changes.sworn import Statements
from affidavit.ledger.approved import SIGNED
from affidavit.policy.bundle import bundle_of
from affidavit.sources.git.header import header
from affidavit.sources.git.merge_bases import merge_bases
from affidavit.sources.git.replay import Replay

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from affidavit.app.gather import Gathered, Source
    from affidavit.app.ledger.home import Home
    from affidavit.app.ledger.importing import Allowed
    from affidavit.app.reading import Progress
    from affidavit.app.sworn.asked import Asked
    from affidavit.audit.selection import Selected
    from affidavit.changes.approval.model import SignedApproval
    from affidavit.changes.envelope.ladder import Joined
    from affidavit.changes.forge.recorded import Recorded
    from affidavit.changes.gated import Ruling
    from affidavit.ledger.key import VerifierKey


class InForce(NamedTuple):
    """The table of a base; `is_gated` is whether it has one, None where that cannot be read."""

    table: GateTable
    is_gated: bool | None


_UNKNOWN = InForce(GateTable(), is_gated=None)


def statements(
    asked: Asked, source: Source, gathered: Gathered, progress: Progress
) -> dict[str, Statements]:
    """What was found, by landing.

    Raises:
        AffidavitError: The notes cannot be read, or a witness or an authority is none.
    """
    progress.step("reading signed statements")
    return _Finder(asked, source, gathered, noted_lines(asked.repository)).all(progress)


class _Finder:
    """Finds the statements about each landing of a selection."""

    def __init__(
        self,
        asked: Asked,
        source: Source,
        gathered: Gathered,
        noted: Mapping[str, list[bytes]],
    ) -> None:
        self._asked = asked
        self._source = source
        self._gathered = gathered
        self._noted = noted
        self._files = tuple(one for one in asked.places if not one.is_dir())
        self._ledgers = [home(one, asked.repository) for one in asked.places if one.is_dir()]
        self._none = InForce(GateTable(), is_gated=asked.every)
        self._tables: dict[str, InForce] = {"": self._none, UNREADABLE: _UNKNOWN}
        self._witnesses = tuple(key for one in asked.witnesses for key in keys_of(one, "--witness"))
        facts = gathered.facts
        self._enrolling = Enrolling(facts.recorded, facts.people)
        self._apart = Apart(facts.people)
        self._roots = roots_in(asked.authorities) or ()
        self._branches: dict[tuple[str, ...], frozenset[str]] = {}
        self._allowed: dict[bytes, Mapping[VerifierKey, Allowed]] = {}

    def all(self, progress: Progress) -> dict[str, Statements]:
        """The statements by landing."""
        landings = self._gathered.selection.landings
        tables = self._in_force(landings)
        joins = self._joins(progress)
        found: dict[str, Statements] = {}
        with Replay(self._source.git) as replay:
            ends = Ends(self._gathered.facts.recorded, replay, joins)
            for number, one in enumerate(landings, 1):
                table = tables[number - 1]
                if self._is_worth(one, table, joins):
                    found[one.commits[0]] = self._of(one, table, ends)
                if number % 100 == 0:
                    progress.step("reading signed statements", number, len(landings))
        return found

    @cached_property
    def _rulings(self) -> Rulings:
        found = Rulings()
        for commit, lines in self._noted.items():
            found.take_lines(lines, f"the notes of {commit[:12]}")
        for path in self._files:
            found.take_file(path)
        for one in self._ledgers:
            found.take_ledger(one)
        return found

    @cached_property
    def _is_silent(self) -> bool:
        """Whether the places surely hold no approval: a ledger is searched for each landing."""
        return not self._files and not any(map(_may_approve, self._ledgers))

    def _in_force(self, landings: Sequence[Selected]) -> list[InForce]:
        """Of each landing the table of its base."""
        bases = [self._base(one) for one in landings]
        known = list(dict.fromkeys(one for one in bases if one))
        ids = dict(zip(known, file_ids(self._source.objects, known, FILE_NAME), strict=True))
        return [self._table(ids.get(one, "")) if one else self._none for one in bases]

    def _base(self, landing: Selected) -> str:
        return next(iter(self._gathered.graph.parents.get(landing.commits[0], ())), "")

    def _table(self, content: str) -> InForce:
        if content not in self._tables:
            self._tables[content] = self._opened(content)
        return self._tables[content]

    def _opened(self, content: str) -> InForce:
        data = self._source.objects.one(content, kind="blob", max_size=MAX_INSIDE)
        if data is None:
            return _UNKNOWN
        if GATED not in data:
            return self._none
        try:
            gate = config(data, FILE_NAME, most=MAX_INSIDE).gate
        except ConfigError:
            return _UNKNOWN
        return self._none if gate is None else InForce(table=gate, is_gated=True)

    def _is_worth(self, landing: Selected, at_base: InForce, joins: Mapping[str, Joined]) -> bool:
        """Whether anything can be said of it: finding out what it merged is dear."""
        if at_base.is_gated is not False or not self._is_silent:
            return True
        commit = landing.commits[0]
        recorded, join = self._gathered.facts.recorded.get(commit), joins.get(commit)
        heads = (
            recorded.landed.head if recorded else None,
            join.head if join else None,
            *self._gathered.graph.parents.get(commit, ())[1:],
        )
        return any(one in self._noted for one in heads)

    def _joins(self, progress: Progress) -> Mapping[str, Joined]:
        """Landings joined by content to commits beside the branches that have statements."""
        selection, recorded = self._gathered.selection, self._gathered.facts.recorded
        parents = self._gathered.graph.parents
        heads = [one for one in self._noted if one not in parents]
        wanted = [
            one for one in selection.ids if one not in recorded and len(parents.get(one, ())) == 1
        ]
        found: dict[str, Joined] = {}
        for chain in selection.chains.values() if heads and wanted else ():
            if not chain:
                continue
            history = History(self._source.git, chain[0], heads)
            candidates = history.requests({one: one for one in heads})
            landed = history.landings(wanted, {})
            found.update(joined(self._source.git, landed, candidates, progress).by_landing)
        return found

    def _of(self, landing: Selected, at_base: InForce, ends: Ends) -> Statements:
        commit, base = landing.commits[0], self._base(landing)
        parents = self._gathered.graph.parents.get(commit, ())
        objects = self._source.objects
        head = head_of(commit, parents, objects, ends)
        unread: list[str] = []
        approvals = self._approvals(commit, base, head, at_base.table, unread) if base else ()
        ids = [one for one in (head.commit, head.tree, commit, objects.tree_of(commit)) if one]
        moment = datetime.fromtimestamp(
            landing.dated.time if landing.dated else landing.place.time, UTC
        )
        lost = list(self._rulings.unread)
        believed = self._signers(base, at_base.table, lost) if self._rulings else {}
        told = self._rulings.of(ids, believed, moment)
        sought = Sought(
            is_gated=at_base.is_gated,
            bundle=self._bundle(base, at_base.table) if told and base else None,
            head=head.commit,
            tree=head.tree,
            doubt=head.doubt,
            rulings=tuple(map(self._with_parent, told)),
            unread=tuple(dict.fromkeys(lost)),
            branch=self._branch(landing.branches),
        )
        return Statements(
            gate=sought, rung=head.rung, approvals=approvals, unread=tuple(dict.fromkeys(unread))
        )

    def _branch(self, names: tuple[str, ...]) -> frozenset[str]:
        """The landings of these branches; one set for all landings that are on them."""
        if names not in self._branches:
            chains = self._gathered.selection.chains
            every = (one for name in names for one in chains.get(name, ()))
            self._branches[names] = frozenset(every)
        return self._branches[names]

    def _bundle(self, base: str, table: GateTable) -> str | None:
        """The digest of the policy that a base has; None where it has none that can be used."""
        try:
            return bundle_of(files_in(self._source.objects, base, table.policy)).digest
        except AffidavitError:
            return None

    def _with_parent(self, ruling: Ruling) -> Ruling:
        """`ruling` with the first parent of what it decided about, where that is here."""
        body = self._source.objects.one(ruling.commit, kind="commit")
        parents = header(body, len(ruling.commit)).parents if body else ()
        return msgspec.structs.replace(ruling, parent=next(iter(parents), None))

    def _approvals(
        self, landing: str, base: str, head: Head, table: GateTable, unread: list[str]
    ) -> tuple[SignedApproval, ...]:
        """The signed approvals of what was merged, where there are statements about it at all."""
        if head.commit is None or head.tree is None:
            return ()
        if head.commit not in self._noted and self._is_silent:
            return ()
        recorded = self._gathered.facts.recorded.get(landing)
        found: list[SignedApproval] = []
        for ledger in self._ledgers or (None,):
            wanted = Reading(
                repository=self._asked.repository,
                about=self._about(base, head.commit, head.tree, recorded),
                base=base,
                git=self._source.git,
                objects=self._source.objects,
                table=table,
                files=self._files,
                ledger=ledger,
                request=recorded.request if recorded else None,
                witnesses=self._witnesses,
                roots=self._roots,
                enrolled_by_forge=self._enrolling.by_forge,
                apart=self._apart,
            )
            try:
                told = signed_approvals(wanted)
            except AffidavitError as error:
                unread.append(error.message)
                continue
            unread += told.unread
            found += told.found
        return _once(found)

    def _about(self, base: str, commit: str, tree: str, recorded: Recorded | None) -> About:
        """What was merged, as a statement about it has to say."""
        try:
            parted = merge_bases(self._source.git, base, commit)
        except GitFailedError:
            parted = ()
        return About(
            commit=commit,
            tree=tree,
            merge_base=parted[0] if len(parted) == 1 else None,
            request=recorded.request.number if recorded else None,
        )

    def _signers(
        self, base: str, table: GateTable, unread: list[str]
    ) -> Mapping[VerifierKey, Allowed]:
        """Who may record decisions, by the base."""
        data = self._source.objects.blob_at(base, table.signers, LARGEST_SIGNERS) if base else None
        if data is None:
            return {}
        if data not in self._allowed:
            try:
                self._allowed[data] = signers_in(data, table.signers)
            except ConfigError as error:
                unread.append(error.message)
                return {}
        return self._allowed[data]


def _may_approve(ledger: Home) -> bool:
    """Whether there may be a signed approval in a ledger; one that cannot be read may have it."""
    try:
        with viewing(ledger) as view:
            return next(iter(view.chosen(Choice(kind=SIGNED))), None) is not None
    except AffidavitError:
        return True


def _once(found: Sequence[SignedApproval]) -> tuple[SignedApproval, ...]:
    """Each signature once: of two readings the one whose time counts."""
    best: dict[tuple[str, str | None], SignedApproval] = {}
    for one in found:
        key = (one.statement, one.fingerprint)
        if key not in best or (best[key].time is None and one.time is not None):
            best[key] = one
    return tuple(best[key] for key in sorted(best, key=str))
