"""The real ``ssh-keygen``, asked about signatures and allowed signers."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from authenticator import NAMESPACE

if TYPE_CHECKING:
    from pathlib import Path

needs_ssh_keygen = pytest.mark.skipif(
    shutil.which("ssh-keygen") is None, reason="there is no ssh-keygen"
)


class SshKeygen:
    """Runs ``ssh-keygen -Y`` on files in `place`."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def sign(self, key: bytes, message: bytes, *options: str) -> bytes:
        """What it writes with the private key in the file `key`, an OpenSSH one."""
        private = self._file("key", key)
        private.chmod(0o600)
        return self._run("sign", "-n", NAMESPACE, "-f", str(private), *options, input_=message)[1]

    def check(self, signature: bytes, message: bytes, namespace: str = NAMESPACE) -> bool:
        """Whether the signature holds, whoever it is by."""
        file = self._file("signature", signature)
        options = ("-n", namespace, "-s", str(file))
        return self._run("check-novalidate", *options, input_=message)[0]

    def verify(self, signature: bytes, message: bytes, allowed: str, who: str, **said: str) -> bool:
        """Whether it holds and is by `who` as the file `allowed` has it; `said`: namespace, at."""
        file, signers = self._file("signature", signature), self._file("allowed", allowed.encode())
        when = ("-O", f"verify-time={said['at']}") if "at" in said else ()
        namespace = said.get("namespace", NAMESPACE)
        options = ("-n", namespace, "-s", str(file), "-f", str(signers), "-I", who, *when)
        return self._run("verify", *options, input_=message)[0]

    def principals(self, signature: bytes, allowed: str, at: str) -> tuple[str, ...]:
        """Whom the first line that fits the key names."""
        file, signers = self._file("signature", signature), self._file("allowed", allowed.encode())
        options = ("-s", str(file), "-f", str(signers), "-O", f"verify-time={at}")
        found = self._run("find-principals", *options)[1]
        return tuple(found.decode().split())

    def fingerprint(self, line: str) -> str:
        """The fingerprint that it prints of a public key."""
        file = self._file("key.pub", line.encode())
        done = subprocess.run(
            ["ssh-keygen", "-l", "-f", str(file)], capture_output=True, text=True, check=True
        )
        return done.stdout.split()[1]

    def certificate(self, authority: bytes, line: str, who: str) -> bytes:
        """The certificate of the key in `line` for `who`, by the private key `authority`."""
        private, public = self._file("authority", authority), self._file("own.pub", line.encode())
        private.chmod(0o600)
        command = ["ssh-keygen", "-q", "-s", str(private), "-I", "id", "-n", who, str(public)]
        subprocess.run(command, capture_output=True, check=True)
        return base64.b64decode((self._place / "own-cert.pub").read_bytes().split()[1])

    def _file(self, name: str, data: bytes) -> Path:
        path = self._place / name
        path.write_bytes(data)
        return path

    def _run(self, what: str, *options: str, input_: bytes = b"") -> tuple[bool, bytes]:
        done = subprocess.run(
            ["ssh-keygen", "-Y", what, *options],
            input=input_,
            env={**os.environ, "TZ": "UTC"},
            capture_output=True,
            timeout=60,
            check=False,
        )
        return done.returncode == 0, done.stdout
