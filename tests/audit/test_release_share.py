"""Which files of a release AI changes touched."""

from __future__ import annotations

from affidavit.audit.release.model import Files
from affidavit.audit.release.share import (
    Counts,
    Stands,
    Touch,
    component,
    counts,
    left,
)


def ai(**files: str | None) -> Touch:
    return Touch(named(files), is_ai=True, is_silent=False)


def silent(**files: str | None) -> Touch:
    return Touch(named(files), is_ai=False, is_silent=True)


def named(files: dict[str, str | None]) -> list[tuple[bytes, str | None]]:
    return [(name.replace("_", "/").encode(), blob) for name, blob in files.items()]


def counted(*touches: Touch, present: list[bytes] | None = None, **stands: str) -> Counts:
    files = left(touches)
    there = {path: Stands("", file.blob or "") for path, file in files.items()}
    there |= {path: Stands("", blob) for path, blob in named({**stands})}
    return counts(files, there, [*files] if present is None else present)


def row(name: str, *numbers: int) -> Files:
    present, changed, touched, last, quiet = numbers
    return Files(
        component=name,
        present=present,
        changed=changed,
        ai_touched=touched,
        ai_last=last,
        no_signal=quiet,
    )


def test_a_file_that_somebody_changed_after_an_agent_is_touched_and_not_last() -> None:
    assert counted(ai(src_a="1"), silent(src_a="2")).every == row("", 1, 1, 1, 0, 0)


def test_a_file_that_an_agent_changed_last_is_both() -> None:
    assert counted(silent(src_a="1"), ai(src_a="2")).every == row("", 1, 1, 1, 1, 0)


def test_what_nothing_is_known_of_stands_beside_it() -> None:
    found = counted(silent(a="1"), Touch([(b"b", "1")], is_ai=False, is_silent=False), ai(c="1"))
    assert found.every == row("", 3, 3, 1, 1, 1)


def test_a_file_that_was_removed_and_made_anew_begins_anew() -> None:
    found = counted(ai(a="1"), silent(a=None), silent(a="2"))
    assert found.every == row("", 1, 1, 0, 0, 1)


def test_a_file_that_is_gone_at_the_end_is_not_counted() -> None:
    found = counted(ai(a="1", b="1"), silent(a=None), present=[b"b"])
    assert (found.every, found.unsettled) == (row("", 1, 1, 1, 1, 0), 0)


def test_files_are_counted_by_the_folder_in_the_root_those_with_most_changes_first() -> None:
    found = counted(ai(a="1", docs_a="1", src_a="1", src_b="1"), present=[b"x/y", b"src/a"])
    assert found.components == (
        row("src", 1, 2, 2, 2, 0),
        row(".", 0, 1, 1, 1, 0),
        row("docs", 0, 1, 1, 1, 0),
        row("x", 1, 0, 0, 0, 0),
    )


def test_a_file_that_is_not_as_the_last_known_change_left_it_is_told() -> None:
    assert counted(ai(a="1"), a="2").unsettled == 1


def test_where_the_files_are_too_many_to_list_how_many_there_are_is_unknown() -> None:
    found = counts(left([ai(a="1")]), {b"a": Stands("", "1")}, None)
    assert (found.every.present, found.components[0].present) == (None, None)


def test_a_name_that_could_deceive_a_terminal_is_shown_escaped() -> None:
    assert component(b"a\x1b[2J/x") == "a\\u001b[2J"
    assert component(b"\xff" * 300 + b"/x") == "�" * 199 + "…"


def test_a_file_that_is_as_it_was_at_the_beginning_does_not_count() -> None:
    found = counts(left([ai(a="2"), silent(a="1")]), {b"a": Stands("1", "1")}, [b"a"])
    assert (found.every, found.restored) == (row("", 1, 0, 0, 0, 0), 1)


def test_a_file_of_which_the_end_is_not_known_is_unsettled_and_not_counted() -> None:
    found = counts(left([ai(a="2")]), {b"a": Stands("1", None)}, None)
    assert (found.every.changed, found.unsettled, found.restored) == (0, 1, 0)
