"""What is asked fits GitHub's own descriptions: the queries, and each request of a collection."""

from __future__ import annotations

import http.client
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from graphql import build_schema, parse, validate

from affidavit.app.collecting.collect import collected
from affidavit.app.collecting.wanted import Wanted
from affidavit.sources.github import queries
from affidavit.sources.github.token import Token
from collectors import SECRET, Nobody, Waits
from forges import SCHEMA, Forge, filled
from prism import MODULES, needs_octokit, prism

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QUERIES = {
    "page": queries.PAGE,
    "one": queries.ONE,
    "more": queries.MORE,
    "checks": queries.checks(50),
    "statuses": queries.STATUSES,
}


def wrong(schema: str) -> dict[str, list[str]]:
    """What each query asks for that `schema` does not have."""
    built = build_schema(schema, assume_valid=True)
    found = {
        name: [one.message for one in validate(built, parse(text))]
        for name, text in QUERIES.items()
    }
    return {name: messages for name, messages in found.items() if messages}


def test_the_queries_fit_the_forge_of_the_tests() -> None:
    assert wrong(SCHEMA.read_text()) == {}


@needs_octokit
def test_the_queries_fit_the_schema_of_github() -> None:
    assert wrong((MODULES / "@octokit/graphql-schema/schema.graphql").read_text()) == {}


@contextmanager
def fronting(forge: Forge, judge: str, seen: list[tuple[str, int]]) -> Iterator[str]:
    """One address: GraphQL goes to `forge`, the rest through `judge`; links lead back here.

    The judge answers 500 to a request or an answer that is not described.
    """

    class Front(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # noqa: N802
            self._pass(judge, None)

        def do_POST(self) -> None:  # noqa: N802
            self._pass(forge.url, self.rfile.read(int(self.headers["Content-Length"])))

        def _pass(self, to: str, body: bytes | None) -> None:
            there = http.client.HTTPConnection(urlsplit(to).netloc, timeout=60)
            headers = {k: v for k, v in self.headers.items() if k.lower() != "accept-encoding"}
            there.request(self.command, self.path, body, headers)
            answer = there.getresponse()
            data = answer.read()
            there.close()
            seen.append((f"{self.command} {self.path}", answer.status))
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in {"content-length", "transfer-encoding", "connection"}:
                    self.send_header(name, value.replace(forge.url, place))
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Front) as server:
        place = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield place
        server.shutdown()


@needs_octokit
def test_a_whole_collection_passes_the_description_of_github(tmp_path: Path) -> None:
    seen: list[tuple[str, int]] = []
    with Forge(tmp_path / "forge") as forge:
        filled(forge)
        with prism(forge.url) as judge, fronting(forge, judge, seen) as place:
            wanted = Wanted(owner="firm", name="shop", url=place, output=tmp_path / "export.jsonl")
            waits = Waits(forge)
            first = collected(wanted, Token(SECRET), Nobody(), waiting=waits)
            again = collected(wanted, Token(SECRET), Nobody(), waiting=waits)
    assert {status for _, status in seen} <= {200, 304, 404}
    refused = {line.partition("?")[0] for line, status in seen if status == 404}
    assert refused <= {"GET /repos/firm/shop/branches/next/protection"}
    assert (first.whole, again.whole, waits.waited) == (True, True, [])
