"""Which engine answers for a bundle: one of this machine, within limits, or a server of OPA."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

from affidavit.app.policy.running import engine
from affidavit.policy.bundle import Bundle
from affidavit.policy.model import Engine

if TYPE_CHECKING:
    from collections.abc import Iterator

Engines: TypeAlias = Callable[[Bundle], Engine]
"""What gives an engine that has a bundle."""


def apart(bundle: Bundle) -> Engine:
    """An engine of this machine: nobody vouches for the bundle, so it runs within limits.

    Raises:
        PolicyError: The bundle's Rego cannot be parsed, or does what no policy may.
    """
    return engine(bundle, trusted=False)


@contextmanager
def engines(opa: str | None) -> Iterator[Engines]:
    """Engines of this machine, or with `opa` the server at that address, which has the bundle.

    Raises:
        PolicyError: The way to the server is not safe.
    """
    if opa is None:
        yield apart
        return
    from affidavit.app.policy.opa_rest import (  # noqa: PLC0415 -- a client takes long to load
        OpaRest,
        opa_client,
    )

    with opa_client(opa, os.environ) as client:
        yield lambda bundle: OpaRest(client, bundle)
