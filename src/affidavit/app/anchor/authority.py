"""Asking a time stamping authority over HTTP (RFC 3161, section 3.4)."""

from __future__ import annotations

import http.client
import queue
import threading
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from affidavit.app.anchor.token import LARGEST_ANSWER
from affidavit.base.errors import UsageError

PATIENCE = 30.0
"""Seconds that an authority may take for all of its answer."""
LONGEST_ADDRESS = 2_000


class UnansweredError(Exception):
    """An authority gave no answer; said in one sentence."""


class _Stay(HTTPRedirectHandler):
    """Follows no redirect: the authority is where the caller says."""

    def redirect_request(self, *_arguments: object) -> None:
        """No other request."""


def check_address(url: str) -> None:
    """Refuse what no authority can be asked at.

    Raises:
        UsageError: `url` is no address of HTTP.
    """
    try:
        scheme, host = urlsplit(url)[:2]
    except ValueError:
        scheme, host = "", ""
    if scheme not in ("http", "https") or not host or len(url) > LONGEST_ADDRESS:
        raise UsageError(f"{url[:200]!a} is no address of a time stamping authority")


def answer(url: str, query: bytes) -> bytes:
    """What the authority at `url` answers to `query`, at most `LARGEST_ANSWER` bytes.

    Raises:
        UsageError: There can be no authority at `url`.
        UnansweredError: It cannot be reached, takes too long, refuses, or says too much.
    """
    check_address(url)
    found: queue.SimpleQueue[bytes | UnansweredError] = queue.SimpleQueue()
    # Each wait for a byte has its own time: one who sends a byte now and then is stopped here.
    asking = threading.Thread(target=_ask, args=(url, query, found), daemon=True)
    asking.start()
    try:
        told = found.get(timeout=PATIENCE)
    except queue.Empty as error:
        raise UnansweredError(f"it took longer than {PATIENCE:g} seconds") from error
    if isinstance(told, UnansweredError):
        raise told
    return told


def _ask(url: str, query: bytes, found: queue.SimpleQueue[bytes | UnansweredError]) -> None:
    try:
        found.put(_post(url, query))
    except UnansweredError as error:
        found.put(error)


def _post(url: str, query: bytes) -> bytes:
    try:
        request = Request(url, data=query, method="POST")  # noqa: S310 -- looked at above
        request.add_header("Content-Type", "application/timestamp-query")
        request.add_header("Accept", "application/timestamp-reply")
        with build_opener(_Stay()).open(request, timeout=PATIENCE) as answered:
            told: bytes = answered.read(LARGEST_ANSWER + 1)
            status: int = answered.status
    except HTTPError as error:
        error.close()
        raise UnansweredError(f"it answered {error.code}") from error
    except (URLError, OSError, http.client.HTTPException, ValueError) as error:
        raise UnansweredError(f"it cannot be reached: {getattr(error, 'reason', error)}") from error
    if status != http.client.OK:
        raise UnansweredError(f"it answered {status}")
    if len(told) > LARGEST_ANSWER:
        raise UnansweredError(f"it answered more than {LARGEST_ANSWER:,} bytes")
    return told
