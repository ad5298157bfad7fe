"""The person's own SSH key, and a signature by it: ``ssh-keygen`` asks the agent or the device.

No secret is read here. What may ask for a passphrase, a PIN or a touch is ssh-keygen, on the
terminal of the person.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from affidavit.base.errors import FormatError, KeyFileError
from affidavit.base.text import shortened, visible
from affidavit.changes.approval.predicate import NAMESPACE
from affidavit.identity.ssh.keys import PublicKey, parse_public_line
from affidavit.identity.ssh.signature import parse_blob, unarmored
from affidavit.identity.ssh.verifying import verify
from affidavit.sources.git.program import find_git

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

USUAL = ("id_ed25519_sk", "id_ecdsa_sk", "id_ed25519", "id_ecdsa", "id_rsa")
"""Keys that are looked for in ``~/.ssh``, in this order."""
LARGEST = 64 << 10
"""Bytes of a public key's file."""
PATIENCE = 30
"""Seconds that git may take to tell a setting."""
_TEXT = ("ssh-", "ecdsa-", "sk-")
_HINT = "name a key with --key, or set git's user.signingkey; ssh-keygen -t ed25519-sk makes one"


class Key(NamedTuple):
    """A key to sign with: what ssh-keygen is given, or the line of a key that the agent holds."""

    public: PublicKey
    path: Path | None
    shown: str


def chosen(given: Path | None, environment: Mapping[str, str]) -> Key:
    """The key to sign with: the one given, else git's own setting, else a usual one.

    git is asked for its global settings alone: those of a repository are others' to write.

    Raises:
        KeyFileError: There is none, or it cannot be read or used.
    """
    if given is not None:
        return _at(given.expanduser())
    setting = _setting("user.signingkey", environment)
    if setting and _setting("gpg.format", environment) == "ssh":
        return _named(setting, environment)
    for path in _usual(environment):
        if path.with_name(f"{path.name}.pub").is_file():
            return _at(path)
    raise KeyFileError("there is no SSH key to sign with", hint=_HINT)


def _usual(environment: Mapping[str, str]) -> Iterator[Path]:
    home = environment.get("HOME", "")
    if home:
        yield from (Path(home) / ".ssh" / name for name in USUAL)


def _named(setting: str, environment: Mapping[str, str]) -> Key:
    """The key that ``user.signingkey`` names: its text, or a file."""
    text = setting.removeprefix("key::")
    if text != setting or text.startswith(_TEXT):
        return Key(_parsed(text, "user.signingkey"), None, "user.signingkey")
    home = environment.get("HOME", "")
    return _at(Path(home) / text.removeprefix("~/") if text.startswith("~/") else Path(text))


def _at(path: Path) -> Key:
    """The key of the file at `path`, a private key's or a public one's."""
    if not path.name:
        raise KeyFileError(f"{str(path)!a} is a folder, and no file of a key", hint=_HINT)
    public = path if path.suffix == ".pub" else path.with_name(f"{path.name}.pub")
    try:
        with public.open("rb") as file:
            data = file.read(LARGEST)
    except OSError as error:
        text = f"{public}: {error.strerror}"
        raise KeyFileError(text, hint="the public key lies beside the private one") from error
    return Key(_parsed(data.decode("utf-8", "replace"), str(public)), path, str(path))


def _parsed(text: str, place: str) -> PublicKey:
    try:
        return parse_public_line(text.strip())
    except FormatError as error:
        raise KeyFileError(f"{place}: {error.message}", hint=_HINT) from error


def _setting(name: str, environment: Mapping[str, str]) -> str:
    command = [find_git().path, "config", "--global", "--get", name]
    try:
        done = subprocess.run(  # noqa: S603 -- no shell; the words are ours
            command,
            env=dict(environment),
            cwd="/",
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise KeyFileError(f"git did not tell its setting {name}", hint=_HINT) from error
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else ""


def signature_by(key: Key, message: bytes) -> bytes:
    """The SSH signature of `message` by `key`, for approvals alone; the person may be asked.

    Raises:
        KeyFileError: There is no signature, or it does not hold.
    """
    with tempfile.TemporaryDirectory(prefix="affidavit-") as folder:
        path = key.path or Path(folder) / "key.pub"
        if key.path is None:
            path.write_text(f"{key.public.line}\n")
        blob = _signed(path, message)
    try:
        signature = parse_blob(blob)
        verify(signature, message, NAMESPACE)
    except FormatError as error:
        raise KeyFileError(f"what ssh-keygen signed does not hold: {error.message}") from error
    if signature.key != key.public:
        raise KeyFileError("ssh-keygen signed with another key than was asked for")
    return blob


def _signed(path: Path, message: bytes) -> bytes:
    # A relative entry of PATH could lead into a repository that others write.
    folders = [one for one in os.get_exec_path() if one.startswith("/")]
    program = shutil.which("ssh-keygen", path=os.pathsep.join(folders)) if folders else None
    if program is None:
        raise KeyFileError("there is no ssh-keygen program on PATH", hint="install OpenSSH")
    command = [program, "-Y", "sign", "-f", os.fspath(path), "-n", NAMESPACE]
    # Its standard error is the person's: there it says when to touch the device.
    done = subprocess.run(  # noqa: S603 -- no shell; the words are ours
        command, input=message, stdout=subprocess.PIPE, check=False
    )
    if done.returncode:
        shown = shortened(visible(str(path)), 200)
        raise KeyFileError(f"ssh-keygen did not sign with {shown}", hint="it said why above")
    try:
        return unarmored(done.stdout)
    except FormatError as error:
        raise KeyFileError(f"what ssh-keygen signed cannot be read: {error.message}") from error
