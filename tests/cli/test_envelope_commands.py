"""``affidavit envelope``: what it makes, what it prints, and how it ends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from affidavit.changes.envelope.model import parse
from affidavit.changes.forge.model import Review, ReviewState
from affidavit.ledger.bundle import parse_line
from affidavit.ledger.entry import Subject
from affidavit.sources.git import raw
from forge_exports import export, request
from forgelines import ANN
from gitrepo import GITHUB, Repo
from histories import ran

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.changes.envelope.model import Envelope

PROMPT = "hmac-sha256:" + "ab" * 32
CO_AUTHOR = "Work\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n"


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    monkeypatch.setenv("AFFIDAVIT_HOME", str(tmp_path / "home"))
    made = Repo(tmp_path / "repo")
    made.commit("First", files={"secret-plan.txt": "1\n"})
    made.commit(CO_AUTHOR, branch="work", at="main", files={"secret-plan.txt": "2\n"})
    return made


def create(repo: Repo, here: Path, *args: str | Path) -> Envelope:
    usual = ("--repo", repo.directory, "--base", "main", "--head", "work", "--output", "e.json")
    done = ran("envelope", "create", *usual, *args, here=here)
    assert (done.status, done.err) == (0, "")
    return parse((here / "e.json").read_bytes(), "e.json")


def bundle(repo: Repo, to: Path, kind: str, body: dict[str, str]) -> str:
    """The digest of the statement, in the bundle `to`, of a fact about the branch's head."""
    head = repo.resolve("work")
    tree = repo.git("rev-parse", f"{head}^{{tree}}").decode().strip()
    subject = {"commit": head, "tree": tree}
    fact = {"kind": kind, "stream": "s", "actor": "a", "body": body, "subject": subject}
    (to.parent / "facts.jsonl").write_text(json.dumps(fact) + "\n")
    assert ran("facts", "sign", "facts.jsonl", "--output", to, here=to.parent).status == 0
    return parse_line(to.read_bytes()).digest


def test_an_envelope_tells_what_the_change_is(repo: Repo, tmp_path: Path) -> None:
    one = create(repo, tmp_path, "--name", "firm/shop")
    base, head = repo.resolve("main"), repo.resolve("work")
    assert (one.repository, one.base, one.merge_base, one.head) == ("firm/shop", base, base, head)
    assert one.commits == (head,)
    assert [each.path for each in one.paths or ()] == ["secret-plan.txt"]
    assert [(each.agent, each.commit) for each in one.claims] == [("claude-code", head)]
    assert one.unknown == ("request", "approvals", "tests", "scans", "sessions")


def test_the_same_change_gives_the_same_bytes(repo: Repo, tmp_path: Path) -> None:
    assert create(repo, tmp_path) == create(repo, tmp_path)


def test_a_branch_that_moved_on_leaves_the_digests(repo: Repo, tmp_path: Path) -> None:
    before = create(repo, tmp_path)
    repo.commit("Else", files={"else.txt": "1\n"})
    after = create(repo, tmp_path)
    assert after.base != before.base
    assert after.digests == before.digests


def test_the_facts_and_reviews_of_the_head_are_in_it(repo: Repo, tmp_path: Path) -> None:
    head = repo.resolve("work")
    acted = {"agent": "claude", "action": "edit", "result": "ok", "prompt": PROMPT, "model": "m"}
    digest = bundle(repo, tmp_path / "b.jsonl", "agent.acted.v1", acted)
    review = Review(
        id=7,
        state=ReviewState.APPROVED,
        author=ANN,
        submitted_at="2026-01-01T00:00:00Z",
        edited_at=None,
        commit=head,
    )
    pull = request(12, "f" * 40, "2026-01-02T00:00:00Z", head_oid=head, reviews=(review,))
    forge = export(tmp_path / "records.jsonl", [pull])
    one = create(repo, tmp_path, "--facts", tmp_path / "b.jsonl", "--forge", forge)
    assert [(each.digest, each.prompt, each.model) for each in one.sessions] == [
        (digest, PROMPT, "m")
    ]
    assert one.request is not None
    assert (one.request.number, one.request.merged_as) == (12, "f" * 40)
    assert [(each.id, each.commit, each.account) for each in one.request.reviews] == [(7, head, 1)]
    assert one.unknown == ()


def test_the_signed_fact_has_digests_and_no_path(repo: Repo, tmp_path: Path) -> None:
    one = create(repo, tmp_path, "--bundle", "facts.jsonl", "--notes")
    data = (tmp_path / "facts.jsonl").read_bytes()
    line = parse_line(data)
    assert one.digests is not None
    assert (line.fact.kind, line.fact.subject) == (
        "change.enveloped.v1",
        Subject(commit=one.head, tree=one.tree),
    )
    assert (line.fact.body["envelope"], line.fact.body["patch"]) == (
        one.digest(),
        one.digests.patch,
    )
    assert line.fact.body["agents"] == ["claude-code"]
    assert "secret-plan" not in json.dumps(line.fact.body)
    assert repo.git("notes", "--ref=affidavit", "show", one.head).strip() == data.strip()


def test_without_the_contents_there_is_no_patch_digest(repo: Repo, tmp_path: Path) -> None:
    repo.loose(repo.blob("2\n")).unlink()
    one = create(repo, tmp_path)
    assert one.digests is not None
    assert (one.digests.patch, one.unknown[0]) == (None, "digests.patch")


def test_a_change_of_more_paths_than_are_told_has_no_digest(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raw, "MAX_PATHS", 0)
    one = create(repo, tmp_path)
    assert (one.digests, one.paths, one.unknown[:2]) == (None, None, ("digests", "paths"))


def landed(repo: Repo, text: str) -> str:
    return repo.commit("Work (#1)", committer=GITHUB, files={"secret-plan.txt": text})


def test_a_landing_is_joined_to_its_envelope(repo: Repo, tmp_path: Path) -> None:
    one = create(repo, tmp_path)
    own = landed(repo, "2\n")
    args = ("--repo", repo.directory, "--envelopes", "e.json", "--quiet", "main")
    done = ran("envelope", "join", *args, here=tmp_path)
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines() == [
        f"{own[:12]}   tree       {one.digest()} head {one.head[:12]}",
        "total          1 landings: tree 1",
    ]


def test_a_landing_that_is_no_known_change_cannot_be_decided(repo: Repo, tmp_path: Path) -> None:
    create(repo, tmp_path)
    own = landed(repo, "3\n")
    args = ("--repo", repo.directory, "--envelopes", "e.json", "--json", "--since", "2020-01-01")
    done = ran("envelope", "join", *args, here=tmp_path)
    answer = json.loads(done.out)
    assert done.status == 3
    newest = answer["landings"][0]
    assert (newest["landing"], newest["rung"]) == (own, "none")
    assert answer["counts"]["none"] == 2


def test_the_forges_record_joins_whatever_became_of_the_content(repo: Repo, tmp_path: Path) -> None:
    head = repo.ref("refs/pull/1/head", "work")
    own = landed(repo, "3\n")
    pull = request(1, own, "2026-01-02T00:00:00Z", head_oid=head)
    forge = export(tmp_path / "records.jsonl", [pull])
    args = ("--repo", repo.directory, "--pulls", "--forge", forge, "--quiet", "main")
    done = ran("envelope", "join", *args, here=tmp_path)
    assert (done.status, done.out.splitlines()[0]) == (
        0,
        f"{own[:12]}   merge-sha  refs/pull/1/head head {head[:12]}",
    )


def says_merged(repo: Repo, here: Path, own: str) -> Envelope:
    """An envelope into which somebody wrote that the forge merged its head as `own`."""
    head = repo.resolve("work")
    pull = request(1, own, "2026-01-02T00:00:00Z", head_oid=head)
    return create(repo, here, "--forge", export(here / "typed.jsonl", [pull]))


def test_what_an_envelope_says_of_the_forge_carries_nothing(repo: Repo, tmp_path: Path) -> None:
    own = landed(repo, "evil\n")
    repo.commit("Evil once more", files={"secret-plan.txt": "worse\n"})
    one = says_merged(repo, tmp_path, own)
    assert one.request is not None
    assert one.request.merged_as == own
    args = ("--repo", repo.directory, "--envelopes", "e.json", "--quiet", own)
    done = ran("envelope", "join", *args, here=tmp_path)
    line = f"{own[:12]}   number     {one.digest()} head {one.head[:12]}; asserted"
    assert (done.status, done.out.splitlines()[0]) == (3, line)
    usual = ("--repo", repo.directory, "--envelope", "e.json", "--bundle", "joined.jsonl")
    back = ran("envelope", "write-back", own, *usual, here=tmp_path)
    assert (back.status, (tmp_path / "joined.jsonl").exists()) == (3, False)


def test_the_forges_own_record_joins_an_envelope(repo: Repo, tmp_path: Path) -> None:
    own = landed(repo, "3\n")
    one = says_merged(repo, tmp_path, own)
    args = ("--repo", repo.directory, "--envelopes", "e.json", "--quiet", "main")
    done = ran("envelope", "join", *args, "--forge", "typed.jsonl", here=tmp_path)
    line = f"{own[:12]}   merge-sha  {one.digest()} head {one.head[:12]}"
    assert (done.status, done.out.splitlines()[0]) == (0, line)
    assert write_back(repo, tmp_path, "--forge", "typed.jsonl")[0] == 0
    assert parse_line((tmp_path / "joined.jsonl").read_bytes()).fact.body["rung"] == "merge-sha"


def write_back(repo: Repo, here: Path, *args: str) -> tuple[int, list[str]]:
    usual = ("main", "--repo", repo.directory, "--envelope", "e.json", "--bundle", "joined.jsonl")
    done = ran("envelope", "write-back", *usual, *args, here=here)
    assert done.err == ""
    return done.status, done.out.splitlines()


def test_the_join_is_signed_and_the_trailers_are_told(repo: Repo, tmp_path: Path) -> None:
    one = create(repo, tmp_path)
    own = landed(repo, "2\n")
    status, lines = write_back(repo, tmp_path, "--notes")
    assert (status, lines[:2]) == (0, [f"landing        {own}", "rung           tree"])
    assert lines[3:] == ["", "Co-Authored-By: Claude <noreply@anthropic.com>"]
    line = parse_line((tmp_path / "joined.jsonl").read_bytes())
    git = line.fact.body.pop("git")
    assert isinstance(git, str)
    assert (line.fact.kind, line.fact.subject, line.fact.body) == (
        "change.joined.v1",
        Subject(commit=own, tree=one.tree),
        {
            "envelope": one.digest(),
            "head": one.head,
            "head_tree": one.tree,
            "rung": "tree",
            "span": 1,
        },
    )
    assert repo.git("notes", "--ref=affidavit", "show", own).count(b"\n") == 1


def test_nothing_is_signed_of_a_landing_that_is_another_change(repo: Repo, tmp_path: Path) -> None:
    create(repo, tmp_path)
    own = landed(repo, "3\n")
    assert write_back(repo, tmp_path) == (
        3,
        [f"landing        {own}", "rung           none: it does not carry"],
    )
    assert not (tmp_path / "joined.jsonl").exists()


@pytest.mark.parametrize(
    ("args", "code", "status"),
    [
        (("create", "--base", "main", "--head", "main"), "AFF-USAGE", 2),
        (("create", "--base", "main", "--head", "nowhere"), "AFF-USAGE", 2),
        (("create", "--base", "main", "--head", "work", "--push", "origin"), "AFF-USAGE", 2),
        (("create", "--base", "main", "--head", "work", "--facts", "bad"), "AFF-FORMAT", 4),
        (("create", "--base", "main", "--head", "work", "--forge", "bad"), "AFF-INPUT", 4),
        (("join", "main"), "AFF-USAGE", 2),
        (("join", "--envelopes", "bad", "main"), "AFF-FORMAT", 4),
        (("join", "--envelopes", "nowhere", "main"), "AFF-UNREADABLE", 5),
        (("join", "--pulls", "--since", "2999-01-01"), "AFF-NO-COMMITS", 3),
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence(
    repo: Repo, tmp_path: Path, args: tuple[str, ...], code: str, status: int
) -> None:
    (tmp_path / "bad").write_bytes(b"\x00{")
    done = ran("envelope", *args, "--repo", repo.directory, here=tmp_path)
    assert (done.status, done.out) == (status, "")
    assert done.err.splitlines()[-1 - ("  " in done.err)].startswith(f"affidavit: {code}: ")
    assert not list(tmp_path.glob("*.envelope.json"))
