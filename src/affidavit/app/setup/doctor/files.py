"""The files that the gate reads: whether they are there, are understood, and are committed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.config import FILE_NAME, MAX_INSIDE, Config, config
from affidavit.app.gate.table import GateTable
from affidavit.app.identity.checking import checked
from affidavit.app.ledger.importing import signers_in
from affidavit.app.policy.testing import tested
from affidavit.app.setup.doctor.model import Check, State
from affidavit.app.setup.doctor.rules import NO_FORGE
from affidavit.base.errors import AffidavitError, FormatError
from affidavit.base.text import decode, shortened, visible
from affidavit.identity.ssh.allowed import parse_allowed
from affidavit.identity.ssh.revoked import parse_revoked
from affidavit.policy.bundle import DATA, bundle_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from affidavit.app.setup.tree import WorkTree

MOST_FILES = 1_000
"""Files of a policy that are looked at."""
DEEPEST = 8
"""Folders within folders of a policy that are looked at."""
WORKFLOWS = ".github/workflows"
_INIT = "affidavit init"
_LONGEST = 200
NONE = "none"
"""What the settings of a policy say of the forge where there is none."""
_GATE = re.compile(r"^[^#\n]*\baffidavit gate\b", re.MULTILINE)
_TARGET = re.compile(r"^[^#\n]*\bpull_request_target\b", re.MULTILINE)
_OWN = re.compile(r"^[^#\n]*\bpull_request\b(?!_)(?=\s*[:,\]]|\s*$)", re.MULTILINE)
_HEAD = re.compile(r"^[^#\n]*\bref:[^\n]*(?:head\.(?:sha|ref)|head_ref)", re.MULTILINE)


class _Settings(msgspec.Struct, frozen=True):
    forge: object = None


class _Data(msgspec.Struct, frozen=True):
    settings: _Settings = _Settings()


class Files:
    """The files of a work tree as the gate would read them from a commit that has them."""

    def __init__(self, tree: WorkTree) -> None:
        self._tree = tree
        self._there = False
        self.config, self._why = self._read()

    @property
    def gate(self) -> GateTable:
        """Where the gate's files are: as the configuration says, or where they usually are."""
        return (self.config.gate if self.config else None) or GateTable()

    @property
    def forgeless(self) -> bool:
        """Whether the settings of the policy say that there is no forge."""
        try:
            data = self._tree.read(f"{self.gate.policy}/{DATA}")
            return data is not None and msgspec.json.decode(data, type=_Data).settings.forge == NONE
        except (AffidavitError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return False

    def checks(self, *ids: str) -> Iterator[Check]:
        """The checks of the files, in order; where `ids` are named, those alone."""
        gate = self.gate
        every: tuple[tuple[str, str, Callable[[], Check]], ...] = (
            ("configuration", FILE_NAME, self._configuration),
            ("identities", FILE_NAME, self._identities),
            ("policy", gate.policy, self._policy),
            ("allowed-signers", gate.allowed_signers, self._allowed),
            ("revoked-signers", gate.revoked, self._revoked),
            ("signers", gate.signers, self._signers),
            ("gate-workflow", WORKFLOWS, self._workflow),
        )
        for id_, where, check in every:
            if not ids or id_ in ids:
                yield _guarded(id_, where, check)

    def _read(self) -> tuple[Config | None, str]:
        try:
            data = self._tree.read(FILE_NAME)
            self._there = data is not None
            return (None if data is None else config(data, FILE_NAME, most=MAX_INSIDE)), ""
        except AffidavitError as error:
            return None, error.message

    def _configuration(self) -> Check:
        id_ = "configuration"
        if self._why:
            return _bad(id_, self._why, FILE_NAME, "put the file right: docs/configuration.md")
        if self.config is None or self.config.gate is None:
            if self.config is None:
                return _bad(id_, "there is none", FILE_NAME, _INIT)
            fix = "add [gate] to it: affidavit init --dry-run shows the lines"
            return _bad(id_, "it has no [gate]", FILE_NAME, fix)
        if self.config.controls is None:
            fix = "add [controls]: what the rules of the branch are held against"
            found = "it has no [controls]: the defaults count"
            return Check(id=id_, state=State.WARN, found=found, where=FILE_NAME, fix=fix)
        return _ok(id_, "it is understood, with [gate] and [controls]", FILE_NAME)

    def _identities(self) -> Check:
        id_ = "identities"
        if not self._there:
            return _bad(id_, "without a configuration nobody is known", FILE_NAME, _INIT)
        told = checked(self._tree.root / FILE_NAME)
        if told.problems:
            first = told.problems[0]
            found = f"line {first.line}: {first.text}; {len(told.problems):,} in all"
            return _bad(id_, found, FILE_NAME, "affidavit identity check tells all")
        if told.notes:
            first = told.notes[0]
            found = f"line {first.line}: {first.text}; {len(told.notes):,} in all"
            fix = "affidavit identity check tells all"
            return Check(
                id=id_, state=State.WARN, found=visible(shortened(found, 400)), where=FILE_NAME,
                fix=fix,
            )  # fmt: skip
        if not told.persons:
            found = "no person is declared: accounts, addresses and roles are not joined"
            fix = "affidavit identity suggest proposes them from the history"
            return Check(id=id_, state=State.WARN, found=found, where=FILE_NAME, fix=fix)
        return _ok(id_, f"{_count(told.persons, 'person')}, nothing is wrong", FILE_NAME)

    def _policy(self) -> Check:
        id_, where = "policy", self.gate.policy
        files = dict(self._below(where, "", DEEPEST))
        if not files:
            return _bad(id_, "there is none: the gate allows nothing", where, _INIT)
        outcome = tested(bundle_of(files))
        if outcome.failed:
            first = outcome.failed[0]
            found = f"{len(outcome.failed):,} of its {_count(len(outcome.tests), 'test')} failed:"
            found += f" {first.name}: {first.why}"
            return _bad(id_, found, where, f"affidavit policy test {where}")
        if not outcome.tests:
            fix = "write rules whose names begin with test_ into files ending in _test.rego"
            found = "it loads, and has no test"
            return Check(id=id_, state=State.WARN, found=found, where=where, fix=fix)
        return _ok(id_, f"it loads, and passes its {_count(len(outcome.tests), 'test')}", where)

    def _below(self, folder: str, within: str, deep: int) -> Iterator[tuple[str, bytes]]:
        """The files below a folder, by their paths in it."""
        names = self._tree.names(folder)
        if len(names) > MOST_FILES or not deep:
            raise FormatError(f"{folder} has too many files, or too deep")
        for name in names:
            path = f"{folder}/{name}"
            if self._tree.names(path):
                yield from self._below(path, f"{within}{name}/", deep - 1)
            elif (data := self._tree.read(path)) is not None:
                yield f"{within}{name}", data

    def _allowed(self) -> Check:
        id_, where = "allowed-signers", self.gate.allowed_signers
        data = self._tree.read(where)
        if data is None:
            return _bad(id_, "there is none: no signed approval counts", where, _INIT)
        told = parse_allowed(decode(data))
        if told.problems:
            first = min(told.problems, key=lambda one: (not one.error, one.line))
            found = (
                f"line {first.line}: {first.code}: {first.message}; {len(told.problems):,} in all"
            )
            fix = "put the line right: one with an error is never used"
            state = State.BAD if first.error else State.WARN
            return Check(id=id_, state=state, found=_short(found), where=where, fix=fix)
        if not told.entries:
            found = "nobody is in it: no signed approval counts"
            fix = "add the keys of those who approve, each in a change that another person approves"
            return Check(id=id_, state=State.WARN, found=found, where=where, fix=fix)
        return _ok(id_, f"{_count(len(told.entries), 'key')}, nothing is wrong", where)

    def _revoked(self) -> Check:
        id_, where = "revoked-signers", self.gate.revoked
        data = self._tree.read(where)
        if data is None:
            found = "there is none: no key is revoked"
            return Check(id=id_, state=State.WARN, found=found, where=where, fix=_INIT)
        return _ok(id_, _count(len(parse_revoked(decode(data)).entries), "revoked key"), where)

    def _signers(self) -> Check:
        id_, where = "signers", self.gate.signers
        data = self._tree.read(where)
        known = {} if data is None else signers_in(data, where)
        if not known:
            found = "nobody is in it: results of tests and scans come from the forge alone"
            fix = "add the key of your CI: docs/formats/facts.md"
            return Check(id=id_, state=State.WARN, found=found, where=where, fix=fix)
        return _ok(id_, f"{_count(len(known), 'key')} may sign facts", where)

    def _workflow(self) -> Check:
        """Whether the gate runs where a change cannot edit it."""
        id_, folder = "gate-workflow", WORKFLOWS
        found = {
            f"{folder}/{name}": text
            for name in self._tree.names(folder)
            if name.endswith((".yml", ".yaml"))
            and _GATE.search(text := decode(self._tree.read(f"{folder}/{name}") or b""))
        }
        if not found:
            return self._elsewhere(id_)
        fix = "affidavit init --ci github shows a workflow that does neither"
        for path, text in found.items():
            if _TARGET.search(text) and _HEAD.search(text):
                return _bad(id_, "it checks out commits of the request", path, fix)
        for path, text in found.items():
            if _TARGET.search(text):
                return _ok(id_, "it runs from the default branch (pull_request_target)", path)
        for path, text in found.items():
            if _OWN.search(text):
                told = "it runs on pull_request alone: the request can edit it"
                return _bad(id_, told, path, fix)
        told = "no workflow judges requests"
        return _bad(id_, told, ", ".join(found), fix)

    def _elsewhere(self, id_: str) -> Check:
        """What is said where no workflow of GitHub runs the gate."""
        for path in (".gitlab-ci.yml", ".gitlab/affidavit.gitlab-ci.yml"):
            if _GATE.search(decode(self._tree.read(path) or b"")):
                found = "the merge request can edit this file, unless another project enforces it"
                fix = "enforce it by a pipeline execution policy or a compliance pipeline"
                return Check(id=id_, state=State.UNKNOWN, found=found, where=path, fix=fix)
        if self.forgeless:
            found = f"{NO_FORGE}: who merges runs the gate"
            return Check(id=id_, state=State.UNASKED, found=found, where=WORKFLOWS)
        fix = "affidavit init --ci github, or a workflow that a ruleset requires"
        return _bad(id_, "no workflow of this repository runs the gate", WORKFLOWS, fix)


def _guarded(id_: str, where: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except AffidavitError as error:
        return _bad(id_, error.message, where, "put it right, and ask again")


def _ok(id_: str, found: str, where: str) -> Check:
    return Check(id=id_, state=State.OK, found=found, where=where)


def _bad(id_: str, found: str, where: str, fix: str) -> Check:
    return Check(id=id_, state=State.BAD, found=_short(found), where=visible(where), fix=fix)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


def _short(text: str) -> str:
    return visible(shortened(text, _LONGEST))
