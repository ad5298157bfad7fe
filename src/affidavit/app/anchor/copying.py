"""A ledger's newest checkpoint copied into a git repository, and found there again."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.anchor.copy import LABEL, REF, Copy, line_of
from affidavit.app.anchor.repository import copies, written
from affidavit.app.ledger.view import viewing
from affidavit.base.errors import DamagedError
from affidavit.ledger.note import parse_note
from affidavit.package.place import made, replacing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from affidavit.app.ledger.home import Home
    from affidavit.ledger.key import VerifierKey


class Copied(msgspec.Struct, frozen=True, kw_only=True):
    """Where the checkpoint of `size` was copied to, and whether it was not there before."""

    size: int
    commit: str
    new: bool
    ref: str = REF
    label: str = LABEL
    witnessed: bool = False


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """The copies of one log's checkpoints by size; `unread` lines or parts could not be read."""

    copies: tuple[Copy, ...]
    unread: int

    def newest(self) -> Copy | None:
        """The one of the largest size, and of several the one with the most signatures.

        Raises:
            DamagedError: Two of that size state different trees.
        """
        if not self.copies:
            return None
        size = self.copies[-1].checkpoint.size
        last = [one for one in self.copies if one.checkpoint.size == size]
        if len({one.checkpoint.root for one in last}) > 1:
            raise DamagedError(
                f"there are copies of {size:,} entries with different trees",
                hint="keep them all with --output; --key passes over those that nobody signed",
            )
        return max(last, key=lambda one: len(one.note))


def copied(place: Home, repository: Path | None) -> Copied:
    """Copy the newest checkpoint into a repository (default: the one the ledger lies in).

    Raises:
        AffidavitError: See `repository.written`, or the ledger cannot be read.
    """
    with viewing(place) as view:
        note, size = parse_note(view.checkpoint()), view.size
    done = written(repository or place.folder.absolute().parent, line_of(note))
    return Copied(size=size, commit=done.commit, new=done.new)


def found_in(repository: Path, origin: str | None, keys: Sequence[VerifierKey]) -> Found:
    """The copies of the checkpoints of the log `origin`; with `keys` only those that one signed.

    Raises:
        AffidavitError: There is no repository, or it cannot be read.
    """
    read = copies(repository, origin)
    chosen = tuple(one for one in read.found if not keys or one.is_signed_by(keys))
    return Found(copies=chosen, unread=read.unread)


def saved(found: Found, folder: Path) -> list[Path]:
    """A file for each of the copies, named by its size and digest, in `folder`.

    Raises:
        OutputError: They cannot be written.
    """
    paths = list[Path]()
    for one in found.copies:
        digest = hashlib.sha256(one.note).hexdigest()
        paths.append(made(folder) / f"checkpoint-{one.checkpoint.size}-{digest[:16]}.txt")
        with replacing(paths[-1]) as file:
            file.write(one.note)
    return paths
