"""What SLSA's source-tool attests in notes, in every spelling that it has used."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.provenance.records import source_tool
from affidavit.provenance.records.model import Deed, Part, Record
from attestations import BASE, COMMIT, OWN, note, provenance, summary
from recorded import as_json
from result_samples import dsse

PLACE = f"refs/notes/commits:{COMMIT}"
CONTROLS = [
    {"name": "TAG_HYGIENE", "since": "2026-01-02T03:04:05Z"},
    {"name": "CONTINUITY_ENFORCED"},
    "odd",
]
SNAKE = {
    "activity_type": "pr_merge",
    "actor": "ann",
    "branch": "refs/heads/main",
    "prev_commit": BASE,
    "repo_uri": "https://github.com/firm/app",
    "created_on": "2026-03-04T05:06:07Z",
}
CAMEL = {
    "activityType": "pr_merge",
    "actor": "ann",
    "branch": "refs/heads/main",
    "prevCommit": BASE,
    "repoUri": "https://github.com/firm/app",
    "createdOn": "2026-03-04T05:06:07Z",
}


def read(data: bytes, commit: str = COMMIT) -> tuple[Record, ...]:
    return source_tool.read(data, PLACE, commit)


def only(statement: object) -> Record:
    (found,) = read(note(statement))
    return found


@pytest.mark.parametrize("called", ["sourceRefs", "source_refs", "source_branches"])
def test_a_summary_is_read_whatever_it_calls_the_refs(called: str) -> None:
    assert only(summary(called)) == Record(
        source="source-tool",
        place=f"{PLACE}:1",
        commit=COMMIT,
        time="2026-03-04T05:06:07.123456789Z",
        stated=(
            ("result", "PASSED"),
            ("level", "SLSA_SOURCE_LEVEL_3"),
            ("level", "ORG_SOURCE_TESTED"),
            ("ref", "refs/heads/main"),
            ("repository", "git+https://github.com/firm/app"),
            ("verifier", OWN),
        ),
    )


@pytest.mark.parametrize("spelt", [SNAKE, CAMEL])
def test_provenance_says_who_moved_the_branch_and_what_held(spelt: dict[str, str]) -> None:
    assert only(provenance("source-provenance/v1-draft", **spelt, controls=CONTROLS)) == Record(
        source="source-tool",
        place=f"{PLACE}:1",
        commit=COMMIT,
        time="2026-03-04T05:06:07Z",
        deeds=(Deed(Part.ACTOR, "ann"),),
        stated=(
            ("activity", "pr_merge"),
            ("ref", "refs/heads/main"),
            ("before", BASE),
            ("repository", "https://github.com/firm/app"),
            ("control", "TAG_HYGIENE since 2026-01-02T03:04:05Z"),
            ("control", "CONTINUITY_ENFORCED"),
        ),
    )


def test_the_version_without_controls_has_properties() -> None:
    level = {"SLSA_SOURCE_LEVEL_2": {"since": "2026-01-02T03:04:05Z"}, "X": 1}
    found = only(provenance("source-provenance/v1", **SNAKE, properties=level))
    assert found.stated[-2:] == (
        ("property", "SLSA_SOURCE_LEVEL_2 since 2026-01-02T03:04:05Z"),
        ("property", "X"),
    )


@pytest.mark.parametrize("called", ["vsa_summaries", "vsaSummaries"])
def test_provenance_of_a_tag_names_the_tag_and_the_levels_taken_over(called: str) -> None:
    taken = {called: [{"verifiedLevels": ["SLSA_SOURCE_LEVEL_3"]}, 1]}
    said = {"actor": "ann", "tag": "refs/tags/v1", "createdOn": "2026-03-04T05:06:07Z", **taken}
    found = only(provenance("tag-provenance/v1-draft", **said))
    assert (found.deeds, found.stated) == (
        (Deed(Part.ACTOR, "ann"),),
        (("ref", "refs/tags/v1"), ("level", "SLSA_SOURCE_LEVEL_3")),
    )


def test_each_line_is_a_record_and_what_is_none_is_told_by_its_line() -> None:
    bare = as_json(dsse(summary()))
    go = as_json({"media_type": "x", "verification_material": {}, "Content": {}})
    whole = bare + b"\n" + go + b"\n\n" + as_json(dsse({"commit": COMMIT})) + b"\nhello\n"
    missing = "no statement: Object missing required field `predicate`"
    found = [(one.place.rpartition(":")[2], one.commit, one.problems) for one in read(whole)]
    assert found == [
        ("1", COMMIT, ()),
        ("2", None, (missing,)),
        ("4", None, (missing,)),
        ("5", None, ("not JSON: Expecting value",)),
    ]


@pytest.mark.parametrize("text", [b"", b"Reviewed by hand.\n", b"[1]\n"])
def test_a_note_without_an_object_is_somebodys_text(text: bytes) -> None:
    assert read(text) == ()


@pytest.mark.parametrize(
    ("statement", "problems"),
    [
        ({**summary(), "subject": []}, ("it is not about one commit",)),
        (summary(timeVerified=None), ("it says no time",)),
        (summary(timeVerified="now"), ("its time is none",)),
        (
            provenance("source-provenance/v1-draft", **{**SNAKE, "actor": "unknown actor"}),
            ("it does not name who acted",),
        ),
        (provenance("source-provenance/v9", **SNAKE), ("it is of a type that is not read",)),
    ],
)
def test_what_is_lacking_is_told(statement: object, problems: tuple[str, ...]) -> None:
    assert only(statement).problems == problems


def test_a_statement_about_another_commit_than_the_notes_is_told() -> None:
    (found,) = read(note(summary()), "4" * 40)
    assert (found.commit, found.problems) == (
        COMMIT,
        ("it is about another commit than the one that the note is on",),
    )


def test_lines_beyond_the_bound_are_told() -> None:
    found = read(b"{\n" * (source_tool.MOST_LINES + 1))
    assert len(found) == source_tool.MOST_LINES + 1
    assert found[-1].problems == ("lines after the first 1,000 were not read",)


@given(st.binary(max_size=400).map(lambda data: b"{" + data))
def test_any_bytes_are_told(data: bytes) -> None:
    assert all(len(one.problems) == 1 for one in read(data))
