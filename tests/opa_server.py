"""A server that answers as OPA's data API does, by the engine of this process."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

from affidavit.base.errors import PolicyError
from affidavit.policy.regorus import Regorus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.policy.bundle import Bundle


@contextmanager
def opa_server(bundle: Bundle, revision: str | None = None) -> Iterator[str]:
    """The address of one that has `bundle`; it tells `revision` of it, or nothing."""
    told = {"version": "1.20.2", "bundles": {"main": {"revision": revision}} if revision else {}}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            name = self.path.partition("?")[0].removeprefix("/v1/").replace("/", ".")
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            reply, status = _reply(bundle, name, json.dumps(asked["input"]).encode())
            data = json.dumps({**reply, "provenance": told}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - theirs
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def _reply(bundle: Bundle, name: str, input_: bytes) -> tuple[dict[str, object], int]:
    try:
        # An engine is made and ends in one thread.
        value = Regorus(bundle).query(name, input_).value
    except PolicyError as error:
        return {"code": "internal_error", "message": error.message}, 500
    return ({} if value is None else {"result": json.loads(value)}), 200
