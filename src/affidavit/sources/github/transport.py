"""Asking GitHub: one request at a time, waiting where it asks to, the token for it alone."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, NamedTuple, Protocol, Self

import msgspec

from affidavit.base.errors import ForgeError, ForgeTokenError
from affidavit.base.period import rfc3339
from affidavit.base.text import shortened
from affidavit.sources.forge.lines import BROKEN
from affidavit.sources.github.answer import Answer
from affidavit.sources.github.limits import LONGEST, Pause, pause, until_reset

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    import httpx

    from affidavit.sources.github.server import Server
    from affidavit.sources.github.token import Token

API_VERSION = "2022-11-28"
LARGEST = 64 << 20
"""Bytes of an answer, unpacked."""
PATIENCE = 30.0
"""Seconds for a connection, and between two pieces of an answer; the forge itself ends after 10."""
WHOLE = 180.0
"""Seconds for a whole answer."""
FAILURES = 5
"""How often in a row a request may fail."""
REFUSALS = 7
"""How often in a row the forge may ask to wait."""
IN_A_ROW = 5
"""So many things in a row that are not told are no longer a matter of each."""
_REDIRECTS = 5
_SLOW = frozenset({502, 504})
_SAME_METHOD = frozenset({307, 308})
_MOVED = frozenset({301, 302, 303}) | _SAME_METHOD
_is_json = msgspec.json.Decoder(msgspec.Raw).decode


class Waiting(Protocol):
    """What waits, and says so."""

    def wait(self, seconds: float, why: str) -> None:
        """Return after so many seconds."""
        ...

    def now(self) -> float:
        """Seconds since 1970 UTC."""
        ...


class RefusedError(ForgeError):
    """The forge answers, but does not show, or cannot, what it was asked for.

    `answer` is the last one of a request that it failed at again and again.
    """

    def __init__(
        self, message: str, *, status: int, needs: str | None = None, answer: Answer | None = None
    ) -> None:
        super().__init__(message, hint="go on later with the same command: what came is kept")
        self.status = status
        self.needs = needs
        self.answer = answer

    @property
    def reason(self) -> str:
        """Why, in the words of an export."""
        return "error" if self.status >= 500 else "permission"


def see_told(answer: Answer) -> None:
    """See that the forge told what it was asked.

    Raises:
        RefusedError: It did not.
    """
    if answer.status != 200:
        raise RefusedError(
            f"{answer.url} answers with status {answer.status}",
            status=answer.status,
            needs=answer.permission,
        )


class TooSlowError(ForgeError):
    """The forge gave up on a request: less may be asked for at once."""


class _Question(NamedTuple):
    method: str
    url: str
    headers: Mapping[str, str]
    content: bytes | None = None
    patient: bool = True
    graph: bool = False
    """Whether it is GraphQL's, which has a limit of its own."""


class _Failed(NamedTuple):
    """No whole answer came."""

    why: str
    slow: bool


class Transport:
    """Asks one GitHub in the name of the program `agent`. A context manager.

    `requests` counts all that were sent, `at` is when the last answer was.
    """

    def __init__(
        self,
        place: Server,
        token: Token,
        waiting: Waiting,
        *,
        agent: str = "affidavit",
        client: httpx.Client | None = None,
    ) -> None:
        self.place = place
        self.requests = 0
        self.at = rfc3339(int(waiting.now()))
        self._token = token
        self._waiting = waiting
        self._blocked: dict[bool, Pause] = {}
        self._client = client or _client(agent)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def get(self, url: str, *, etag: str | None = None) -> Answer:
        """What REST answers to `url`, whatever its status; 304 where `etag` still holds.

        Raises:
            ForgeError: The forge does not answer, or `url` is another's.
        """
        known = {} if etag is None else {"If-None-Match": etag}
        accepted = {"Accept": "application/vnd.github+json", **known}
        for _ in range(_REDIRECTS + 1):
            answer = self._asked(_Question("GET", url, accepted))
            if answer.status not in _MOVED:
                return answer
            url = self._moved(answer)
        raise ForgeError(f"{url} redirects again and again")

    def post(self, body: bytes, *, patient: bool = True) -> Answer:
        """What GraphQL answers.

        Raises:
            TooSlowError: It took too long, and the caller is not `patient`.
            ForgeError: The forge does not answer.
        """
        headers = {"Content-Type": "application/json"}
        question = _Question("POST", self.place.graphql, headers, body, patient, graph=True)
        return self._posted(question)

    def send(self, url: str, body: bytes) -> Answer:
        """What REST answers to `body`, whatever its status. It may be sent more than once.

        Raises:
            ForgeError: The forge does not answer, or `url` is another's.
        """
        headers = {"Accept": "application/vnd.github+json", "Content-Type": "application/json"}
        return self._posted(_Question("POST", url, headers, body))

    def _posted(self, question: _Question) -> Answer:
        url = question.url
        for _ in range(_REDIRECTS + 1):
            answer = self._asked(question._replace(url=url))
            if answer.status not in _MOVED:
                return answer
            if answer.status not in _SAME_METHOD:
                raise ForgeError(f"{url} redirects with status {answer.status}")
            url = self._moved(answer)
        raise ForgeError(f"{url} redirects again and again")

    def _moved(self, answer: Answer) -> str:
        url = self.place.joined(answer.url, answer.headers.get("location", ""))
        self.check(url)
        return url

    def check(self, url: str) -> None:
        """See that `url` is the forge's own.

        Raises:
            ForgeError: It is not, and would be sent the token.
        """
        if not self.place.owns(url):
            raise ForgeError(
                f"{self.place.host} leads to another host: {shortened(url, 200)}",
                hint="nothing was sent there; it would have been given the token",
            )

    def _asked(self, question: _Question) -> Answer:
        """The answer to `question`, asked again as often as it makes sense."""
        failures = refusals = 0
        while True:
            self._keep_within(question)
            found = self._once(question)
            if isinstance(found, _Failed) or found.status >= 500:
                failures += 1
                self._failed(question, found, failures)
                continue
            waiting = pause(found, refusals, self._waiting.now())
            if waiting is None:
                self._note(question, found)
                return self._let_in(found)
            refusals += 1
            if refusals > REFUSALS:
                raise ForgeError(
                    f"{self.place.host} refuses more requests, again and again",
                    hint="go on later with the same command: what came is kept",
                )
            self._wait(waiting)

    def _failed(self, question: _Question, found: Answer | _Failed, failures: int) -> None:
        """Wait before the request is sent again.

        Raises:
            ForgeError: It failed too often.
        """
        slow = found.slow if isinstance(found, _Failed) else found.status in _SLOW
        why = found.why if isinstance(found, _Failed) else f"status {found.status}"
        if slow and not question.patient:
            raise TooSlowError(f"{question.url}: {why}")
        if failures >= FAILURES:
            told = f"{question.url} does not answer: {self._token.hidden(shortened(why, 300))}"
            if isinstance(found, Answer):
                raise RefusedError(told, status=found.status, answer=found)
            raise ForgeError(told, hint="go on later with the same command: what came is kept")
        asked = None if isinstance(found, _Failed) else found.whole_number("retry-after")
        seconds = max(2.0**failures, float(asked or 0))
        self._wait(Pause(seconds, f"{self.place.host} did not answer ({why})"))

    def _let_in(self, answer: Answer) -> Answer:
        if answer.status == 401:
            said = shortened(answer.message, 200)
            raise ForgeTokenError(
                f"{self.place.host} does not accept the token: {said or 'status 401'}",
                hint="it may have expired, or be for another GitHub",
            )
        return answer

    def _wait(self, waiting: Pause) -> None:
        if waiting.seconds > LONGEST:
            raise ForgeError(
                f"{self.place.host} asks to wait for {waiting.seconds / 3600:.1f} hours",
                hint="go on later with the same command: what came is kept",
            )
        self._waiting.wait(waiting.seconds, waiting.why)

    def _keep_within(self, question: _Question) -> None:
        """Wait now where the next request would be refused anyway."""
        waiting = self._blocked.pop(question.graph, None)
        if waiting is not None:
            self._wait(waiting)

    def _note(self, question: _Question, answer: Answer) -> None:
        if answer.whole_number("x-ratelimit-remaining") == 0:
            seconds = until_reset(answer, self._waiting.now())
            if seconds is not None:
                kind = "GraphQL" if question.graph else "REST"
                why = f"the limit of {kind} requests is used up"
                self._blocked[question.graph] = Pause(seconds, why)

    def _once(self, question: _Question) -> Answer | _Failed:
        """Send `question` once. No exception of httpx leaves: its frames hold the token."""
        import httpx  # noqa: PLC0415 -- only a collection needs it

        self.check(question.url)
        self.requests += 1
        try:
            return self._received(question)
        except httpx.TimeoutException as error:
            failed = _Failed(f"{type(error).__name__}", slow=True)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
            failed = _Failed(f"{type(error).__name__} {error}".strip(), slow=False)
        return failed

    def _received(self, question: _Question) -> Answer | _Failed:
        request = self._client.build_request(
            question.method, question.url, headers=question.headers, content=question.content
        )
        self._token.authorize(request.headers)
        response = self._client.send(request, stream=True, follow_redirects=False)
        try:
            body = self._body(response)
        finally:
            response.close()
        if isinstance(body, _Failed):
            return body
        answer = Answer(
            url=question.url,
            status=response.status_code,
            headers={
                name.lower(): self._token.hidden(value) for name, value in response.headers.items()
            },
            body=self._token.hidden_in(body),
            at="",
        )
        # The forge's own clock is the one that its events are told by.
        sent = answer.sent_at()
        self.at = rfc3339(int(self._waiting.now() if sent is None else sent))
        answer = answer._replace(at=self.at)
        return _Failed("an answer that ends early", slow=False) if _is_cut(answer) else answer

    def _body(self, response: httpx.Response) -> bytes | _Failed:
        """The body, bounded in size and time: what is sent need not end."""
        ends, pieces, size = monotonic() + WHOLE, list[bytes](), 0
        for piece in response.iter_bytes():
            pieces.append(piece)
            size += len(piece)
            if size > LARGEST:
                raise ForgeError(f"{response.url} answers with more than {LARGEST:,} bytes")
            if monotonic() > ends:
                return _Failed("an answer that takes too long", slow=True)
        return b"".join(pieces)


def _is_cut(answer: Answer) -> bool:
    """Whether what should be JSON is not whole."""
    if answer.status != 200:
        return False
    try:
        _is_json(answer.body)
    except BROKEN:
        return True
    return False


def _client(agent: str) -> httpx.Client:
    """Certificates are checked; proxies and certificate files come from the environment."""
    import httpx  # noqa: PLC0415 -- only a collection needs it

    return httpx.Client(
        headers={
            "User-Agent": agent,
            "X-GitHub-Api-Version": API_VERSION,
        },
        timeout=httpx.Timeout(PATIENCE),
        follow_redirects=False,
    )
