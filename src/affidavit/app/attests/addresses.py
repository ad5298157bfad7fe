"""Addresses that stand in a statement: it is for others to read, so no secret may be in them."""

from __future__ import annotations

import re

from affidavit.base.errors import UsageError

_AUTHORITY = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):/+(?P<authority>[^/?#]*)")
_HOST = re.compile(r"(\[[^\]]*\]|[^:]*)(:[0-9]*)?")
_NO_SECRET = "git"  # noqa: S105 -- the opposite of one
"""The user that everybody is to servers of git: whose key it is makes the difference."""


def check_public(address: str, option: str) -> None:
    """See that `address`, which `option` gives, has neither a user nor a password in it.

    Raises:
        UsageError: It has.
    """
    found = _AUTHORITY.match(address)
    if found is None:
        return
    user, at, _ = found["authority"].rpartition("@")
    # With a raw slash in it a password would end what looks like the host.
    is_cut = "@" in address[found.end() :] and not _HOST.fullmatch(found["authority"])
    if is_cut or (at and user != _NO_SECRET):
        raise UsageError(
            f"{option} names a user or a password",
            hint="a statement is for others to read: leave them out of the address",
        )
