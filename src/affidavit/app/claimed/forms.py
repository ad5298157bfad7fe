"""The forms of records that are looked for in a repository, and what each is told by."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from affidavit.provenance.catalogue import load
from affidavit.provenance.records import agent_trace as trace
from affidavit.provenance.records import aiir as receipts
from affidavit.provenance.records import amlog as mails
from affidavit.provenance.records import entire as checkpoints
from affidavit.provenance.records import gitai as notes
from affidavit.provenance.records import gittuf as attestations
from affidavit.provenance.records import source_tool as summaries
from affidavit.provenance.records.transcripts import SOURCE as TRANSCRIPT
from affidavit.provenance.signals import Signals
from affidavit.sources.records import (
    agent_trace,
    aiir,
    amlog,
    entire,
    gerrit,
    gitai,
    gittuf,
    source_tool,
    transcripts,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from affidavit.provenance.records.model import Record
    from affidavit.sources.git.objects import Objects
    from affidavit.sources.git.private import PrivateGit
    from affidavit.sources.git.refs import Refs


class Place(NamedTuple):
    """Where records are looked for: a repository, and the files of its commit `at`."""

    git: PrivateGit
    objects: Objects
    refs: Refs
    at: str | None = None
    linked: Mapping[str, Sequence[str]] | None = None
    """By checkpoint of Entire the commits that name it, where that is known already."""


def _agent_trace(place: Place) -> Iterator[Record]:
    return agent_trace.records(place.git, place.objects, place.refs, at=place.at)


def _aiir(place: Place) -> Iterator[Record]:
    return aiir.records(place.objects, place.refs, at=place.at)


def _amlog(place: Place) -> Iterator[Record]:
    return amlog.records(place.git, place.objects, place.refs)


def _entire(place: Place) -> Iterator[Record]:
    return entire.records(place.objects, place.refs, place.linked)


def _gerrit(place: Place) -> Iterator[Record]:
    return gerrit.records(place.git, place.objects, place.refs)


def _gitai(place: Place) -> Iterator[Record]:
    return gitai.records(place.git, place.objects, place.refs)


def _gittuf(place: Place) -> Iterator[Record]:
    if place.refs.get(gittuf.REF) is None:
        return iter(())
    return gittuf.records(place.objects, place.refs, Signals(load()))


def _source_tool(place: Place) -> Iterator[Record]:
    return source_tool.records(place.git, place.objects, place.refs)


def _transcripts(place: Place) -> Iterator[Record]:
    return transcripts.records(place.git, place.objects, place.refs, at=place.at)


FORMS: Mapping[str, Callable[[Place], Iterator[Record]]] = MappingProxyType(
    {
        notes.SOURCE: _gitai,
        trace.SOURCE: _agent_trace,
        checkpoints.SOURCE: _entire,
        receipts.SOURCE: _aiir,
        TRANSCRIPT: _transcripts,
        attestations.SOURCE: _gittuf,
        summaries.SOURCE: _source_tool,
        gerrit.SOURCE: _gerrit,
        mails.SOURCE: _amlog,
    }
)
"""Every form, those of lines first."""

CLAIMING = (trace.SOURCE, receipts.SOURCE, attestations.SOURCE)
"""Those that claim something of commits that they name themselves, beside git-ai's notes."""
