"""``affidavit identity check``: what is no fault, and does not do what it seems to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from gitrepo import Repo
from histories import ran

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """version = 1

[gate.teams]
security = ["Nobody", "Ben Ode"]

[[person]]
name = "Ben Ode"
addresses = [
  "ben@firm.mail",
  "{address}",
]
"""
TOLD = (
    "{} is nobody's own address, as hosts of local networks and of examples are: inside a"
    " repository it is believed of nobody, so declare an address of a public domain"
)
STRANGER = "[gate.teams] security: Nobody is no declared person"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    repo = Repo(tmp_path / "work")
    repo.commit("Begin")
    return repo.path


@pytest.mark.parametrize("host", ["firm.internal", "firm.test", "firm.local"])
def test_an_address_that_is_believed_of_nobody_is_noted_with_its_line(
    here: Path, host: str
) -> None:
    (here / "affidavit.toml").write_text(TEXT.format(address=f"ben@{host}"))
    done = ran("identity", "check", here=here)
    assert (done.status, done.out.splitlines()) == (
        0,
        [
            f"affidavit.toml:3: note: {STRANGER}",
            f"affidavit.toml:10: note: {TOLD.format(f'ben@{host}')}",
            "affidavit.toml: 1 person, 0 agents, 0 bots; nothing is wrong",
        ],
    )
    told = json.loads(ran("identity", "check", "--json", here=here).out)
    assert [one["line"] for one in told["notes"]] == [3, 10]


def test_a_doctor_warns_of_it_and_names_it(here: Path) -> None:
    text = TEXT.format(address="ben@firm.internal").replace('"Nobody", ', "")
    (here / "affidavit.toml").write_text(text)
    told = json.loads(ran("doctor", "--json", here=here).out)["checks"]
    (one,) = (each for each in told if each["id"] == "identities")
    assert (one["state"], one["found"]) == (
        "warn",
        f"line 10: {TOLD.format('ben@firm.internal')}; 1 in all",
    )


def test_what_does_what_it_seems_to_is_not_noted(here: Path) -> None:
    text = TEXT.format(address="ben@home.firm.mail").replace('"Nobody", ', "")
    (here / "affidavit.toml").write_text(text)
    done = ran("identity", "check", here=here)
    assert done.out == "affidavit.toml: 1 person, 0 agents, 0 bots; nothing is wrong\n"
