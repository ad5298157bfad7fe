"""One request from an export: what is there, what is not, and which of several is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.app.asking.in_export import request_in
from affidavit.app.asking.model import NoRequestError, SeveralRequestsError
from affidavit.base.errors import InputError, UnreadableError
from affidavit.changes.forge.model import Missing, Push
from collectors import gathered
from forge_exports import export, push
from forgelines import ANN, AT, checks, line, pull, rules, unavailable
from forges import Forge, filled

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.changes.forge.model import PullRequest, Record

SECTIONS = ("pull_requests", "checks", "rules", "activity")
HEAD, GROUP = "a" * 40, "c" * 40
EARLIER = "2026-01-31T00:00:00Z"


def opened(number: int = 7, **fields: object) -> PullRequest:
    """An open request."""
    usual: dict[str, object] = {"state": "open", "closed_at": None, "merged_at": None}
    return pull(number, **{**usual, "head_oid": HEAD, "merged_by": None, **fields})


def pushed(number: int, after: str | None, at: str, **fields: object) -> Push:
    made = push(number, "0" * 40, HEAD, at, **{"ref": "refs/heads/work", **fields})
    return msgspec.structs.replace(made, after=after)


def written(path: Path, *records: Record, sections: tuple[str, ...] = SECTIONS) -> Path:
    return export(path / "forge.jsonl", records, sections)


def test_a_request_comes_with_what_belongs_to_it(tmp_path: Path) -> None:
    first, second = pushed(2, "d" * 40, "2026-01-01T01:00:00Z"), pushed(1, HEAD, AT)
    elsewhere = push(3, None, HEAD, AT, ref="refs/heads/other")
    records = (opened(), checks(HEAD, "success"), checks("e" * 40), rules(AT), rules(EARLIER))
    found = request_in(written(tmp_path, *records, second, first, elsewhere), number=7)
    assert (found.forge, found.host, found.repository) == ("github", "github.com", "firm/shop")
    assert (found.at, found.request) == (AT, opened())
    assert found.checks == {HEAD: checks(HEAD, "success")}
    assert (found.rules, found.pushes) == (rules(AT), (first, second))
    assert (found.twins, found.group, found.missing) == ((), None, ())


def test_the_newest_record_counts(tmp_path: Path) -> None:
    old = opened(head_oid="d" * 40)
    records = (old, checks(HEAD, None), checks(HEAD, "failure"), opened())
    found = request_in(written(tmp_path, *records), head=HEAD)
    assert found.checks == {HEAD: checks(HEAD, "failure")}
    with pytest.raises(NoRequestError, match="no request with the head dddd"):
        request_in(tmp_path / "forge.jsonl", head="d" * 40)


def test_it_is_as_old_as_its_oldest_part(tmp_path: Path) -> None:
    path = written(tmp_path, opened())
    told = msgspec.json.encode(line(checks(HEAD, "success"), fetched_at=EARLIER))
    path.write_bytes(path.read_bytes() + told + b"\n")
    assert request_in(path, number=7).at == EARLIER


def test_the_checks_of_a_merge_queue_come_with_those_of_the_head(tmp_path: Path) -> None:
    records = (opened(), checks(HEAD, "success"), checks(GROUP, "failure"))
    found = request_in(written(tmp_path, *records), number=7, group=GROUP)
    assert found.checks == {HEAD: checks(HEAD, "success"), GROUP: checks(GROUP, "failure")}
    alone = request_in(written(tmp_path, *records[:2], rules(AT)), number=7, group=GROUP)
    assert alone.missing == (Missing("checks", "truncated"),)


@pytest.mark.parametrize(
    ("without", "missing"),
    [
        ("pull_requests", (Missing("twins", "truncated"),)),
        ("activity", (Missing("pushes", "truncated"),)),
    ],
)
def test_a_section_that_is_not_whole_is_missing(
    tmp_path: Path, without: str, missing: tuple[Missing, ...]
) -> None:
    sections = tuple(one for one in SECTIONS if one != without)
    records = (opened(), checks(HEAD), rules(AT))
    assert request_in(written(tmp_path, *records, sections=sections), number=7).missing == missing


def test_what_could_not_be_had_names_the_permission_that_it_needs(tmp_path: Path) -> None:
    lost = [unavailable(one) for one in ("checks", "rules", "activity")]
    found = request_in(written(tmp_path, opened(), *lost, sections=("pull_requests",)), number=7)
    refused = [
        Missing(one, "permission", needs="contents=read") for one in ("checks", "rules", "pushes")
    ]
    assert found.missing == tuple(refused)
    assert (found.checks, found.rules, found.pushes) == ({}, None, ())


def test_of_a_fork_nobody_knows_the_pushes(tmp_path: Path) -> None:
    records = (opened(head_repository="mia/shop"), checks(HEAD), rules(AT))
    found = request_in(written(tmp_path, *records), number=7)
    assert found.missing == (Missing("pushes", "hidden"),)


def test_all_that_is_unknown_is_told_with_what_lacks_it(tmp_path: Path) -> None:
    short = Missing("reviews", "truncated", total=9)
    hidden, refused = Missing("runs", "hidden"), Missing("protection", "permission")
    records = (
        opened(missing=(short,), head_repository=None),
        checks(HEAD, missing=(hidden,)),
        rules(AT, refused),
    )
    assert request_in(written(tmp_path, *records), number=7).unknown == (
        ("", Missing("pushes", "hidden")),
        ("request", short),
        (f"checks {HEAD}", hidden),
        ("rules", refused),
    )


def test_an_open_request_is_meant_before_closed_ones_with_the_same_head(tmp_path: Path) -> None:
    path = written(tmp_path, pull(6, head_oid=HEAD), opened())
    assert request_in(path, head=HEAD).request.number == 7
    closed = written(tmp_path, pull(6, head_oid=HEAD))
    assert request_in(closed, head=HEAD).request.number == 6


def test_of_two_open_requests_with_the_same_head_none_is_chosen(tmp_path: Path) -> None:
    path = written(tmp_path, opened(), opened(9, base_ref="next"))
    with pytest.raises(SeveralRequestsError, match="#7, #9") as raised:
        request_in(path, head=HEAD)
    assert raised.value.numbers == (7, 9)
    assert request_in(path, number=9).twins == (7,)


def test_a_head_that_moved_is_not_the_one_that_was_meant(tmp_path: Path) -> None:
    with pytest.raises(NoRequestError, match="the head of the request 7 is not ffff"):
        request_in(written(tmp_path, opened()), number=7, head="f" * 40)


def test_a_request_without_a_head_has_no_checks_and_no_twins(tmp_path: Path) -> None:
    path = written(tmp_path, opened(head_oid=None), opened(8, head_oid=None), rules(AT))
    found = request_in(path, number=7)
    assert (found.twins, found.missing) == ((), (Missing("checks", "truncated"),))


def test_what_is_not_there_is_no_request(tmp_path: Path) -> None:
    with pytest.raises(NoRequestError, match="has no request 8"):
        request_in(written(tmp_path, opened()), number=8)
    with pytest.raises(UnreadableError):
        request_in(tmp_path / "nothing", number=7)
    with pytest.raises(NoRequestError):
        request_in(written(tmp_path, opened()))
    (tmp_path / "else.jsonl").write_text("{}\n")
    with pytest.raises(InputError, match="is no export"):
        request_in(tmp_path / "else.jsonl", number=7)


def test_a_broken_record_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, opened())
    broken = b'{"origin":{},"data":{"record":"checks","commit":"' + HEAD.encode() + b'"}}\n'
    path.write_bytes(path.read_bytes() + broken)
    with pytest.raises(InputError, match="a record cannot be read"):
        request_in(path, number=7)


def test_a_commit_arrived_when_it_was_pushed_first_and_by_whom_is_told_once(tmp_path: Path) -> None:
    times = ("2026-01-01T01:00:00Z", "2026-01-02T01:00:00Z", "2026-01-03T01:00:00Z")
    moves = [pushed(at, HEAD, time) for at, time in enumerate(times, 1)]
    gone = pushed(4, None, AT, kind="branch_deletion", actor=None)
    other = msgspec.structs.replace(ANN, login="m")
    merge = pushed(5, "d" * 40, AT, kind="pr_merge", actor=other)
    found = request_in(written(tmp_path, opened(), *moves, gone, merge), number=7)
    assert found.arrivals == {HEAD: times[0], "d" * 40: AT}
    assert found.pushers == (ANN,)


def test_the_digest_is_that_of_all_that_was_read(tmp_path: Path) -> None:
    found = request_in(written(tmp_path, opened(), checks(HEAD)), number=7)
    again = request_in(written(tmp_path, opened(), checks(HEAD)), number=7)
    other = request_in(written(tmp_path, opened(), checks(HEAD, "success")), number=7)
    assert found.digest == again.digest
    assert found.digest != other.digest
    assert len(found.digest) == len("sha256:") + 64


def test_records_of_other_kinds_do_not_stand_in_the_way(tmp_path: Path) -> None:
    with Forge(tmp_path / "forge") as forge:
        shop = filled(forge).shop
        path = tmp_path / "shop.jsonl"
        gathered(forge, path)
    assert b'"record":"ruleset"' in path.read_bytes()
    newest = max(shop.pulls)
    assert request_in(path, number=newest).request.head_oid == shop.pulls[newest].head_oid
