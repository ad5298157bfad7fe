"""The forge on 127.0.0.1: real HTTP, a log of what was asked, faults to order."""

from __future__ import annotations

import hashlib
import json
import shutil
import socket
import tempfile
import threading
import time
from dataclasses import replace
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, cast

from forge import smart
from forge.faults import PAGE, Faults, primary_limit
from forge.gql.engine import Engine
from forge.limits import Pool
from forge.rest.router import Router
from forge.wire import Answer, Request, as_json, trouble
from forge.world import World

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from forge.clock import Clock


class Forge(World):
    """A GitHub with state. As a context manager it serves at `url` and cleans up at the end.

    `token` is the one that it takes; None takes any, and none. `server` is True for one of a
    company's own, which has prefixes and counts no requests. Behind a proxy, `public` is the
    address that links lead to. One that `wakes` goes with the machine's clock from the first act
    of a visitor on.
    """

    def __init__(
        self,
        directory: Path | None = None,
        *,
        clock: Clock | None = None,
        token: str | None = None,
        server: bool = False,
    ) -> None:
        self._own = directory is None
        super().__init__(directory or Path(tempfile.mkdtemp(prefix="forge-")), clock=clock)
        self.token, self.server = token, server
        self.public: str | None = None
        self.wakes = False
        self.core = Pool("core", self.clock)
        self.graphql = Pool("graphql", self.clock)
        self.faults = Faults()
        self.log: list[Request] = []
        self.router = Router(self)
        self._engine = Engine(self, self.graphql, self.router.may)
        self._lock = threading.RLock()
        self._http: ThreadingHTTPServer | None = None

    # As a server.

    def start(self, port: int = 0) -> str:
        """The address at which it serves from now on."""
        handler = type("Handler", (_Handler,), {"forge": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._http.daemon_threads = True
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        return self.url

    def stop(self) -> None:
        """Serve no more, and remove what was made."""
        if self._http:
            self._http.shutdown()
            self._http.server_close()
            self._http = None
        if self._own:
            shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The base address for REST; GraphQL is at `graphql_url`."""
        if self._http is None:
            return "http://127.0.0.1:0"
        return f"http://127.0.0.1:{self._http.server_port}" + ("/api/v3" if self.server else "")

    @property
    def base(self) -> str:
        """The address that the forge says it is at."""
        return self.public or self.url

    @property
    def graphql_url(self) -> str:
        """The address for GraphQL."""
        base = self.url.removesuffix("/api/v3")
        return f"{base}/api/graphql" if self.server else f"{base}/graphql"

    def asked(self, where: str = "") -> list[str]:
        """What was asked so far, as ``GET /repos/firm/shop``, where `where` is in it."""
        lines = [f"{each.method} {each.target}" for each in self.log]
        return [line for line in lines if where in line]

    # As a function.

    def answer(self, request: Request) -> Answer:
        """What the forge says to a request."""
        with self._lock:
            self.log.append(request)
            acts = self.wakes and _acts(request)
            if self.clock.awake or acts:
                self.clock.wake()
            given = self.faults.strike(request, self._true_answer(request))
            kept = {name: each for name, each in given.headers.items() if name != PAGE}
            # What comes after an act comes in a later second.
            return replace(given, headers=kept, delay=max(given.delay, float(acts)))

    def query(self, text: str, **variables: object) -> dict[str, object]:
        """The whole answer to a GraphQL query, without limits and faults."""
        return self._engine.run(text, variables).body

    def _true_answer(self, request: Request) -> Answer:
        if smart.PATH.fullmatch(request.path):
            return smart.answer(self, request)
        if self.token is not None and not self._authorised(request):
            return trouble(401, "Bad credentials")
        if "user-agent" not in request.headers:
            return trouble(403, "Request forbidden by administrative rules.")
        if request.path == "/graphql":
            return self._graphql(request)
        return self._rest(request)

    def _authorised(self, request: Request) -> bool:
        given = request.headers.get("authorization", "")
        return given in {f"Bearer {self.token}", f"token {self.token}"}

    def _limits(self, pool: Pool) -> dict[str, str]:
        return {} if self.server else pool.headers()

    def _rest(self, request: Request) -> Answer:
        if request.path == "/rate_limit":
            return self._headed(self._allowance(), self.core)
        if not self.core.remaining and not self.server:
            return primary_limit(self.core)(request, Answer())
        answer = self.router.answer(request)
        if answer.status == 200:
            tag = 'W/"' + hashlib.sha256(answer.body).hexdigest() + '"'
            answer = answer.with_headers(ETag=tag, Cache_Control="private, max-age=60, s-maxage=60")
            if request.headers.get("if-none-match") == tag:
                return self._headed(Answer(status=304, headers={"ETag": tag}), self.core)
        self.core.spend(1)
        return self._headed(answer, self.core)

    def _allowance(self) -> Answer:
        pools = {"core": self.core.view(), "graphql": self.graphql.view()}
        search = {"limit": 30, "used": 0, "remaining": 30, "reset": self.core.reset()}
        return as_json({"resources": {**pools, "search": search}, "rate": self.core.view()})

    def _graphql(self, request: Request) -> Answer:
        if request.method != "POST":
            return trouble(404, "Not Found")
        if not self.graphql.remaining and not self.server:
            return primary_limit(self.graphql, 200)(request, Answer())
        try:
            asked = cast("dict[str, object]", json.loads(request.body))
            query = str(asked["query"])
        except (ValueError, KeyError, TypeError):
            return trouble(400, "Problems parsing JSON")
        variables = cast("dict[str, object]", asked.get("variables") or {})
        result = self._engine.run(query, variables)
        self.graphql.spend(result.cost.points)
        answer = as_json(result.body).with_headers(**{PAGE: str(result.cost.page)})
        return self._headed(answer, self.graphql)

    def _headed(self, answer: Answer, pool: Pool) -> Answer:
        date = formatdate(self.clock.now, usegmt=True)
        own = {"Date": date, "X-GitHub-Request-Id": f"F0:{len(self.log):X}"}
        return answer.with_headers(**own, **self._limits(pool))


def _acts(request: Request) -> bool:
    """Whether a request does something, and does not only ask."""
    return request.method != "GET" and not request.path.endswith(("/graphql", "/git-upload-pack"))


class _Handler(BaseHTTPRequestHandler):
    """Takes requests off the wire and puts answers on it."""

    forge: Forge
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:  # noqa: N802  # the name that the server calls
        self._serve()

    def do_PUT(self) -> None:  # noqa: N802  # the name that the server calls
        self._serve()

    def do_POST(self) -> None:  # noqa: N802  # the name that the server calls
        self._serve()

    def _serve(self) -> None:
        request = Request(
            method=self.command,
            target=self.path,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self._body(),
        )
        answer = self.forge.answer(request)
        time.sleep(answer.delay)
        self._say(answer)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", "0")))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _say(self, answer: Answer) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 304:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        try:
            self.wfile.write(answer.body[: answer.sent])
        except OSError:
            self.close_connection = True
        if answer.sent is not None:
            self.close_connection = True
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_args: object) -> None:
        """Say nothing: what was asked is in the forge's own log."""
