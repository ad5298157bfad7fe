"""How risky a change is must not depend on how its files are spelt, nor on a byte in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.app.policy.starting import default_files
from affidavit.changes.gate.touched import File, classes
from gates import CHECKLIST, Gates

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.changes.gate.answer import Answer
    from forges import Pull

MANY = "".join(f"a{number} = 1;\n" for number in range(1_500))
POLICY: dict[str, str | None] = {
    "affidavit/policy/all.rego": None,
    **{
        f"affidavit/policy/{name}": data.decode()
        for name, data in default_files().items()
        if not name.endswith(".md")
    },
}


def firm(folder: Path, **files: str | None) -> Iterator[Gates]:
    made = Gates(folder, {**POLICY, **files})
    with made.forge:
        yield made


@pytest.fixture
def usual(tmp_path: Path) -> Iterator[Gates]:
    yield from firm(tmp_path)


@pytest.fixture
def owned(tmp_path: Path) -> Iterator[Gates]:
    yield from firm(tmp_path, CODEOWNERS="/CLAUDE.md @ben\n*.txt @ben\n")


def reasons(answer: Answer) -> list[str]:
    return sorted({one.id for one in answer.policy.reasons})


def file(path: str, added: int | None = 1, bulk: int = 0) -> File:
    mode = "100644"
    return File(path=path, before=mode, after=mode, blob=None, added=added, bulk=bulk)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("agents.md", "agent_instructions"),
        ("Agents.MD", "agent_instructions"),
        ("Auth/login.py", "auth"),
        ("src/AUTH/x.py", "auth"),
    ],
)
def test_a_file_is_of_its_class_however_it_is_spelt(path: str, name: str) -> None:
    patterns = {"agent_instructions": ("**/AGENTS.md",), "auth": ("**/auth/**",)}
    found = classes([file(path)], patterns, ())
    assert [each for each, one in found.items() if one.files and each in patterns] == [name]


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"a.md": True, "b.md": True}, True),
        ({"a.md": True, "b.md": False}, False),
        ({"a.md": True, "b.md": None}, None),
        ({"a.md": False, "b.md": None}, False),
        ({}, None),
    ],
)
def test_a_class_is_owned_where_each_of_its_files_is(
    answers: dict[str, bool | None], *, told: bool | None
) -> None:
    files = [file(path) for path in answers]
    assert classes(files, {"text": ("*.md",)}, (), owned=answers.get)["text"].owned is told


def test_lines_of_what_is_no_text_count_as_changed() -> None:
    found = classes([file("a.md", None, 7), file("b.md", 3)], {}, ("*.md",))
    assert (found["binary"].lines, found["critical"].lines) == (7, 10)


def sized(gates: Gates, text: bytes) -> tuple[int | None, str | None]:
    """The lines that a file of `text` adds to a change of an agent, and how risky that is."""
    message = "Small\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n"
    pull = gates.opened({"s1.js": "1\n"}, message=message)
    pull.commit(gates.ann, "big", {"big.js": text, "b2.js": "1\n"})
    found = gates.asked(pull)
    return found.input.change.added, found.answer.policy.tier


def test_a_byte_that_makes_git_see_no_text_hides_no_lines(usual: Gates) -> None:
    assert sized(usual, MANY.encode()) == (1_502, "high")
    assert sized(usual, b"//\0\n" + MANY.encode()) == (1_504, "high")


def test_of_a_large_file_that_is_no_text_the_lines_are_estimated(usual: Gates) -> None:
    assert sized(usual, b"\0" * (2 << 20)) == (2 + (2 << 20) // 32, "high")


def approved(gates: Gates, files: dict[str, str | bytes | None]) -> Pull:
    pull = gates.opened(files)
    gates.report(pull.head_oid)
    pull.review(gates.ben, body=CHECKLIST.format(use="none"))
    return pull


def test_the_owner_of_another_file_is_no_owner_of_this_one(owned: Gates) -> None:
    pull = approved(owned, {"AGENTS.md": "do\n", "notes.txt": "x\n"})
    assert "owners.second" in reasons(owned.answer(pull))


def test_the_owner_of_the_very_file_is_enough(owned: Gates) -> None:
    pull = approved(owned, {"CLAUDE.md": "do\n", "notes.txt": "x\n"})
    assert reasons(owned.answer(pull)) == []
