"""Entire: the metadata of a session, the trailer that ties a commit to it, and hostile ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from affidavit.base.digest import sha256
from affidavit.provenance.model import Claim, Role, Tier
from affidavit.provenance.records import documents as doc
from affidavit.provenance.records import entire
from affidavit.provenance.records.model import Attests, LineClaim, Record
from recorded import as_json

COMMIT = "a1" * 20
OTHER = "b2" * 20
ID = "0c1a2b3d4e5f"
ULID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
PLACE = "refs/heads/entire/checkpoints/v1:0c/1a2b3d4e5f/0/metadata.json"
SESSION = "253fd5ef-38bf-4f4a-804a-98df5088a868"
SHARE = {"agent_lines": 32, "total_committed": 33, "human_added": 0, "human_modified": 1}


def a_session(**said: object) -> dict[str, object]:
    return {
        "checkpoint_id": ID,
        "session_id": SESSION,
        "strategy": "manual-commit",
        "created_at": "2026-02-03T06:34:50.246415Z",
        "agent": "Claude Code",
        "files_touched": ["src/a.py", "docs/b.md"],
        "initial_attribution": SHARE,
        **said,
    }


def read(data: object, *commits: str) -> tuple[Record, ...]:
    return entire.read(as_json(data), place=PLACE, checkpoint=ID, commits=commits)


def touched(path: str, **said: object) -> LineClaim:
    plain = LineClaim(path=path, attests=Attests.MIXED, agent="claude-code", session=SESSION)
    return replace(plain, **said)


FOUND = Record(
    source="entire",
    place=PLACE,
    time="2026-02-03T06:34:50.246415Z",
    lines=(touched("src/a.py"), touched("docs/b.md")),
    stated=(("checkpoint", ID), ("agent-lines", "32"), ("all-lines", "33")),
)


def a_claim(commit: str) -> Claim:
    return Claim(
        commit=commit,
        rule="PRV-CHECKPOINT-001",
        tier=Tier.B,
        agent="claude-code",
        role=Role.CO_AUTHOR,
        source="entire",
        evidence="claude-code: 32 of 33 lines",
        digest=sha256(as_json(a_session())),
        session=SESSION,
    )


def test_a_session_is_told_of_each_commit_that_names_its_checkpoint() -> None:
    assert read(a_session(), COMMIT, OTHER, COMMIT) == tuple(
        replace(FOUND, commit=commit, claims=(a_claim(commit),)) for commit in (COMMIT, OTHER)
    )


def test_a_session_whose_checkpoint_nothing_names_claims_nothing() -> None:
    assert read(a_session()) == (replace(FOUND, problems=(entire.NOT_NAMED,)),)


@pytest.mark.parametrize(
    ("share", "attests", "role"),
    [
        ({"agent_lines": 5, "total_committed": 5}, Attests.AI, Role.CO_AUTHOR),
        ({**SHARE, "agent_lines": 33}, Attests.MIXED, Role.CO_AUTHOR),
        ({**SHARE, "agent_lines": 1, "human_added": 32}, Attests.MIXED, Role.CO_AUTHOR),
        ({"agent_lines": 9, "total_committed": 5}, Attests.AI, Role.CO_AUTHOR),
        ({**SHARE, "agent_lines": 0}, Attests.UNKNOWN, Role.ASSIST),
        ({**SHARE, "agent_lines": 0, "agent_removed": 7}, Attests.UNKNOWN, Role.CO_AUTHOR),
        (None, Attests.UNKNOWN, Role.CO_AUTHOR),
    ],
)
def test_the_share_says_whose_the_files_are_and_what_the_agent_did(
    share: object, attests: Attests, role: Role
) -> None:
    (record,) = read(a_session(initial_attribution=share), COMMIT)
    assert {one.attests for one in record.lines} == {attests}
    assert [(one.role, one.rule[-1]) for one in record.claims] == [
        (role, "2" if role is Role.ASSIST else "1")
    ]
    assert record.problems == ()


@pytest.mark.parametrize("kind", ["agent_review", "imported"])
def test_a_session_of_another_kind_wrote_nothing_of_the_commit(kind: str) -> None:
    (record,) = read(a_session(kind=kind), COMMIT)
    assert (record.commit, record.claims) == (COMMIT, ())
    assert {one.attests for one in record.lines} == {Attests.UNKNOWN}
    assert record.stated == (("checkpoint", ID), ("kind", kind))


def test_without_a_share_none_is_told() -> None:
    (record,) = read(a_session(initial_attribution=None), COMMIT)
    assert record.stated == (("checkpoint", ID),)
    assert [one.evidence for one in record.claims] == ["claude-code: an untold share of lines"]


@pytest.mark.parametrize(
    "share", [7, {"agent_lines": "5"}, {"agent_lines": 5}, {**SHARE, "agent_lines": -1}]
)
def test_a_share_that_cannot_be_is_told_and_not_used(share: object) -> None:
    (record,) = read(a_session(initial_attribution=share), COMMIT)
    assert record.stated == (("checkpoint", ID),)
    assert record.problems == (entire.NO_SHARE,)


@pytest.mark.parametrize(
    ("agent", "slug"), [("Gemini CLI", "gemini-cli"), ("Agent", "unspecified"), ("", "unspecified")]
)
def test_an_agent_that_is_only_called_agent_is_not_named(agent: str, slug: str) -> None:
    (record,) = read(a_session(agent=agent, model="anthropic/unheard-of"), COMMIT)
    assert [(one.agent, one.model) for one in record.claims] == [(slug, "unheard-of")]


def test_what_is_odd_in_it_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entire, "MOST_FILES", 3)
    files = ["/home/jo/a.py", "src/a.py", "src/a.py", "docs/b.md", "c", "d"]
    data = a_session(checkpoint_id="f" * 12, created_at="then", files_touched=files)
    (record,) = read(data, COMMIT)
    assert record.lines == FOUND.lines
    assert record.problems == (
        entire.OTHER_CHECKPOINT,
        doc.NO_TIME,
        f"{doc.ODD_PATH}: 1",
        f"{entire.UNREAD_FILES}: 2",
    )


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"session_id": 7}', b"[" * 9_999])
def test_what_is_no_session_is_told(data: bytes) -> None:
    found = entire.read(data, place=PLACE, checkpoint=ID, commits=[COMMIT])
    assert found == (Record(source="entire", place=PLACE, problems=(entire.NO_SESSION,)),)


def test_metadata_that_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doc, "MOST_BYTES", 100)
    assert [one.problems for one in read(a_session(), COMMIT)] == [(entire.NO_SESSION,)]


def test_every_checkpoint_that_a_message_names_is_found_once() -> None:
    message = f"""Squashed

    Entire-Checkpoint: {"d" * 12}
Entire-Checkpoint: {ID}

* second
entire-checkpoint: {ULID}\r
Entire-Checkpoint: {ID}
Entire-Checkpoint: the one before lunch
Entire-Checkpoint: {"z" * 12}
"""
    assert entire.checkpoints(message.encode()) == (ID, ULID)


@given(st.binary(max_size=200))
def test_any_bytes_are_one_record(data: bytes) -> None:
    assert len(entire.read(data, place=PLACE, checkpoint=ID)) == 1


@given(
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(
            ("agent", "files_touched", "initial_attribution", "created_at", "model"),
            st.none() | st.integers() | st.lists(st.text(max_size=5), max_size=3) | st.just(SHARE),
        ),
    )
)
def test_any_fields_give_paths_that_can_be(said: dict[str, object]) -> None:
    for record in read(a_session(**said), COMMIT):
        assert all(not one.path.startswith("/") and one.path for one in record.lines)
