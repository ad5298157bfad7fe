"""What a forge's signature changes: who pressed the button, and how far a number is proven."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gitrepo import ALICE, BEN, GITHUB, Repo
from histories import DEPENDABOT, audited, newest

sys.path.append(str(Path(__file__).parents[1] / "sources"))

from openpgp_builder import certificate, key, named, signed  # noqa: E402 -- not beside this file

FORGE = key("github of this test")
COPILOT = "copilot-swe-agent[bot] <198982749+Copilot@users.noreply.github.com>"


class Signing(Repo):
    """A repository in which whatever GitHub commits is signed with a key of ours."""

    def raw_commit(self, body: bytes, *, branch: str | None = None) -> str:
        """The id of a commit of these bytes, signed where GitHub is its committer."""
        by_github = f"committer {GITHUB}".encode() in body
        return super().raw_commit(signed(FORGE, payload=body) if by_github else body, branch=branch)


@pytest.fixture
def forge(tmp_path: Path) -> Signing:
    """A repository whose forge signs."""
    return Signing(tmp_path / "repo")


@pytest.fixture
def trusting(tmp_path: Path) -> Path:
    """A configuration with the forge's key."""
    (tmp_path / "forge.asc").write_bytes(certificate(FORGE))
    place = tmp_path / "trusting.toml"
    place.write_text('[audit]\nforge_keys = ["forge.asc"]\n')
    return place


def merged(repo: Repo, *, by: str, author: str = ALICE) -> None:
    repo.commit("Begin", author="Zoe First <zoe@club.mail>")
    repo.commit("One", author=author, branch="side", at="main")
    repo.merge("side", message="Merge pull request #3 from a/side", author=by, committer=GITHUB)


@pytest.mark.parametrize(
    ("by", "grade", "self_merged"),
    [(BEN, "R2", False), (ALICE, "R1", True), (DEPENDABOT, "R1", None), (GITHUB, "R1", None)],
)
def test_a_signed_merge_names_who_pressed_the_button(
    forge: Signing, trusting: Path, by: str, grade: str, *, self_merged: bool | None
) -> None:
    merged(forge, by=by)
    landing = newest(forge, config=trusting)
    assert (landing.review.grade, landing.review.self_merged) == (grade, self_merged)
    assert landing.pull_request is not None
    assert landing.pull_request.proof == "forge-signed"


def test_a_signature_by_a_key_that_nobody_gave_proves_nothing(forge: Signing) -> None:
    merged(forge, by=BEN)
    landing = newest(forge)
    assert (landing.review.grade, landing.review.self_merged) == ("R1", None)
    assert landing.pull_request is not None
    assert landing.pull_request.proof == "claimed"


def test_another_hosts_key_does_not_speak_for_github(forge: Signing, tmp_path: Path) -> None:
    user_id = b"Forge <noreply@forge.mail>"
    (tmp_path / "other.asc").write_bytes(certificate(FORGE, named(FORGE, user_id=user_id)))
    (tmp_path / "other.toml").write_text('[audit]\nforge_keys = ["other.asc"]\n')
    merged(forge, by=BEN)
    landing = newest(forge, config=tmp_path / "other.toml")
    assert (landing.review.grade, landing.review.self_merged) == ("R1", None)


def test_keys_named_inside_the_repository_are_not_used(forge: Signing) -> None:
    inside: dict[str, str | bytes] = {
        "affidavit.toml": '[audit]\nforge_keys = ["forge.asc"]\n',
        "forge.asc": certificate(FORGE),
    }
    forge.commit("Begin", author="Zoe First <zoe@club.mail>", files=inside)
    forge.commit("One", branch="side", at="main")
    forge.merge("side", message="Merge pull request #3 from a/b", author=BEN, committer=GITHUB)
    report = audited(forge)
    assert report.landings[0].review.grade == "R1"
    assert "keys-inside" in {one.id for one in report.limits}


@pytest.mark.parametrize(("sign", "tier"), [(True, "A"), (False, "B")])
def test_a_platforms_account_is_sure_only_in_a_commit_that_it_signed(
    forge: Signing, trusting: Path, tier: str, *, sign: bool
) -> None:
    forge.commit("Begin")
    forge.commit("Fix (#4)", author=COPILOT, committer=GITHUB)
    landing = newest(forge, config=trusting) if sign else newest(forge)
    assert {claim.tier.value for claim in landing.claims} == {tier}
    assert (landing.kind, landing.authorship) == ("squash", "ai")


def test_a_changed_message_under_a_good_signature_is_only_claimed(
    forge: Signing, trusting: Path
) -> None:
    forge.commit("Begin")
    good = forge.commit("Fix (#4)", committer=GITHUB)
    body = forge.git("cat-file", "commit", good).replace(b"(#4)", b"(#5)")
    Repo.raw_commit(forge, body, branch="main")
    pull = newest(forge, config=trusting).pull_request
    assert pull is not None
    assert (pull.number, pull.proof) == ("5", "claimed")
