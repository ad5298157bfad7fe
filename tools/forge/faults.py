"""Faults to order: what the forge does wrong, for which requests, and how often."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from forge.wire import Answer, Request, as_json, trouble

if TYPE_CHECKING:
    from forge.limits import Pool

Act = Callable[[Request, Answer], Answer]
"""What becomes of the answer that was about to be given."""

PAGE = "X-Forge-Page"
"""Says how large a page a GraphQL query asked for; it never leaves the forge."""
SECONDARY = "You have exceeded a secondary rate limit."
ABUSE = (
    "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits"
)


@dataclass(slots=True)
class Fault:
    """A fault that waits: it passes over `after` requests, then strikes `times` (None: all)."""

    where: re.Pattern[str]
    act: Act
    times: int | None
    after: int
    struck: int = 0


class Faults:
    """The faults that were ordered, in their order."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def order(self, where: str, act: Act, *, times: int | None = 1, after: int = 0) -> Fault:
        """Let `act` change the answers to requests in whose line, as ``GET /repos``, `where` is.

        `where` is a regular expression; `times` None is always; the first `after` are passed over.
        """
        made = Fault(re.compile(where), act, times, after)
        self._waiting.append(made)
        return made

    def clear(self) -> None:
        """Take all faults back."""
        self._waiting.clear()

    def strike(self, request: Request, answer: Answer) -> Answer:
        """The answer that is given in truth."""
        for fault in list(self._waiting):
            if not fault.where.search(f"{request.method} {request.target}"):
                continue
            if fault.after:
                fault.after -= 1
                continue
            fault.struck += 1
            answer = fault.act(request, answer)
            if fault.times is not None:
                fault.times -= 1
                if not fault.times:
                    self._waiting.remove(fault)
        return answer


def primary_limit(pool: Pool, status: int = 403) -> Act:
    """The hour's allowance is used up: 403 or 429, or 200 with an error as GraphQL says it."""
    message = "API rate limit exceeded for user ID 1."

    def act(_request: Request, _answer: Answer) -> Answer:
        headers = {
            **pool.headers(),
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Used": str(pool.limit),
        }
        said = (
            as_json({"errors": [{"type": "RATE_LIMITED", "message": message}]})
            if status == 200
            else trouble(status, message)
        )
        return replace(said, headers={**said.headers, **headers})

    return act


def secondary_limit(status: int = 403, *, retry_after: int | None = None) -> Act:
    """Too fast or too much at once; a GraphQL answer may be 200 with an error."""

    def act(_request: Request, answer: Answer) -> Answer:
        body = {"message": SECONDARY, "documentation_url": ABUSE}
        said = as_json({"errors": [{"message": SECONDARY}]} if status == 200 else body, status)
        kept = {k: v for k, v in answer.headers.items() if k.startswith("X-RateLimit")}
        wait = {} if retry_after is None else {"Retry-After": str(retry_after)}
        return replace(said, headers={**said.headers, **kept, **wait})

    return act


def server_error(status: int = 502) -> Act:
    """An error of the server, in HTML as its load balancer says it."""
    body = b"<html><body><h1>Unicorn!</h1></body></html>"
    return lambda _request, _answer: Answer(
        status=status, headers={"Content-Type": "text/html"}, body=body
    )


def page_over(size: int, status: int = 502) -> Act:
    """A timeout for every page that is larger than `size`."""

    def act(request: Request, answer: Answer) -> Answer:
        asked = int(request.query.get("per_page", "30"))
        if request.path == "/graphql":
            asked = int(answer.headers.get(PAGE, "0"))
        return server_error(status)(request, answer) if asked > size else answer

    return act


def truncated(share: float = 0.5) -> Act:
    """The connection ends in the middle of the body."""
    return lambda _request, answer: replace(answer, sent=int(len(answer.body) * share))


def slow(seconds: float) -> Act:
    """The answer takes its time."""
    return lambda _request, answer: replace(answer, delay=seconds)


def forbidden(needs: str, status: int = 403) -> Act:
    """The token may not: 403, or 404 for what it may not know of. `needs` may be empty."""
    said = "Not Found" if status == 404 else "Resource not accessible by personal access token"
    header = {"X_Accepted_GitHub_Permissions": needs} if needs else {}
    return lambda _request, _answer: trouble(status, said, **header)


def nothing_at(*path: str | int, kind: str | None = None, message: str = "") -> Act:
    """GraphQL: what is at `path` below ``data`` is null; a `message` makes an error for it."""

    def act(_request: Request, answer: Answer) -> Answer:
        body = cast("dict[str, object]", json.loads(answer.body))
        at: object = body["data"]
        for step in path[:-1]:
            at = at[step]  # type: ignore[index]  # the test says where
        at[path[-1]] = None  # type: ignore[index]  # the test says where
        if message:
            typed = {"type": kind} if kind else {}
            errors = cast("list[object]", body.setdefault("errors", []))
            errors.append({**typed, "path": list(path), "message": message})
        return replace(answer, body=json.dumps(body).encode())

    return act


def partial_error(*path: str | int, message: str = "Something went wrong", kind: str = "") -> Act:
    """GraphQL: an error for `path` beside data that looks whole."""

    def act(_request: Request, answer: Answer) -> Answer:
        body = cast("dict[str, object]", json.loads(answer.body))
        typed = {"type": kind} if kind else {}
        error = {**typed, "path": list(path), "message": message}
        body["errors"] = [*cast("list[object]", body.get("errors", [])), error]
        return replace(answer, body=json.dumps(body).encode())

    return act


def link_to(host: str) -> Act:
    """The pages that follow are said to be at another host, as ``http://127.0.0.1:9``."""

    def act(_request: Request, answer: Answer) -> Answer:
        link = answer.headers.get("Link", f'<{host}/resource?page=2>; rel="next"')
        there = re.sub(r"<https?://[^/>]+", lambda _found: f"<{host}", link)
        return answer.with_headers(Link=there)

    return act


def redirect_to(address: str, status: int = 302) -> Act:
    """What was asked for is said to be somewhere else; ``{target}`` stands for the request's."""

    def act(request: Request, _answer: Answer) -> Answer:
        return trouble(status, "Moved", Location=address.replace("{target}", request.target))

    return act
