"""The vault: values and salts behind the ids and commitments of a ledger, kept to be destroyed.

Each subject (a person, an agent, a thing) has a key of its own that everything kept about it is
sealed with. Disposing of a subject destroys that key, what it sealed, and how the subject was
found by its name; the ids and commitments in the ledger stay and tell nothing any more.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Self

from affidavit.base.errors import (
    AffidavitError,
    DamagedError,
    FormatError,
    KeyFileError,
    StoreError,
)
from affidavit.ledger.commitment import SALT_SIZE, Opening, digest_of, value_bytes
from affidavit.store.vault_file import Cell, VaultFile, create_file
from affidavit.store.vault_key import KEY_SIZE, TenantKey
from affidavit.store.vault_seal import NONCE_SIZE, Seal, opened, sealed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from types import TracebackType

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PSEUDONYM_SIZE = 16
"""Bytes of the random part of a pseudonym, and of the id of a vault."""
_KIND = re.compile(r"[a-z][a-z0-9]{0,31}")
_KEY_ID = re.compile(r"[0-9a-f]{16}")
_VAULT_ID = re.compile(r"[0-9a-f]{32}")
_SUBJECT = re.compile(r"[a-z][a-z0-9]{0,31}:[0-9a-f]{32}")

_KEY = "SELECT key FROM subjects WHERE id = ?"
_ADD_SUBJECT = "INSERT INTO subjects (id, key) VALUES (?, ?)"
_NEXT_SUBJECT = "SELECT id FROM subjects WHERE id >= ? ORDER BY id LIMIT 1"
_FOUND = "SELECT subject FROM lookups WHERE digest = ?"
_ADD_LOOKUP = "INSERT INTO lookups (digest, subject) VALUES (?, ?)"
_ADD_OPENING = "INSERT INTO openings (subject, field, commitment, sealed) VALUES (?, ?, ?, ?)"
_OPENING = (
    "SELECT subject, key, field, commitment, sealed FROM openings"
    " LEFT JOIN subjects ON id = subject WHERE commitment = ?"
)
_OPENINGS = (
    "SELECT subject, key, field, commitment, sealed FROM openings"
    " LEFT JOIN subjects ON id = subject WHERE subject = ? AND field = ? ORDER BY number"
)
_COUNT = "SELECT COUNT(*) FROM openings WHERE subject = ?"
_IS_DISPOSED = "SELECT 1 FROM disposed WHERE commitment = ?"
_ADD_DISPOSED = (
    "INSERT OR IGNORE INTO disposed (commitment)"
    " SELECT commitment FROM openings WHERE subject = ? ORDER BY commitment"
)
_FORGET_OPENINGS = "DELETE FROM openings WHERE subject = ?"
_FORGET_LOOKUPS = "DELETE FROM lookups WHERE subject = ?"
_FORGET_KEY = (
    "INSERT INTO subjects (id, key) VALUES (?, NULL) ON CONFLICT (id) DO UPDATE SET key = NULL"
)


class Status(StrEnum):
    """What a vault has of a commitment."""

    KEPT = "kept"
    DISPOSED = "disposed"
    UNKNOWN = "unknown"
    """Never kept here, or lost: not the same as disposed of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposed:
    """What was destroyed for one subject; all 0 when there was nothing left to destroy."""

    subject: str
    keys: int
    lookups: int
    values: int


class Vault:
    """An open vault. One thread uses it; several processes may use the same file.

    `random` gives as many random bytes as it is asked for, such as ``os.urandom``; `timeout` is how
    many seconds another process is waited for. A vault that is opened to write first finishes a
    disposal that was cut short.

    Any method raises LedgerBusyError when another process does not let go in time, StoreError when
    the file cannot be read or written, and DamagedError when a row is not what was sealed.

    Raises:
        NotALedgerError: There is no vault at `path`.
        KeyFileError: `key` is another vault's.
    """

    def __init__(
        self,
        path: Path,
        key: TenantKey,
        *,
        random: Callable[[int], bytes],
        writable: bool = True,
        timeout: float = 5.0,
    ) -> None:
        self._random = random
        self._has_disposed = False
        self._file = VaultFile(path, writable=writable, timeout=timeout)
        try:
            self._file.check()
            self._seal = Seal(key, _vault_id(self._file, key, path))
            if writable:
                self._file.rewrite()
        except AffidavitError:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    @contextmanager
    def batch(self) -> Iterator[None]:
        """One transaction: all that is done within, or nothing of it; durable when it ends.

        A batch inside another is a part of it. After an error the ids and commitments that the
        batch had given must not be used.
        """
        with self._file.transaction():
            yield
        if self._has_disposed and not self._file.inside:
            self._file.rewrite()
            self._has_disposed = False

    def pseudonym(self, kind: str, value: str) -> str:
        """The id of the subject of that `kind` with that `value`, such as ``person:`` and 32 hex.

        The same value gives the same id until the subject is disposed of; then it gives a new one.
        Names and addresses of persons and agents are one whatever their case; other kinds' values
        are compared as they are.

        Raises:
            FormatError: The kind is no lower-case word, or the value is longer than 1 MiB.
        """
        digest = self._lookup(kind, value)
        return self._found(digest) or self._new_subject(kind, digest)

    def add_name(self, subject: str, value: str) -> None:
        """Let `subject` be found by `value`, too: a person's other address.

        Raises:
            StoreError: The value is another subject's, or this one was disposed of or is unknown.
        """
        digest = self._lookup(_checked(subject).partition(":")[0], value)
        with self.batch():
            self._key_of(subject)
            found = self._found(digest)
            if found is None:
                self._file.change(_ADD_LOOKUP, digest, subject)
            elif found != subject:
                raise StoreError(f"what {subject} was to be found by is {found}'s")

    def subjects(self, value: str) -> tuple[str, ...]:
        """The subjects of every kind that are found by `value`, in order."""
        found = (self._found(self._lookup(kind, value)) for kind in self._kinds())
        return tuple(sorted(subject for subject in found if subject))

    def commit(self, subject: str, field: str, value: str) -> str:
        """A new commitment to `value`, whose opening is kept sealed for `subject`.

        Each call draws a salt of its own, so equal values have different commitments.

        Raises:
            FormatError: Field or value is none that can be committed to.
            StoreError: The subject was disposed of, or is unknown.
        """
        return self.commit_all(subject, [(field, value)])[0]

    def commit_all(self, subject: str, values: Iterable[tuple[str, str]]) -> tuple[str, ...]:
        """New commitments to several values, each with its field: like `commit`, all or none.

        Raises:
            FormatError: A field or value is none that can be committed to.
            StoreError: The subject was disposed of, or is unknown.
        """
        openings = [
            Opening(field=field, value=value, salt=self._fresh(SALT_SIZE))
            for field, value in values
        ]
        with self.batch():
            key = self._key_of(_checked(subject))
            return tuple([self._keep(key, subject, opening) for opening in openings])

    def opening(self, commitment: str) -> Opening | None:
        """The opening of `commitment`; None when it is not kept, or not any more."""
        return next(self._openings(_OPENING, digest_of(commitment)), None)

    def reveal(self, commitment: str) -> str | None:
        """The value that `commitment` binds to; None when it is not kept, or not any more."""
        opening = self.opening(commitment)
        return None if opening is None else opening.value

    def status(self, commitment: str) -> Status:
        """Whether the value of `commitment` is kept, was disposed of, or is not known here."""
        digest = digest_of(commitment)
        if self._file.rows(_OPENING, digest):
            return Status.KEPT
        return Status.DISPOSED if self._file.rows(_IS_DISPOSED, digest) else Status.UNKNOWN

    def values_of(self, subject: str, field: str) -> tuple[str, ...]:
        """All values of one field that are kept about `subject`, the oldest first."""
        return tuple(each.value for each in self._openings(_OPENINGS, _checked(subject), field))

    def value_of(self, subject: str, field: str) -> str | None:
        """The newest value of one field that is kept about `subject`."""
        return next(reversed(self.values_of(subject, field)), None)

    def kept_about(self, subject: str) -> int:
        """How many values are kept about `subject`: so many a disposal would destroy."""
        ((count,),) = self._file.rows(_COUNT, _checked(subject))
        return int(count or 0)

    def is_disposed(self, subject: str) -> bool:
        """Whether `subject` was disposed of; one that is not known was not."""
        return self._file.rows(_KEY, _checked(subject)) == [(None,)]

    def dispose(self, subject: str) -> Disposed:
        """Destroy the key of `subject`, all values and salts kept about it, and how it is found.

        Doing it again destroys nothing more. A subject that is not known here counts as disposed of
        from then on, so that the disposals of a ledger can be repeated on a restored vault. The
        file is then written anew, in a batch at its end.
        """
        with self.batch():
            self._has_disposed = True
            rows = self._file.rows(_KEY, _checked(subject))
            self._file.change(_ADD_DISPOSED, subject)
            disposed = Disposed(
                subject=subject,
                keys=sum(key is not None for (key,) in rows),
                lookups=self._file.change(_FORGET_LOOKUPS, subject),
                values=self._file.change(_FORGET_OPENINGS, subject),
            )
            self._file.change(_FORGET_KEY, subject)
            self._file.set_meta("rewrite", self._fresh(PSEUDONYM_SIZE).hex())
        return disposed

    def _keep(self, key: AESGCM, subject: str, opening: Opening) -> str:
        commitment, data = sealed(key, subject, opening, nonce=self._fresh(NONCE_SIZE))
        self._file.change(_ADD_OPENING, subject, opening.field, digest_of(commitment), data)
        return commitment

    def _new_subject(self, kind: str, digest: bytes) -> str:
        subject = f"{kind}:{self._fresh(PSEUDONYM_SIZE).hex()}"
        with self.batch():
            # another process may have been quicker
            known = self._found(digest)
            if known is None:
                key, nonce = self._fresh(KEY_SIZE), self._fresh(NONCE_SIZE)
                wrapped = self._seal.wrapped(subject, key, nonce=nonce)
                self._file.change(_ADD_SUBJECT, subject, wrapped)
                self._file.change(_ADD_LOOKUP, digest, subject)
        return known or subject

    def _lookup(self, kind: str, value: str) -> bytes:
        if not _KIND.fullmatch(kind):
            raise FormatError(f"{kind[:40]!r} is no kind of subject")
        value_bytes(value)
        return self._seal.lookup(kind, value)

    def _found(self, digest: bytes) -> str | None:
        return next((_stored(subject) for (subject,) in self._file.rows(_FOUND, digest)), None)

    def _kinds(self) -> Iterator[str]:
        """Every kind there is a subject of, each found by one step in the index."""
        rows = self._file.rows(_NEXT_SUBJECT, "")
        while rows:
            kind = _stored(rows[0][0]).partition(":")[0]
            yield kind
            rows = self._file.rows(_NEXT_SUBJECT, kind + ";")  # the character after the colon

    def _key_of(self, subject: str) -> AESGCM:
        rows = self._file.rows(_KEY, subject)
        if not rows:
            raise StoreError(f"the vault does not know {subject}")
        if rows[0][0] is None:
            raise StoreError(f"{subject} was disposed of: nothing more can be kept about it")
        return self._seal.key_of(subject, rows[0][0])

    def _openings(self, statement: str, *values: Cell) -> Iterator[Opening]:
        for subject, wrapped, *row in self._file.rows(statement, *values):
            owner = _stored(subject)
            field, digest, data = row
            yield opened(self._seal.key_of(owner, wrapped), owner, (field, digest, data))

    def _fresh(self, size: int) -> bytes:
        data = self._random(size)
        if len(data) != size:
            raise StoreError(f"the source of randomness gave {len(data)} bytes for {size}")
        return data


def create_vault(path: Path, key: TenantKey, *, random: Callable[[int], bytes]) -> None:
    """Make a new and empty vault at `path`, whose directory exists, for the tenant with `key`.

    Raises:
        LedgerExistsError: Something is there already.
        StoreError: It cannot be written.
    """
    create_file(path, {"id": random(PSEUDONYM_SIZE).hex(), "tenant_key": key.id})


def _vault_id(file: VaultFile, key: TenantKey, path: Path) -> bytes:
    made_with, id_ = file.meta("tenant_key") or "", file.meta("id") or ""
    if not _KEY_ID.fullmatch(made_with) or not _VAULT_ID.fullmatch(id_):
        raise DamagedError(f"the vault {path}: what it says about itself is damaged")
    if made_with != key.id:
        raise KeyFileError(
            f"the vault {path} was made with the tenant key {made_with}, and {key.id} was given"
        )
    return bytes.fromhex(id_)


def _checked(subject: str) -> str:
    if not _SUBJECT.fullmatch(subject):
        raise FormatError(f"{subject[:80]!r} is no pseudonymous id")
    return subject


def _stored(subject: Cell) -> str:
    if not isinstance(subject, str) or not _SUBJECT.fullmatch(subject):
        raise DamagedError("the vault: a row names no subject")
    return subject
