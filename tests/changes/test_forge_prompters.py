"""Who is known to have prompted what programs opened and pushed."""

from __future__ import annotations

import pytest
from forge_builder import ADA, COPILOT, commit, request
from test_forge_approvals import found


@pytest.mark.parametrize("message", ["Work", "Work\n\nCo-authored-by: Ada <ada@firm.mail>"])
def test_whom_a_program_names_as_the_author_of_what_it_opened_prompted_nothing(
    message: str,
) -> None:
    wrote = commit(author=ADA, message=message)
    result = found(request(author=COPILOT, commits=(wrote,)))
    assert (result.needed, result.counting, result.reviewed) == (2, 1, False)


def test_the_author_of_what_a_person_opened_is_known() -> None:
    result = found(request(author=ADA, commits=(commit(author=ADA),)))
    assert (result.needed, result.counting, result.reviewed) == (1, 1, True)
