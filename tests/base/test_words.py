"""Digests, limits, errors, identities: the small words of every room."""

from __future__ import annotations

import pytest

from affidavit.base import errors
from affidavit.base.commit import Ident
from affidavit.base.digest import sha256
from affidavit.base.limit import SHOWN, Limit, limit


def test_a_digest_names_its_algorithm() -> None:
    assert sha256(b"abc") == (
        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


def test_an_identity_reads_as_git_writes_it() -> None:
    assert str(Ident("Alice", "alice@example.com")) == "Alice <alice@example.com>"
    assert Ident("Alice", "b") < Ident("Alice", "c") < Ident("Ben", "a")


def test_a_limit_names_the_first_in_order_and_counts_all() -> None:
    items = [f"{number:03}" for number in range(50, 0, -1)]
    assert limit("x", "Said.", items, gap=True) == Limit(
        "x", "Said.", 50, tuple(f"{number:03}" for number in range(1, SHOWN + 1)), gap=True
    )


def test_a_limit_without_items_counts_none() -> None:
    assert limit("x", "Said.") == Limit("x", "Said.", 0, (), gap=False)


def test_limits_are_ordered_by_their_id() -> None:
    assert sorted([Limit("b", "1"), Limit("a", "2")]) == [Limit("a", "2"), Limit("b", "1")]


def test_an_error_carries_its_sentence_and_what_to_do() -> None:
    error = errors.BranchNotFoundError("there is no branch 'x'", hint="name another")
    assert (str(error), error.message, error.hint) == (
        "there is no branch 'x' (AFF-BRANCH: name another)",
        "there is no branch 'x'",
        "name another",
    )
    assert str(errors.FrozenError("it ended")) == "it ended (AFF-FROZEN)"


@pytest.mark.parametrize(
    ("error", "code", "status"),
    [
        (errors.AffidavitError, "AFF-BUG", 70),
        (errors.UsageError, "AFF-USAGE", 2),
        (errors.PeriodError, "AFF-PERIOD", 2),
        (errors.BranchNotFoundError, "AFF-BRANCH", 2),
        (errors.NotARepositoryError, "AFF-NOT-A-REPOSITORY", 4),
        (errors.NoCommitsError, "AFF-NO-COMMITS", 3),
        (errors.NotShippedError, "AFF-NOT-SHIPPED", 3),
        (errors.ConfigError, "AFF-CONFIG", 4),
        (errors.InputError, "AFF-INPUT", 4),
        (errors.UnreadableError, "AFF-UNREADABLE", 5),
        (errors.OutputError, "AFF-OUTPUT", 5),
        (errors.OutOfMemoryError, "AFF-MEMORY", 5),
        (errors.GitMissingError, "AFF-GIT", 5),
        (errors.GitFailedError, "AFF-GIT-FAILED", 5),
        (errors.RefStorageError, "AFF-REF-STORAGE", 5),
    ],
)
def test_codes_and_exit_statuses_never_change_their_meaning(
    error: type[errors.AffidavitError], code: str, status: int
) -> None:
    assert (error.code, error.exit_status) == (code, status)
