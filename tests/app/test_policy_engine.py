from __future__ import annotations

import io
import os
import threading
from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.app.policy import child
from affidavit.app.policy.opening import bundle_at, bundle_in
from affidavit.app.policy.running import Apart, engine
from affidavit.app.policy.wire import Bounds, Question, Reply, Start
from affidavit.base.errors import PolicyError
from affidavit.policy.errors import EvaluationError, Failure
from affidavit.policy.model import Answer
from affidavit.policy.regorus import NAME
from affidavit.sources.git.locate import locate
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs
from gitrepo import Entry
from rego_bundles import LOOP, MANIFEST, PANIC, PANICS, a_bundle

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.policy.bundle import Bundle
    from gitrepo import Repo

REGO = "package p\n\ndeny contains x if some x in input.words\n"
WORDS = b'{"words":["b","a"]}'
GENEROUS = Bounds(seconds=30, memory=4 << 30)


def failure(bundle: Bundle, bounds: Bounds, input_: bytes = b"{}") -> tuple[Failure, str]:
    apart = Apart(bundle, bounds)
    with pytest.raises(EvaluationError) as refused:
        apart.query("data.p.deny", input_)
    apart.close()
    return refused.value.failure, refused.value.message


@pytest.mark.parametrize("trusted", [True, False])
def test_an_engine_answers_the_same_in_this_process_and_in_one_of_its_own(*, trusted: bool) -> None:
    asked = engine(a_bundle(REGO), trusted=trusted)
    assert asked.name == NAME
    assert asked.query("data.p.deny", WORDS) == Answer(value=b'["a","b"]')
    assert asked.query("data.p.deny", b'{"words":[]}') == Answer(value=b"[]")
    assert asked.query("data.p.other", WORDS) == Answer(value=None)
    assert asked.query("data.p.deny", WORDS) == Answer(value=b'["a","b"]')


@pytest.mark.parametrize("trusted", [True, False])
def test_a_bundle_that_may_not_run_is_refused_when_its_engine_is_made(*, trusted: bool) -> None:
    with pytest.raises(EvaluationError) as refused:
        engine(a_bundle("package p\n\ndeny contains time.now_ns()\n"), trusted=trusted)
    assert refused.value.failure is Failure.CAPABILITY
    assert refused.value.message.startswith("a.rego:3:")
    assert refused.value.hint == "docs/policy-engine.md has the list"


def test_a_policy_that_takes_too_long_is_ended() -> None:
    found = failure(a_bundle(LOOP), Bounds(seconds=1, memory=4 << 30))
    assert found == (Failure.LIMIT, "the policy takes more than 1 seconds")


def test_a_policy_that_needs_too_much_memory_is_ended() -> None:
    found = failure(a_bundle(LOOP), Bounds(seconds=30, memory=400 << 20))
    assert found == (
        Failure.LIMIT, "the policy needs too much memory, or calls itself too deep"
    )  # fmt: skip


def test_a_policy_that_makes_the_engine_fail_denies_in_a_process_of_its_own_too() -> None:
    found = failure(a_bundle(PANIC), GENEROUS, PANICS)
    assert found == (Failure.PANIC, "the engine failed in itself")


def test_after_a_process_was_ended_the_next_question_has_a_new_one() -> None:
    rego = REGO + "\ndeny contains n if n := count(numbers.range(1, input.many))\n"
    apart = Apart(a_bundle(rego), Bounds(seconds=1, memory=4 << 30))
    with pytest.raises(EvaluationError):
        apart.query("data.p.deny", b'{"words":[],"many":100000000}')
    found = apart.query("data.p.deny", b'{"words":["a"],"many":2}')
    assert found == Answer(value=b'[2,"a"]')


def test_an_error_of_a_policy_does_not_end_its_process() -> None:
    apart = Apart(a_bundle("package p\n\ndeny contains to_number(input.n)\n"))
    with pytest.raises(EvaluationError) as refused:
        apart.query("data.p.deny", b'{"n":"x"}')
    first = apart._child
    assert refused.value.failure is Failure.FAILED
    assert apart.query("data.p.deny", b'{"n":"5"}') == Answer(value=b"[5]")
    assert apart._child is first


def test_a_process_that_was_killed_from_outside_is_an_error_and_not_an_answer() -> None:
    apart = Apart(a_bundle(REGO))
    assert apart._child is not None
    apart._child.terminate()
    apart._child.wait()
    with pytest.raises(EvaluationError) as refused:
        apart.query("data.p.deny", WORDS)
    assert refused.value.failure is Failure.LIMIT
    assert refused.value.message == "the policy's process gave no answer that can be read"


def test_the_processor_time_is_counted_for_each_question_and_not_for_all() -> None:
    rego = "package p\n\ndeny contains n if n := count(numbers.range(1, 1000000))\n"
    apart = Apart(a_bundle(rego), Bounds(seconds=1, memory=4 << 30))
    found = {apart.query("data.p.deny", f"[{number}]".encode()) for number in range(14)}
    assert found == {Answer(value=b"[1000000]")}


def test_an_engine_in_this_process_can_be_asked_from_every_thread() -> None:
    asked = engine(a_bundle(REGO), trusted=True)
    found = list[Answer]()
    threads = [
        threading.Thread(target=lambda: found.append(asked.query("data.p.deny", WORDS)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [Answer(value=b'["a","b"]')] * 4


def written(folder: Path) -> Path:
    (folder / "lib").mkdir(parents=True)
    (folder / "policy.toml").write_text(MANIFEST)
    (folder / "a.rego").write_text(REGO)
    (folder / "lib" / "b.rego").write_text("package b\n")
    (folder / "README.md").write_text("words\n")
    return folder


def test_a_bundle_in_a_folder_and_in_a_commit_is_the_same(tmp_path: Path, repo: Repo) -> None:
    folder = written(tmp_path / "bundle")
    names = [path for path in folder.rglob("*") if path.is_file()]
    files = {f"x/policy/{path.relative_to(folder)}": path.read_text() for path in names}
    commit = repo.commit("A policy", files=files)
    found = from_commit(repo, commit)
    assert found == bundle_at(folder)
    assert [one.path for one in found.modules] == ["a.rego", "lib/b.rego"]


def from_commit(repo: Repo, commit: str) -> Bundle:
    store = locate(repo.path)
    with PrivateGit(store, read_refs(store)) as git, Objects(git) as objects:
        return bundle_in(objects, commit, "x/policy")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"x/policy/a.rego": Entry("120000", "5" * 40)}, "a.rego is neither a file nor a folder"),
        ({"x/policy/lib": Entry("160000", "5" * 40)}, "lib is neither a file nor a folder"),
        ({"x/policy": Entry("120000", "5" * 40)}, "has no folder x/policy"),
        ({"x/other": "a"}, "has no folder x/policy"),
        ({"x/policy/a.rego": Entry("100644", "5" * 40)}, "a.rego is unreadable or too large"),
        ({"x/policy/a.rego": "#" * 262_145}, "a.rego is unreadable or too large"),
    ],
    ids=["link", "submodule", "folder is a link", "no folder", "missing", "large"],
)
def test_what_is_no_bundle_in_a_commit_is_refused(
    repo: Repo, files: dict[str, str | Entry], message: str
) -> None:
    commit = repo.commit("A policy", files=files)
    with pytest.raises(PolicyError) as refused:
        from_commit(repo, commit)
    assert message in refused.value.message


def test_a_link_in_a_folder_is_not_followed(tmp_path: Path) -> None:
    folder = written(tmp_path / "bundle")
    (folder / "c.rego").symlink_to(folder / "a.rego")
    with pytest.raises(PolicyError, match=r"c\.rego is neither a file nor a folder"):
        bundle_at(folder)


def test_a_pipe_in_a_folder_is_not_waited_for(tmp_path: Path) -> None:
    folder = written(tmp_path / "bundle")
    os.mkfifo(folder / "c.rego")
    with pytest.raises(PolicyError, match=r"c\.rego is neither a file nor a folder"):
        bundle_at(folder)


def test_folders_too_deep_and_too_many_files_are_refused(tmp_path: Path) -> None:
    folder = written(tmp_path / "bundle")
    (folder / "/".join("abcdefghij")).mkdir(parents=True)
    with pytest.raises(PolicyError, match="more than 8 folders inside each other"):
        bundle_at(folder)
    many = written(tmp_path / "many")
    for number in range(201):
        (many / f"m{number}.rego").write_text("package m\n")
    with pytest.raises(PolicyError, match="the bundle has more than 200 files"):
        bundle_at(many)


def test_the_process_answers_each_line_with_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "_bound", lambda _: None)
    monkeypatch.setattr(child, "_allow", lambda _: None)
    asked = [
        Start(bundle=a_bundle(REGO), bounds=Bounds()),
        Question(query="data.p.deny", input='{"words":["a"]}'),
        Question(query="data.p.deny", input=None),
        Question(query="data.p.none", input=None),
        Question(query="time.now_ns()", input=None),
    ]
    replies = io.BytesIO()
    child.main(io.BytesIO(b"".join(msgspec.json.encode(one) + b"\n" for one in asked)), replies)
    told = [msgspec.json.decode(line, type=Reply) for line in replies.getvalue().splitlines()]
    answer = Reply(value='["a"]')
    assert told[:-1] == [Reply(), answer, answer, Reply()]
    assert told[-1].failure is Failure.ENGINE
