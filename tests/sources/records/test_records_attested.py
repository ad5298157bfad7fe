"""Where attestations of gittuf and of source-tool lie in a repository, and what bounds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.provenance.catalogue import load
from affidavit.provenance.signals import Signals
from affidavit.sources.records import gittuf, places, source_tool
from attestations import account, approval, approval_path, note, request, request_path, summary
from gitrepo import Entry
from recorded import opened

if TYPE_CHECKING:
    import pytest

    from affidavit.base.limit import Limit
    from affidavit.provenance.records.model import Record
    from gitobjects import Content
    from gitrepo import Repo

SIGNALS = Signals(load())


def attested(repo: Repo) -> tuple[list[Record], list[Limit]]:
    with opened(repo) as (_, objects, refs):
        return [*gittuf.records(objects, refs, SIGNALS)], [*objects.limits]


def store(repo: Repo, files: dict[str, Content]) -> None:
    entries = {path: Entry("100644", repo.blob(data)) for path, data in files.items()}
    made = repo.commit("Attest", parents=[], files=entries, branch="attestations")
    repo.ref(gittuf.REF, made)


def test_attestations_of_gittuf_are_read_by_path(repo: Repo) -> None:
    store(
        repo,
        {
            request_path(): request(account("ann", 1)),
            approval_path(): approval(["ann+1"]),
            gittuf.INDEX.decode(): b"{}",
            "README": b"",
        },
    )
    found, limits = attested(repo)
    assert [(one.place, one.problems) for one in found] == [
        (f"{gittuf.REF}:{approval_path()}", ()),
        (f"{gittuf.REF}:{request_path()}", ()),
    ]
    assert [(one.id, one.items, one.gap) for one in limits] == [
        ("records-not-known", ("README",), False)
    ]


def test_a_repository_without_them_has_none(repo: Repo) -> None:
    repo.commit()
    assert attested(repo) == ([], [])
    with opened(repo) as (git, objects, refs):
        assert [*source_tool.records(git, objects, refs)] == []


def test_more_than_is_read_is_told(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "MOST_FILES", 1)
    store(repo, {request_path(each * 40): b"{}" for each in "1234"})
    found, limits = attested(repo)
    assert (len(found), [one.id for one in limits]) == (1, ["too-many-records"])


def test_notes_of_source_tool_are_read_and_those_of_people_passed_over(repo: Repo) -> None:
    first, second = repo.commit("1"), repo.commit("2")
    repo.note(source_tool.REF, second, "Looks good to me.\n")
    repo.note(source_tool.REF, first, note(summary()))
    with opened(repo) as (git, objects, refs):
        (found,) = source_tool.records(git, objects, refs)
    assert (found.place, found.problems) == (
        f"{source_tool.REF}:{first}:1",
        ("it is about another commit than the one that the note is on",),
    )
