"""The other engine: a server of OPA that has the bundle loaded, asked by its data API."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from affidavit.base.text import shortened, visible
from affidavit.policy import opa
from affidavit.policy.errors import EvaluationError, Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from affidavit.policy.bundle import Bundle
    from affidavit.policy.model import Answer

TOKEN = "AFFIDAVIT_OPA_TOKEN"  # noqa: S105 - the name of a variable
"""The variable that a bearer token is read from."""
PATIENCE = 10
"""Seconds to connect, to write, and to wait for each piece of the answer."""
LARGEST = 4 << 20
"""Bytes of an answer."""
_NOTHING = "data.affidavit_nothing"
"""A path that no bundle defines: what the server says of itself comes without an evaluation."""
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def opa_client(address: str, environ: Mapping[str, str]) -> httpx.Client:
    """A client for the server at `address`, with the token of the environment.

    Raises:
        PolicyError: The way there is neither encrypted nor inside this machine.
    """
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL as error:
        raise _failed(address, "is no address") from error
    if url.scheme != "https" and not (url.scheme == "http" and url.host in _LOOPBACK):
        raise _failed(address, "is neither https nor on this machine")
    if url.userinfo or url.query or url.fragment or url.path != "/":
        raise _failed(str(url.copy_with(userinfo=b"")), "is more than a server")
    token = environ.get(TOKEN)
    return httpx.Client(
        base_url=url,
        headers={"Authorization": f"Bearer {token}"} if token else {},
        timeout=httpx.Timeout(PATIENCE),
        follow_redirects=False,
        trust_env=False,
    )


class OpaRest:
    """A server's answers about the bundle that it has to have.

    Raises:
        PolicyError: It does not answer, or says that it has another bundle.
    """

    def __init__(self, client: httpx.Client, bundle: Bundle) -> None:
        self._client = client
        told = opa.identity(*self._asked(_NOTHING, b"null"))
        self._name = told.name(bundle.digest)

    @property
    def name(self) -> str:
        """The engine, its version, and whether the bundle could be verified."""
        return self._name

    def query(self, query: str, input_: bytes) -> Answer:
        """What `query` comes to for the JSON `input_`.

        Raises:
            PolicyError: The policy fails, or the server does.
        """
        return opa.answer(*self._asked(query, input_))

    def _asked(self, query: str, input_: bytes) -> tuple[int, bytes]:
        data = bytearray()
        try:
            with self._client.stream(
                "POST",
                opa.path(query),
                content=opa.body(input_),
                headers={"Content-Type": "application/json"},
            ) as reply:
                for piece in reply.iter_bytes():
                    data += piece
                    if len(data) > LARGEST:
                        text = f"the server answers more than {LARGEST:,} bytes"
                        raise EvaluationError(Failure.LIMIT, text)
        except httpx.HTTPError as error:
            text = f"the server of OPA does not answer ({type(error).__name__})"
            raise EvaluationError(Failure.ENGINE, text) from error
        return reply.status_code, bytes(data)


def _failed(address: str, why: str) -> EvaluationError:
    return EvaluationError(Failure.ENGINE, f"{visible(shortened(address, 120))} {why}")
