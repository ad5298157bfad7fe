"""Where records are found: notes, folders, branches, refs; and what is left out and told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.provenance.records import agent_trace as trace
from affidavit.provenance.records.entire import NOT_NAMED
from affidavit.provenance.records.model import Deed, Part, Record
from affidavit.sources.records import agent_trace, aiir, amlog, entire, gerrit, gitai, places
from gitrepo import Entry
from recorded import as_json, lines, opened

if TYPE_CHECKING:
    import pytest

    from gitobjects import Content
    from gitrepo import Repo

    Given = Content | Entry | None

ID = "0c1a2b3d4e5f"
ULID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


def a_trace(commit: str, path: str = "src/a.py") -> dict[str, object]:
    talk = {"contributor": {"type": "ai"}, "ranges": [{"start_line": 1, "end_line": 2}]}
    return {
        "version": "0.1.0",
        "files": [{"path": path, "conversations": [talk]}],
        "vcs": {"type": "git", "revision": commit},
        "tool": {"name": "cursor"},
    }


def test_traces_are_found_in_notes_and_files(repo: Repo) -> None:
    noted = repo.commit("Work")
    repo.note("refs/notes/agent-trace", noted, as_json(a_trace(noted)))
    named = [
        ".agent-trace/traces.jsonl",
        "part/.agent-trace/b.json",
        "docs/c.agent-trace.json",
        "d.agent-trace.jsonl",
    ]
    others = [".agent-trace/readme.md", "traces.jsonl", "x.agent-trace/e.json"]
    data = lines(a_trace(noted))
    head = repo.commit("Traces", files=dict.fromkeys([*named, *others], data))
    with opened(repo) as (git, objects, refs):
        found = list(agent_trace.records(git, objects, refs, at=head))
        in_notes = list(agent_trace.records(git, objects, refs))
    assert [one.place for one in found] == ["refs/notes/agent-trace", *sorted(named)]
    assert {one.commit for one in found} == {noted}
    assert found[:1] == in_notes


def test_a_note_that_was_copied_speaks_of_its_own_commit(repo: Repo) -> None:
    first, second = repo.commit("One"), repo.commit("Two")
    repo.note("refs/notes/agent-trace", second, as_json(a_trace(first)))
    with opened(repo) as (git, objects, refs):
        (found,) = agent_trace.records(git, objects, refs)
    assert (found.commit, found.problems) == (first, (trace.OTHER_COMMIT,))


def test_links_and_files_that_are_too_large_are_no_records(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "FILE_BYTES", 100)
    link = Entry("120000", repo.blob("elsewhere.json"))
    lost = Entry("100644", "ab" * 20)
    files: dict[str, Given] = {
        ".agent-trace/big.json": "x" * 101,
        ".agent-trace/link.json": link,
        ".agent-trace/lost.json": lost,
        ".agent-trace/odd\udcff.json": "{}",
    }
    head = repo.commit("Odd", files=files)
    with opened(repo) as reading:
        found = list(agent_trace.records(*reading, at=head))
        limits = reading.limits
    assert [(one.place, one.problems) for one in found] == [
        (".agent-trace/odd\\xff.json", (f"{trace.NO_RECORD}: 1",))
    ]
    assert limits == {"records-too-large": 1, "missing-objects": 1}


def test_more_files_or_folders_than_are_looked_at_are_told(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {f".agent-trace/{number}/a.json": lines(a_trace("a1" * 20)) for number in range(4)}
    head = repo.commit("Many", files=files)
    monkeypatch.setattr(places, "MOST_FILES", 2)
    with opened(repo) as reading:
        found = list(agent_trace.records(*reading, at=head))
        assert (len(found), reading.limits) == (2, {"too-many-records": 1})
    monkeypatch.setattr(places, "MOST_FILES", 9)
    monkeypatch.setattr(places, "MOST_FOLDERS", 3)
    monkeypatch.setattr(places, "answer", lambda *_, **__: (128, b""))
    with opened(repo) as reading:
        found = list(agent_trace.records(*reading, at=head))
        assert (len(found), reading.limits) == (1, {"too-many-records": 1})


def a_session(**said: object) -> bytes:
    return as_json({"session_id": "s-1", "agent": "Claude Code", **said})


def test_checkpoints_are_found_on_their_branch_by_session(repo: Repo) -> None:
    commit = repo.commit("Work")
    files: dict[str, Given] = {
        "0c/1a2b3d4e5f/metadata.json": as_json({"checkpoint_id": ID}),
        "0c/1a2b3d4e5f/0/metadata.json": a_session(),
        "0c/1a2b3d4e5f/2/metadata.json": a_session(session_id="s-2"),
        "0c/1a2b3d4e5f/2/full.jsonl": "what was said",
        "0c/1a2b3d4e5f/2/tasks/t/metadata.json": a_session(session_id="s-3"),
        "ff/ffffffffff/metadata.json": a_session(session_id="s-4"),
        "readme/metadata.json": a_session(),
    }
    repo.commit("Checkpoint", files=files, branch="entire/checkpoints/v1")
    with opened(repo) as (_, objects, refs):
        found = list(entire.records(objects, refs, {ID: [commit]}))
    branch = "refs/heads/entire/checkpoints/v1"
    assert [(one.place, one.commit, one.stated, one.problems) for one in found] == [
        (f"{branch}:0c/1a2b3d4e5f/0/metadata.json", commit, (("checkpoint", ID),), ()),
        (f"{branch}:0c/1a2b3d4e5f/2/metadata.json", commit, (("checkpoint", ID),), ()),
        (f"{branch}:ff/ffffffffff/metadata.json", None, (("checkpoint", "f" * 12),), (NOT_NAMED,)),
    ]


def test_a_checkpoint_in_several_places_is_read_once(repo: Repo) -> None:
    commit = repo.commit("Work")
    first: dict[str, Given] = {"0c/1a2b3d4e5f/0/metadata.json": a_session()}
    own: dict[str, Given] = {
        "metadata.json": as_json({}),
        "0/metadata.json": a_session(),
        "x/metadata.json": "{}",
    }
    tip = repo.commit("Checkpoint", files=first, branch="kept", parents=())
    alone = repo.commit("Own", files=own, branch="alone", parents=())
    repo.ref("refs/remotes/origin/entire/checkpoints/v1", tip)
    repo.ref("refs/remotes/fork/entire/checkpoints/v1", tip)
    repo.ref("refs/entire/checkpoints/v1.1", tip)
    repo.ref(f"refs/entire/checkpoints/AV/{ULID}", alone)
    for name in (f"0c/{ID}", f"AV/x/{ULID}", "AV/AV"):
        repo.ref(f"refs/entire/checkpoints/{name}", alone)
    with opened(repo) as (_, objects, refs):
        found = list(entire.records(objects, refs, {ID: [commit], ULID: [commit]}))
    assert [one.place for one in found] == [
        f"refs/entire/checkpoints/AV/{ULID}:0/metadata.json",
        "refs/entire/checkpoints/v1.1:0c/1a2b3d4e5f/0/metadata.json",
    ]
    assert [one.stated for one in found] == [(("checkpoint", ULID),), (("checkpoint", ID),)]


def test_a_ref_of_its_own_goes_before_the_branch(repo: Repo) -> None:
    old: dict[str, Given] = {"0c/1a2b3d4e5f/0/metadata.json": a_session(session_id="old")}
    new: dict[str, Given] = {"metadata.json": a_session(session_id="new")}
    repo.commit("Checkpoint", files=old, branch="entire/checkpoints/v1", parents=())
    repo.ref(
        f"refs/entire/checkpoints/5f/{ID}", repo.commit("Own", files=new, branch="x", parents=())
    )
    with opened(repo) as (_, objects, refs):
        found = list(entire.records(objects, refs, {}))
    assert [one.place for one in found] == [f"refs/entire/checkpoints/5f/{ID}:metadata.json"]


def a_receipt(number: int) -> dict[str, object]:
    core = {"type": "aiir.commit_receipt", "schema": "aiir/commit_receipt.v2"}
    return {**core, "commit": {"sha": f"{number:040x}"}}


def test_receipts_are_found_in_their_folders_and_on_their_branch(repo: Repo) -> None:
    one, two, three, four = (lines(a_receipt(number)) for number in range(1, 5))
    files: dict[str, Given] = {
        ".aiir/receipts.jsonl": one + two,
        ".aiir/index.json": "{}",
        ".aiir/receipts/receipt_1_a.json": one,
        ".aiir/receipts/receipt_1_a.cbor": "",
        ".receipts/receipt_3_c.json": three,
        "src/.aiir/receipts.jsonl": four,
    }
    head = repo.commit("Receipts", files=files)
    repo.commit(
        "Kept",
        files={"receipt_4_d.json": four, "a/receipt_5.json": four},
        branch="receipts",
        parents=(),
    )
    repo.ref("refs/remotes/origin/receipts", "receipts")
    with opened(repo) as reading:
        found = list(aiir.records(reading.objects, reading.refs, at=head))
        limits = reading.limits
        kept = list(aiir.records(reading.objects, reading.refs))
    assert [(each.place, (each.commit or "")[-1]) for each in found] == [
        (".aiir/receipts.jsonl", "1"),
        (".aiir/receipts.jsonl", "2"),
        (".receipts/receipt_3_c.json", "3"),
        ("refs/heads/receipts:receipt_4_d.json", "4"),
    ]
    assert limits == {"records-twice": 2}
    assert kept == found[-1:]


def test_mails_are_found_in_notes(repo: Repo) -> None:
    commit = repo.commit("Work")
    repo.note("refs/notes/amlog", commit, "Message-Id: <1@example.org>\n")
    with opened(repo) as reading:
        found = list(amlog.records(*reading))
    assert [(one.commit, one.links) for one in found] == [(commit, ("mid:1@example.org",))]


REVIEW = b"""Code-Review+2: A. N. Other <another@example.org>
Code-Review+1: Jo Doe <jo@example.org>
Verified 0: Name #1000042
Submitted-by: Jo Doe <jo@example.org>
Submitted-at: Mon, 25 Jun 2012 16:15:57 +0200
Reviewed-on: https://review.example.org/12345
Comments-Total: 5
Comments-Unresolved: 1
Project: kernel/common
Branch: refs/heads/master
"""


def test_votes_of_gerrit_are_found_in_notes(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = repo.commit("Work")
    repo.note("refs/notes/review", commit, REVIEW)
    votes = (
        ("Code-Review+2", "A. N. Other <another@example.org>"),
        ("Code-Review+1", "Jo Doe <jo@example.org>"),
        ("Verified 0", "Name #1000042"),
    )
    expected = Record(
        source="gerrit",
        place="refs/notes/review",
        commit=commit,
        time="2012-06-25T14:15:57Z",
        links=("https://review.example.org/12345",),
        deeds=(Deed(Part.APPROVER, votes[0][1]), Deed(Part.MERGER, votes[1][1])),
        stated=votes,
    )
    with opened(repo) as reading:
        assert list(gerrit.records(*reading)) == [expected]
        monkeypatch.setattr(gerrit, "MOST_VOTES", 1)
        (cut,) = gerrit.records(*reading)
    assert (cut.stated, cut.problems) == (votes[:1], (f"{gerrit.UNREAD}: 2",))


def test_a_note_of_gerrit_may_say_next_to_nothing(repo: Repo) -> None:
    commit = repo.commit("Work")
    repo.note("refs/notes/review", commit, b"Code-Review+2: \n")
    with opened(repo) as reading:
        (found,) = gerrit.records(*reading)
    assert (found.time, found.links, found.deeds) == (None, (), ())


def a_note(key: str) -> str:
    return f'a.py\n  {key} 1\n---\n{{"schema_version": "authorship/3.0.0"}}'


def test_notes_of_git_ai_are_found_in_each_of_its_refs_and_copies_once(repo: Repo) -> None:
    one, two = repo.commit("One"), repo.commit("Two")
    stash = repo.commit("On a stash", branch="stash")
    repo.note("refs/notes/ai", one, a_note("1234567"))
    repo.note("refs/notes/ai-stash", stash, a_note("2345678"))
    repo.note("refs/notes/ai-display", one, a_note("1234567"))
    repo.note("refs/notes/ai-display", two, a_note("3456789"))
    repo.note("refs/notes/ai-s/0a", two, a_note("4567890"))
    repo.note("refs/notes/ai-remote/origin", one, a_note("1234567"))
    repo.note("refs/notes/airport", one, a_note("5678901"))
    repo.ref(f"refs/ai/authorship/{two}", repo.blob(a_note("6789012")))
    repo.ref("refs/ai/authorship/latest", repo.blob(a_note("7890123")))
    with opened(repo) as reading:
        found = list(gitai.records(*reading))
        limits = reading.limits
    assert [(each.place, each.commit) for each in found] == [
        ("refs/notes/ai", one),
        ("refs/notes/ai-stash", stash),
        ("refs/notes/ai-display", two),
        ("refs/notes/ai-s/0a", two),
        ("refs/ai/authorship", two),
    ]
    assert [line.session for each in found for line in each.lines] == [
        "1234567",
        "2345678",
        "3456789",
        "4567890",
        "6789012",
    ]
    assert limits == {"records-twice": 2}


def test_a_repository_without_records_has_none(repo: Repo) -> None:
    head = repo.commit("Work")
    with opened(repo) as reading:
        git, objects, refs = reading
        found = [
            *agent_trace.records(git, objects, refs, at=head),
            *entire.records(objects, refs, {ID: [head]}),
            *aiir.records(objects, refs, at=head),
            *amlog.records(git, objects, refs),
            *gerrit.records(git, objects, refs),
            *gitai.records(git, objects, refs),
        ]
        assert (found, reading.limits) == ([], {})
