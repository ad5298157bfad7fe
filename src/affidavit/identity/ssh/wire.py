"""The encoding that SSH keys and signatures share (RFC 4251, section 5), read and written.

A reader is bounded by the bytes it was given. Each value has one spelling here: a number has no
byte more than it needs, and nothing may follow what was asked for.
"""

from __future__ import annotations

from typing import NoReturn

from affidavit.identity.ssh.errors import SshProblem, SshSignatureError

LARGEST = 64 * 1_024
"""Bytes of a key, or of a signature, that are read."""


class Reader:
    """Reads `data` from its start; `place` is how errors call it."""

    def __init__(self, data: bytes, place: str) -> None:
        if len(data) > LARGEST:
            raise SshSignatureError(
                SshProblem.TOO_LARGE, f"{place} has {len(data)} bytes; {LARGEST} are read"
            )
        self._data = data
        self._at = 0
        self._place = place

    def take(self, size: int, what: str) -> bytes:
        """The next `size` bytes, which are `what`."""
        end = self._at + size
        if end > len(self._data):
            self.refuse(f"ends inside {what}")
        taken = self._data[self._at : end]
        self._at = end
        return taken

    def u32(self, what: str) -> int:
        """The next number of four bytes, the highest first."""
        return int.from_bytes(self.take(4, what), "big")

    def string(self, what: str) -> bytes:
        """The next bytes that have their length before them."""
        return self.take(self.u32(f"the length of {what}"), what)

    def text(self, what: str) -> str:
        """The next string, which is UTF-8 text without NUL."""
        data = self.string(what)
        try:
            text = data.decode()
        except UnicodeDecodeError:
            self.refuse(f"has {what} that is not UTF-8")
        if "\x00" in text:
            self.refuse(f"has {what} with a NUL")
        return text

    def positive(self, what: str) -> int:
        """The next number of any length, above zero, in the fewest bytes."""
        data = self.string(what)
        number = int.from_bytes(data, "big")
        if not data or data[0] & 0x80 or number == 0:
            self.refuse(f"has {what} that is not positive")
        if data[0] == 0 and not data[1] & 0x80:
            self.refuse(f"has {what} with a zero byte too many")
        return number

    def rest(self) -> bytes:
        """Everything that is left."""
        return self.take(len(self._data) - self._at, "its rest")

    def done(self) -> None:
        """Nothing follows.

        Raises:
            SshSignatureError: Something does.
        """
        if left := len(self._data) - self._at:
            self.refuse(f"has {left} bytes after its end")

    def refuse(self, what: str) -> NoReturn:
        """Say that the data are not in their format.

        Raises:
            SshSignatureError: Always.
        """
        raise SshSignatureError(SshProblem.MALFORMED, f"{self._place} {what}")


def string(data: bytes) -> bytes:
    """`data` with its length before it."""
    return len(data).to_bytes(4, "big") + data
