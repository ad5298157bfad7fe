"""Where a GitHub answers: REST, GraphQL, and what else belongs to it."""

from __future__ import annotations

from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import quote, urljoin, urlsplit

from affidavit.base.errors import UsageError

PUBLIC = "https://api.github.com"
_ENTERPRISE = "/api/v3"


class Server(NamedTuple):
    """A GitHub: the base of its REST paths, its GraphQL endpoint, and the host of its pages."""

    rest: str
    graphql: str
    host: str

    def owns(self, url: str) -> bool:
        """Whether `url` is of the same scheme, host and port: others never see the token."""
        return _origin(url) == _origin(self.rest)

    def at(self, *parts: str) -> str:
        """The REST path of these parts, each escaped."""
        return "/".join((self.rest, *(quote(part, safe="") for part in parts)))

    def joined(self, base: str, link: str) -> str:
        """Where `link`, found in the answer of `base`, leads; itself where it leads nowhere."""
        try:
            return urljoin(base, link)
        except ValueError:
            return link


def server(url: str) -> Server:
    """The GitHub whose REST base is `url`, such as ``https://github.example.com/api/v3``.

    Raises:
        UsageError: It is no such address, or would send the token unencrypted over a network.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise UsageError(f"--api-url: {error}") from error
    if parts.scheme not in {"https", "http"} or not host or parts.query or parts.fragment:
        raise UsageError("--api-url is an address such as https://github.example.com/api/v3")
    if parts.username is not None or parts.password is not None:
        raise UsageError("--api-url holds a name or a password", hint="the token is enough")
    if parts.scheme == "http" and not _is_here(host):
        raise UsageError("--api-url: a token is sent over https alone", hint="write https://")
    rest = url.rstrip("/")
    graphql = (
        rest.removesuffix(_ENTERPRISE) + "/api/graphql"
        if rest.endswith(_ENTERPRISE)
        else rest + "/graphql"
    )
    page = "github.com" if rest == PUBLIC else host.removeprefix("api.")
    return Server(rest, graphql, page if port is None else f"{page}:{port}")


def _origin(url: str) -> tuple[str, str, int | None] | None:
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    except ValueError:
        return None
    if parts.username is not None or parts.password is not None:
        return None
    return parts.scheme, (parts.hostname or "").lower(), port


def _is_here(host: str) -> bool:
    """Whether nothing of what is sent to `host` leaves the machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
