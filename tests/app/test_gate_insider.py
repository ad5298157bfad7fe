"""What somebody inside may try: to hide what a forge knows, to take a word back, to speak twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import msgspec
import pytest
from test_gate_ends import live, plain

from affidavit.app.gate.base import places_of
from affidavit.app.gate.current import strayed
from affidavit.app.gate.facts import Results, scan_of
from affidavit.app.gate.table import GateTable
from affidavit.base.errors import UsageError
from affidavit.changes.gate.model import Status, Verdict
from affidavit.changes.gate.touched import File
from affidavit.ledger.results import ScanReported
from forges import Protection, faults
from gates import CHECKLIST, COMPLETE, CONFIG, Gates, found, scanned, statuses

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.app.gate.hands import Opened
    from affidavit.changes.gate.answer import Answer
    from forges import Pull
    from gitrepo import Repo

MET, UNMET, UNKNOWN = Status.MET, Status.UNMET, Status.UNKNOWN
NONE = CHECKLIST.format(use="none")
LINES = "".join(f"line {number}\n" for number in range(30))
ALT = CONFIG.replace('"127.0.0.1:ann"', '"127.0.0.1:ann", "127.0.0.1:ann-alt"')


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Gates]:
    made = Gates(tmp_path)
    with made.forge:
        yield made


def asked_live(firm: Gates, pull: Pull, branches: tuple[str, ...] = ()) -> Answer:
    """What the gate says of a request when it asks the forge itself."""
    return live(firm, change=pull.number, slug="firm/shop", branches=branches).answer


def pushed_for_ann(firm: Gates) -> Pull:
    """A request of Ann to which Ben pushed a commit that names Ann, and which he approved."""
    pull = firm.opened()
    commit = firm.shop.make(firm.ann, "More", {"evil.py": "1\n"}, on=pull.head_oid)
    pull.push(firm.ben, commit)
    firm.shop.checks.passes(pull.head_oid, "test")
    firm.report(pull.head_oid)
    pull.review(firm.ben, body=NONE)
    return pull


def test_who_pushed_cannot_approve_and_where_pushes_are_not_told_nobody_surely_can(
    firm: Gates,
) -> None:
    pull = pushed_for_ann(firm)
    assert statuses(asked_live(firm, pull))["reviewed"] is UNMET
    firm.forge.faults.order("activity", faults.forbidden("", 403), times=None)
    answer = asked_live(firm, pull)
    assert (answer.verdict, statuses(answer)["reviewed"]) == (Verdict.UNDECIDED, UNKNOWN)


@pytest.mark.parametrize("lost", ["protection", "rules/branches", "rules|protection"])
def test_checks_that_rules_may_require_are_not_met_where_rules_cannot_be_read(
    firm: Gates, lost: str
) -> None:
    pull = firm.ready()
    assert statuses(asked_live(firm, pull))["checks"] is MET
    firm.forge.faults.order(lost, faults.forbidden("", 403), times=None)
    answer = asked_live(firm, pull)
    assert (answer.verdict, statuses(answer)["checks"]) == (Verdict.UNDECIDED, UNKNOWN)
    assert found(answer, "checks") == "which checks the branch's rules require is not known"


def test_a_base_may_say_that_it_names_every_check(tmp_path: Path) -> None:
    firm = Gates(tmp_path, {"affidavit.toml": COMPLETE})
    with firm.forge:
        pull = firm.ready()
        firm.forge.faults.order("rules|protection", faults.forbidden("", 403), times=None)
        assert statuses(asked_live(firm, pull))["checks"] is MET


def test_another_request_of_the_same_head_may_be_where_none_can_be_listed(firm: Gates) -> None:
    pull = firm.ready()
    firm.forge.faults.order("commits/[0-9a-f]+/pulls", faults.forbidden("", 403), times=None)
    answer = asked_live(firm, pull)
    assert (answer.verdict, statuses(answer)["current"]) == (Verdict.UNDECIDED, UNKNOWN)


def test_an_export_that_ends_early_allows_nothing_that_the_whole_refuses(firm: Gates) -> None:
    firm.shop.protect("main", Protection(reviews=1, checks=("test", "audit")))
    pull = pushed_for_ann(firm)
    assert firm.answer(pull).verdict is Verdict.REFUSED
    whole = firm.export.read_bytes().splitlines(keepends=True)
    cut = firm.folder / "cut.jsonl"
    for number in range(2, len(whole)):
        cut.write_bytes(b"".join(whole[:number]))
        answer = firm.answer(base="main", head=pull.head_oid, forge=cut)
        assert answer.verdict is not Verdict.ALLOWED


def moved_under(firm: Gates) -> Pull:
    """A request that edits files which the base meanwhile moved to where others are needed."""
    pull = firm.opened({"ci.yml": LINES + "run: evil\n", "card.py": LINES + "evil\n"})
    moved = {".github/workflows/b.yml": LINES, "pay/card.py": LINES}
    firm.shop.direct(firm.cleo, "Move", {"ci.yml": None, "card.py": None, **moved})
    pull.review(firm.ben, body=NONE)
    firm.report(pull.head_oid)
    return pull


def test_what_the_base_moved_is_judged_where_it_lies_after_the_merge(tmp_path: Path) -> None:
    firm = Gates(tmp_path, {"ci.yml": LINES, "card.py": LINES})
    with firm.forge:
        asked = firm.asked(moved_under(firm), require=("owners",))
    told = statuses(asked.answer)
    assert (asked.answer.touched, told["gate-files"], told["owners"]) == (
        ("workflow",), UNMET, UNMET,
    )  # fmt: skip
    assert asked.input.paths == ("card.py", "ci.yml", ".github/workflows/b.yml", "pay/card.py")
    assert (asked.input.change.files, asked.input.change.added) == (2, 2)


def test_where_the_merge_cannot_be_made_what_it_touches_is_not_known(firm: Gates) -> None:
    pull = firm.ready({"shop.py": "ITEMS = [1]\n"})
    firm.shop.direct(firm.cleo, "Race", {"shop.py": "ITEMS = [2]\n"})
    answer = firm.answer(pull)
    told = statuses(answer)
    assert (answer.verdict, told["gate-files"], told["history"]) == (
        Verdict.UNDECIDED, UNKNOWN, UNKNOWN,
    )  # fmt: skip


@pytest.mark.parametrize("other", ["refs/tags/main", "refs/remotes/main"])
def test_a_name_of_two_refs_ends_the_gate_with_both(repo: Repo, other: str) -> None:
    base = repo.commit("One")
    head = repo.commit("Two", files={"a.py": "1\n"}, branch="work", at=base)
    repo.ref(other, base)
    assert plain(repo, "main", head).answer.change.base == base
    repo.ref(other, head)
    with pytest.raises(UsageError, match=f"{other}.*refs/heads/main|refs/heads/main.*{other}"):
        plain(repo, "main", head)
    assert plain(repo, "refs/heads/main", head).answer.change.base == base


def test_a_tag_that_is_called_as_a_short_id_does_not_stand_for_it(repo: Repo) -> None:
    base = repo.commit("One")
    head = repo.commit("Two", files={"a.py": "1\n"}, branch="work", at=base)
    repo.ref(f"refs/tags/{base[:10]}", head)
    with pytest.raises(UsageError, match=f"refs/tags/{base[:10]}"):
        plain(repo, base[:10], head)


def test_a_base_beside_the_requests_own_branch_judges_nothing(firm: Gates) -> None:
    weak = firm.shop.make(firm.ann, "Weak", {"affidavit.toml": "version = 1\n[gate]\nrequire=[]\n"})
    firm.shop.push(firm.ann, "weak", weak)
    pull = firm.shop.open(firm.ann, "Evil", {"evil.py": "1\n"})
    assert firm.answer(pull).verdict is Verdict.REFUSED
    answer = firm.answer(pull, base=weak)
    assert (answer.verdict, statuses(answer)["base"]) == (Verdict.UNDECIDED, UNKNOWN)
    assert found(answer, "base") == f"{weak[:12]} is not on the branch main of the request"


def test_a_request_that_went_over_to_a_weaker_branch_is_not_decided(firm: Gates) -> None:
    weak = {"affidavit.toml": CONFIG.replace('checks = ["test"]', "require = []")}
    other = firm.shop.open(firm.ann, "Weak", weak)
    pull = firm.shop.open(firm.ann, "Evil", {"evil.py": "1\n"})
    pull.change_base(firm.ann, other.head_ref)
    answer = asked_live(firm, pull)
    assert (answer.verdict, statuses(answer)["base"]) == (Verdict.UNDECIDED, UNKNOWN)
    assert "is not for the default branch main" in found(answer, "base")
    named = asked_live(firm, pull, branches=(other.head_ref,))
    assert named.verdict is Verdict.ALLOWED


def test_a_forge_that_does_not_tell_the_default_branch_lets_nothing_through(firm: Gates) -> None:
    pull = firm.ready()
    told = live(firm, change=pull.number, slug="firm/shop").chosen
    assert told.forge
    silent = told._replace(forge=msgspec.structs.replace(told.forge, default_branch=None))
    opened = cast("Opened", None)
    assert strayed(told, opened, ()) == strayed(silent, opened, ("main",)) == ()
    assert strayed(silent, opened, ()) == ("which branch is the default one is not known",)


def test_an_author_cannot_dismiss_an_objection(firm: Gates) -> None:
    pull = firm.ready()
    against = pull.review(firm.cleo, "CHANGES_REQUESTED", body="No")
    pull.dismiss(against, firm.ann)
    assert statuses(firm.answer(pull))["reviewed"] is UNMET


def test_who_objected_and_a_change_authority_outside_the_authors_can(firm: Gates) -> None:
    for by, status in ((firm.cleo, MET), (firm.ben, MET)):
        pull = firm.ready({f"{by.login}.py": "1\n"})
        pull.dismiss(pull.review(firm.cleo, "CHANGES_REQUESTED", body="No"), by)
        assert statuses(firm.answer(pull))["reviewed"] is status


def test_a_change_authority_among_the_authors_cannot(firm: Gates) -> None:
    pull = firm.opened(by=firm.ben)
    firm.report(pull.head_oid)
    pull.review(firm.ann, body=NONE)
    pull.dismiss(pull.review(firm.cleo, "CHANGES_REQUESTED", body="No"), firm.ben)
    assert statuses(firm.answer(pull))["reviewed"] is UNMET


def test_an_objection_counts_of_a_declared_person_who_may_only_read(firm: Gates) -> None:
    firm.shop.roles[firm.cleo] = "read"
    pull = firm.ready()
    pull.review(firm.cleo, "CHANGES_REQUESTED", body="No")
    assert statuses(firm.answer(pull))["reviewed"] is UNMET


def test_a_status_by_another_account_of_an_author_is_none(tmp_path: Path) -> None:
    config = ALT.replace('checks = ["test"]', 'checks = ["ci"]')
    firm = Gates(tmp_path, {"affidavit.toml": config})
    with firm.forge:
        other = firm.forge.account("ann-alt", "A. L.", "al@else.mail")
        firm.shop.roles[other] = "write"
        pull = firm.ready()
        firm.shop.checks.status(other, pull.head_oid, "ci", "success")
        assert found(firm.answer(pull), "checks") == "missing: ci"
        firm.shop.checks.status(firm.cleo, pull.head_oid, "ci", "success")
        assert statuses(firm.answer(pull))["checks"] is MET


def test_the_label_of_an_emergency_says_nothing_where_an_author_set_it(firm: Gates) -> None:
    told = []
    for by in (firm.ann, firm.ben):
        pull = firm.opened({f"{by.login}.py": "1\n"}, by=by)
        pull.label(firm.ben, "emergency")
        told.append(firm.asked(pull).input.emergency.entitled)
    assert told == [True, False]


@pytest.mark.parametrize(
    "path", ["affidavit/requirements.txt", "affidavit/ruleset.json", "Affidavit/affidavit-1.whl"]
)
def test_all_in_the_gates_own_folder_is_a_file_of_the_gate(path: str) -> None:
    file = File(path=path, before="000000", after="100644", blob="1" * 40)
    assert places_of(GateTable()).touched((file,)) == ("configuration",)


def test_records_of_more_than_a_day_ago_decide_nothing(firm: Gates) -> None:
    pull = firm.ready()
    assert firm.answer(pull).verdict is Verdict.ALLOWED
    firm.forge.clock.advance(hours=25)
    answer = firm.answer(pull, forge=firm.export)
    told = statuses(answer)
    assert answer.verdict is Verdict.UNDECIDED
    assert [told[one] for one in ("current", "reviewed", "checks")] == [UNKNOWN] * 3
    assert "more than 24 hours old" in found(answer, "current")


def test_a_run_that_was_asked_for_again_and_did_not_start_is_the_newest(firm: Gates) -> None:
    pull = firm.ready()
    run = firm.shop.checks.run(firm.shop.checks.suite(pull.head_oid), "test", None)
    run.started_at = None
    assert found(firm.answer(pull), "checks") == "pending: test"


def test_without_a_forge_it_is_told_that_nobody_shows_who_pushed(firm: Gates) -> None:
    answer = firm.answer(base="main", head=firm.opened().head_oid)
    told = "no forge was asked: authors are names as they were typed, and nothing shows who pushed"
    assert told in answer.noticed


def test_findings_that_the_source_itself_silences_are_open() -> None:
    body = msgspec.convert(scanned("1" * 40, "2" * 40).body, ScanReported)
    silenced = msgspec.structs.replace(body, suppressed={"inSource": 2, "external": 1})
    scan = scan_of(Results(tests=(), scans=(silenced,), whole=True, noticed=(), where=""))
    assert (scan.state, scan.open, scan.waived) == ("findings", {"unrated": 2}, 1)
