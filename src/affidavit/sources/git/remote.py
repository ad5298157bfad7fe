"""What a repository calls itself: the URL of its remote ``origin``, with nothing secret in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from affidavit.sources.git.config import settings

if TYPE_CHECKING:
    from affidavit.sources.git.locate import Store

_HOST = r"(?P<host>[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])"
_PATH = r"(?P<path>[!-~]{1,1024})"
_URL = re.compile(
    rf"(?P<scheme>https?|ssh|git|git\+ssh|ssh\+git|ftps?)://(?:(?P<user>[^/?#]*)@)?"
    rf"{_HOST}(?P<port>:\d{{1,5}})?/{_PATH}\Z",
    re.IGNORECASE,
)
_SCP = re.compile(rf"(?:(?P<user>[^/:@]+)@)?{_HOST}:(?!:){_PATH}\Z")


def remote_url(store: Store) -> str | None:
    """The URL of remote ``origin``, without credentials, query and fragment.

    ``None`` where there is none, or where it is a path of this machine, a helper's address
    (``ext::…``) or anything else that does not read as an address of a host. ``user@host:path``
    becomes ``ssh://host/path``. The configuration is read as data: no include, no ``insteadOf``.
    """
    for setting in settings(store):
        if setting.name == "remote.url" and setting.within == b"origin":
            return public_url(setting.value.decode("utf-8", "replace"))
    return None


def public_url(url: str) -> str | None:
    """`url` as `remote_url` gives it."""
    bare = re.split(r"[?#]", url, maxsplit=1)[0]
    found = _URL.match(bare)
    if found:
        # A raw slash in a password would leave its tail in what looks like the path.
        if found["user"] is not None and "@" in found["path"]:
            return None
        host = found["host"].lower() + (found["port"] or "")
        return f"{found['scheme'].lower()}://{host}/{found['path']}"
    found = None if "://" in bare else _SCP.match(bare)
    if found is None or len(found["host"]) == 1 or "\\" in bare or "@" in found["path"]:
        return None
    return f"ssh://{found['host'].lower()}/{found['path'].lstrip('/')}"
