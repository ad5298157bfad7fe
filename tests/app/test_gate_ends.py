"""Which change is meant: by names, events, requests, queues; and histories that are cut or odd."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from affidavit.app.gate.judging import gated
from affidavit.app.gate.keeping import decided
from affidavit.app.gate.wanted import Wanted
from affidavit.app.policy.starting import default_files
from affidavit.base.errors import UsageError
from affidavit.changes.gate.model import Status, Verdict
from affidavit.sources.github.token import Token
from collectors import SECRET, Nobody
from forges import events
from gates import CHECKLIST, Gates, found, statuses
from gitrepo import ALICE, Repo
from recordedwork import ANOTHER, SESSION, note

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.app.gate.judging import Gated

MET, UNMET, UNKNOWN = Status.MET, Status.UNMET, Status.UNKNOWN


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Gates]:
    made = Gates(tmp_path)
    with made.forge:
        yield made


def live(firm: Gates, event: bytes | None = None, **wanted: object) -> Gated:
    """What the gate says when it asks the forge itself."""
    place = firm.folder / "event.json"
    if event is not None:
        place.write_bytes(event)
        wanted = {"event": place, "event_name": "pull_request_target", **wanted}
    facts = (firm.facts,) if firm.facts.exists() else ()
    asked = Wanted(
        repository=firm.shop.git.path, token=Token(SECRET), url=firm.forge.url, facts=facts,
        **wanted,  # type: ignore[arg-type]
    )  # fmt: skip
    return gated(asked, int(firm.forge.clock.now) + 1, Nobody())


def plain(repo: Repo, base: str, head: str) -> Gated:
    """What the gate says of two commits where there is no forge."""
    return gated(Wanted(repository=repo.path, base=base, head=head), int(time.time()), Nobody())


def test_an_event_names_the_request(firm: Gates) -> None:
    pull = firm.ready()
    answer = live(firm, events.pull_request(pull, "synchronize")).answer
    assert (answer.verdict, answer.change.request) == (Verdict.ALLOWED, pull.number)
    assert answer.change.base == firm.shop.heads["main"]


def test_a_number_names_it_with_the_repository(firm: Gates) -> None:
    pull = firm.ready()
    answer = live(firm, change=pull.number, slug="firm/shop").answer
    assert (answer.verdict, answer.change.head) == (Verdict.ALLOWED, pull.head_oid)
    with pytest.raises(UsageError, match="does not tell which repository"):
        live(firm, change=pull.number)


def test_a_head_of_an_event_that_is_not_the_requests_any_more_is_refused(firm: Gates) -> None:
    pull = firm.ready()
    event = events.pull_request(pull, "synchronize")
    pull.commit(firm.ann, "More", {"cart.py": "x = 5\n"})
    assert statuses(live(firm, event).answer)["current"] is UNMET


def test_a_forge_that_does_not_tell_leaves_it_open(firm: Gates) -> None:
    pull = firm.ready()
    answer = live(firm, change=99, slug="firm/shop", base="main", head=pull.head_oid).answer
    told = statuses(answer)
    assert (told["current"], told["reviewed"], answer.forge) == (UNKNOWN, UNKNOWN, None)


def test_a_merge_queue_is_judged_by_its_commit_too(firm: Gates) -> None:
    pull = firm.ready()
    group = pull.enqueue(firm.ben)
    event = events.merge_group(pull)
    asked = live(firm, event, event_name="merge_group")
    assert (asked.answer.verdict, asked.chosen.status_on) == (Verdict.ALLOWED, group.commit)
    told = (asked.answer.change.head, asked.answer.change.status_on, decided(asked).status_on)
    assert told == (pull.head_oid, group.commit, group.commit)
    assert f"{group.commit[:12]} of the merge queue is base" in found(asked.answer, "current")
    (looked,) = (one.where for one in asked.answer.requirements if one.id == "checks")
    assert looked.endswith(f", of the head; of the queue's {group.commit[:12]} what failed")
    firm.shop.checks.run(firm.shop.checks.suite(group.commit), "test", "failure")
    failed = live(firm, event, event_name="merge_group").answer
    assert found(failed, "checks") == "failed: test"


def test_a_queues_commit_with_more_than_base_and_head_is_not_decided(firm: Gates) -> None:
    pull = firm.ready()
    pull.enqueue(firm.ben)
    assert pull.group is not None
    more = firm.shop.make(firm.ben, "More", {"evil.py": "1\n"}, on=pull.group.commit)
    pull.group = replace(pull.group, commit=more)
    answer = live(firm, events.merge_group(pull), event_name="merge_group").answer
    assert statuses(answer)["current"] is UNKNOWN


def test_the_default_policy_lets_a_sound_change_through_and_asks_two_for_a_critical_one(
    tmp_path: Path,
) -> None:
    bundle = {f"affidavit/policy/{name}": text.decode() for name, text in default_files().items()}
    firm = Gates(tmp_path, {**bundle, "affidavit/policy/all.rego": None})
    with firm.forge:
        sound = firm.answer(firm.ready())
        pull = firm.ready({"src/auth/login.py": "x = 1\n"})
        refused = firm.answer(pull)
        pull.review(firm.cleo, body=CHECKLIST.format(use="assisted"))
        allowed = firm.answer(pull)
    assert (sound.verdict, sound.policy.tier) == (Verdict.ALLOWED, "standard")
    assert (refused.verdict, refused.policy.tier) == (Verdict.REFUSED, "critical")
    assert "approvals of the head by 2 persons from outside the authors" in [
        one.required for one in refused.requirements
    ]
    assert allowed.verdict is Verdict.ALLOWED


def test_a_name_that_is_none_of_a_commit_ends_it(firm: Gates) -> None:
    with pytest.raises(UsageError, match="names no commit"):
        firm.answer(base="main", head="nothing")


def test_a_branch_that_is_called_as_a_commit_is_does_not_stand_for_it(repo: Repo) -> None:
    base = repo.commit("One")
    evil = repo.commit("Evil", files={"evil.py": "1\n"}, branch="evil", at=base)
    head = repo.commit("Two", files={"a.py": "1\n"}, branch="work", at=base)
    repo.ref(f"refs/heads/{head}", evil)
    assert plain(repo, base, head).answer.change.head == head
    with pytest.raises(UsageError, match="is no commit that is here"):
        plain(repo, base, "1" * 40)


def test_the_head_of_the_work_tree_is_meant_where_only_a_base_is_named(repo: Repo) -> None:
    base = repo.commit("One")
    head = repo.commit("Two", files={"a.py": "1\n"})
    found_ = gated(Wanted(repository=repo.path, base=base), int(time.time()), Nobody())
    assert (found_.answer.change.head, found_.answer.change.commits) == (head, 1)


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_commits_of_either_format_are_judged(tmp_path: Path, object_format: str) -> None:
    repo = Repo(tmp_path / "repo", object_format=object_format)
    base = repo.commit("One")
    head = repo.commit("Two", files={"a.py": "1\n2\n"})
    change = plain(repo, base, head).input.change
    assert (change.commits, change.files, change.added, change.conflicts) == (1, 1, 2, False)


def test_two_merge_bases_leave_open_what_the_change_is(repo: Repo) -> None:
    root = repo.commit("Root", files={"a": "1\n"})
    left = repo.commit("Left", files={"l": "1\n"}, branch="left", at=root, parents=(root,))
    right = repo.commit("Right", files={"r": "1\n"}, branch="right", at=root, parents=(root,))
    one = repo.commit("One", parents=(left, right), branch="one", files={"r": "1\n"})
    two = repo.commit("Two", parents=(right, left), branch="two", files={"l": "1\n"})
    answer = plain(repo, one, two).answer
    assert statuses(answer)["history"] is UNKNOWN
    assert any("2 merge bases" in text for text in answer.noticed)


def test_a_shallow_clone_that_lacks_the_merge_base_is_not_decided(
    repo: Repo, tmp_path: Path
) -> None:
    base = repo.commit("One")
    repo.commit("Side", branch="side", at=base)
    for number in range(3):
        repo.commit(f"More {number}", branch="side")
    place = tmp_path / "shallow"
    source = f"file://{repo.path}"
    repo.git("clone", "--quiet", "--depth=1", "--no-single-branch", source, str(place))
    wanted = Wanted(repository=place, base="origin/main", head="origin/side")
    answer = gated(wanted, int(time.time()), Nobody()).answer
    assert statuses(answer)["history"] is UNKNOWN
    assert answer.verdict is not Verdict.ALLOWED


def test_agents_of_commits_are_counted_with_the_files_they_touched(repo: Repo) -> None:
    base = repo.commit("One")
    repo.commit("By hand", author=ALICE, files={"a.py": "1\n"}, branch="work", at=base)
    message = "By AI\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n"
    head = repo.commit(message, files={"b.py": "1\n"}, branch="work")
    asked = gated(
        Wanted(repository=repo.path, base=base, head=head, require=("attribution",)),
        int(time.time()), Nobody(),
    )  # fmt: skip
    ai = asked.input.ai
    assert (ai.agents, ai.commits, ai.share_ppm) == (("claude-code",), 1, 500_000)
    assert found(asked.answer, "attribution") == f"without them: {head[:12]}"


def test_a_note_of_one_agent_does_not_name_the_other_of_a_trailer(repo: Repo) -> None:
    base = repo.commit("One")
    message = "By AI\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n"
    head = repo.commit(message, files={"a.py": "1\n2\n"}, branch="work", at=base)
    wanted = Wanted(repository=repo.path, base=base, head=head, require=("attribution",))
    repo.note("refs/notes/ai", head, note(f"{SESSION} 1"))
    named = gated(wanted, int(time.time()), Nobody()).answer
    repo.note("refs/notes/ai", head, note(f"{ANOTHER} 1"))
    other = gated(wanted, int(time.time()), Nobody()).answer
    assert (statuses(named)["attribution"], statuses(other)["attribution"]) == (MET, UNMET)
    assert found(other, "attribution") == f"without them: {head[:12]}"
