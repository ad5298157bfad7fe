"""Every word for a problem with a key, a signature or a line has its row in the documentation."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from affidavit.identity.ssh.allowed import KeyProblem
from affidavit.identity.ssh.attestation import AttestationProblem
from affidavit.identity.ssh.errors import SshProblem
from affidavit.identity.ssh.keys import KINDS
from affidavit.identity.ssh.line import LineCode
from affidavit.identity.ssh.revoked import Reason, parse_revoked
from affidavit.identity.ssh.verifying import Presence

if TYPE_CHECKING:
    from enum import StrEnum

FORMATS = Path(__file__).parents[2] / "docs" / "formats"
SIGNATURES, ALLOWED = "ssh-signatures.md", "allowed-signers.md"


def text(page: str) -> str:
    return (FORMATS / page).read_text(encoding="utf-8")


def rows(page: str, header: str) -> set[str]:
    """The words in the first column of the table whose first heading is `header`."""
    tables = re.findall(rf"^\| {header} \|.*\n\| ---.*\n((?:\|.*\n)+)", text(page), re.MULTILINE)
    return {
        word for table in tables for word in re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)
    }


@pytest.mark.parametrize(
    ("page", "header", "words"),
    [
        (SIGNATURES, "problem", {*SshProblem, *AttestationProblem}),
        (SIGNATURES, "word", set(Presence)),
        (ALLOWED, "reason", {*KeyProblem, *Reason}),
        (ALLOWED, "code", set(LineCode)),
    ],
)
def test_every_word_has_its_row(page: str, header: str, words: set[StrEnum]) -> None:
    assert rows(page, header) == {str(word) for word in words}


def test_every_kind_of_key_is_named() -> None:
    named = text(SIGNATURES).replace("`-nistp", "`ecdsa-sha2-nistp")
    assert [kind for kind in sorted(KINDS) if f"`{kind}`" not in named] == []


def test_the_example_of_a_revoked_key_is_read() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", text(ALLOWED), re.DOTALL)
    (revocation,) = parse_revoked(example).entries
    assert (revocation.since, revocation.reason) == ("2026-06-01T00:00:00Z", Reason.SUPERSEDED)
