"""What is asked of a statement about a landing, and what came of it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from affidavit.app.attests.addresses import check_public
from affidavit.app.ledger.home import Home
from affidavit.base.errors import UsageError
from affidavit.base.limit import Limit


class About(msgspec.Struct, frozen=True, kw_only=True):
    """Which landing of which repository, and where evidence for it is.

    `statements` are files of signed facts, or folders of ledgers, besides the repository's notes.
    """

    repository: Path
    revision: str
    branches: tuple[str, ...] = ()
    name: str | None = None
    config: Path | None = None
    identities: Path | None = None
    forge: Path | None = None
    ledger: Home | None = None
    statements: tuple[Path, ...] = ()


class Signing(msgspec.Struct, frozen=True, kw_only=True):
    """Who signs: the key in a file, or this account's own, made under `name` where there is none.

    Raises:
        UsageError: Several are named, or one of a statement that is not to be signed.
    """

    key: Path | None = None
    name: str | None = None
    unsigned: bool = False

    def __post_init__(self) -> None:
        if (self.key is not None) + (self.name is not None) + self.unsigned > 1:
            raise UsageError("--key-file, --signer and --unsigned are three ways: give one of them")


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in a statement of who verified it by what; a policy by its address and file.

    Raises:
        UsageError: An address names a user or a password.
    """

    verifier: str
    policy: str = ""
    policy_file: Path | None = None

    def __post_init__(self) -> None:
        check_public(self.verifier, "--verifier")
        check_public(self.policy, "--policy")


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A property, whether it was found to hold, and why or why not."""

    name: str
    holds: bool
    why: str


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A statement as it is to be written, None where there is no evidence to make one of.

    `told` says in lines what it rests on, `failed` whether it says that something failed. `limits`
    are those of the audit of the landing.
    """

    data: bytes | None
    told: tuple[str, ...]
    failed: bool = False
    limits: tuple[Limit, ...] = ()

    @property
    def exit_status(self) -> int:
        """3 where nothing can be said, 1 where it says that something failed, else 0."""
        return 3 if self.data is None else int(self.failed)
