"""``affidavit approve``, ``reject`` and ``waive`` at a terminal, with real keys of ssh-keygen."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from affidavit.app.approvals.deciding import Asked, Command, decided, prepared
from affidavit.app.approvals.keys import chosen
from affidavit.app.ledger.noting import noted_lines
from affidavit.base.errors import KeyFileError
from affidavit.changes.approval.predicate import Answers, Approval, Change, read
from affidavit.identity.ssh.signature import armored
from affidavit.ledger.bundle import parse_line
from affidavit.ledger.dsse import parse_envelope
from authenticator import plain_key
from gitrepo import Repo
from histories import ran
from signed_approvals import ANN, row
from sshkeygen import SshKeygen, needs_ssh_keygen
from terminals import PROGRAM, at_terminal, environment

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.ledger.dsse import Envelope

pytestmark = needs_ssh_keygen
KEY = plain_key(seed=11)
WHOLE = "Type the first 8 digits of the digest, or y, to sign it: "


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A repository with a change on a side branch, and a person's key in their home."""
    repo = Repo(tmp_path / "work")
    repo.commit("First")
    repo.commit("Let them in", branch="side", at="main")
    repo.ref("refs/pull/12/head", "side")
    folder = tmp_path / "work" / "home" / ".ssh"
    folder.mkdir(parents=True)
    (folder / "id_ed25519").write_bytes(KEY.openssh)
    (folder / "id_ed25519").chmod(0o600)
    (folder / "id_ed25519.pub").write_text(f"{KEY.line} ann\n")
    return tmp_path / "work"


def tip(here: Path, name: str) -> str:
    return (here / ".git/refs/heads" / name).read_text().strip()


def bodies(here: Path, commit: str) -> list[tuple[str, dict[str, object]]]:
    lines = noted_lines(here, commit).get(commit, [])
    return [((fact := parse_line(one).fact).kind, fact.body) for one in lines]


def envelope_in(here: Path, commit: str) -> Envelope:
    ((kind, body),) = bodies(here, commit)
    assert kind == "approval.signed.v1"
    return parse_envelope(str(body["envelope"]).encode())


def test_a_person_signs_what_they_were_shown_and_it_lies_in_the_notes(here: Path) -> None:
    head, base = tip(here, "side"), tip(here, "main")
    done = at_terminal(
        "approve", "#12", "--answer", "tests=yes", "--ai-use", "assisted", here=here, answers=["y"]
    )
    envelope = envelope_in(here, head)
    said = read(envelope)
    assert (done.status, said.commit) == (0, head)
    assert said.approval.change.patch is not None
    assert said.approval == Approval(
        decision="approved",
        change=Change(base=base, merge_base=base, patch=said.approval.change.patch, request=12),
        answers=Answers(tests=True),
        ai_use="assisted",
        at=said.approval.at,
        nonce=said.approval.nonce,
    )
    assert done.out.splitlines() == [
        f"approved       {head}",
        f"statement      {envelope.digest()}",
        f"signer         {KEY.public.fingerprint}",
        f"in notes of    {head}",
        "To have the forge date it, post this line as the whole text of a review:",
        done.out.splitlines()[-1],
    ]


def test_what_is_signed_is_shown_in_words_before_the_key_is_asked(here: Path) -> None:
    head, base = tip(here, "side"), tip(here, "main")
    done = at_terminal("approve", "side", here=here, answers=["no"])
    shown = done.seen.splitlines()
    digest = next(one.split()[-1] for one in shown if one.startswith("  digest"))
    tree = next(one.split()[-1] for one in shown if one.startswith("  tree"))
    assert shown == [
        "you approve",
        f"  commit        {head}",
        "                Let them in",
        f"  tree          {tree}",
        f"  to go into    {base}",
        f"  changed since {base}",
        "  files         1",
        "  it does what it is meant to do, and nothing else: not answered",
        "  it was looked at for security: not answered",
        "  it is tested, and the tests can fail: not answered",
        "  what an AI wrote was read line by line: not answered",
        "  AI use        not said",
        f"  key           {KEY.public.fingerprint} (ssh-ed25519)",
        f"                {here}/home/.ssh/id_ed25519",
        "                a software key: the signature does not show that a person made it",
        f"  digest        {digest}",
        f"{WHOLE}affidavit: nothing was signed",
    ]
    assert (done.status, done.out, bodies(here, head)) == (1, "", [])


def test_ssh_keygen_accepts_what_was_signed_over_its_encoding(here: Path, tmp_path: Path) -> None:
    at_terminal("approve", "side", here=here, answers=["y"])
    envelope = envelope_in(here, tip(here, "side"))
    signature = armored(envelope.signatures[0].signature)
    assert SshKeygen(tmp_path).verify(signature, envelope.pae(), row(ANN, KEY), ANN)
    assert not SshKeygen(tmp_path).verify(signature, envelope.pae() + b" ", row(ANN, KEY), ANN)


def test_the_first_digits_of_the_digest_say_yes_and_those_of_another_do_not(here: Path) -> None:
    ready = prepared(Asked(command="approve", revision="side", repository=here), environment(here))
    digits = ready.digest.removeprefix("sha256:")[:8]
    typed = ("y", "Yes", digits, f" {digits.upper()} ", "n", "", "00000000", digits[:7])
    assert [ready.is_confirmed(one) for one in typed] == [True] * 4 + [False] * 4


@pytest.mark.parametrize("command", ["approve", "waive"])
def test_a_decision_is_the_same_without_the_words_around_it(
    here: Path, monkeypatch: pytest.MonkeyPatch, command: Command
) -> None:
    monkeypatch.setenv("AFFIDAVIT_HOME", str(here / "home/affidavit"))
    until = "2999-01-01" if command == "waive" else None
    items = ("scan",) if until else ()
    asked = Asked(
        command=command, revision="side", repository=here, reason="why", until=until, items=items
    )
    ready = prepared(asked, environment(here))
    done = decided(ready, asked)
    assert (done.statement, done.signer) == (ready.digest, KEY.public.fingerprint)
    assert envelope_in(here, done.commit).pae() == ready.envelope.pae()


def test_a_key_that_does_not_sign_is_one_error(here: Path) -> None:
    (here / "home/.ssh/id_ed25519").unlink()
    asked = Asked(command="approve", revision="side", repository=here)
    ready = prepared(asked, environment(here))
    with pytest.raises(KeyFileError, match=r"^ssh-keygen did not sign with "):
        decided(ready, asked)
    assert bodies(here, tip(here, "side")) == []


def test_the_checklist_asks_each_question_that_was_not_answered(here: Path) -> None:
    done = at_terminal(
        *("approve", "side", "--checklist", "--answer", "security=no"),
        here=here,
        answers=["yes", "skip", "yes", "y"],
    )
    said = read(envelope_in(here, tip(here, "side"))).approval
    assert done.status == 0
    assert said.answers == Answers(functional_correctness=True, security=False, ai_review=True)


def test_a_rejection_and_a_waiver_say_why_and_for_what(here: Path) -> None:
    head = tip(here, "side")
    where = ("--output", "facts.jsonl")
    at_terminal("reject", "side", "--reason", "it leaks", *where, here=here, answers=["y"])
    at_terminal(
        *("waive", "side", "--items", "scan,AFF-1", "--until", "2999-01-01"),
        *("--reason", "a flaky scanner", *where),
        here=here,
        answers=["y"],
    )
    lines = (here / "facts.jsonl").read_bytes().splitlines()
    found = [parse_line(one).fact.body for one in lines]
    said = [read(parse_envelope(str(one["envelope"]).encode())).approval for one in found]
    assert [(one.decision, one.reason, one.items, one.until) for one in said] == [
        ("rejected", "it leaks", (), None),
        ("waived", "a flaky scanner", ("scan", "AFF-1"), "2999-01-02T00:00:00Z"),
    ]
    assert bodies(here, head) == []


def test_a_push_shares_the_notes_with_a_remote(here: Path, tmp_path: Path) -> None:
    remote, head = tmp_path / "remote.git", tip(here, "side")
    subprocess.run(["git", "init", "-q", "--bare", remote], check=True)
    words = ("approve", "side", "--push", str(remote), "--output", "facts.jsonl")
    done = at_terminal(*words, here=here, answers=["y"])
    assert done.status == 0
    assert done.out.splitlines()[3:6] == [
        "appended to    facts.jsonl",
        f"in notes of    {head}",
        f"pushed to      {remote}",
    ]
    lines = (here / "facts.jsonl").read_bytes().splitlines()
    assert noted_lines(remote) == noted_lines(here) == {head: lines}


def test_under_an_agent_nobody_is_asked_and_that_is_a_fact(here: Path) -> None:
    head = tip(here, "side")
    given = environment(here, CLAUDECODE="secret-session")
    done = at_terminal("approve", "side", here=here, answers=["y"], given=given)
    assert (done.status, done.out) == (1, "")
    assert done.seen == (
        "affidavit: approve refused: CLAUDECODE is set, as it is under Claude Code: an agent"
        f" does not sign\n  that this was refused is kept in the notes of {head}\n"
    )
    refusal = {"because": "agent", "command": "approve", "variable": "CLAUDECODE"}
    assert bodies(here, head) == [("approval.refused.v1", refusal)]
    assert "secret-session" not in json.dumps(bodies(here, head)) + done.seen


def test_a_variable_that_persons_set_too_is_told_and_refuses_nothing(here: Path) -> None:
    given = environment(here, CURSOR_TRACE_ID="1", AGENT="")
    done = at_terminal("approve", "side", here=here, answers=["y"], given=given)
    assert done.status == 0
    assert "  note          CURSOR_TRACE_ID is set, as some agents do" in done.seen.splitlines()


@pytest.mark.parametrize("command", ["approve", "reject", "waive"])
def test_without_a_terminal_nobody_is_asked_and_that_is_a_fact(here: Path, command: str) -> None:
    more = {"reject": ["--reason", "r"], "waive": ["--reason", "r", "--until", "2999-01-01"]}
    done = subprocess.run(
        [*PROGRAM, command, "side", *more.get(command, [])],
        cwd=here,
        env=environment(here),
        input=b"y\n",
        capture_output=True,
        check=False,
    )
    head = tip(here, "side")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode() == (
        f"affidavit: {command} refused: it takes a terminal, and there is none: nobody can be"
        f" asked\n  that this was refused is kept in the notes of {head}\n"
    )
    refusal = {"because": "terminal", "command": command}
    assert bodies(here, head) == [("approval.refused.v1", refusal)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("approve", "#13"), "AFF-USAGE: the head of the request #13 is not here"),
        (("approve", "nosuch"), "AFF-USAGE: 'nosuch' names no commit of the repository"),
        (("approve", "side", "--answer", "tests"), "AFF-USAGE: --answer 'tests' is no answer"),
        (("approve", "side", "--key", "nosuch"), "AFF-KEY: nosuch.pub: No such file or directory"),
        (
            ("waive", "side", "--until", "2020-01-01", "--reason", "r"),
            "AFF-USAGE: --until '2020-01-01' is over already",
        ),
        (
            ("waive", "side", "--until", "2999-01-01", "--reason", "r", "--items", "a b"),
            "AFF-USAGE: --items are at most 100 ids, with commas between them",
        ),
        (("reject", "side", "--reason", " "), "AFF-USAGE: --reason is 1 to 2,000 characters"),
    ],
)
def test_what_cannot_be_signed_is_one_error(
    here: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    for name, value in environment(here).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("affidavit.app.approvals.deciding.hindrance", lambda *_, **__: None)
    done = ran(*words, here=here)
    assert (done.status, done.out) == (5 if "AFF-KEY" in said else 2, "")
    assert done.err.splitlines()[0] == f"affidavit: {said}"
    assert bodies(here, tip(here, "side")) == []


def git_says(here: Path, *setting: str) -> None:
    subprocess.run(
        ["git", "config", "--global", *setting], env=environment(here), check=True, cwd=here
    )


@pytest.mark.parametrize("form", ["key::{line}", "{line}", "~/keys/mine.pub", "{home}/keys/mine"])
def test_the_key_of_gits_own_setting_comes_before_a_usual_one(here: Path, form: str) -> None:
    other = plain_key(seed=12)
    folder = here / "home/keys"
    folder.mkdir()
    (folder / "mine").write_bytes(other.openssh)
    (folder / "mine.pub").write_text(f"{other.line}\n")
    git_says(here, "gpg.format", "ssh")
    git_says(here, "user.signingkey", form.format(line=other.line, home=here / "home"))
    assert chosen(None, environment(here)).public == other.public


def test_a_setting_of_the_repository_names_no_key(here: Path) -> None:
    for setting in (("gpg.format", "ssh"), ("user.signingkey", "/nosuch")):
        subprocess.run(["git", "config", *setting], cwd=here, env=environment(here), check=True)
    assert chosen(None, environment(here)).public == KEY.public


def test_no_key_at_all_says_what_to_do(here: Path) -> None:
    (here / "home/.ssh/id_ed25519.pub").unlink()
    with pytest.raises(KeyFileError) as caught:
        chosen(None, environment(here))
    assert caught.value.message == "there is no SSH key to sign with"
