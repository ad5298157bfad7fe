"""A judge before the forge: each answer of REST is held against GitHub's own description.

    with judged(forge) as judge:
        ...                             # a client asks judge.url
    assert judge.violations == []

GitHub describes its GraphQL elsewhere, so that is passed on as it is.
"""

from __future__ import annotations

import os
import socket
import subprocess
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, cast

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forges import Forge

FOLDER = os.environ.get("AFFIDAVIT_OCTOKIT")
MODULES = Path(FOLDER or ".") / "node_modules"
needs_octokit = pytest.mark.skipif(
    FOLDER is None,
    reason="AFFIDAVIT_OCTOKIT names no folder whose node_modules hold GitHub's descriptions",
)
HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host", "date"}


@dataclass(kw_only=True)
class Judge:
    """Where to ask, and what was found wrong: the path and the finding of each wrong answer."""

    url: str
    graphql: str
    rest: str
    violations: list[tuple[str, str]] = field(default_factory=list)


class _Front(BaseHTTPRequestHandler):
    """Sends GraphQL to the forge, and REST by way of the judge."""

    judge: Judge
    client: httpx.Client
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._pass(self.judge.rest + self.path)

    def do_POST(self) -> None:
        graph = self.path == "/graphql"
        self._pass(self.judge.graphql if graph else self.judge.rest + self.path)

    def _pass(self, url: str) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        kept = {name: each for name, each in self.headers.items() if name.lower() not in HOP}
        answer = self.client.request(self.command, url, headers=kept, content=body)
        if "sl-violations" in answer.headers:
            self.judge.violations.append((self.path, answer.headers["sl-violations"]))
        self.send_response_only(answer.status_code)
        for name, each in answer.headers.items():
            if name.lower() not in HOP | {"content-encoding"}:
                self.send_header(name, each)
        self.send_header("Date", answer.headers.get("Date", ""))
        if answer.status_code != 304:
            self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@contextmanager
def judged(forge: Forge) -> Iterator[Judge]:
    """Serve the forge with the judge before it."""
    with _prism(forge.url) as rest, httpx.Client(timeout=60, trust_env=False) as client:
        judge = Judge(url="", graphql=forge.graphql_url, rest=rest)
        handler = type("Front", (_Front,), {"judge": judge, "client": client})
        front = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        front.daemon_threads = True
        judge.url = forge.public = f"http://127.0.0.1:{front.server_port}"
        threading.Thread(target=front.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield judge
        finally:
            front.shutdown()
            front.server_close()
            forge.public = None


@contextmanager
def _prism(upstream: str) -> Iterator[str]:
    """The address of a proxy whose answer is 500 where `upstream` says what it may not."""
    description = MODULES / "@octokit" / "openapi" / "generated" / "ghes-3.19.json"
    port = _free_port()
    command = [str(MODULES / ".bin" / "prism"), "proxy", "--errors", "-h", "127.0.0.1"]
    process = subprocess.Popen(
        [*command, "-p", str(port), str(description), upstream],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return cast("int", one.getsockname()[1])


def _wait(port: int) -> None:
    """Until somebody listens; the description is read first, which takes seconds."""
    for _ in range(1200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("prism does not listen")
