from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pull_request_builder import (
    CHANGE,
    COPIED,
    ENTERPRISE,
    GITHUB,
    PERSON,
    found,
    reviewed_on,
    titled,
)

from affidavit.changes.pull_request import Stated
from affidavit.provenance.model import Trailer

if TYPE_CHECKING:
    from affidavit.base.commit import Ident


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (
            "Merge pull request #12 from ana/fix/it\n\nFix it\n",
            Stated(
                forge="github",
                number="12",
                form="github-merge",
                source_owner="ana",
                source_branch="fix/it",
            ),
        ),
        (
            "Merge pull request #12 in PRJ/app from fix/it to main\n",
            Stated(
                forge="bitbucket",
                number="12",
                form="bitbucket-server-merge",
                source_branch="fix/it",
                project="PRJ/app",
            ),
        ),
        (
            "Merged in fix/it (pull request #12)\n\nFix it\n",
            Stated(forge="bitbucket", number="12", form="bitbucket-merge", source_branch="fix/it"),
        ),
        (
            "Pull request #12: Fix it\n\nMerge in PRJ/app from fix/it to main\n\n* commit '1':\n",
            Stated(
                forge="bitbucket",
                number="12",
                form="bitbucket-server",
                source_branch="fix/it",
                project="PRJ/app",
            ),
        ),
        (
            "Pull request #12: Fix it\n\nSquashed commit of the following:\n",
            Stated(forge="bitbucket", number="12", form="bitbucket-server"),
        ),
        ("Merged PR 12: Fix it\n", Stated(forge="azure", number="12", form="azure")),
        (
            "Auto merge of #12 - ana:fix, r=ben\n",
            Stated(
                forge="github",
                number="12",
                form="bors-auto-merge",
                source_owner="ana",
                source_branch="fix",
            ),
        ),
        (
            "Rollup merge of #12 - ana:fix, r=ben\n",
            Stated(
                forge="github",
                number="12",
                form="bors-rollup",
                source_owner="ana",
                source_branch="fix",
            ),
        ),
        ("Merge #12\n\n12: Fix it\n", Stated(forge="github", number="12", form="bors-merge")),
        (
            "Merge #12 #14 #15\n",
            Stated(forge="github", number="12", form="bors-merge", others=("14", "15")),
        ),
        (
            "Merge pull request 'Fix (#9) it' (#12) from fix into main\n",
            Stated(forge="gitea", number="12", form="gitea-merge", source_branch="fix"),
        ),
        (
            "Merge pull request 'Fix it' (!12) from ana/app:fix/it into main\n",
            Stated(
                forge="gitea",
                number="12",
                form="gitea-merge",
                source_owner="ana",
                source_branch="fix/it",
            ),
        ),
        (
            "Merge branch 'fix/it' into 'main'\n\nFix it\n\nSee merge request group/app!12\n",
            Stated(
                forge="gitlab",
                number="12",
                form="gitlab",
                source_branch="fix/it",
                project="group/app",
            ),
        ),
        (
            "Fix it\n\nSee merge request group/sub/app!12\n\nApproved-by: Ben\n",
            Stated(forge="gitlab", number="12", form="gitlab", project="group/sub/app"),
        ),
        (
            "Fix it\n\nSee merge request https://git.example.com/g/app/-/merge_requests/12\n",
            Stated(forge="gitlab", number="12", form="gitlab", project="g/app"),
        ),
        (
            "Fix it\n\nSee merge request a!3\nSee merge request b!4\nSee merge request c\n",
            Stated(forge="gitlab", number="4", form="gitlab", project="b"),
        ),
        (
            "Fix it\n\nDifferential Revision: https://reviews.example.org/D12\n",
            Stated(forge="phabricator", number="D12", form="phabricator"),
        ),
        (
            "Fix it\n\nDifferential Revision:\tD12\n",
            Stated(forge="phabricator", number="D12", form="phabricator"),
        ),
    ],
)
def test_each_forges_form_is_read_as_it_is_typed(message: str, expected: Stated) -> None:
    assert found(message, parents=2) == expected
    assert found(message.replace("\n", "\r\n"), parents=2) == expected
    assert found("\n\n" + message, parents=2) == expected


@pytest.mark.parametrize(
    ("message", "number"),
    [
        ("Fix it (#12)", "12"),
        ("Fix it (#12)  \r\n\r\nBody", "12"),
        ("Fix it(#12)", "12"),
        ("Fix it (#12) (#13)", "13"),
        ('Revert "Fix it (#12)" (#14)', "14"),
        ("Merge pull request #5 from ana/fix (#7)", "7"),
        ("Merge pull request #5: Fix it (#7)", "7"),
        ("Fix it (#12)\n\nSee merge request a/b!3\n", "12"),
        ("Merged PR 4: Fix it (#12)", "12"),
        ("Backport (#12)" + COPIED, "12"),
    ],
)
@pytest.mark.parametrize("by", [GITHUB, ENTERPRISE])
def test_github_ends_the_subject_of_what_it_lands_with_the_number(
    message: str, number: str, by: Ident
) -> None:
    assert found(message, by=by) == titled(number)
    assert found(message, Trailer("Change-Id", CHANGE), by=by) == titled(number)


def test_a_number_at_the_end_needs_the_forge_whoever_typed_it() -> None:
    assert found("Fix it (#12)") == titled("12")


def test_an_edited_merge_subject_needs_the_forge() -> None:
    assert found("Merge pull request #12: Fix it", by=GITHUB) == Stated(
        forge="github", number="12", form="github-merge-edited", needs_forge_committer=True
    )


@pytest.mark.parametrize(
    "message",
    [
        "Fix (#12) it",
        "Fix it (#12).",
        "Fix it #12",
        "Fix it (GH-12)",
        "Fix it (fix-merge PR #12)",
        "Fix it (#0)",
        "Fix it (#12345678901)",
        "Fix it (#١٢)",
        "Fix it\n\nand more (#12)",
        'Revert "Fix it (#12)"',
        'Revert "Merge pull request #12 from ana/fix"',
        "Revert 'Merged PR 12: Fix it'",
        "Re: Merge pull request #12 from ana/fix",
        "Merge pull request from ana/fix",
        "Merge PR #12: Fix it",
        "Merge #12 and clean up",
        "Merge #12 #x",
        "Merged PR 12 Fix it",
        "Merged in fix (pull request 12)",
        "Pull request 12: Fix it",
        "Auto merge of 12 - ana:fix",
        'Merge "Fix it"',
        "Fix it\n\n  See merge request a/b!12\n",
        "Fix it\n\n> See merge request a/b!12\n",
        "Fix it\n\nSee merge request !12 for why\n",
        "See merge request a/b!12\n",
        "Fix it\n\nSee merge request " + "a" * 990 + "!12\n",
        "Fix it\n\nThis reverts merge request a/b!12\n",
        "Fix it\n\nDifferential Revision: none\n",
        "Fix it\n\nCloses #12\n",
        "",
        "\n \n",
    ],
)
def test_what_only_looks_like_a_form_states_nothing(message: str) -> None:
    assert found(message) is None
    assert found(message, by=GITHUB) is None


@pytest.mark.parametrize(
    "message",
    [
        "Fix it\n\nSee merge request a/b!12\n",
        "Merged PR 12: Fix it",
        "Merged in fix (pull request #12)",
        "Fix it\n\nDifferential Revision: D12\n",
    ],
)
def test_what_another_forge_wrote_is_only_text_in_a_commit_of_githubs(message: str) -> None:
    assert found(message, by=GITHUB) is None


@pytest.mark.parametrize(
    "message",
    [
        "Merge branch 'fix' into 'main'\n\nSee merge request a/b!12",
        "Merged PR 12: Fix it",
        "Merge pull request #12 from ana/fix",
        "Fix it\n\nDifferential Revision: D12",
        "Fix it (#12)",
    ],
)
def test_a_copied_message_speaks_of_another_commit(message: str) -> None:
    assert found(message + COPIED) is None
    assert found(message + COPIED.replace("\n", "\r\n")) is None
    assert found(message + COPIED, parents=2) == found(message, parents=2)


@pytest.mark.parametrize("by", [PERSON, GITHUB])
def test_a_merge_subject_on_a_single_parent_needs_the_forge(by: Ident) -> None:
    assert found("Merge pull request #12 from ana/fix", by=by) == Stated(
        forge="github",
        number="12",
        form="github-merge",
        needs_forge_committer=True,
        source_owner="ana",
        source_branch="fix",
    )


def test_a_copy_named_in_an_earlier_paragraph_is_of_something_inside() -> None:
    message = "Merged PR 12: Fix it" + COPIED + "\nAnd more\n"
    assert found(message) == Stated(forge="azure", number="12", form="azure")


def test_a_change_copied_by_gerrit_keeps_its_id() -> None:
    assert found("Fix it" + COPIED, Trailer("Change-Id", CHANGE)) == Stated(
        forge="gerrit", number=CHANGE, form="gerrit-change-id"
    )


@pytest.mark.parametrize(
    ("address", "number", "project"),
    [
        ("https://review.example.org/c/group/app/+/123", "123", "group/app"),
        ("https://review.example.org/c/app/+/123/4", "123", "app"),
        ("https://review.example.org/123", "123", None),
        ("http://review.example.org/#/c/123/", "123", None),
        ("https://example.org/r/123", "123", None),
    ],
)
def test_a_gerrit_address_names_a_change(address: str, number: str, project: str | None) -> None:
    expected = Stated(forge="gerrit", number=number, form="gerrit-reviewed-on", project=project)
    assert found("Fix it", reviewed_on(address)) == expected


def test_the_last_change_id_names_the_change_and_the_address_its_project() -> None:
    trailers = (
        Trailer("Change-Id", "I" + "0" * 40),
        Trailer("change-id", CHANGE),
        reviewed_on("https://review.example.org/c/app/+/123"),
    )
    assert found("Fix it (#12)", *trailers) == Stated(
        forge="gerrit", number=CHANGE, form="gerrit-change-id", project="app"
    )


@pytest.mark.parametrize(
    ("subject", "form"),
    [
        ("Fix it (#12)", "gitea-title"),
        ("Fix it (!12)", "gitea-title"),
        ("Fix it (#13)", "gitea-reviewed-on"),
        ("Fix it", "gitea-reviewed-on"),
    ],
)
def test_a_gitea_address_names_a_pull_request(subject: str, form: str) -> None:
    trailer = reviewed_on("https://code.example.org/ana/app/pulls/12")
    expected = Stated(forge="gitea", number="12", form=form, project="ana/app")
    assert found(subject, trailer) == expected
    assert found(subject, trailer, Trailer("Change-Id", CHANGE)) == expected


@pytest.mark.parametrize(
    "trailer",
    [
        Trailer("Change-Id", CHANGE, inner=True),
        Trailer("Change-Id", CHANGE[:-1]),
        Trailer("Change-Id", "I" + "ABCDEF0123" * 4),
        reviewed_on("https://example.org/about/us"),
        reviewed_on("my laptop"),
        reviewed_on("https://review.example.org/c/" + "a/+/" * 1000 + "1"),
        Trailer("Reviewed-by", "https://review.example.org/123"),
    ],
)
def test_other_trailers_state_nothing(trailer: Trailer) -> None:
    assert found("Fix it", trailer) is None
