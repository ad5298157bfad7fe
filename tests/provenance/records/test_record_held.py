"""Line claims held against what their commit added."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from affidavit.provenance.gitai_log import Span, Spans, united
from affidavit.provenance.records.held import Held, held
from affidavit.provenance.records.model import Attests, LineClaim


def ai(*spans: tuple[int, int], path: str = "a.py", digest: str | None = None) -> LineClaim:
    told = tuple(Span(*each) for each in spans)
    return LineClaim(path=path, attests=Attests.AI, spans=told, agent="cursor", digest=digest)


ADDED = {"a.py": (Span(3, 5), Span(8, 8), Span(10, 20))}


def test_lines_that_were_added_stay_as_they_are() -> None:
    claims = (ai((3, 4), (8, 8), (12, 20), digest="sha256:1"),)
    found = held(claims, ADDED)
    assert found == Held(lines=claims, inside=12, outside=0)
    assert found.fits


def test_lines_that_were_not_added_are_left_out_and_counted() -> None:
    claims = (ai((1, 9), (20, 30), digest="sha256:1"), ai((1, 2)), ai((3, 3), path="b.py"))
    found = held(claims, ADDED)
    assert found == Held(lines=(ai((3, 5), (8, 8), (20, 20)),), inside=5, outside=18)
    assert not found.fits


def test_claims_of_files_are_left_alone() -> None:
    whole = LineClaim(path="b.py", attests=Attests.UNKNOWN)
    assert held([whole], ADDED) == Held(lines=(whole,), inside=0, outside=0)


def spans(numbers: set[int]) -> Spans:
    return united([Span(number, number) for number in numbers])


NUMBERS = st.sets(st.integers(1, 40))


@given(attested=NUMBERS, added=NUMBERS)
def test_what_is_left_is_what_is_in_both(attested: set[int], added: set[int]) -> None:
    claim = LineClaim(path="a.py", attests=Attests.AI, spans=spans(attested))
    found = held([claim], {"a.py": spans(added)})
    both = attested & added
    assert (found.inside, found.outside) == (len(both), len(attested - added))
    assert [one.spans for one in found.lines] == ([spans(both)] if both else [])
    assert held(found.lines, {"a.py": spans(added)}).outside == 0
