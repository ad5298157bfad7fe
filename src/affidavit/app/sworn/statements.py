"""Signed statements about the landings of an audit, each held against what its base believes."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.anchor.stamping import roots_in
from affidavit.app.approvals.apart import Apart
from affidavit.app.approvals.lines import Cleared
from affidavit.app.approvals.reading import Reading, signed_approvals
from affidavit.app.envelope.history import History
from affidavit.app.envelope.joining import joined
from affidavit.app.ledger.home import home
from affidavit.app.ledger.importing import LARGEST_SIGNERS, signers_in
from affidavit.app.ledger.noting import readable_lines
from affidavit.app.ledger.verifying import keys_of
from affidavit.app.ledger.view import Choice, viewing
from affidavit.app.policy.opening import files_in
from affidavit.app.sworn.enrolling import Enrolling
from affidavit.app.sworn.heads import TURNED, Ends, Head, head_of
from affidavit.app.sworn.in_force import Tables
from affidavit.app.sworn.rulings import Rulings
from affidavit.base.errors import AffidavitError, ConfigError, GitFailedError
from affidavit.changes.approval.judging import About
from affidavit.changes.forge.approvals import rebased
from affidavit.changes.gated import Sought
from affidavit.changes.sworn import Statements
from affidavit.ledger.approved import SIGNED
from affidavit.policy.bundle import bundle_of
from affidavit.sources.git.header import header
from affidavit.sources.git.merge_bases import merge_bases
from affidavit.sources.git.replay import Replay

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from affidavit.app.gate.table import GateTable
    from affidavit.app.gather import Gathered, Source
    from affidavit.app.ledger.home import Home
    from affidavit.app.ledger.importing import Allowed
    from affidavit.app.ledger.noting import Readable
    from affidavit.app.reading import Progress
    from affidavit.app.sworn.asked import Asked
    from affidavit.app.sworn.in_force import InForce
    from affidavit.audit.selection import Selected
    from affidavit.changes.approval.model import SignedApproval
    from affidavit.changes.envelope.ladder import Joined
    from affidavit.changes.forge.recorded import Recorded
    from affidavit.changes.gated import Ruling
    from affidavit.ledger.key import VerifierKey


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What was found by landing, and what of the places could not be read or was passed over.

    `changes` are the landings that added or removed the gate, each in words, and `unasked` is how
    many landings had a base without one; None where it is asked of every landing.
    """

    by_landing: dict[str, Statements]
    unread: tuple[str, ...]
    passed: tuple[str, ...]
    changes: tuple[str, ...]
    unasked: int | None


def statements(asked: Asked, source: Source, gathered: Gathered, progress: Progress) -> Found:
    """What was found.

    Raises:
        AffidavitError: A witness or an authority is none.
    """
    progress.step("reading signed statements")
    return _Finder(asked, source, gathered, readable_lines(asked.repository)).all(progress)


class _Finder:
    """Finds the statements about each landing of a selection."""

    def __init__(
        self,
        asked: Asked,
        source: Source,
        gathered: Gathered,
        readable: Readable,
    ) -> None:
        self._asked = asked
        self._source = source
        self._gathered = gathered
        self._readable = readable
        self._noted = dict.fromkeys((*readable.lines, *readable.unread))
        self._files = tuple(one for one in asked.places if not one.is_dir())
        self._ledgers = [home(one, asked.repository) for one in asked.places if one.is_dir()]
        self._tables = Tables(source, gathered, every=asked.every)
        self._witnesses = tuple(key for one in asked.witnesses for key in keys_of(one, "--witness"))
        facts = gathered.facts
        self._enrolling = Enrolling(facts.recorded, facts.people)
        self._apart = Apart(facts.people)
        self._cleared = Cleared()
        self._roots = roots_in(asked.authorities) or ()
        self._branches: dict[tuple[str, ...], frozenset[str]] = {}
        self._passed: list[str] = []
        self._allowed: dict[bytes, Mapping[VerifierKey, Allowed]] = {}

    def all(self, progress: Progress) -> Found:
        """The statements by landing, and what is to be said of them all."""
        landings = self._gathered.selection.landings
        tables = self._tables.of(landings)
        found = self._by_landing(landings, tables, progress)
        unasked = sum(one.is_gated is False for one in tables)
        told = self._rulings if found or self._asked.places else Rulings()
        lost = (*told.unread, *self._readable.lost, *self._readable.unread.values())
        return Found(
            by_landing=found,
            unread=tuple(dict.fromkeys(lost)),
            passed=tuple(dict.fromkeys((*told.passed, *self._passed))),
            changes=() if self._asked.every else tuple(self._tables.changes(landings)),
            unasked=None if self._asked.every else unasked,
        )

    def _by_landing(
        self, landings: Sequence[Selected], tables: Sequence[InForce], progress: Progress
    ) -> dict[str, Statements]:
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
        found.unread += self._readable.lost
        for commit, lines in self._readable.lines.items():
            found.take_notes(commit, lines)
        for commit, why in self._readable.unread.items():
            found.lose_notes(commit, why)
        for path in self._files:
            found.take_file(path)
        for one in self._ledgers:
            found.take_ledger(one)
        return found

    @cached_property
    def _is_silent(self) -> bool:
        """Whether the places surely hold no approval: a ledger is searched for each landing."""
        return not self._files and not any(map(_may_approve, self._ledgers))

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
        commit, base = landing.commits[0], self._tables.base(landing)
        parents = self._gathered.graph.parents.get(commit, ())
        objects = self._source.objects
        head = TURNED if at_base.turned else head_of(commit, parents, objects, ends)
        unread: list[str] = []
        approvals = self._approvals(commit, base, head, at_base.table, unread) if base else ()
        ids = [one for one in (head.commit, head.tree, commit, objects.tree_of(commit)) if one]
        moment = datetime.fromtimestamp(
            landing.dated.time if landing.dated else landing.place.time, UTC
        )
        lost: list[str] = []
        believed = self._signers(base, at_base.table, lost) if self._rulings else {}
        told = self._rulings.of(ids, believed, moment)
        if approvals:
            # What cannot be read may be a rejection.
            unread += [*self._rulings.unread, *self._rulings.garbled(ids)]
        sought = Sought(
            is_gated=at_base.is_gated,
            bundle=self._bundle(base, at_base.table) if told.rulings and base else None,
            required=at_base.required,
            threshold=at_base.table.threshold,
            head=head.commit,
            tree=head.tree,
            doubt=head.doubt,
            rulings=tuple(self._placed(one, base, at_base) for one in told.rulings),
            unread=tuple(dict.fromkeys((*told.unread, *lost))),
            branch=self._branch(landing.branches),
        )
        return Statements(
            gate=sought,
            rung=head.rung,
            approvals=approvals,
            unread=tuple(dict.fromkeys(unread)),
            turned=at_base.turned,
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

    def _placed(self, ruling: Ruling, base: str, at_base: InForce) -> Ruling:
        """`ruling` with the first parent of what it decided about, where that is here.

        It is held against the settings of the gate that the landing's `base` has.
        """
        body = self._source.objects.one(ruling.commit, kind="commit")
        parents = header(body, len(ruling.commit)).parents if body else ()
        own = ruling.base or ""
        lost = own not in self._gathered.graph.parents
        return msgspec.structs.replace(
            ruling,
            parent=next(iter(parents), None),
            elsewise=own != base and (lost or self._tables.differ(own, at_base)),
        )

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
                cleared=self._cleared,
            )
            try:
                told = signed_approvals(wanted)
            except AffidavitError as error:
                unread.append(error.message)
                continue
            unread += told.unread
            found += told.found
            self._passed += told.passed
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
            rebased=rebased(recorded.request) if recorded else (),
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
