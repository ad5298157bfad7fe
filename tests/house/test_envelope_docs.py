"""The pages about envelopes name every field, rung and digest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from affidavit.app.envelope.asking import Answer, Answers
from affidavit.app.envelope.behind import MOST_COMMITS
from affidavit.app.envelope.lifting import MOST_TOLD, Lifted
from affidavit.app.envelope.texts import LARGEST_FILE, MOST_BYTES
from affidavit.changes.envelope import digest, model
from affidavit.changes.envelope.ladder import CARRYING, Rung
from affidavit.ledger.enveloped import ChangeEnveloped, ChangeJoined

if TYPE_CHECKING:
    import msgspec

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "formats/envelope.md").read_text()


def fields(heading: str) -> list[str]:
    """The fields that the table under `heading` names, in its order."""
    part = PAGE.partition(f"\n{heading}\n")[2] if heading else PAGE
    rows = part.partition("\n## ")[0].splitlines()
    cells = [row.split("|")[1] for row in rows if row.startswith("| `")]
    return [word.strip(" `") for cell in cells for word in cell.split(",")]


@pytest.mark.parametrize(
    ("heading", "struct"),
    [
        ("", model.Envelope),
        ("## A path", model.PathLine),
        ("## A claim", model.ClaimLine),
        ("## A session", model.Session),
        ("## A fact", model.FactLine),
        ("## A request", model.Request),
        ("## The fact of an envelope", ChangeEnveloped),
        ("## The fact of a join", ChangeJoined),
    ],
)
def test_every_field_of_an_envelope_has_its_line(
    heading: str, struct: type[msgspec.Struct]
) -> None:
    named = fields(heading)
    assert sorted(named) == sorted(struct.__struct_fields__)


def test_every_part_of_a_review_is_named() -> None:
    line = next(row for row in PAGE.splitlines() if row.startswith("| `reviews` | `id`"))
    assert all(f"`{name}`" in line for name in model.ReviewLine.__struct_fields__)


def test_every_rung_has_its_line_in_order_and_says_whether_it_carries() -> None:
    page = (DOCS / "envelopes.md").read_text().partition("| rung |")[2].partition("\n\n")[0]
    rows = [row.split("|") for row in page.splitlines() if row.startswith("| `")]
    told = [(row[1].strip(" `"), row[3].strip()) for row in rows]
    assert told == [(str(one), "yes" if one in CARRYING else "no") for one in Rung]


def test_every_field_of_the_answer_is_named() -> None:
    page = (DOCS / "envelopes.md").read_text().partition("## What it answers")[2]
    names = (*Answer.__struct_fields__, *Answers.__struct_fields__)
    assert [name for name in names if f"`{name}`" not in page] == []


def test_every_field_of_a_carried_note_is_named_and_every_bound() -> None:
    page = (DOCS / "envelopes.md").read_text().partition("### Notes of git-ai on a squash")[2]
    bounds = [
        f"{MOST_COMMITS:,} commits",
        f"{MOST_BYTES >> 20} MiB of files",
        f"{LARGEST_FILE >> 20} MiB",
        f"at most {MOST_TOLD}",
    ]
    names = [f"`{name}`" for name in Lifted.__struct_fields__]
    assert [text for text in (*names, *bounds) if text not in page] == []


def test_the_bounds_and_domains_of_the_digests_are_those_of_the_code() -> None:
    page = (DOCS / "formats/patch-digest.md").read_text()
    domains = (digest.BLOBS, digest.AFTER, digest.PATCH, digest.FILE)
    told = [f'item("{domain.decode()}")' for domain in domains]
    bounds = [f"{digest.LARGEST:,} bytes", f"first {digest.BINARY:,} bytes"]
    assert [text for text in (*told, *bounds) if text not in page] == []
