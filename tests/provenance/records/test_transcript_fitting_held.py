"""What holds of every fit: less evidence never attests more, and order makes no difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from affidavit.provenance.records.fitting import Added, Landed, fitted
from affidavit.provenance.records.written import is_trivial
from transcribed import digests, record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from affidavit.provenance.records.model import Record

# Few of each, so that what is equal meets often.
TEXTS = st.sampled_from(["", "one = 1", "two = 2"])
PATHS = st.sampled_from(["a.py", "a.py", "b.py"])
MINUTES = st.integers(0, 3)
IDS = ["1" * 40, "2" * 40, "3" * 40]


def time(minute: int) -> str:
    return f"2026-03-01T10:0{minute}:00Z"


def landed(id_: str, minute: int, files: dict[str, list[str]], gap: int) -> Landed:
    """A commit of these lines; after every fourth the file goes on further down."""
    lines = tuple(
        Added(path, at + gap * (at // 4) + 1, text)
        for path, texts in files.items()
        for at, text in enumerate(texts)
    )
    return Landed(id=id_, time=time(minute), lines=lines)


FILES = st.dictionaries(PATHS, st.lists(TEXTS, max_size=7))
COMMITS = st.lists(st.tuples(MINUTES, FILES, st.integers(0, 1)), max_size=3).map(
    lambda made: [landed(id_, *each) for id_, each in zip(IDS, made, strict=False)]
)
RECORDS = st.lists(
    st.builds(
        record,
        st.tuples(PATHS, st.lists(TEXTS, min_size=1, max_size=6)),
        session=st.sampled_from(["s-1", "s-2"]),
        agent=st.sampled_from(["claude-code", "codex"]),
        time=MINUTES.map(time) | MINUTES.map(time) | st.none(),
        commit=st.none() | st.none() | st.sampled_from([id_[:9] for id_ in IDS]),
    ),
    max_size=6,
)


def attested(commits: Iterable[Landed], records: Iterable[Record]) -> set[tuple[str, ...]]:
    """Commit, path and number, session and agent of each line."""
    return {
        (each.commit, line.path, str(line.number), one.session or "", one.agent)
        for each in fitted(commits, records)
        for line in each.lines
        for one in line.by
    }


@given(COMMITS, RECORDS, st.data())
def test_without_an_edit_no_line_more_is_attested(
    commits: list[Landed], records: list[Record], data: st.DataObject
) -> None:
    kept = [each for each in records if data.draw(st.booleans())]
    assert attested(commits, kept) <= attested(commits, records)


@given(COMMITS, RECORDS, st.randoms(use_true_random=False))
def test_the_order_of_transcripts_and_of_commits_makes_no_difference(
    commits: list[Landed],
    records: list[Record],
    random: object,
) -> None:
    mixed, moved = [*records], [*commits]
    random.shuffle(mixed)  # type: ignore[attr-defined]
    random.shuffle(moved)  # type: ignore[attr-defined]
    found = {each.commit: each for each in fitted(moved, mixed)}
    assert found == {each.commit: each for each in fitted(commits, records)}


@given(COMMITS, RECORDS)
def test_transcripts_told_twice_attest_the_same(
    commits: list[Landed], records: list[Record]
) -> None:
    assert fitted(commits, records * 2) == fitted(commits, records)


@given(COMMITS, RECORDS)
def test_every_line_that_is_attested_was_written_there_before_its_commit(
    commits: list[Landed], records: list[Record]
) -> None:
    made = {each.id: each for each in commits}
    texts = {
        (each.id, line.path, str(line.number)): line.text for each in commits for line in each.lines
    }
    for commit, path, number, session, agent in attested(commits, records):
        (wanted,) = digests(texts[commit, path, number])
        told = [
            each
            for each in records
            for claim in each.lines
            if wanted in claim.texts
            and (claim.path, claim.session, claim.agent) == (path, session, agent)
        ]
        assert any(
            commit.startswith(dict(each.stated)["commit"])
            if each.stated
            else (each.time or "~") <= made[commit].time
            for each in told
        )


@given(COMMITS, RECORDS)
def test_a_trivial_line_is_attested_beside_one_that_is_not_trivial_alone(
    commits: list[Landed], records: list[Record]
) -> None:
    trivial = {
        (each.id, line.path, line.number)
        for each in commits
        for line in each.lines
        if is_trivial(line.text)
    }
    for each in fitted(commits, records):
        plain = {
            (line.path, line.number, one.session, one.agent)
            for line in each.lines
            for one in line.by
            if (each.commit, line.path, line.number) not in trivial
        }
        for line in each.lines:
            for one in line.by if (each.commit, line.path, line.number) in trivial else ():
                near = range(line.number - 2, line.number + 3)
                assert any((line.path, at, one.session, one.agent) in plain for at in near)
