"""Whose key it is: where the keeper's account keeps what signs a log.

Nothing of it lies in the ledger's folder: that may come with a repository of strangers, and a log
that brings its own key proves nothing.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.ledger.signers import (
    CommandSigner,
    FileSigner,
    read_secret,
    write_private,
    write_secret,
)
from affidavit.base.errors import FormatError, KeyFileError
from affidavit.ledger.key import SigningKey, VerifierKey, parse_vkey

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from affidavit.ledger.note import Signer

_LARGEST = 1 << 20


class Held(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A key and how to sign with it: a secret in `file`, or a `command`.

    A `file` that is not absolute lies beside the record of the keys. The key signs checkpoints of
    up to `until_size` entries, where that is given.
    """

    vkey: str
    file: str | None = None
    command: tuple[str, ...] = ()
    until_size: int | None = None


class _File(msgspec.Struct, frozen=True, kw_only=True):
    origin: str
    keys: tuple[Held, ...]


def config_home(environment: Mapping[str, str]) -> Path:
    """Where this account keeps keys: AFFIDAVIT_HOME, else the usual place for configuration.

    Raises:
        KeyFileError: Nothing says where that is.
    """
    if named := environment.get("AFFIDAVIT_HOME"):
        return Path(named)
    if usual := environment.get("XDG_CONFIG_HOME"):
        return Path(usual) / "affidavit"
    try:
        own = Path(environment.get("HOME") or "~").expanduser()
    except RuntimeError as error:
        raise KeyFileError(
            "this account has no home folder, so where it keeps keys is not known",
            hint="set HOME or AFFIDAVIT_HOME",
        ) from error
    return own / ".config" / "affidavit"


class Custody:
    """The keys that this account holds for the log named `origin`."""

    def __init__(self, config: Path, origin: str) -> None:
        self.origin = origin
        self.folder = config / "logs" / hashlib.sha256(origin.encode()).hexdigest()[:24]
        self.vault_key = self.folder / "vault.key"
        self._file = self.folder / "log.toml"

    @property
    def last_signed(self) -> Path:
        """What remembers the last signed state: beside a key that lies elsewhere, else here.

        Two configurations that use one key file must not sign two histories with it.
        """
        for one in self.held():
            if one.file is not None and Path(one.file).is_absolute():
                return Path(f"{one.file}.last-signed")
        return self.folder / "last-signed"

    def begin(self, key: Callable[[Custody], Held]) -> Held:
        """Keep the first key of a new log, and return it.

        Raises:
            KeyFileError: This account has keys for a log of that name already, or the key cannot
                be kept or is not named like the log.
        """
        if self._file.exists():
            raise KeyFileError(
                f"this account signs a log named {self.origin} already",
                hint="choose another --origin; to forget a log that was begun only to try, move"
                f" {self.folder} away",
            )
        held = key(self)
        name = verifier(held).name
        if name != self.origin:
            raise KeyFileError(
                f"the key is named {name}, the log {self.origin}", hint=f"give --origin {name}"
            )
        write_private(self._file, self._written((held,)))
        return held

    def give_up(self, held: Held) -> None:
        """Forget the first key of a log that could not be begun."""
        self.last_signed.unlink(missing_ok=True)
        self._file.unlink(missing_ok=True)
        if held.file is not None and not Path(held.file).is_absolute():
            (self.folder / held.file).unlink(missing_ok=True)

    def new_secret(self, seed: bytes) -> Held:
        """A new key made from `seed`, 32 secret random bytes, kept in a file of its own."""
        secret = SigningKey.from_secret(self.origin, seed)
        path = self.folder / f"{secret.key_id.hex()}.key"
        write_secret(path, secret)
        return Held(vkey=secret.key.encode(), file=path.name)

    def given_secret(self, path: Path) -> Held:
        """The key in a file of the caller's.

        Raises:
            KeyFileError: It cannot be read, or its name is not the log's.
        """
        secret = read_secret(path)
        if secret.name != self.origin:
            raise KeyFileError(f"{path}: the key is named {secret.name}, the log {self.origin}")
        return Held(vkey=secret.key.encode(), file=str(path.absolute()))

    def held(self) -> tuple[Held, ...]:
        """The keys, the newest last.

        Raises:
            KeyFileError: This account holds none, or its record cannot be read.
        """
        try:
            with self._file.open("rb") as file:
                found = msgspec.convert(tomllib.loads(file.read(_LARGEST).decode()), _File)
        except FileNotFoundError as error:
            raise KeyFileError(
                f"this account holds no key of the log {self.origin}",
                hint="send facts to a running affidavit ledger serve, or set AFFIDAVIT_HOME",
            ) from error
        except OSError as error:
            raise KeyFileError(f"{self._file}: {error.strerror}") from error
        except ValueError as error:
            raise KeyFileError(f"{self._file}: {error}") from error
        if found.origin != self.origin or not found.keys:
            raise KeyFileError(f"{self._file}: it is not of the log {self.origin}")
        return found.keys

    def replace(self, keys: Sequence[Held]) -> None:
        """Keep these keys from now on."""
        made = self._file.with_suffix(".new")
        made.unlink(missing_ok=True)
        write_private(made, self._written(keys))
        made.replace(self._file)

    def signing(self) -> Signing:
        """What signs this log's checkpoints.

        Raises:
            KeyFileError: A key is not there or not the log's.
        """
        return Signing([(_signer(one, self.folder), one.until_size) for one in self.held()])

    def _written(self, keys: Sequence[Held]) -> bytes:
        lines = [f"origin = {_quoted(self.origin)}"]
        for one in keys:
            lines += ["", "[[keys]]"]
            fields = msgspec.to_builtins(one)
            lines += [f"{name} = {_quoted(value)}" for name, value in fields.items()]
        return "\n".join([*lines, ""]).encode()


class Signing:
    """Keys that sign a log's checkpoints, each up to a size or for good."""

    def __init__(self, signers: Sequence[tuple[Signer, int | None]]) -> None:
        self._signers = signers

    def at(self, size: int) -> list[Signer]:
        """Those that sign a checkpoint of `size` entries, the newest last.

        Raises:
            KeyFileError: There is none.
        """
        found = [one for one, until in self._signers if until is None or size <= until]
        if not found:
            raise KeyFileError(f"this account holds no key that signs {size:,} entries")
        return found


def _quoted(value: object) -> str:
    """`value` in TOML, which knows no escapes of half a character and takes no DEL as it is."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _signer(held: Held, folder: Path) -> Signer:
    key = verifier(held)
    if held.file is None:
        if not held.command:
            raise KeyFileError(f"there is neither a file nor a command for the key {key}")
        return CommandSigner(key, held.command)
    secret = read_secret(folder / held.file)
    if secret.key != key:
        raise KeyFileError(f"{folder / held.file}: it holds another key than {key}")
    return FileSigner(secret)


def verifier(held: Held) -> VerifierKey:
    """The public half.

    Raises:
        KeyFileError: It is no verifier key.
    """
    try:
        return parse_vkey(held.vkey)
    except FormatError as error:
        raise KeyFileError(error.message) from error
