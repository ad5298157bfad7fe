"""What signs a log's checkpoints: a key in a file, or a command that holds one."""

from __future__ import annotations

import base64
import binascii
import os
import stat
import subprocess
from typing import TYPE_CHECKING

import msgspec

from affidavit.base.errors import FormatError, KeyFileError
from affidavit.ledger.key import VerifierKey, encode_secret, parse_secret
from affidavit.ledger.note import Signature

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.ledger.key import SigningKey

PATIENCE = 30
"""Seconds that a signing command may take."""
_LARGEST = 1 << 16


class FileSigner:
    """Signs with a key that was read from a file."""

    def __init__(self, secret: SigningKey) -> None:
        self._secret = secret
        self.key = secret.key

    def sign(self, text: str) -> Signature:
        """The signature over the text of a note."""
        key = self.key
        return Signature(key.name, key.key_id, self._secret.sign(text.encode()))


class CommandSigner(msgspec.Struct, frozen=True):
    """Signs with a command: the text on its standard input, the signature in base64 as answer.

    The command is given by whoever runs the keeper and is never read from a ledger's folder.
    """

    key: VerifierKey
    command: tuple[str, ...]

    def sign(self, text: str) -> Signature:
        """The signature over the text of a note.

        Raises:
            KeyFileError: The command fails, or what it answers is no signature by the key.
        """
        message = text.encode()
        try:
            done = subprocess.run(  # noqa: S603 -- the keeper's own command
                self.command, input=message, capture_output=True, timeout=PATIENCE, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise KeyFileError(f"the signing command {self.command[0]}: {error}") from error
        if done.returncode:
            told = done.stderr[:200].decode(errors="replace").strip()
            raise KeyFileError(
                f"the signing command {self.command[0]} ended with {done.returncode}: {told}"
            )
        try:
            signature = base64.b64decode(done.stdout.strip(), validate=True)
        except binascii.Error as error:
            raise KeyFileError(f"the answer of {self.command[0]} is no base64") from error
        if not self.key.verifies(signature, message):
            raise KeyFileError(f"the answer of {self.command[0]} is no signature by {self.key}")
        return Signature(self.key.name, self.key.key_id, signature)


def read_secret(path: Path) -> SigningKey:
    """The secret key in the file at `path`.

    Raises:
        KeyFileError: It cannot be read, others may read it, or it holds no secret key.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(_LARGEST).decode("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFileError(f"{path}: the key cannot be read: {error}") from error
    if not stat.S_ISREG(mode) or mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyFileError(f"{path}: others can read this key", hint=f"chmod 600 {path}")
    try:
        return parse_secret(text, str(path))
    except FormatError as error:
        raise KeyFileError(error.message) from error


def write_secret(path: Path, key: SigningKey) -> None:
    """Keep `key` in a new file that only this account can read.

    Raises:
        KeyFileError: There is a file already, or the disk does not let us.
    """
    write_private(path, f"{encode_secret(key)}\n".encode())


def write_private(path: Path, data: bytes) -> None:
    """Write `data` to a new file that only this account can read, and to the disk.

    Raises:
        KeyFileError: There is a file already, or the disk does not let us.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(made, "wb") as file:  # noqa: PTH123 -- a descriptor
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise KeyFileError(f"{path}: {error.strerror}") from error
