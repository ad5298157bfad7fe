"""``release.html``: a release as one page that needs no network and runs no script."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING

from affidavit.package.html.words import count, escaped, plural
from affidavit.package.place import replacing
from affidavit.package.release import sections, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from affidavit.audit.release.model import Release
    from affidavit.audit.release.totals import Brief

_PATTERNS = (
    '<svg class="patterns" width="0" height="0" aria-hidden="true"><defs>'
    '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><rect class="hatch-ground" width="6" height="6"/>'
    '<rect class="hatch-line" width="2.2" height="6"/></pattern>'
    '<pattern id="dots" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<rect class="dots-ground" width="6" height="6"/>'
    '<circle class="dots-dot" cx="3" cy="3" r="1.1"/></pattern></defs></svg>'
)


def write(release: Release, briefs: Sequence[Brief], place: Path) -> None:
    """Write the page of `release`, whose changes are `briefs`, at `place`.

    Raises:
        OutputError: It cannot be written.
    """
    with replacing(place) as file:
        for line in lines(release, briefs):
            file.write(f"{line}\n".encode())


def lines(release: Release, briefs: Sequence[Brief]) -> Iterator[str]:
    """The lines of the page."""
    yield from _head(release)
    yield from _masthead(release)
    yield '<main class="sheet">'
    yield from sections.summary(release)
    yield from sections.files(release)
    yield from sections.evidence(release)
    yield from sections.changes(briefs)
    yield from sections.exceptions(release)
    yield from sections.limits(release)
    yield "</main>\n</body>\n</html>"


def _style() -> str:
    shared = files("affidavit.package.html").joinpath("style.css").read_text("utf-8")
    return shared + files(__package__ or "").joinpath("release.css").read_text("utf-8")


def _head(release: Release) -> Iterator[str]:
    style = _style()
    hashed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    title = f"{release.repository}: release {words.between(release.range)}"
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield (
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\';'
        f" style-src 'sha256-{hashed}'; base-uri 'none'; form-action 'none'\">"
    )
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield '<meta name="referrer" content="no-referrer">'
    yield f"<title>{escaped(title)}</title>\n<style>{style}</style>\n</head>"
    yield '<body class="release">\n<a class="skip" href="#summary">Skip to the summary</a>'
    yield _PATTERNS


def _masthead(release: Release) -> Iterator[str]:
    yield '<header class="masthead">\n<div class="sheet">'
    yield f"<h1>{escaped(release.repository)}</h1>"
    yield (
        f'<p class="lead">The release of <b>{escaped(words.between(release.range))}</b>: what'
        " changed, who approved it, which of it AI agents made, and what is not known.</p>"
    )
    yield '<dl class="facts">'
    for term, value in _facts(release):
        yield f"<div><dt>{term}</dt><dd>{value}</dd></div>"
    yield "</dl>"
    parts = ("summary", "files", "evidence", "changes", "exceptions", "limits")
    links = "".join(f'<li><a href="#{one}">{one.capitalize()}</a></li>' for one in parts)
    yield f'<nav aria-label="Sections"><ul>{links}</ul></nav>\n</div>\n</header>'


def _facts(release: Release) -> Iterator[tuple[str, str]]:
    ends, counted = release.range, release.population
    base = f"<code>{escaped(ends.base.commit)}</code>" if ends.base else "the beginning"
    yield "From, not included", base
    yield "To", f"<code>{escaped(ends.head.commit)}</code>"
    yield "Tree", f"<code>{escaped(ends.head.tree)}</code>"
    yield "Tags of the end", escaped(", ".join(ends.head.tags) or "none in this copy")
    held = f"{plural(counted.landings, 'landing')} holding {plural(counted.commits, 'commit')}"
    accounted = f"{count(counted.accounted)} of {count(counted.commits)} accounted for"
    yield "Population", f"{held}; {accounted}"
    yield "Population digest", f"<code>{escaped(counted.digest)}</code>"
    yield (
        "Records of the forge",
        f"<code>{escaped(release.inputs.forge or 'none was given')}</code>",
    )
    yield "Ledger", escaped(release.inputs.ledger or "none was given")
