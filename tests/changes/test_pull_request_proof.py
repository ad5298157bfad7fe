from __future__ import annotations

from pathlib import Path

import pytest
from pull_request_builder import titled

from affidavit.changes import forms
from affidavit.changes.model import Proof, PullRequest
from affidavit.changes.pull_request import (
    SQUASH_FORMS,
    Stated,
    judge,
    merge_source,
    takes_change,
)

DOCS = Path(__file__).parents[2] / "docs" / "pull-request-forms.md"
MERGED = Stated(forge="github", number="12", form="github-merge")


@pytest.mark.parametrize("forge_committer", [True, False])
@pytest.mark.parametrize("signature_good", [True, False])
def test_a_request_is_forge_signed_only_with_both_committer_and_signature(
    forge_committer: bool,  # noqa: FBT001
    signature_good: bool,  # noqa: FBT001
) -> None:
    judged = judge(
        MERGED,
        forge_committer=forge_committer,
        signature_good=signature_good,
        corroborated_by="refs/pull/12/head",
    )
    assert judged == PullRequest(
        forge="github",
        number="12",
        proof=Proof.FORGE_SIGNED if forge_committer and signature_good else Proof.CLAIMED,
        form="github-merge",
        corroborated_by="refs/pull/12/head",
    )


@pytest.mark.parametrize("signature_good", [True, False])
def test_a_form_that_only_the_forge_could_mean_is_nothing_without_it(
    signature_good: bool,  # noqa: FBT001
) -> None:
    judged = judge(
        titled("12"), forge_committer=False, signature_good=signature_good, corroborated_by=None
    )
    assert judged is None


@pytest.mark.parametrize("forge", ["gerrit", "phabricator"])
def test_a_forge_that_signs_nothing_is_claimed(forge: str) -> None:
    said = Stated(forge=forge, number="1", form=forge)
    judged = judge(said, forge_committer=True, signature_good=True, corroborated_by=None)
    assert judged == PullRequest(forge=forge, number="1", proof=Proof.CLAIMED, form=forge)


def test_the_forms_of_a_squash_are_those_a_forge_gives_a_single_parent() -> None:
    assert sorted(SQUASH_FORMS) == [
        "azure",
        "bitbucket-merge",
        "bitbucket-server",
        "gitea-reviewed-on",
        "gitea-title",
        "github-merge",
        "github-merge-edited",
        "github-title",
        "gitlab",
    ]


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ('Merge "Fix it"', True),
        ('Merge "Fix it" into stable', True),
        ("Merge changes I01234567,I89abcdef", True),
        ("Merge changes from topic 'x'", True),
        ("Merge branch 'x'", False),
        ("Merge changes from Ana", False),
    ],
)
def test_a_merge_by_gerrit_takes_the_change_it_merged(subject: str, *, expected: bool) -> None:
    assert takes_change(subject) is expected


@pytest.mark.parametrize(
    ("subject", "source"),
    [
        ("Merge branch 'fix/it'", "fix/it"),
        ("Merge branch 'fix/it' into main", "fix/it"),
        ("Merge branch 'main' of github.com:ana/app", "main"),
        ("Merge branch 'main' of https://example.com/app into fix", "main"),
        ("Merge branch 'js/x' (early part) into next", "js/x"),
        ("Merge branches 'a', 'b' and 'c' into main", "a"),
        ("Merge branch main into fix", "main"),
        ("merge branch origin/main into fix", "main"),
        ("Merge topic 'fix' into main", "fix"),
        ("Merge remote-tracking branch 'origin/fix/it'", "fix/it"),
        ("Merge remote-tracking branch 'fork/main' into fix", "main"),
        ("Merge remote-tracking branches 'a/x' and 'b/y'", "x"),
        ("Merge remote branch 'origin/main'", "main"),
        ("Merge tag 'v1.2' of https://example.com/app", "v1.2"),
        ("Merge commit 'refs/heads/main' into fix", "main"),
        ("Merge commit '0123456789abcdef0123456789abcdef01234567'", None),
        ("Merge 0123456789abcdef0123456789abcdef01234567 into 0123456", None),
        ("Merge 'main' into fix", "main"),
        ("Merge 'main'", "main"),
        ("Merge upstream/main into fix", "main"),
        ("Merge release/1.0 to main", "release/1.0"),
        ("Merge origin/main", "main"),
        ("merge main\r\n", "main"),
        ("Merge refs/heads/main from https://example.com/app", "main"),
        ("Sync with 'maint'", "maint"),
        ("Sync with master", "master"),
        ("[Automated] Backmerge release/1.0 to main (#12)", "release/1.0"),
        ("Merge pull request #12 from ana/fix/it", "fix/it"),
        ("Merge pull request #12 from ana/origin/fix", "origin/fix"),
        ("Merge pull request #12 in PRJ/app from fix to main", "fix"),
        ("Merged in fix (pull request #12)", "fix"),
        ("Merge pull request 'Fix it' (#12) from ana/app:fix into main", "fix"),
        ("Auto merge of #12 - ana:fix, r=ben", "fix"),
        ("Merge git://example.com/app", None),
        ('Merge "Fix main" into main', None),
        ("Merge the fix into main", None),
        ("Merge pull request #12: Fix it", None),
        ("Merged the two", None),
        ("Fix it", None),
        ("", None),
    ],
)
def test_a_merge_subject_names_what_was_merged(subject: str, source: str | None) -> None:
    assert merge_source(subject) == source


def test_each_form_is_in_the_documentation() -> None:
    page = DOCS.read_text(encoding="utf-8")
    known = {form.name for form in (*forms.SUBJECT_FORMS, *forms.LINE_FORMS)} | SQUASH_FORMS
    assert [name for name in sorted(known) if f"`{name}`" not in page] == []
