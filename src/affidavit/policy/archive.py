"""The files of a bundle as one blob: canonical JSON, so that the same files give the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.policy.errors import bundle_error

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = "affidavit/policy-bundle@1"
MEDIA_TYPE = "application/vnd.affidavit.policy-bundle+json"
LARGEST = 32 << 20
"""Bytes of an archive: JSON may write a byte of a file in six."""


class _Archive(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    files: dict[str, str]
    format: str


def archived(files: Mapping[str, bytes]) -> bytes:
    """The archive of `files`, by their paths inside the bundle.

    Raises:
        PolicyError: One is not UTF-8.
    """
    texts = {path: _text(path, data) for path, data in files.items()}
    whole = _Archive(files=texts, format=FORMAT)
    return msgspec.json.encode(whole, order="deterministic")


def unarchived(data: bytes) -> dict[str, bytes]:
    """The files in an archive.

    Raises:
        PolicyError: It is none.
    """
    if len(data) > LARGEST:
        raise bundle_error(f"the archive has more than {LARGEST:,} bytes")
    try:
        found = msgspec.json.decode(data, type=_Archive)
    except (msgspec.DecodeError, RecursionError) as error:
        raise bundle_error("the archive of a bundle is malformed") from error
    if found.format != FORMAT:
        raise bundle_error(f"the archive of a bundle is no {FORMAT}")
    return {path: text.encode() for path, text in found.files.items()}


def _text(path: str, data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise bundle_error(f"{path} is not UTF-8") from error
