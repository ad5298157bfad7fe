"""What is told of the records of a repository: of all of them, and of one commit."""

from __future__ import annotations

import msgspec

from affidavit.base.limit import Limit
from affidavit.provenance.model import Claim
from affidavit.provenance.records.contradictions import Contradiction
from affidavit.provenance.records.coverage import Coverage
from affidavit.provenance.records.model import Record


class FormSeen(msgspec.Struct, frozen=True, kw_only=True):
    """The records of one form; `here` are the commits of them that the repository has."""

    covered: Coverage
    here: int


class ClaimsListed(msgspec.Struct, frozen=True, kw_only=True):
    """All records of a repository, with the files of its commit `commit`.

    `contradictions` are the first of `contradicted`, by commit; `commits` are those of the
    repository that some record is about.
    """

    format: str = "affidavit/claims@1"
    repository: str
    commit: str
    commits: int
    forms: tuple[FormSeen, ...]
    contradicted: int
    contradictions: tuple[Contradiction, ...]
    limits: tuple[Limit, ...]

    @property
    def exit_status(self) -> int:
        """0, or 3 where something that belongs to it could not be read."""
        return 3 if any(one.gap for one in self.limits) else 0


class ClaimsShown(msgspec.Struct, frozen=True, kw_only=True):
    """What is claimed of one commit: by its own message and identities, and by records."""

    format: str = "affidavit/commit-claims@1"
    repository: str
    commit: str
    claims: tuple[Claim, ...]
    records: tuple[Record, ...]
    contradictions: tuple[Contradiction, ...]
    limits: tuple[Limit, ...]

    @property
    def exit_status(self) -> int:
        """0, or 3 where something that belongs to it could not be read."""
        return 3 if any(one.gap for one in self.limits) else 0
