"""``affidavit claims write``: what it writes where, and what it leaves out or alone."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, cast

import jsonschema
import msgspec
import pytest

from affidavit.app.claims_written.model import Form, Outcome, Row, Written
from affidavit.app.claims_written.telling import MOST, text
from affidavit.cli.main import main
from affidavit.provenance.gitai_log import parse
from affidavit.provenance.records.gitai import read, read_export
from gitrepo import BEN
from histories import BY_CLAUDE, CLAUDE, DEPENDABOT, ran
from noted_squashes import AI, noted
from written_records import AGENT_TRACE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gitrepo import Repo
    from histories import Ended

SESSION = "s_0123456789abcd::t_0123456789abcd"
OTHER = "s_fedcba98765432::t_0123456789abcd"
PERSON = "h_0123456789abcd"
NOBODY = "h_fedcba98765432"
TRACES = "refs/notes/agent-trace"
ALONE = (
    "lines of an agent by what is claimed of their commit or file alone, not written without"
    " --from-commits"
)


def note(*entries: str, path: str = "a.py") -> str:
    """A note with these keys and ranges."""
    said = {
        "schema_version": "authorship/3.0.0",
        "prompts": {},
        "sessions": {
            SESSION[:16]: {"agent_id": {"tool": "claude", "id": "x", "model": "opus"}},
            OTHER[:16]: {"agent_id": {"tool": "codex", "id": "y", "model": "gpt-5"}},
        },
        "humans": {PERSON: {"author": "Ben <ben@example.org>"}},
    }
    lines = "".join(f"  {entry}\n" for entry in entries)
    return f"{path}\n{lines}---\n{msgspec.json.encode(said).decode()}"


@pytest.fixture
def work(repo: Repo) -> Repo:
    """A landing whose note attests two lines to an agent and one to a person, of five."""
    repo.commit("Begin", files={"a.py": "zero\n"})
    commit = repo.commit("Work", author=BEN, files={"a.py": "zero\none\ntwo\nthree\nfour\nfive\n"})
    repo.note(AI, commit, note(f"{SESSION} 2-3", f"{PERSON} 5"))
    return repo


@pytest.fixture
def write(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ended]:
    monkeypatch.setenv("AFFIDAVIT_HOME", str(tmp_path / "home"))
    return lambda *args, form="git-ai": ran(
        "claims", "write", "--repo", repo.path, "--form", form, *args, here=tmp_path / "here"
    )


def rows(done: Ended) -> list[dict[str, object]]:
    """The landings of an answer in JSON."""
    return cast("list[dict[str, object]]", json.loads(done.out)["rows"])


def refs(repo: Repo) -> bytes:
    """All refs and what they name."""
    return repo.git("for-each-ref")


def test_without_a_place_it_is_told_and_nothing_is_written(
    work: Repo, write: Callable[..., Ended], tmp_path: Path
) -> None:
    before, own = refs(work), work.resolve("main")[:12]
    done = write()
    assert (done.status, done.err, refs(work)) == (0, "", before)
    assert done.out.splitlines() == [
        f"{own}   ready    2 lines of claude-code (opus), 1 lines of persons",
        "               lines of which nothing is said, not written: 2",
        "form           git-ai",
        f"landings       1 up to {own}",
        "ready          1 not written: --to or --notes does",
    ]
    assert [one.name for one in (tmp_path / "here").iterdir()] == []


def test_a_file_of_notes_is_an_export_as_our_reader_reads_it(
    work: Repo, write: Callable[..., Ended], tmp_path: Path
) -> None:
    place = tmp_path / "notes.jsonl"
    done = write("--to", place)
    assert (done.status, f"place          {place}" in done.out.splitlines()) == (0, True)
    ((commit, body),) = read_export(place.read_bytes()).items()
    record = read(commit, body, place="export")
    assert commit == work.resolve("main")
    assert [(one.path, str(one.attests), one.spans) for one in record.lines] == [
        ("a.py", "human", ((5, 5),)),
        ("a.py", "ai", ((2, 3),)),
    ]


def test_records_of_agent_trace_stand_one_to_a_line(
    work: Repo, write: Callable[..., Ended], tmp_path: Path
) -> None:
    place = tmp_path / "traces.jsonl"
    done = write("--to", place, form="agent-trace")
    told = [json.loads(one) for one in place.read_bytes().splitlines()]
    for one in told:
        jsonschema.validate(one, AGENT_TRACE)
    assert [one.get("tool", {}).get("name") for one in told] == [None, "claude-code"]
    assert {one["vcs"]["revision"] for one in told} == {work.resolve("main")}
    (file,) = told[1]["files"]
    (span,) = file["conversations"][0]["ranges"]
    digest = hashlib.sha256(b"one\ntwo\n").hexdigest()
    assert span == {"start_line": 2, "end_line": 3, "content_hash": f"sha256:{digest}"}
    assert (done.err, done.out.splitlines()[-1]) == ("", "written        1 written")


def test_the_standard_output_gets_the_records_alone(
    work: Repo, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ("claims", "write", "--repo", work.path, "--form", "git-ai", "--to", "-", "--fresh")
    monkeypatch.setattr("sys.argv", ["affidavit", *map(str, command)])
    with pytest.raises(SystemExit) as ended:
        main()
    done = capsysbinary.readouterr()
    assert (ended.value.code, done.err.splitlines()[-1]) == (0, b"written        1 written")
    assert [*read_export(done.out)] == [work.resolve("main")]


def test_a_folder_gets_a_file_for_each_landing_and_none_is_replaced(
    work: Repo, write: Callable[..., Ended], tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    own = work.resolve("main")
    assert write("--since", "2000-01-01", "--to", folder).status == 0
    assert write("--to", folder, form="agent-trace").status == 0
    names = [f"{own}.agent-trace.jsonl", f"{own}.git-ai.txt"]
    assert sorted(one.name for one in folder.iterdir()) == names
    again = write("--to", folder)
    assert (again.status, again.out) == (5, "")
    assert again.err.startswith(f"affidavit: AFF-OUTPUT: {folder / names[1]} is there already")


@pytest.mark.parametrize(("form", "ref"), [("git-ai", AI), ("agent-trace", TRACES)])
def test_notes_are_written_where_there_is_none(
    work: Repo, write: Callable[..., Ended], form: str, ref: str
) -> None:
    later = work.commit("Later", author=BEN, files={"b.py": "one\n"})
    at = AI if form == "agent-trace" else TRACES
    trace = {
        "version": "0.1.0",
        "id": "6ef2299e-a67f-432b-aa80-3d2fb4d28999",
        "timestamp": "2026-01-01T00:00:00Z",
        "vcs": {"type": "git", "revision": later},
        "tool": {"name": "codex"},
        "files": [
            {
                "path": "b.py",
                "conversations": [
                    {
                        "contributor": {"type": "ai"},
                        "ranges": [{"start_line": 1, "end_line": 1}],
                    }
                ],
            }
        ],
    }
    text = json.dumps(trace) if at == TRACES else note(f"{OTHER} 1", path="b.py")
    work.note(at, later, text)
    done = write("--notes", "--json", form=form)
    assert [(one["outcome"], one["agents"]) for one in rows(done)] == [
        (
            "written",
            [
                {
                    "agent": "codex",
                    "model": None if at == TRACES else "gpt-5",
                    "by_commit": False,
                    "lines": 1,
                }
            ],
        )
    ]
    shown = work.git("notes", f"--ref={ref}", "show", later)
    assert b"b.py" in shown
    again = write("--notes", "--json", form=form)
    assert [one["outcome"] for one in rows(again)] == ["noted"]
    assert work.git("notes", f"--ref={ref}", "show", later) == shown


def test_a_note_that_is_there_is_never_written_over(
    work: Repo, write: Callable[..., Ended]
) -> None:
    before = refs(work)
    done = write("--notes", "--since", "2000-01-01")
    assert (done.status, refs(work)) == (0, before)
    told = "noted          1 with a note already, which is never written over"
    assert told in done.out.splitlines()


@pytest.mark.parametrize(
    ("form", "ref", "says"),
    [
        ("agent-trace", TRACES, "the notes of refs/notes/agent-trace cannot be read whole"),
        ("git-ai", AI, "the notes cannot be read whole: refs/notes/ai leads to no commit"),
    ],
)
def test_notes_that_cannot_be_read_are_left_alone(
    work: Repo, write: Callable[..., Ended], form: str, ref: str, says: str
) -> None:
    work.ref(ref, work.blob("no commit"))
    before = refs(work)
    done = write("--notes", "--from-commits", form=form)
    assert (done.status, done.out, refs(work)) == (1, "", before)
    assert done.err.startswith(f"affidavit: AFF-DAMAGED: {says}")


def test_the_text_names_so_many_landings_and_counts_the_rest() -> None:
    row = Row(landing="1" * 40, outcome=Outcome.NOTED, persons=1)
    found = Written(
        form=Form.GIT_AI, head="2" * 40, place=None, rows=(row,) * (MOST + 2), undated=3, limits=()
    )
    told = [*text(found)]
    assert told[:2] == ["111111111111   noted    1 lines of persons"] * 2
    assert told[MOST:] == [
        "and 2 landings more",
        "form           git-ai",
        "landings       1,002 up to 222222222222",
        "noted          1,002 with a note already, which is never written over",
        "undated        3 landings have no time: not known if asked for",
    ]
    assert found.exit_status == 3


@pytest.mark.parametrize("form", ["git-ai", "agent-trace"])
def test_what_only_a_commit_claims_is_written_where_that_is_asked_for_and_says_so(
    repo: Repo, write: Callable[..., Ended], form: str, tmp_path: Path
) -> None:
    repo.commit("Begin", files={"a.py": "one\ntwo\n"})
    repo.commit(f"Work\n\n{BY_CLAUDE}", author=BEN, files={"a.py": "one\nagent\ntwo\nlast\n"})
    (row,) = rows(write("--json", form=form))
    assert (row["outcome"], row["left_out"]) == ("nothing", [f"{ALONE}: 2"])
    (row,) = rows(write("--json", "--from-commits", form=form))
    assert row["agents"] == [{"agent": "claude-code", "model": None, "by_commit": True, "lines": 2}]
    write("--to", tmp_path / "out", "--from-commits", form=form)
    said = json.loads((tmp_path / "out").read_bytes())
    if form == "agent-trace":
        assert said["metadata"]["ground"].startswith("commit: these lines are the agent's by what")
    else:
        (entry,) = said["entries"]
        sessions = json.loads(entry["content"].partition("---\n")[2])["sessions"]
        assert [one["custom_attributes"] for one in sessions.values()] == [{"ground": "commit"}]
        assert entry["content"].splitlines()[1].endswith(" 2,4")


def test_whose_the_lines_of_two_agents_are_is_not_told(
    repo: Repo, write: Callable[..., Ended]
) -> None:
    codex = "Co-Authored-By: Codex <noreply@openai.com>"
    repo.commit(f"Work\n\n{BY_CLAUDE}\n{codex}", author=BEN, files={"a.py": "one\n"})
    (row,) = rows(write("--json", "--from-commits"))
    several = "lines of a commit that names several agents, not written: whose each is, is not told"
    assert (row["outcome"], row["left_out"]) == ("nothing", [f"{several}: 1"])


def test_lines_of_no_agent_and_no_person_are_never_written(
    repo: Repo, write: Callable[..., Ended]
) -> None:
    repo.commit("Begin", files={"a.py": "one\n"})
    repo.commit("Bump", author=DEPENDABOT, files={"b.py": "one\n"})
    work = repo.commit("A", author=CLAUDE, files={"a.py": "one\nseen\nunseen\n"})
    repo.note(AI, work, note(f"{SESSION} 2"))
    done = rows(write("--json", "--since", "2000-01-01", "--from-commits"))
    assert [(one["outcome"], one["left_out"]) for one in done] == [
        ("nothing", ["lines of which nothing is said, not written: 1"]),
        ("nothing", ["lines of automation that is no agent, not written: 1"]),
        ("ready", ["lines of which it is undetermined whose they are, not written: 1"]),
    ]


def test_persons_whom_no_note_names_are_left_out_of_notes_and_counted(
    repo: Repo, write: Callable[..., Ended]
) -> None:
    work = repo.commit("Work", author=BEN, files={"a.py": "one\ntwo\nthree\n"})
    repo.note(AI, work, note(f"{NOBODY} 1-2", f"{PERSON} 3"))
    (row,) = rows(write("--json"))
    assert (row["persons"], row["left_out"]) == (
        1,
        ["lines of a person whose name is not given, left out: 2"],
    )
    (row,) = rows(write("--json", form="agent-trace"))
    assert (row["persons"], row["left_out"]) == (3, [])


def test_a_key_stands_for_whom_its_own_note_names(
    repo: Repo, write: Callable[..., Ended], tmp_path: Path
) -> None:
    repo.commit("First", files={"a.py": "zero\n"})
    one = repo.commit("One", branch="work", at="main", files={"a.py": "zero\none\n"})
    repo.note(AI, one, note(f"{PERSON} 2"))
    two = repo.commit("Two", branch="work", files={"a.py": "zero\none\ntwo\n"})
    repo.note(AI, two, note(f"{PERSON} 3").replace("Ben <ben@", "Eve <eve@"))
    repo.merge("work")
    write("--to", tmp_path / "out")
    ((_, body),) = read_export((tmp_path / "out").read_bytes()).items()
    log = parse(body)
    names = {log.humans[key]["author"]: spans for key, spans in log.files["a.py"].items()}
    assert names == {"Ben <ben@example.org>": ((2, 2),), "Eve <eve@example.org>": ((3, 3),)}


def test_a_range_has_the_landings_behind_its_beginning(
    work: Repo, write: Callable[..., Ended]
) -> None:
    first, second = work.parents("main")[0], work.resolve("main")
    third = work.commit("Third", files={"c.py": "x\n"})
    asked = {
        "main": [third],
        second: [second],
        f"{first}..": [second, third],
        f"{first}..main~1": [second],
        "main..main": [],
    }
    found = {one: [row["landing"] for row in rows(write("--json", one))] for one in asked}
    assert found == asked


def test_landings_are_chosen_by_their_time(work: Repo, write: Callable[..., Ended]) -> None:
    late = work.commit("Late", date="2031-01-01T00:00:00Z", files={"c.py": "x\n"})
    done = write("--json", "--since", "2031-01-01")
    assert [row["landing"] for row in rows(done)] == [late]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--to", "x", "--notes"), "--to and --notes are two places to write to: give one"),
        (("--to", "-", "--json"), "--to - is the records alone, --json an answer: give one"),
        (("a...b",), "'a...b' is no range of landings"),
        (("..main",), "'..main' is no range of landings"),
        (("none..main",), "'none' names no commit of the repository"),
        (("main..none",), "'none' names no commit of the repository"),
    ],
)
def test_what_makes_no_sense_is_refused(
    work: Repo, write: Callable[..., Ended], arguments: tuple[str, ...], says: str
) -> None:
    before = refs(work)
    done = write(*arguments)
    assert (done.status, done.out, refs(work)) == (2, "", before)
    assert done.err.startswith(f"affidavit: AFF-USAGE: {says}")


def test_a_time_that_is_none_is_refused_before_the_work(
    work: Repo, write: Callable[..., Ended]
) -> None:
    done = write("--since", "yesterday")
    assert (done.status, done.out) == (2, "")
    assert work.resolve("main") in noted(work)


def test_where_files_are_missing_the_command_ends_with_3(
    work: Repo, write: Callable[..., Ended], tmp_path: Path
) -> None:
    clone = work.clone(tmp_path / "clone", "--bare", "--filter=blob:none")
    done = write("--repo", clone)
    assert done.status == 3
    assert any(line.startswith("  files-missing: ") for line in done.out.splitlines())


def test_a_path_that_is_no_text_is_left_out_and_counted(
    repo: Repo, write: Callable[..., Ended]
) -> None:
    from gitobjects import Entry  # noqa: PLC0415 - one test alone makes such a tree

    tree = repo.tree({b"\xff.py": Entry("100644", repo.blob("one\n"))})
    body = f"tree {tree}\nauthor {CLAUDE} 1 +0000\ncommitter {CLAUDE} 1 +0000\n\nWork\n"
    repo.raw_commit(body.encode(), branch="main")
    (row,) = rows(write("--json", "--from-commits"))
    assert (row["outcome"], row["left_out"]) == (
        "nothing",
        ["paths that the form has no way to write, left out: 1"],
    )
