"""What a repository is called on its forge: by its remote's address, or by whoever asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.sources.git.refs import remote_url

if TYPE_CHECKING:
    from affidavit.sources.git.locate import Store


def slug_of(store: Store) -> str:
    """The last two parts of the remote's address, without ``.git``; empty where it has fewer."""
    parts = (remote_url(store) or "").removesuffix(".git").split("/")
    return "/".join(parts[-2:]) if len(parts) > 4 else ""


def owned(name: str | None) -> str:
    """A name that whoever asks gave, where it reads as ``owner/name``, a host before it or not."""
    parts = (name or "").removesuffix(".git").split("/")
    hosted = len(parts) > 2 and "." in parts[-3]
    return "/".join(parts[-2:]) if all(parts[-2:]) and (len(parts) == 2 or hosted) else ""
