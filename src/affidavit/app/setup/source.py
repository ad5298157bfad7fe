"""Where a pipeline gets Affidavit from: an address or a wheel with its digest, never a name."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import msgspec

from affidavit.base.errors import UnreadableError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.app.setup.model import Wanted

LARGEST = 256 << 20
"""Bytes of a wheel that are read."""
_URL = re.compile(r"https://[A-Za-z0-9.-]{1,253}(?::\d{1,5})?/[A-Za-z0-9._~/%+@=-]{1,1000}\Z")
_WHEEL = re.compile(r"(?:[A-Za-z0-9._+-]{1,200}/){0,20}[A-Za-z0-9._+-]{1,200}\.whl\Z")
_DIGEST = re.compile(r"(?:sha256:)?([0-9a-f]{64})\Z")


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """An address, or the path of a wheel in the repository; `digest` is its SHA-256 in hex."""

    kind: str
    address: str
    digest: str


def see_used(wanted: Wanted) -> None:
    """See that where pipelines get Affidavit from is said of pipelines that are set up.

    Raises:
        UsageError: None are.
    """
    if wanted.ci is None and wanted.source is not None:
        raise UsageError("--source is for pipelines, and none are set up", hint="give --ci as well")


def source(given: str | None, digest: str | None, root: Path) -> Source | None:
    """The source that was named, None where none was.

    The digest of a wheel in the work tree at `root` is computed; one that is given has to be it.

    Raises:
        UnreadableError: The wheel cannot be read.
        UsageError: It is neither, or it has no digest or another one.
    """
    if given is None:
        if digest is not None:
            raise UsageError("--digest is of what --source names: give both")
        return None
    wanted = _hex(digest)
    if given.startswith("https://"):
        return _at(given, wanted)
    return _wheel(given, wanted, root)


def _hex(digest: str | None) -> str | None:
    if digest is None:
        return None
    found = _DIGEST.match(digest)
    if found is None:
        raise UsageError("--digest is sha256: and 64 hexadecimal digits")
    return found[1]


def _at(address: str, digest: str | None) -> Source:
    if _URL.match(address) is None:
        raise UsageError("--source is no plain https address: no user, query or fragment in it")
    if digest is None:
        hint = "the pipeline takes no other bytes than those: sha256sum FILE tells it"
        raise UsageError("--source is an address: give its --digest sha256:… as well", hint=hint)
    return Source(kind="url", address=address, digest=digest)


def _wheel(given: str, digest: str | None, root: Path) -> Source:
    """A wheel that is a file of the repository: a pipeline reads it from the base."""
    if _WHEEL.match(given) is None or ".." in given.split("/"):
        hint = "--source https://…/affidavit-….whl --digest sha256:…, or a wheel in the repository"
        raise UsageError("--source is neither an https address nor a wheel's path", hint=hint)
    place = root / given
    try:
        if place.is_symlink() or place.stat().st_size > LARGEST:
            raise UsageError(f"{given} is a symbolic link or larger than {LARGEST:,} bytes")
        found = hashlib.sha256(place.read_bytes()).hexdigest()
    except OSError as error:
        hint = "the path is relative to the root of the work tree"
        raise UnreadableError(f"{given}: {error.strerror}", hint=hint) from error
    if digest not in {None, found}:
        raise UsageError(f"{given} has the digest sha256:{found}, not the one that was given")
    return Source(kind="wheel", address=given, digest=found)
