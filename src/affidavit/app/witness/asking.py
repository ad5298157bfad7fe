"""Asking witnesses to cosign a log's newest checkpoint (C2SP tlog-witness, as a client)."""

from __future__ import annotations

import http.client
import queue
import threading
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import msgspec

from affidavit.app.progress import QUIET
from affidavit.base.errors import AffidavitError, DamagedError, UsageError
from affidavit.base.text import shortened, visible
from affidavit.ledger.cosignature import check_any
from affidavit.ledger.encoding import from_decimal, to_base64
from affidavit.ledger.note import Note, Outcome, Signature, parse_note
from affidavit.ledger.tile import subtree_of
from affidavit.ledger.tree import consistency
from affidavit.store.rows import tiles_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from affidavit.app.clock import Clock
    from affidavit.app.ledger.view import View
    from affidavit.app.reading import Progress
    from affidavit.ledger.key import VerifierKey
    from affidavit.ledger.policy import Policy

PATIENCE = 20.0
"""Seconds that a witness may take."""
TURN = 0.5
"""Seconds after which whoever waits is told so."""
CONFLICT = 409
LARGEST_ANSWER = 1 << 16
"""Bytes of an answer: room for more signatures than it may have, of the largest kind."""
MOST_LINES = 8
"""Lines of an answer: a witness signs once, or once with each of a few keys."""
AHEAD = 3_600
"""Seconds that a witness's clock may be ahead of ours."""
LONGEST_TOLD = 200
"""Characters of what is told of a refusal: much of it is a stranger's text."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a witness answered: the line it signed, or why there is none; in one safe line.

    Where there is none, `kept` is the time of what it signed of the same checkpoint earlier.
    """

    witness: str
    lines: tuple[str, ...] = ()
    time: int | None = None
    problem: str | None = None
    kept: int | None = None


class _Answer(NamedTuple):
    status: int
    body: bytes


class _Ask(NamedTuple):
    """Where a witness is asked, and who is told now and then that it is waited for."""

    url: str
    waits: Callable[[], None]


class _Stay(HTTPRedirectHandler):
    """Follows no redirect: a witness is where the policy says."""

    def redirect_request(self, *_arguments: object) -> None:
        """No other request."""


def asked(view: View, policy: Policy, clock: Clock, progress: Progress = QUIET) -> Iterator[Asked]:
    """What each witness of `policy` that has an address says of the newest checkpoint.

    Each is given `PATIENCE` seconds for the whole of its answer, of which one line is kept: the
    newest good signature by the witness's key. One from after now, by `clock`, is refused.

    Raises:
        UsageError: No witness of the policy has an address.
    """
    if not policy.witness_urls:
        raise UsageError("no witness of the policy has an address to ask at")
    for name, url in policy.witness_urls.items():
        ask = _Ask(url, partial(progress.step, f"asking {visible(name)}"))
        try:
            latest = clock() // 1_000_000 + AHEAD
            line, time = _cosigned(view, policy.witnesses[name], ask, latest=latest)
        except (AffidavitError, _RefusedError) as error:
            why = error.message if isinstance(error, AffidavitError) else str(error)
            yield Asked(witness=name, problem=shortened(visible(why), LONGEST_TOLD))
        else:
            yield Asked(witness=name, lines=(line,), time=time)


class _RefusedError(Exception):
    """A witness did not sign; said in one sentence."""


def _cosigned(view: View, key: VerifierKey, ask: _Ask, *, latest: int) -> tuple[str, int]:
    """The line of the witness with `key`, and when it says it saw the checkpoint."""
    answer = _post(ask, _request(view, 0))
    if answer.status == CONFLICT:
        old = from_decimal(answer.body.decode("ascii", "replace").removesuffix("\n"), "its record")
        if old > view.size:
            raise _RefusedError(f"it has seen {old:,} entries, and the log has {view.size:,}")
        answer = _post(ask, _request(view, old))
    if answer.status != http.client.OK:
        told = answer.body[:LONGEST_TOLD].decode(errors="replace").strip()
        raise _RefusedError(f"it answered {answer.status}: {told}")
    if answer.body.count(b"\n") > MOST_LINES:
        raise _RefusedError(f"it answered more than {MOST_LINES} lines")
    note = parse_note(_own_note(view) + answer.body, place="what it signed")
    time, line = max(_good(note, key), default=(0, None), key=lambda found: found[0])
    if line is None:
        raise _RefusedError("what it answered is not its signature")
    if time > latest:
        raise _RefusedError(f"it signed with the time {time}, which is yet to come")
    return line.line(), time


def _good(note: Note, key: VerifierKey) -> Iterator[tuple[int, Signature]]:
    """The good cosignatures by `key`, each with its time."""
    for one in note.by(key):
        outcome, time = check_any(Note(note.text, (one,)), key)
        if outcome is Outcome.GOOD and time is not None:
            yield time, one


def _own_note(view: View) -> bytes:
    """The newest checkpoint as the log signed it: what witnesses signed before is not theirs."""
    newest = view.rows.newest_checkpoint()
    if newest is None:
        raise DamagedError("the ledger has no checkpoint")
    return newest[1]


def _request(view: View, old: int) -> bytes:
    path = consistency(old, view.size, subtree_of(tiles_at(view.rows, view.size))) if old else ()
    lines = [f"old {old}", *map(to_base64, path), "", ""]
    return "\n".join(lines).encode() + _own_note(view)


def _post(ask: _Ask, body: bytes) -> _Answer:
    """The answer to `body`, in `PATIENCE` seconds from the first byte to the last."""
    found: queue.SimpleQueue[_Answer | _RefusedError] = queue.SimpleQueue()
    # Each wait for a byte has its own time: one who sends a byte now and then is stopped here.
    threading.Thread(target=_told, args=(ask.url, body, found), daemon=True).start()
    until = monotonic() + PATIENCE
    while (left := until - monotonic()) > 0:
        ask.waits()
        with suppress(queue.Empty):
            told = found.get(timeout=min(left, TURN))
            if isinstance(told, _RefusedError):
                raise told
            return told
    raise _RefusedError(f"it took longer than {PATIENCE:g} seconds")


def _told(url: str, body: bytes, found: queue.SimpleQueue[_Answer | _RefusedError]) -> None:
    try:
        found.put(_posted(url, body))
    except _RefusedError as error:
        found.put(error)


def _posted(url: str, body: bytes) -> _Answer:
    try:
        if urlsplit(url).scheme not in ("http", "https"):
            raise _RefusedError(f"{url} is no address of a witness")
        answer = _opened(url, body)
    except (URLError, OSError, http.client.HTTPException, ValueError, OverflowError) as error:
        reason = getattr(error, "reason", error)
        raise _RefusedError(f"it cannot be reached: {reason}") from error
    if len(answer.body) > LARGEST_ANSWER:
        raise _RefusedError(f"it answered more than {LARGEST_ANSWER:,} bytes")
    return answer


def _opened(url: str, body: bytes) -> _Answer:
    request = Request(f"{url.rstrip('/')}/add-checkpoint", data=body, method="POST")  # noqa: S310
    request.add_header("Content-Type", "text/plain; charset=utf-8")
    try:
        with build_opener(_Stay()).open(request, timeout=PATIENCE) as found:
            return _Answer(found.status, found.read(LARGEST_ANSWER + 1))
    except HTTPError as error:
        with error:
            return _Answer(error.code, error.read(LARGEST_ANSWER + 1))
