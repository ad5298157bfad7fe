"""Agent Trace: each part of a record, the forms that tools write, and hostile ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from affidavit.base.digest import sha256
from affidavit.provenance.gitai_log import Span
from affidavit.provenance.model import Claim, Role, Tier
from affidavit.provenance.records import agent_trace as trace
from affidavit.provenance.records import documents as doc
from affidavit.provenance.records.model import Attests, LineClaim, Record
from recorded import as_json, lines

COMMIT = "a1" * 20
OTHER = "b2" * 20
NOTES = "refs/notes/agent-trace"
FILE = ".agent-trace/one.json"
URL = "https://agents.example/c/1"
MODEL = "anthropic/claude-opus-4-5-20251101"
AI = {"type": "ai", "model_id": MODEL}


def a_range(first: object, last: object, **said: object) -> dict[str, object]:
    return {"start_line": first, "end_line": last, **said}


def talk(*ranges: object, contributor: object = AI, url: object = URL, **said: object) -> object:
    return {"url": url, "contributor": contributor, "ranges": list(ranges), **said}


def a_file(*talks: object, path: str = "src/a.py") -> object:
    return {"path": path, "conversations": list(talks)}


def a_trace(*files: object, **said: object) -> dict[str, object]:
    return {
        "version": "0.1.0",
        "id": "550e8400-e29b-41d4-a716-446655440000",
        "timestamp": "2026-01-23T14:30:00Z",
        "vcs": {"type": "git", "revision": COMMIT},
        "tool": {"name": "cursor", "version": "2.4.0"},
        "files": list(files),
        **said,
    }


def only(data: object, *, noted: str | None = None) -> Record:
    place = NOTES if noted else FILE
    (record,) = trace.read(as_json(data), place=place, noted=noted)
    return record


def claim(evidence: str, **said: object) -> Claim:
    plain = Claim(
        commit=COMMIT,
        rule="PRV-AGENTTRACE-001",
        tier=Tier.B,
        agent="cursor",
        role=Role.CO_AUTHOR,
        source="agent-trace",
        evidence=evidence,
        digest=sha256(evidence.encode()),
        model="claude-opus-4-5-20251101",
        session=URL,
    )
    return replace(plain, **said)


def ai_lines(*spans: tuple[int, int], **said: object) -> LineClaim:
    plain = LineClaim(
        path="src/a.py",
        attests=Attests.AI,
        spans=tuple(Span(*each) for each in spans),
        agent="cursor",
        model="claude-opus-4-5-20251101",
        session=URL,
    )
    return replace(plain, **said)


def test_a_record_is_read_in_full() -> None:
    related = [{"type": "session", "url": "https://agents.example/s/2?key=secret"}]
    first = a_file(
        talk(
            a_range(42, 67, content_hash="murmur3:9f2e8a1b"),
            a_range(1, 2),
            a_range(3, 4),
            related=related,
        )
    )
    second = a_file(talk(a_range(10, 25)), path="src/b.py")
    assert only(a_trace(first, second, metadata={"confidence": 0.9})) == Record(
        source="agent-trace",
        place=FILE,
        commit=COMMIT,
        time="2026-01-23T14:30:00Z",
        claims=(claim("src/a.py 42-67\nsrc/a.py 1-4\nsrc/b.py 10-25"),),
        lines=(
            ai_lines((42, 67), digest="murmur3:9f2e8a1b"),
            ai_lines((1, 4)),
            ai_lines((10, 25), path="src/b.py"),
        ),
        links=(URL, "https://agents.example/s/2"),
    )


def test_the_least_that_is_a_record_is_one() -> None:
    least = {
        "version": "0.1.0",
        "id": "550e8400-e29b-41d4-a716-446655440000",
        "timestamp": "2026-01-25T10:00:00Z",
        "files": [a_file({"contributor": {"type": "ai"}, "ranges": [a_range(1, 50)]})],
    }
    nobody: dict[str, object] = {"agent": "unspecified", "model": None, "session": None}
    assert only(least) == Record(
        source="agent-trace",
        place=FILE,
        time="2026-01-25T10:00:00Z",
        lines=(ai_lines(path="src/a.py", spans=None, **nobody),),
    )
    assert only(least, noted=COMMIT) == Record(
        source="agent-trace",
        place=NOTES,
        commit=COMMIT,
        time="2026-01-25T10:00:00Z",
        claims=(claim("src/a.py 1-50", rule="PRV-AGENTTRACE-002", source=NOTES, **nobody),),
        lines=(ai_lines((1, 50), **nobody),),
    )


@pytest.mark.parametrize("version", ["0.1", "0.1.0", "1.0", "1.0.0"])
def test_every_name_of_the_one_version_is_read(version: str) -> None:
    assert only(a_trace(a_file(talk(a_range(1, 1))), version=version)).problems == ()


def test_another_version_is_told_and_not_read() -> None:
    assert only(a_trace(a_file(talk(a_range(1, 1))), version="2.0.0")) == Record(
        source="agent-trace", place=FILE, problems=("its version is 2.0.0, which is not read",)
    )
    assert only(a_trace(version="")).problems == ("its version is not named, which is not read",)


def test_contributors_may_differ_from_range_to_range() -> None:
    talked = talk(
        a_range(1, 1),
        a_range(2, 2, contributor={"type": "human"}),
        a_range(3, 3, contributor={"type": "mixed", "model_id": "openai/gpt-4o"}),
        a_range(4, 4, contributor={"type": "unknown"}),
    )
    record = only(a_trace(a_file(talked)))
    assert [(one.attests.value, one.agent, one.model) for one in record.lines] == [
        ("ai", "cursor", "claude-opus-4-5-20251101"),
        ("human", "", None),
        ("mixed", "cursor", "gpt-4o"),
        ("unknown", "", None),
    ]
    assert [one.evidence for one in record.claims] == ["src/a.py 1-1", "src/a.py 3-3"]


@pytest.mark.parametrize(
    ("contributor", "attests", "problems"),
    [
        ("ai", Attests.AI, ()),
        (None, Attests.UNKNOWN, ()),
        ("robot", Attests.UNKNOWN, (f"{trace.NO_CONTRIBUTOR}: 1",)),
        ({"type": "robot"}, Attests.UNKNOWN, (f"{trace.NO_CONTRIBUTOR}: 1",)),
        (7, Attests.UNKNOWN, (f"{trace.NO_CONTRIBUTOR}: 1",)),
    ],
)
def test_a_contributor_of_another_form_is_unknown(
    contributor: object, attests: Attests, problems: tuple[str, ...]
) -> None:
    record = only(a_trace(a_file(talk(a_range(1, 1), contributor=contributor, model_id=MODEL))))
    assert [one.attests for one in record.lines] == [attests]
    assert record.problems == problems


@pytest.mark.parametrize(
    ("tool", "model", "agent"),
    [
        ({"name": "Claude Code"}, None, "claude-code"),
        ({"name": "github-copilot"}, MODEL, "copilot-cli"),
        ({"name": "amp-cli"}, MODEL, "amp"),
        ({"name": "our recorder"}, MODEL, "claude-code"),
        ({"name": "our recorder"}, "own/model", "our-recorder"),
        ({"name": "unknown"}, None, "unspecified"),
        (None, None, "unspecified"),
        (7, None, "unspecified"),
    ],
)
def test_the_agent_is_the_tool_or_else_whose_the_model_is(
    tool: object, model: str | None, agent: str
) -> None:
    contributor = {"type": "ai", "model_id": model}
    record = only(a_trace(a_file(talk(a_range(1, 1), contributor=contributor)), tool=tool))
    assert [one.agent for one in record.lines] == [agent]
    assert [one.agent for one in record.claims] == [agent]


@pytest.mark.parametrize(
    ("url", "metadata", "session"),
    [
        ("https://agents.example/c/1#x", {}, "https://agents.example/c/1"),
        ("file:///home/jo/.tool/0b6f.jsonl", {}, "0b6f"),
        ("file://c:\\Users\\jo\\0b6f.jsonl", {}, "0b6f"),
        ("file:///home/jo/what we said", {}, None),
        (None, {}, None),
        (URL, {"conversation_id": "c-1"}, "c-1"),
        (URL, {"session_id": "s-1"}, "s-1"),
        (URL, {"session_id": "jo's session"}, URL),
        (URL, 7, URL),
    ],
)
def test_a_session_is_an_id_or_an_address_and_no_path_of_a_machine(
    url: object, metadata: object, session: str | None
) -> None:
    record = only(a_trace(a_file(talk(a_range(1, 1), url=url)), metadata=metadata))
    assert [one.session for one in record.lines] == [session]


@pytest.mark.parametrize("mark", ["generation_id", "tool_use_id", "event"])
def test_what_was_recorded_at_an_edit_tells_of_files_and_of_no_lines(mark: str) -> None:
    metadata = {mark: "1", "conversation_id": "c-1"}
    talked = talk(a_range(1, 9, content_hash="sha256:bb5e"))
    data = a_trace(a_file(talked, path="src\\b\\a.py"), metadata=metadata)
    found = Record(
        source="agent-trace",
        place=FILE,
        time="2026-01-23T14:30:00Z",
        lines=(ai_lines(path="src/b/a.py", spans=None, session="c-1"),),
        links=(URL,),
        stated=(("base", COMMIT),),
        problems=(trace.AT_AN_EDIT, f"{doc.BACKSLASHED}: 1"),
    )
    assert only(data) == found
    assert only(a_trace(metadata=metadata, vcs=None)).stated == ()


def test_what_was_recorded_at_an_edit_counts_as_a_note_on_its_own_commit() -> None:
    data = a_trace(a_file(talk(a_range(1, 9))), metadata={"generation_id": "1"})
    assert only(data, noted=COMMIT).lines == (ai_lines((1, 9)),)
    assert only(data, noted=OTHER).commit is None


def test_commands_and_sessions_are_no_files() -> None:
    files = [a_file(talk(a_range(1, 1)), path=path) for path in (".shell-history", ".sessions")]
    record = only(a_trace(*files))
    assert (record.lines, record.problems) == ((), (f"{trace.NOT_OF_FILES}: 2",))


@pytest.mark.parametrize(
    "vcs",
    [
        {"type": "jj", "revision": "kkmpptxz"},
        {"type": "hg", "revision": COMMIT},
        {"type": "git", "revision": "a1b2c3d"},
    ],
)
def test_a_revision_that_names_no_commit_of_git_is_told(vcs: object) -> None:
    record = only(a_trace(a_file(talk(a_range(1, 1))), vcs=vcs), noted=OTHER)
    assert (record.commit, record.claims) == (None, ())
    assert record.problems == (trace.NO_REVISION,)


def test_a_note_copied_to_another_commit_speaks_of_its_own() -> None:
    record = only(a_trace(a_file(talk(a_range(1, 1)))), noted=OTHER)
    assert (record.commit, record.problems) == (COMMIT, (trace.OTHER_COMMIT,))
    assert [one.commit for one in record.claims] == [COMMIT]


def test_parts_that_are_not_of_the_form_cost_only_themselves() -> None:
    data = a_trace(
        7,
        {"path": "src/c.py", "conversations": "none"},
        a_file("said", {"ranges": "1-2"}),
        a_file(talk(a_range(5, 2), "3-4", a_range("1", 2), a_range(7, 8))),
        a_file(talk(a_range(1, 1)), path="../../etc/passwd"),
        timestamp="in June",
    )
    record = only(data)
    assert record.lines == (ai_lines((7, 8)),)
    assert sorted(record.problems) == sorted(
        [
            doc.NO_TIME,
            f"{trace.NO_FILE}: 1",
            f"{trace.NO_CONVERSATION}: 3",
            f"{doc.NO_RANGE}: 3",
            f"{doc.ODD_PATH}: 1",
        ]
    )


def test_documents_that_are_no_record_are_counted_in_one_that_has_nothing_else() -> None:
    data = lines(a_trace(a_file(talk(a_range(1, 1)))), {"prompt": "x"}, {"version": "2.0"}) + b"{"
    first, rest = trace.read(data, place=FILE)
    assert first.lines == (ai_lines((1, 1)),)
    told = (f"{trace.NO_RECORD}: 2", f"{doc.NO_JSON}: 1")
    assert rest == Record(source="agent-trace", place=FILE, problems=told)


def test_more_than_is_read_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace, "MOST_RANGES", 2)
    monkeypatch.setattr(trace, "MOST_CLAIMS", 1)
    talks = [talk(a_range(1, 1), url=f"{URL}/{number}") for number in range(4)]
    record = only(a_trace(a_file(*talks)))
    assert [one.session for one in record.lines] == [f"{URL}/0", f"{URL}/1"]
    assert [one.session for one in record.claims] == [f"{URL}/0"]
    assert record.problems == (f"{trace.UNREAD_RANGES}: 2",)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 9) | st.text(max_size=3) | st.just(COMMIT),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["path", "ranges", "conversations", "contributor", "type", "start_line", "end_line"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.binary(max_size=200))
def test_any_bytes_give_records_with_problems_or_nothing(data: bytes) -> None:
    assert all(one.problems for one in trace.read(data, place=FILE))


@given(
    files=st.lists(JSON, max_size=3),
    said=st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("vcs", "tool", "metadata", "timestamp"), JSON)
    ),
)
def test_any_parts_give_a_record_of_lines_that_can_be(
    files: list[object], said: dict[str, object]
) -> None:
    record = only({**a_trace(*files), **said})
    for one in record.lines:
        assert one.path
        assert one.spans is None or all(0 < span.first <= span.last for span in one.spans)
    assert {one.commit for one in record.claims} <= {record.commit}


def test_a_conversation_without_ranges_tells_of_no_line_and_that_is_told() -> None:
    found = only(a_trace(a_file(talk(url=None))))
    assert (found.lines, found.problems) == ((), (f"{trace.NO_RANGES}: 1",))
