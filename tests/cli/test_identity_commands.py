"""``affidavit identity``: what its commands print, and how they end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from gitrepo import ALICE, BEN
from histories import ran

if TYPE_CHECKING:
    from pathlib import Path

    from gitrepo import Repo

FILE = """version = 1

[[person]]
name = "Ada"
addresses = ["ada@firm.mail", "ada@home.mail"]
accounts = ["github:ada", "github:7"]
keys = ["0123456789abcdef0123456789abcdef01234567"]
roles = ["reviewer", { role = "security", since = 2026-01-01, until = 2026-01-31 }]

[[agent]]
name = "helper"
addresses = ["helper@firm.mail"]
owner = "github:ada"
"""


def test_the_members_are_listed_with_what_joins_them(repo: Repo, tmp_path: Path) -> None:
    repo.commit("Begin", date="2026-01-01")
    id_ = repo.commit("Who", files={"affidavit.toml": FILE}, date="2026-01-02T03:04:05Z")
    done = ran("identity", "list", "--repo", repo.path, here=tmp_path)
    assert done.status == 0
    assert done.out.splitlines() == [
        f"affidavit.toml: commit {id_}, in force after 2026-01-02T03:04:05Z",
        "person Ada",
        "       addresses  ada@firm.mail, ada@home.mail",
        "       accounts   github:ada, github:7",
        "       keys       0123456789ABCDEF0123456789ABCDEF01234567",
        "       roles      reviewer, security from 2026-01-01 to 2026-01-31",
        "agent  helper",
        "       addresses  helper@firm.mail",
        "       owner      github:ada (Ada)",
    ]


def test_the_members_of_a_day_are_those_of_the_version_then(repo: Repo, tmp_path: Path) -> None:
    id_ = repo.commit("Who", files={"affidavit.toml": FILE}, date="2026-01-02")
    repo.commit("Gone", files={"affidavit.toml": None}, date="2026-02-10")
    done = ran(
        "identity", "list", "--repo", repo.path, "--at", "2026-02-01", "--json", here=tmp_path
    )
    found = json.loads(done.out)
    assert done.status == 0
    assert (found["format"], found["at"], found["versions"]) == (
        "affidavit/identities@1",
        "2026-02-01T23:59:59Z",
        2,
    )
    assert found["version"]["commit"] == id_
    assert found["members"][0]["roles"] == [
        {"role": "reviewer", "since": None, "until": None, "holds": True},
        {"role": "security", "since": "2026-01-01", "until": "2026-01-31", "holds": False},
    ]
    text = ran("identity", "list", "--repo", repo.path, "--at", "2026-02-01", here=tmp_path)
    assert "security from 2026-01-01 to 2026-01-31 (not then)" in text.out


@pytest.mark.parametrize(
    ("at", "why"),
    [
        ("2026-01-01", "no version of it was in force yet, or there never was one"),
        ("2026-02-11", "the file was removed"),
        ("2026-03-11", "it cannot be understood"),
    ],
)
def test_where_nothing_is_known_it_says_so_and_ends_with_3(
    repo: Repo, tmp_path: Path, at: str, why: str
) -> None:
    repo.commit("Who", files={"affidavit.toml": FILE}, date="2026-01-02")
    repo.commit("Gone", files={"affidavit.toml": None}, date="2026-02-10")
    repo.commit("Odd", files={"affidavit.toml": "not toml"}, date="2026-03-10")
    done = ran("identity", "list", "--repo", repo.path, "--at", at, here=tmp_path)
    assert (done.status, done.out) == (3, f"affidavit.toml at {at}T23:59:59Z: unknown: {why}\n")


def test_a_file_of_its_own_is_listed_by_its_path(repo: Repo, tmp_path: Path) -> None:
    repo.commit("Who", files={"who/is.toml": FILE})
    done = ran("identity", "list", "--repo", repo.path, "--file", "who/is.toml", here=tmp_path)
    assert (done.status, done.out.startswith("who/is.toml: commit ")) == (0, True)


def test_a_day_that_is_none_is_refused_by_the_option_s_name(repo: Repo, tmp_path: Path) -> None:
    repo.commit("Work")
    done = ran("identity", "list", "--repo", repo.path, "--at", "soon", here=tmp_path)
    assert (done.status, "AFF-PERIOD: --at 'soon'" in done.err) == (2, True)


def test_a_sound_file_is_counted(tmp_path: Path) -> None:
    (tmp_path / "affidavit.toml").write_text(FILE)
    done = ran("identity", "check", here=tmp_path)
    assert (done.status, done.out) == (
        0,
        "affidavit.toml: 1 person, 1 agent, 0 bots; nothing is wrong\n",
    )


@pytest.mark.parametrize(
    ("text", "out"),
    [
        (
            FILE.replace("version = 1", "") + 'accounts = ["github:7"]\n',
            [
                '6: the account "github:7" is in line 14 too',
                "3: `accounts` needs `version = 1` at the top of the file",
                "3: `keys` needs `version = 1` at the top of the file",
                "3: `roles` needs `version = 1` at the top of the file",
                "10: `accounts` needs `version = 1` at the top of the file",
                '14: the account "github:7" is in line 6 too',
            ],
        ),
        ("version = 1\nx = [\n", None),
        ('version = 1\n\n[[person]]\nnam = "x"\n', None),
        (b"\xff", None),
    ],
)
def test_every_fault_is_told_with_its_line(
    tmp_path: Path, text: str | bytes, out: list[str] | None
) -> None:
    place = tmp_path / "who.toml"
    place.write_bytes(text if isinstance(text, bytes) else text.encode())
    done = ran("identity", "check", "who.toml", here=tmp_path)
    assert (done.status, done.err) == (1, "")
    told = [line.removeprefix("who.toml:") for line in done.out.splitlines()]
    if out is not None:
        assert sorted(told) == sorted(out)
    else:
        assert len(told) == 1


@pytest.mark.parametrize(
    ("text", "line"),
    [("version = 1\nx = ]\n", 2), ('version = 1\n\n[[person]]\nnam = "x"\n', 3), ("y = 1\n", 1)],
)
def test_a_file_that_cannot_be_understood_is_told_by_line_in_json_too(
    tmp_path: Path, text: str, line: int
) -> None:
    (tmp_path / "who.toml").write_text(text)
    done = ran("identity", "check", "who.toml", "--json", here=tmp_path)
    found = json.loads(done.out)
    assert (done.status, found["file"], found["problems"][0]["line"]) == (1, "who.toml", line)


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    done = ran("identity", "check", here=tmp_path)
    assert (done.status, "AFF-UNREADABLE" in done.err) == (5, True)


def test_suggestions_are_printed_and_nothing_is_changed(repo: Repo, tmp_path: Path) -> None:
    repo.commit("One", author=ALICE)
    head = repo.commit("Two", author=f"{ALICE.partition(' <')[0]} <a@home.mail>")
    repo.commit("Three", author=BEN)
    before = sorted(path for path in repo.path.rglob("*"))
    done = ran("identity", "suggest", repo.path, "--quiet", here=tmp_path)
    assert (done.status, done.err) == (0, "")
    assert "[[person]]" in done.out
    assert head[:12] in done.out
    assert sorted(path for path in repo.path.rglob("*")) == before
    as_json = ran("identity", "suggest", repo.path, "--json", here=tmp_path)
    found = json.loads(as_json.out)
    assert found["format"] == "affidavit/identity-suggestions@1"
    assert [part["label"] for part in found["persons"][0]["parts"]] == [
        "a@home.mail",
        "alice@firm.mail",
    ]


@pytest.mark.parametrize("text", ["", "{}", "not json\n"])
def test_an_export_that_is_none_is_refused(repo: Repo, tmp_path: Path, text: str) -> None:
    repo.commit("Work")
    (tmp_path / "x.jsonl").write_text(text)
    done = ran("identity", "suggest", repo.path, "--export", "x.jsonl", here=tmp_path)
    assert (done.status, "AFF-INPUT" in done.err) == (4, True)
