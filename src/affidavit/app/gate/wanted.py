"""What is to be judged, and which request of a forge it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn

import msgspec

from affidavit.app.asking.in_export import request_in
from affidavit.app.asking.model import ForgeNow, NoRequestError, SeveralRequestsError
from affidavit.app.gate.naming import commit_named
from affidavit.app.ledger.home import Home
from affidavit.base.errors import ForgeError, UnreadableError, UsageError
from affidavit.base.text import shortened, visible
from affidavit.sources.git.refs import remote_url
from affidavit.sources.github.server import PUBLIC
from affidavit.sources.github.token import Token

if TYPE_CHECKING:
    from affidavit.app.asking.event import Event
    from affidavit.app.asking.live import Asking
    from affidavit.app.collecting.wanted import Told
    from affidavit.app.gate.hands import Opened
    from affidavit.sources.git.locate import Store

_WHAT = "say what is to be judged: --base and --head, --event, or --change"
_WHERE = "give --forge FILE or --live, or --base and --head"


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A change of the repository, named by its ends, by an event, or by its number on the forge.

    Records of the forge come from the export `forge`, or with a `token` from the forge at the REST
    base `url` itself, of the repository `slug` or of the remote's; if `only` is given, what an
    event or an export tells of another repository is refused. `policy` is a folder used
    instead of the base's, `require` is asked for besides what the base asks for, and `threshold` at
    least. `branches` are those that a request may be for besides the default one: its own base
    cannot say so.
    """

    repository: Path
    base: str | None = None
    head: str | None = None
    event: Path | None = None
    event_name: str = ""
    change: int | None = None
    forge: Path | None = None
    token: Token | None = None
    url: str = PUBLIC
    slug: str = ""
    only: str | None = None
    facts: tuple[Path, ...] = ()
    ledger: Home | None = None
    require: tuple[str, ...] = ()
    threshold: int | None = None
    policy: Path | None = None
    branches: tuple[str, ...] = ()

    @property
    def asks(self) -> bool:
        """Whether a forge is asked."""
        return self.forge is not None or self.token is not None


class Chosen(NamedTuple):
    """The ends of the change, and the forge's records of it; `lost` is why there are none.

    `at` is where a status can be set, and `status_on` on which commit. `queued` is whether the base
    is what a merge queue puts it on.
    """

    base: str
    head: str
    forge: ForgeNow | None
    lost: str
    at: Asking | None
    status_on: str
    queued: bool


def chosen(wanted: Wanted, opened: Opened, store: Store, told: Told) -> Chosen:
    """Which change is meant.

    Raises:
        UsageError: Nothing says so, or a name is none of a commit that is here.
        ForgeError: Only the forge could say so, and it does not tell.
        FormatError: The event is none.
    """
    event = _event(wanted) if wanted.event else None
    _see_same(wanted.only, event.repository if event else None, "the event")
    asking = _asking(wanted, event, store) if wanted.token else None
    named = wanted.head or (event.head if event else None)
    head = commit_named(opened, named) if named else None
    forge, lost = _records(wanted, event, asking, head, told)
    of_export = forge.repository if forge and wanted.forge else None
    _see_same(wanted.only or (event.repository if event else None), of_export, "the export")
    if head is None:
        pull = opened.refs.get(f"refs/pull/{wanted.change}/head") if wanted.change else None
        found = (forge.request.head_oid if forge else None) or pull or _default(wanted, lost)
        head = commit_named(opened, found)
    group = forge.group if forge else event.group if event else None
    return Chosen(
        base=commit_named(opened, _base(wanted, opened, event, forge) or _unnamed(wanted, lost)),
        head=head,
        forge=forge,
        lost=lost,
        at=asking,
        status_on=group or head,
        queued=bool(event and event.group and wanted.base is None),
    )


def _default(wanted: Wanted, lost: str) -> str:
    if wanted.base is None or wanted.change is not None:
        _unnamed(wanted, lost)
    return "HEAD"


def _unnamed(wanted: Wanted, lost: str) -> NoReturn:
    """End where nothing names an end of the change: the forge would have, or nobody.

    Raises:
        ForgeError: The forge does not tell.
        UsageError: Nobody was asked.
    """
    if lost:
        raise ForgeError(lost, hint="give --base and --head to have the rest judged")
    if wanted.change is not None and not wanted.asks:
        raise UsageError(f"nothing here tells what request {wanted.change} is", hint=_WHERE)
    raise UsageError(_WHAT)


def _see_same(asked: str | None, told: str | None, whose: str) -> None:
    """See that a repository of the forge is the one that is meant; None is any.

    Raises:
        UsageError: It is another.
    """
    if asked and told and asked.casefold() != told.casefold():
        shown, meant = visible(shortened(told, 200)), visible(shortened(asked, 200))
        raise UsageError(f"{whose} is of the repository {shown}, and {meant} is meant")


def _event(wanted: Wanted) -> Event:
    from affidavit.app.asking.event import LARGEST, event_of  # noqa: PLC0415 -- few need it

    assert wanted.event is not None
    try:
        with wanted.event.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise UnreadableError(f"{wanted.event}: {error.strerror}") from error
    return event_of(data, wanted.event_name)


def _asking(wanted: Wanted, event: Event | None, store: Store) -> Asking:
    """What the forge is asked."""
    from affidavit.app.asking.live import Asking  # noqa: PLC0415 -- only who asks needs HTTP

    if event is not None:
        found = event.asking(wanted.url)
        if found is None:
            raise UsageError(f"an event {event.kind} names no request to be judged")
        return found
    parts = (
        (wanted.slug or remote_url(store) or "").removesuffix(".git").replace(":", "/").split("/")
    )
    owner, name = parts[-2:] if len(parts) > 1 else ("", "")
    if not (owner and name):
        raise UsageError(
            "the remote origin does not tell which repository of the forge this is",
            hint="give --repository OWNER/NAME",
        )
    return Asking(owner=owner, name=name, url=wanted.url, number=wanted.change)


def _records(
    wanted: Wanted, event: Event | None, asking: Asking | None, head: str | None, told: Told
) -> tuple[ForgeNow | None, str]:
    """The forge's records, or why there are none."""
    number = wanted.change or (event.number if event else None)
    try:
        if wanted.forge is not None:
            group = event.group if event else None
            own = head if number is None else None
            return request_in(wanted.forge, number=number, head=own, group=group), ""
        if asking is not None and wanted.token is not None:
            head = None if asking.number else asking.head or head
            from affidavit.app.asking.live import request_live  # noqa: PLC0415 -- as above

            asked = msgspec.structs.replace(asking, head=head)
            return request_live(asked, wanted.token, told), ""
    except (ForgeError, NoRequestError, SeveralRequestsError) as error:
        return None, visible(shortened(error.message, 300))
    return None, ""


def _base(
    wanted: Wanted, opened: Opened, event: Event | None, forge: ForgeNow | None
) -> str | None:  # fmt: skip
    """The tip of the branch that it is to be merged into: as it is here, else as it was told."""
    group = event.base if event and event.group else None
    branch = forge.request.base_ref if forge else event.base_ref if event else None
    here = [f"refs/remotes/origin/{branch}", f"refs/heads/{branch}"] if branch else []
    known = next((found for one in here if (found := opened.refs.get(one))), None)
    told = (event.base if event else None) or (forge.request.base_oid if forge else None)
    return wanted.base or group or known or told
