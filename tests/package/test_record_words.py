"""Every value of a change record has its words, on one line."""

from __future__ import annotations

import pytest

from affidavit.changes.forge.approvals import Answer
from affidavit.changes.record import model
from affidavit.changes.record.value import Listed, Stated, Strength, commit_source, unknown
from affidavit.package.records.words import words

A, T = "a" * 40, "2026-01-05T09:00:00Z"
YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN


def check(**fields: object) -> model.Check:
    usual: dict[str, object] = {
        "name": "test",
        "reported_by": "ci",
        "on": "merged head",
        "commit": A,
        "conclusion": "success",
        "success": YES,
        "finished_at": T,
        "before_merge": YES,
        "superseded": False,
    }
    return model.Check(**{**usual, **fields})  # type: ignore[arg-type]


def owned(**fields: object) -> model.Owned:
    usual: dict[str, object] = {
        "file": "F",
        "line": 2,
        "pattern": "*.py",
        "owners": ("@ann", "@o/t"),
        "paths": 1,
        "by": (),
    }
    return model.Owned(**{**usual, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("text", "text"),
        (
            model.Asked(forge="github", number="7", url=None, opened_at=T, opened_by="ann"),
            f"github #7, opened {T} by ann",
        ),
        (model.Asked(forge="gerrit", number="I12ab"), "gerrit I12ab"),
        (model.Size(files=1), "1 file; lines unknown"),
        (
            model.Size(files=2, additions=1, deletions=2000),
            "2 files, 1 line added, 2,000 removed",
        ),
        (
            model.Agent(
                agent="a", role="author", tier="A", rule="R", model="m", session="s",
                evidence="e", commits=2,
            ),
            "a as author; m; session s; R, tier A, 2 commits: e",
        ),
        (model.Prompter(name="ann", how="assigned"), "ann (assigned)"),
        (
            model.Author(name="Ann", email=None, kind="person", roles=("author",), account="ann"),
            "Ann (person: author, account ann)",
        ),
        (
            model.Reviewer(
                account="ben", state="changes_requested", submitted_at=None, head=None,
                counts=False, carried=False, why_not=("a", "b"),
            ),
            "ben: changes requested at an unknown time, head unknown; does not count: a; b",
        ),
        (
            model.Reviewer(
                account="ben", state="approved", submitted_at=T, head=A, counts=True,
                carried=True, why_not=(),
            ),
            f"ben: approved {T}, head {A[:12]}; counts, carried over from an earlier head",
        ),
        (
            model.Reviewer(
                account="ben", state="approved", submitted_at=T, head=None, counts=True,
                carried=False, why_not=(), roles=("reviewer", "admin"),
            ),
            f"ben: approved {T}, head unknown; counts; then reviewer, admin",
        ),
        (
            model.Reviewer(
                account="ben", state="approved", submitted_at=T, head=None, counts=True,
                carried=False, why_not=(), roles=(),
            ),
            f"ben: approved {T}, head unknown; counts; then without a role",
        ),
        (
            model.Authority(account="ben", approved_at=T, version=A),
            f"ben {T}, by the identities in {A[:12]}",
        ),
        (
            model.Authority(account="ben", approved_at=None, version=None),
            "ben at an unknown time",
        ),
        (owned(approved=YES, by=("ann",)), "*.py (F, line 2; 1 path): @ann, @o/t; approved by ann"),
        (owned(approved=NO), "*.py (F, line 2; 1 path): @ann, @o/t; none of them approved"),
        (
            owned(approved=UNKNOWN, paths=2),
            (
                "*.py (F, line 2; 2 paths): @ann, @o/t; whether one of them approved is unknown"
            ),
        ),
        (owned(owners=(), approved=None), "*.py (F, line 2; 1 path): owned by nobody"),
        (
            model.Box(text="t", checked=True, line=None, by="ben", at=T),
            f"[x] t (review by ben {T})",
        ),
        (model.Box(text="t", checked=True, line=1), "[x] t"),
        (model.Box(text="t", checked=False, line=1), "[ ] t"),
        (model.Approver(account="ben", approved_at=None), "ben at an unknown time"),
        (
            check(),
            f"test by ci: success on the merged head {A[:12]}, finished {T}, before the merge",
        ),
        (
            check(conclusion="skipped", success=NO, before_merge=NO, superseded=True),
            (
                f"test by ci: skipped (no success) on the merged head {A[:12]}, finished {T},"
                " not before the merge; ran again"
            ),
        ),
        (
            check(reported_by=None, conclusion=None, success=UNKNOWN, finished_at=None),
            f"test: conclusion unknown on the merged head {A[:12]}, not finished",
        ),
        (
            model.Result(
                kind="k.v1", commit=A, result="r", producer="ci", independent=None, recorded_at=T
            ),
            f"k.v1: r, {A[:12]}, recorded {T} by ci, independence unknown",
        ),
        (
            model.Deployed(
                environment=None, production=True, status="success", at=T, by=None, commit=A,
                exact=False,
            ),
            (
                f"an unnamed environment (production): success {T}, {A[:12]}, which holds it,"
                " by unknown"
            ),
        ),
        (model.Shipped(tag="v1", commit=A), f"v1 at {A[:12]}"),
        (model.WorkItem(text="#1", place="text"), "#1 (in the text)"),
        (model.Flag(flag="f", paths=("a", "b"), count=5), "f: a, b and 3 more"),
        (
            model.Label(name="l", set_at=T, set_by="ann", before_merge=UNKNOWN, stands=False),
            f"l: set {T} by ann, whether before the merge is unknown, taken off again",
        ),
        (
            model.Label(name="l", set_at=None, set_by=None, before_merge=UNKNOWN, stands=True),
            "l: when it was set is unknown",
        ),
    ],
)  # fmt: skip
def test_a_value_in_words(value: object, told: str) -> None:
    assert words(value) == told


def test_every_kind_of_value_has_words_of_its_own() -> None:
    own = {
        one
        for one in vars(model).values()
        if isinstance(one, type)
        and one.__module__ == model.__name__
        and one not in {model.ChangeRecord, model.Member}
    }
    assert own <= words.registry.keys()


def test_a_list_shows_its_values_and_then_what_is_not_known() -> None:
    lost: Stated[str] = unknown("gone")
    one = Stated(value="a", strength=Strength.TYPED, source=commit_source(A))
    assert Listed(items=(one, lost), why="b").values == ("a",)
