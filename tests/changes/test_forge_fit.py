"""Whether a commit can be what a request became."""

from __future__ import annotations

import pytest

from affidavit.changes.forge.landed import Became, Fit, fit

BASE, HEAD, OTHER = "b" * 40, "a" * 40, "c" * 40


@pytest.mark.parametrize(
    ("told", "parents", "expected"),
    [
        pytest.param(Became((), HEAD), (BASE, HEAD), Fit.EXACT, id="its head was merged"),
        pytest.param(Became((), HEAD), (BASE, OTHER, HEAD), Fit.EXACT, id="with others"),
        pytest.param(Became((), HEAD), (HEAD, BASE), Fit.YES, id="its head was there before"),
        pytest.param(Became((), OTHER), (BASE, HEAD), Fit.NO, id="something else was merged"),
        pytest.param(Became((), None), (BASE, HEAD), Fit.YES, id="its head is not told"),
        pytest.param(Became((), OTHER), (BASE,), Fit.YES, id="a squash or a rebase"),
        pytest.param(Became((), OTHER), (), Fit.YES, id="the first commit"),
        pytest.param(Became((BASE,), OTHER), (BASE,), Fit.YES, id="the parent that is told"),
        pytest.param(Became((OTHER,), OTHER), (BASE,), Fit.NO, id="another parent"),
        pytest.param(Became((HEAD, BASE), HEAD), (BASE, HEAD), Fit.NO, id="in another order"),
    ],
)
def test_a_commit_fits_what_the_forge_tells_of_it(
    told: Became, parents: tuple[str, ...], expected: Fit
) -> None:
    assert fit(told, parents, {BASE, HEAD}) is expected
