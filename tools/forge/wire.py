"""A request and an answer, without the wire."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a client asked. Names of headers are in lower case."""

    method: str
    target: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path without a server's prefix, as ``/repos/firm/shop``."""
        path = urlsplit(self.target).path
        if path.startswith("/api/v3"):
            return path.removeprefix("/api/v3")
        return "/graphql" if path == "/api/graphql" else path

    @property
    def prefix(self) -> str:
        """The prefix that the client used: a server of one's own has one."""
        return "/api/v3" if self.target.startswith("/api/v3") else ""

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the query."""
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the forge says, after `delay` seconds; only `sent` bytes of the body go out."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    delay: float = 0
    sent: int | None = None

    def with_headers(self, **headers: str) -> Answer:
        """The same with more headers; an underscore stands for a hyphen."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **more})

    def data(self) -> object:
        """What the body says."""
        parsed: object = json.loads(self.body)
        return parsed


def as_json(data: object, status: int = 200, **headers: str) -> Answer:
    """An answer that says `data`."""
    body = json.dumps(data, separators=(",", ":")).encode()
    kind = {"Content-Type": "application/json; charset=utf-8"}
    return Answer(status=status, headers=kind, body=body).with_headers(**headers)


def trouble(status: int, message: str, **headers: str) -> Answer:
    """An answer that says what is wrong, as the forge words it."""
    address = "https://docs.github.com/rest"
    said = {"message": message, "documentation_url": address, "status": str(status)}
    return as_json(said, status, **headers)
