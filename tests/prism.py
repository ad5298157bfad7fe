"""A judge before the forge: each answer of REST is held against GitHub's own description.

    with judged(forge) as judge:
        ...                             # a client asks judge.url
    assert judge.violations == []

GitHub describes its GraphQL elsewhere, so that is passed on as it is.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, cast

import httpx
import pytest

from forges import answered_paths

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
    with prism(forge.url) as rest, httpx.Client(timeout=60, trust_env=False) as client:
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
def prism(upstream: str) -> Iterator[str]:
    """The address of a proxy whose answer is 500 where `upstream` says what it may not."""
    with tempfile.TemporaryDirectory() as folder:
        description = Path(folder, "description.json")
        description.write_text(json.dumps(_described()))
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


def _described() -> dict[str, object]:
    """GitHub's description of the paths that the forge answers; the whole takes long to read."""
    text = (MODULES / "@octokit" / "openapi" / "generated" / "ghes-3.19.json").read_bytes()
    whole = json.loads(text)
    paths = {path: _plain(whole["paths"][path]) for path in answered_paths(whole["paths"])}
    parts: dict[str, dict[str, object]] = {}
    waiting = list(_referred(paths))
    for reference in waiting:
        _, _, kind, name = reference.split("/")
        if name not in parts.setdefault(kind, {}):
            parts[kind][name] = _plain(whole["components"][kind][name])
            waiting.extend(_referred(parts[kind][name]))
    kept = {name: each for name, each in whole.items() if name != "x-webhooks"}
    return {**kept, "paths": paths, "components": parts}


def _plain(part: object) -> object:
    """A part of the description without its examples, which bind nobody."""
    if isinstance(part, list):
        return [_plain(each) for each in part]
    if not isinstance(part, dict):
        return part
    shown = "examples" if "schema" in part else None
    return {name: _plain(each) for name, each in part.items() if name != shown}


def _referred(part: object) -> Iterator[str]:
    """What a part of the description names of others."""
    if isinstance(part, dict) and isinstance(part.get("$ref"), str):
        yield part["$ref"]
    inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    for each in inner:
        yield from _referred(each)


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
