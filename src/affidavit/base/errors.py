"""The one error root. Each class has a stable code, an exit status and a page in docs/errors/.

Exit statuses are one table for every command: docs/exit-codes.md.
"""

from __future__ import annotations

from typing import ClassVar


class AffidavitError(Exception):
    """Something Affidavit cannot go on with, said in one sentence.

    `code` names the page ``docs/errors/<code>.md``; `hint` is what to do about it. As a text it is
    all three.
    """

    code: ClassVar[str] = "AFF-BUG"
    exit_status: ClassVar[int] = 70

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.code}{': ' if self.hint else ''}{self.hint})"


class UsageError(AffidavitError):
    """An option's value cannot be used."""

    code = "AFF-USAGE"
    exit_status = 2


class PeriodError(AffidavitError):
    """A period's bound is not a date or time, or the period holds no instant."""

    code = "AFF-PERIOD"
    exit_status = 2


class BranchNotFoundError(AffidavitError):
    """No ref has the name of the branch that was asked for, or none could be chosen."""

    code = "AFF-BRANCH"
    exit_status = 2


class NotARepositoryError(AffidavitError):
    """The place given holds no git repository."""

    code = "AFF-NOT-A-REPOSITORY"
    exit_status = 4


class NoCommitsError(AffidavitError):
    """The repository has no commit to audit."""

    code = "AFF-NO-COMMITS"
    exit_status = 3


class NotShippedError(AffidavitError):
    """No release or deployment is known that was asked for, or its commit is not here."""

    code = "AFF-NOT-SHIPPED"
    exit_status = 3


class ConfigError(AffidavitError):
    """A configuration or identities file cannot be understood; the message names file and field."""

    code = "AFF-CONFIG"
    exit_status = 4


class InputError(AffidavitError):
    """A file that was given, such as an earlier report, is not in the format it must have."""

    code = "AFF-INPUT"
    exit_status = 4


class UnreadableError(AffidavitError):
    """The system refused to let a needed file or directory be read."""

    code = "AFF-UNREADABLE"
    exit_status = 5


class OutputError(AffidavitError):
    """The report could not be written."""

    code = "AFF-OUTPUT"
    exit_status = 5


class GitMissingError(AffidavitError):
    """There is no git program to run, or it is too old."""

    code = "AFF-GIT"
    exit_status = 5


class GitFailedError(AffidavitError):
    """git ended in a way that leaves the audit without its facts."""

    code = "AFF-GIT-FAILED"
    exit_status = 5


class RefStorageError(AffidavitError):
    """The repository keeps its refs in a form the git on this machine cannot read."""

    code = "AFF-REF-STORAGE"
    exit_status = 5


class OutOfMemoryError(AffidavitError):
    """The machine has no memory left to go on with."""

    code = "AFF-MEMORY"
    exit_status = 5


class FormatError(AffidavitError):
    """Bytes are not what their format says: a note, proof, policy, tile or bundle."""

    code = "AFF-FORMAT"
    exit_status = 4


class EntryError(AffidavitError):
    """A fact cannot be recorded as it is; the message names its line and field."""

    code = "AFF-ENTRY"
    exit_status = 4


class NotALedgerError(AffidavitError):
    """The place given holds no ledger."""

    code = "AFF-NOT-A-LEDGER"
    exit_status = 4


class LedgerExistsError(AffidavitError):
    """There is a ledger already where a new one was to begin."""

    code = "AFF-LEDGER-EXISTS"
    exit_status = 1


class LedgerBusyError(AffidavitError):
    """Another process holds the ledger and did not let go in time."""

    code = "AFF-LEDGER-BUSY"
    exit_status = 5


class StoreError(AffidavitError):
    """The ledger could not be read or written: disk full, read-only, or failing."""

    code = "AFF-STORE"
    exit_status = 5


class DamagedError(AffidavitError):
    """Stored data are not what was signed; nothing that rests on them may go on."""

    code = "AFF-DAMAGED"
    exit_status = 1


class KeyFileError(AffidavitError):
    """A key is missing, cannot be read, or is not this log's."""

    code = "AFF-KEY"
    exit_status = 5


class FrozenError(AffidavitError):
    """The log was ended for good; nothing more can be appended to it."""

    code = "AFF-FROZEN"
    exit_status = 1


class ForgeError(AffidavitError):
    """A forge does not answer, or not as it should; what was collected before is kept."""

    code = "AFF-FORGE"
    exit_status = 5


class ForgeTokenError(AffidavitError):
    """There is no token for a forge, or the forge does not accept it."""

    code = "AFF-FORGE-TOKEN"
    exit_status = 5


class PolicyError(AffidavitError):
    """A policy cannot be used, or did not come to an answer; nothing is allowed by it."""

    code = "AFF-POLICY"
    exit_status = 4
