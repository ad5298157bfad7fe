"""Asking witnesses to cosign a log's newest checkpoint (C2SP tlog-witness, as a client)."""

from __future__ import annotations

import http.client
import queue
import threading
from typing import TYPE_CHECKING, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import msgspec

from affidavit.base.errors import AffidavitError, UsageError
from affidavit.ledger.cosignature import check_any
from affidavit.ledger.encoding import from_decimal, to_base64
from affidavit.ledger.note import LARGEST_NOTE, Note, Outcome, parse_note
from affidavit.ledger.tile import subtree_of
from affidavit.ledger.tree import consistency
from affidavit.store.rows import tiles_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.ledger.view import View
    from affidavit.ledger.key import VerifierKey
    from affidavit.ledger.policy import Policy

PATIENCE = 20.0
"""Seconds that a witness may take."""
CONFLICT = 409


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a witness answered: the lines it signed, or why there are none."""

    witness: str
    lines: tuple[str, ...] = ()
    time: int | None = None
    problem: str | None = None


class _Answer(NamedTuple):
    status: int
    body: bytes


class _Stay(HTTPRedirectHandler):
    """Follows no redirect: a witness is where the policy says."""

    def redirect_request(self, *_arguments: object) -> None:
        """No other request."""


def asked(view: View, policy: Policy) -> Iterator[Asked]:
    """What each witness of `policy` that has an address says of the newest checkpoint.

    Each is given `PATIENCE` seconds for the whole of its answer.

    Raises:
        UsageError: No witness of the policy has an address.
    """
    if not policy.witness_urls:
        raise UsageError("no witness of the policy has an address to ask at")
    for name, url in policy.witness_urls.items():
        try:
            lines, time = _cosigned(view, policy.witnesses[name], url)
        except (AffidavitError, _RefusedError) as error:
            yield Asked(witness=name, problem=str(error))
        else:
            yield Asked(witness=name, lines=lines, time=time)


class _RefusedError(Exception):
    """A witness did not sign; said in one sentence."""


def _cosigned(view: View, key: VerifierKey, url: str) -> tuple[tuple[str, ...], int]:
    """The lines of the witness with `key`, and when it says it saw the checkpoint."""
    answer = _post(url, _request(view, 0))
    if answer.status == CONFLICT:
        old = from_decimal(answer.body.decode("ascii", "replace").removesuffix("\n"), "its record")
        if old > view.size:
            raise _RefusedError(f"it has seen {old:,} entries, and the log has {view.size:,}")
        answer = _post(url, _request(view, old))
    if answer.status != http.client.OK:
        told = answer.body[:200].decode(errors="replace").strip()
        raise _RefusedError(f"it answered {answer.status}: {told}")
    note = parse_note(view.checkpoint() + answer.body, place="what it signed")
    own = note.by(key)
    outcome, time = check_any(Note(note.text, own), key) if own else (Outcome.ABSENT, None)
    if outcome is not Outcome.GOOD or time is None:
        raise _RefusedError("what it answered is not its signature")
    return tuple(one.line() for one in own), time


def _request(view: View, old: int) -> bytes:
    path = consistency(old, view.size, subtree_of(tiles_at(view.rows, view.size))) if old else ()
    lines = [f"old {old}", *map(to_base64, path), "", ""]
    return "\n".join(lines).encode() + view.checkpoint()


def _post(url: str, body: bytes) -> _Answer:
    """The answer to `body`, in `PATIENCE` seconds from the first byte to the last."""
    found: queue.SimpleQueue[_Answer | _RefusedError] = queue.SimpleQueue()
    # Each wait for a byte has its own time: one who sends a byte now and then is stopped here.
    threading.Thread(target=_told, args=(url, body, found), daemon=True).start()
    try:
        told = found.get(timeout=PATIENCE)
    except queue.Empty as error:
        raise _RefusedError(f"it took longer than {PATIENCE:g} seconds") from error
    if isinstance(told, _RefusedError):
        raise told
    return told


def _told(url: str, body: bytes, found: queue.SimpleQueue[_Answer | _RefusedError]) -> None:
    try:
        found.put(_posted(url, body))
    except _RefusedError as error:
        found.put(error)


def _posted(url: str, body: bytes) -> _Answer:
    if urlsplit(url).scheme not in ("http", "https"):
        raise _RefusedError(f"{url} is no address of a witness")
    request = Request(f"{url.rstrip('/')}/add-checkpoint", data=body, method="POST")  # noqa: S310
    request.add_header("Content-Type", "text/plain; charset=utf-8")
    try:
        with build_opener(_Stay()).open(request, timeout=PATIENCE) as found:
            return _Answer(found.status, found.read(LARGEST_NOTE))
    except HTTPError as error:
        with error:
            return _Answer(error.code, error.read(LARGEST_NOTE))
    except (URLError, OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise _RefusedError(f"it cannot be reached: {reason}") from error
