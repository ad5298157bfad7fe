"""``affidavit policy`` with --opa: a server of OPA answers instead of our own engine."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.app.policy.starting import begun, default_files
from affidavit.policy.bundle import Bundle, bundle_of
from default_policy import bundle
from histories import ran
from opa_server import opa_server
from policy_decisions import decided, keep
from policy_inputs import raw, touching
from receipts import a_ledger

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.app.ledger.home import Home
    from affidavit.app.policy.deciding import Decided
    from histories import Ended

OWN = bundle()
NOBODY = "http://127.0.0.1:9"
"""Where no server listens."""


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with the default bundle, and inputs that it allows and refuses."""
    begun(tmp_path / "affidavit/policy")
    for name, changes in (("good", {}), ("bad", {"classes": touching("auth")})):
        (tmp_path / f"{name}.json").write_text(json.dumps(raw(**changes)))
    return tmp_path


def policy(here: Path, *args: str | Path) -> Ended:
    return ran("policy", *args, here=here)


def laxer() -> Bundle:
    """The default bundle with one rule more, which nothing meets, and one less."""
    files = default_files()
    return bundle_of({**files, "persons.rego": files["persons.rego"].replace(b"found c", b"x c")})


def test_eval_asks_the_server_and_says_which_engine_answered(here: Path) -> None:
    with opa_server(OWN, OWN.digest) as url:
        good, bad = (
            policy(here, "eval", "--input", f"{name}.json", "--opa", url, "--json")
            for name in ("good", "bad")
        )
    ours = json.loads(policy(here, "eval", "--input", "bad.json", "--json").out)
    assert (good.status, bad.status) == (0, 1)
    assert json.loads(bad.out) == {**ours, "engine": "opa 1.20.2"}


def test_eval_says_where_the_servers_bundle_is_not_verified(here: Path) -> None:
    with opa_server(laxer()) as url:
        done = policy(here, "eval", "--input", "bad.json", "--opa", url)
    assert done.status == 0
    assert "by opa 1.20.2, bundle not verified" in done.out.splitlines()


@pytest.mark.parametrize(
    ("url", "error"),
    [
        pytest.param(NOBODY, "the server of OPA does not answer (ConnectError)", id="nobody"),
        pytest.param("http://opa.example", "http://opa.example is neither https nor", id="plain"),
    ],
)
def test_a_server_that_cannot_be_asked_is_an_error(here: Path, url: str, error: str) -> None:
    done = policy(here, "eval", "--input", "good.json", "--opa", url)
    assert (done.status, done.out) == (4, "")
    assert done.err.startswith(f"affidavit: AFF-POLICY: {error}")


def test_a_server_with_another_bundle_is_an_error(here: Path) -> None:
    with opa_server(laxer(), laxer().digest) as url:
        done = policy(here, "eval", "--input", "bad.json", "--opa", url)
    assert (done.status, done.out) == (4, "")
    assert f"the server has another bundle: {laxer().digest}" in done.err


def test_diff_of_one_bundle_with_a_server_compares_the_engines(here: Path) -> None:
    same = ("affidavit/policy", "affidavit/policy", "--input", "good.json", "--input", "bad.json")
    with opa_server(OWN, OWN.digest) as url:
        alike = policy(here, "diff", *same, "--opa", url)
    with opa_server(laxer()) as url:
        other = policy(here, "diff", *same, "--opa", url)
    assert (alike.status, alike.out.splitlines()[-1]) == (0, "0 of 2 decisions differ")
    assert (other.status, other.out.splitlines()[-1]) == (1, "1 of 2 decisions differ")
    assert "  after: allowed, critical" in other.out.splitlines()


@pytest.fixture
def ledger(here: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A ledger with a decision that allowed and one that refused."""
    place = a_ledger(here, monkeypatch)
    keep(place)
    keep(place, decided(classes=touching("auth")))
    return place


def replayed(here: Path, ledger: Home, url: str) -> tuple[int, list[tuple[str, str]]]:
    done = policy(here, "replay", "--ledger", ledger.folder, "--opa", url, "--json")
    told = json.loads(done.out)["decisions"]
    return done.status, [(one["again"], one["why"]) for one in told]


def test_replay_makes_decisions_again_by_the_server(here: Path, ledger: Home) -> None:
    with opa_server(OWN, OWN.digest) as url:
        assert replayed(here, ledger, url) == (0, [("same", "")] * 2)


def test_replay_by_a_server_that_does_not_say_what_it_has_shows_nothing(
    here: Path, ledger: Home
) -> None:
    with opa_server(OWN) as url:
        why = "opa 1.20.2, bundle not verified: it may have decided by another"
        assert replayed(here, ledger, url) == (3, [("unknown", why)] * 2)


def test_replay_without_a_server_or_with_another_bundle_is_unknown(
    here: Path, ledger: Home
) -> None:
    keep(ledger, failed())
    why = "the server of OPA does not answer (ConnectError)"
    assert replayed(here, ledger, NOBODY) == (3, [("unknown", why)] * 3)
    with opa_server(laxer(), "7") as url:
        why = "the server has another bundle: 7"
        assert replayed(here, ledger, url) == (3, [("unknown", why)] * 3)


def failed() -> Decided:
    """A decision of an engine that gave no answer: no server that fails says the same again."""
    one = decided(branch="next")
    decision = msgspec.structs.replace(
        one.decision, allowed=False, tier=None, needs=None, error="engine: it is gone"
    )
    return msgspec.structs.replace(one, decision=decision, verdict="undecided")
