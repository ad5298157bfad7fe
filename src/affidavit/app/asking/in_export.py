"""One request from an export, with what the export has of its head and of its base branch."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

import msgspec

from affidavit.app.asking.model import (
    HEADS,
    ForgeNow,
    NoRequestError,
    SeveralRequestsError,
    is_own,
    see_meant,
)
from affidavit.base.errors import InputError, UnreadableError
from affidavit.changes.forge.model import (
    BranchRules,
    Checks,
    Line,
    Missing,
    PullRequest,
    Push,
    Unavailable,
)
from affidavit.sources.forge.reading import Export, located

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.changes.forge.model import Record

R = TypeVar("R", bound="Record")
_PULLS, _CHECKS, _RULES, _ACTIVITY = "pull_requests", "checks", "rules", "activity"


class _Data(msgspec.Struct):
    """What of a record says whether it may be wanted."""

    record: str
    number: int | None = None
    state: object = None
    """Of a request a word; a version of a ruleset has a whole document there."""
    head_oid: str | None = None
    commit: str | None = None
    branch: str | None = None
    ref: str | None = None
    default_branch: str | None = None


class _Any(msgspec.Struct):
    data: _Data | None = None


class _Seen(NamedTuple):
    """A line of the file, what it is about, and where it begins."""

    data: _Data
    text: bytes
    offset: int


class _Request(NamedTuple):
    """A request: what its newest line tells of its head, and where the line lies."""

    state: str
    head: str | None
    offset: int
    length: int


_any = msgspec.json.Decoder(_Any).decode
_line = msgspec.json.Decoder(Line).decode


def request_in(
    path: Path, *, number: int | None = None, head: str | None = None, group: str | None = None
) -> ForgeNow:
    """The request `number` of the export at `path`, or the one whose head is the commit `head`.

    With both, the head has to be that one. Of several with that head the open one is
    meant. `group` is a commit of a merge queue whose checks are wanted, too.

    Raises:
        NoRequestError: The export has none.
        SeveralRequestsError: Several open ones have the head.
        InputError: The file is no export.
        UnreadableError: It cannot be read.
    """
    export = Export(path)
    found = _requests(path)
    if number is None:
        number = _of_head(found, head or "", path)
    if number not in found:
        raise NoRequestError(f"{path} has no request {number}", hint="collect it first")
    line = _read(path, found[number])
    request = line.data
    assert isinstance(request, PullRequest)
    see_meant(request, head=head, base=None)
    beside = _Beside(path, request, group)
    own = is_own(request, export.head.repository)
    rules = beside.rules[-1] if beside.rules else None
    return ForgeNow(
        forge=export.head.forge,
        host=export.head.host,
        repository=export.head.repository,
        at=min((line.origin.fetched_at, *beside.times)),
        request=request,
        checks=beside.checks,
        rules=rules,
        pushes=tuple(sorted(beside.pushes.values(), key=lambda one: (one.at, one.id))),
        twins=_twins(found, number),
        group=group,
        default_branch=beside.default_branch,
        missing=tuple(_missing(export, beside, rules=rules is None, own=own)),
    )


def _requests(path: Path) -> dict[int, _Request]:
    """The newest record of every request."""
    return {
        one.data.number: _Request(str(one.data.state), one.data.head_oid, one.offset, len(one.text))
        for one in _seen(path)
        if one.data.record == "pull_request" and one.data.number is not None
    }


def _of_head(found: dict[int, _Request], head: str, path: Path) -> int:
    having = sorted(number for number, one in found.items() if one.head == head)
    standing = [number for number in having if found[number].state == "open"] or having
    if not standing:
        raise NoRequestError(f"{path} has no request with the head {head}", hint="collect it first")
    if len(standing) > 1:
        raise SeveralRequestsError(head, standing)
    return standing[0]


def _twins(found: dict[int, _Request], number: int) -> tuple[int, ...]:
    head = found[number].head
    same = (at for at, one in found.items() if one.state == "open" and one.head == head)
    return tuple(sorted(at for at in same if at != number and head))


class _Beside:
    """What an export has beside a request: of its head, its branch, and the base's rules."""

    def __init__(self, path: Path, request: PullRequest, group: str | None) -> None:
        self.commits = tuple(one for one in (request.head_oid, group) if one)
        self.checks: dict[str, Checks] = {}
        self.rules: list[BranchRules] = []
        self.pushes: dict[int, Push] = {}
        self.lost: dict[str, Unavailable] = {}
        self.default_branch: str | None = None
        self._asked: dict[str, str] = {}
        ref = HEADS + request.head_ref
        for one in _seen(path):
            of = one.data
            match of.record:
                case "checks" if of.commit in self.commits:
                    self._take(_record(path, one.text))
                case "branch_rules" if of.branch == request.base_ref:
                    self.rules.append(_told(path, one, BranchRules))
                case "push" if of.ref == ref:
                    push = _told(path, one, Push)
                    self.pushes[push.id] = push
                case "repository":
                    self.default_branch = of.default_branch
                case "unavailable":
                    lost = _told(path, one, Unavailable)
                    self.lost[lost.what] = lost
        self.rules.sort(key=lambda one: one.at)

    @property
    def times(self) -> tuple[str, ...]:
        """When the checks were asked for."""
        return tuple(self._asked.values())

    def _take(self, line: Line) -> None:
        assert isinstance(line.data, Checks)
        self.checks[line.data.commit] = line.data
        self._asked[line.data.commit] = line.origin.fetched_at


def _missing(export: Export, beside: _Beside, *, rules: bool, own: bool) -> Iterator[Missing]:
    """What the export does not have, or not all of."""
    if not export.whole(_PULLS):
        yield _lost(beside, "twins", _PULLS)
    if any(one not in beside.checks for one in beside.commits) or not beside.commits:
        yield _lost(beside, "checks", _CHECKS)
    if rules:
        yield _lost(beside, "rules", _RULES)
    if not own:
        # A push to a fork's branch is recorded in the fork.
        yield Missing("pushes", "hidden")
    elif not export.whole(_ACTIVITY):
        yield _lost(beside, "pushes", _ACTIVITY)


def _lost(beside: _Beside, what: str, section: str) -> Missing:
    lost = beside.lost.get(section)
    return Missing(what, lost.reason, needs=lost.needs) if lost else Missing(what, "truncated")


def _seen(path: Path) -> Iterator[_Seen]:
    for offset, _, (data, text) in located(path, lambda text: (_any(text).data, text)):
        if data is not None:
            yield _Seen(data, text, offset)


def _told(path: Path, seen: _Seen, sort: type[R]) -> R:
    data = _record(path, seen.text).data
    assert isinstance(data, sort)
    return data


def _read(path: Path, request: _Request) -> Line:
    try:
        with path.open("rb") as file:
            file.seek(request.offset)
            return _record(path, file.read(request.length))
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror}") from error


def _record(path: Path, text: bytes) -> Line:
    try:
        return _line(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: a record cannot be read: {error}") from error
