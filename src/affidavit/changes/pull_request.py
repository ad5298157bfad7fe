"""Which pull, merge or change request a commit says it landed, and how far that is proven."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.base.text import decode
from affidavit.changes import forms
from affidavit.changes.forms import SQUASH_FORMS
from affidavit.changes.model import Proof, PullRequest

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator

    from affidavit.base.commit import Commit
    from affidavit.provenance.model import Trailer

__all__ = [
    "SQUASH_FORMS",
    "Stated",
    "judge",
    "merge_source",
    "named_by_ref",
    "stated",
    "takes_change",
]


class Stated(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What a commit message says of the request it landed; text, and nothing more.

    `number` is as the forge counts: digits, Gerrit's ``Change-Id``, Phabricator's ``D12``.
    `project` is the forge's path of the project where the form states it; `others` are the further
    numbers of a batch. With `needs_forge_committer` it means something only if the forge made the
    commit.
    """

    forge: str
    number: str
    form: str
    needs_forge_committer: bool = False
    source_branch: str | None = None
    source_owner: str | None = None
    project: str | None = None
    others: tuple[str, ...] = ()


def stated(commit: Commit, trailers: tuple[Trailer, ...]) -> Stated | None:
    """The request that `commit` says it landed, or ``None``; `trailers` are those of its message.

    A commit that GitHub's committer made carries GitHub's number or none: what else stands there
    came with the text that was merged. Elsewhere the ``(#12)`` at the end of a subject counts
    last. A message copied by ``git cherry-pick -x`` speaks of another commit, except to Gerrit; so
    does GitHub's merge subject on a commit with one parent, unless GitHub made it.
    """
    subject = _subject(commit.message)
    if _by_github(commit):
        found = next(_in_subject(subject, github=True), None)
    else:
        found = next(_elsewhere(commit, subject, trailers), None)
        if found and found.forge not in forms.NUMBERS_OF_A_COPY and _is_copy(commit):
            return None
    if found and found.form == "github-merge" and len(commit.parents) < 2:
        return msgspec.structs.replace(found, needs_forge_committer=True)
    return found


def judge(
    stated: Stated, *, forge_committer: bool, signature_good: bool, corroborated_by: str | None
) -> PullRequest | None:
    """The request with its proof; ``None`` where only the forge could have meant it and did not.

    `forge_committer` is whether the commit's committer is typed as the forge's own, and
    `signature_good` whether the signature over it verified with a key of that same forge. A forge
    that signs nothing (Gerrit, Phabricator) is claimed whatever the signature.
    """
    if stated.needs_forge_committer and not forge_committer:
        return None
    signed = forge_committer and signature_good and stated.forge in forms.SIGNING_FORGES
    return PullRequest(
        forge=stated.forge,
        number=stated.number,
        proof=Proof.FORGE_SIGNED if signed else Proof.CLAIMED,
        form=stated.form,
        corroborated_by=corroborated_by,
    )


def named_by_ref(number: str) -> PullRequest:
    """The request that a merge made by hand names in words, where GitHub's ref bears it out."""
    return PullRequest(
        forge="github",
        number=number,
        proof=Proof.CLAIMED,
        form=forms.NAMED_BY_REF,
        corroborated_by=f"refs/pull/{number}/head",
    )


def takes_change(subject: str) -> bool:
    """Whether `subject` is that of a merge made by Gerrit or Zuul: ``Merge "title of the change"``.

    Such a merge names no number; the change is the one its last parent states.
    """
    return bool(forms.GERRIT_MERGE.match(subject))


def merge_source(subject: str) -> str | None:
    """The branch or tag that `subject` says was merged, to be compared with branch names.

    The first of several. Without the remote's name where that is told apart: in git's own sentence
    for remote-tracking branches, and as ``origin/`` or ``upstream/``. ``None`` for a commit id.
    """
    line = _shortened(subject.strip())
    remote = forms.REMOTE_NAME.match(line)
    if remote:
        return remote["name"]
    requested = next((found for found in _in_subject(line) if found.source_branch), None)
    name = requested.source_branch if requested else _merged_name(line)
    if name is None or forms.COMMIT_ID.match(name):
        return None
    return name if requested else forms.OWN_REMOTE.sub("", name)


def _merged_name(line: str) -> str | None:
    matches = (pattern.match(line) for pattern in forms.MERGED_NAMES)
    match = next(filter(None, matches), None)
    return match[match.lastgroup or 0] if match else None


def _subject(message: bytes) -> str:
    """The first line that is not blank, without blanks or a carriage return at its end."""
    return _shortened(decode(message.lstrip().partition(b"\n")[0]).rstrip())


def _shortened(line: str) -> str:
    """`line`, its middle cut out where it is longer than any forge writes: both ends say forms."""
    if len(line) <= forms.MAX_LINE:
        return line
    return f"{line[: forms.MAX_LINE]} \u2026 {line[-forms.MAX_LINE :]}"


def _by_github(commit: Commit) -> bool:
    """Whether the committer is typed as github.com's or a GitHub Enterprise's own."""
    name, email = commit.committer.name, commit.committer.email
    return name in {"GitHub", "GitHub Enterprise"} and email.startswith("noreply@")


def _elsewhere(commit: Commit, subject: str, trailers: tuple[Trailer, ...]) -> Iterator[Stated]:
    """What a commit that GitHub did not make says, what is told best first."""
    in_subject = list(_in_subject(subject))
    yield from (_placed(found, commit) for found in in_subject if not found.needs_forge_committer)
    yield from _in_lines(commit.message, subject)
    yield from _in_trailers(subject, trailers)
    yield from in_subject


def _in_subject(subject: str, *, github: bool = False) -> Iterator[Stated]:
    for form in forms.SUBJECT_FORMS:
        if github and form.forge != "github":
            continue
        match = form.pattern.match(subject)
        if match:
            yield _stated(
                match,
                forge=form.forge,
                form=form.name,
                needs_forge_committer=form.needs_forge_committer,
            )


def _stated(
    match: re.Match[str], *, forge: str, form: str, needs_forge_committer: bool = False
) -> Stated:
    groups = match.groupdict()
    return Stated(
        forge=forge,
        number=groups["number"],
        form=form,
        needs_forge_committer=needs_forge_committer,
        source_branch=groups.get("branch"),
        source_owner=groups.get("owner"),
        project=groups.get("project"),
        others=tuple((groups.get("others") or "").replace("#", "").split()),
    )


def _placed(found: Stated, commit: Commit) -> Stated:
    """`found` with the branch and project that Bitbucket Server writes in the second paragraph."""
    if found.form != "bitbucket-server":
        return found
    second = _subject(commit.message.lstrip().partition(b"\n")[2])
    match = forms.BITBUCKET_BODY.match(second)
    if not match:
        return found
    return msgspec.structs.replace(found, source_branch=match["branch"], project=match["project"])


def _in_trailers(subject: str, trailers: tuple[Trailer, ...]) -> Iterator[Stated]:
    """Gitea's or Gerrit's address, and Gerrit's Change-Id, which names the change better."""
    address = _reviewed_on(_last(trailers, "reviewed-on"), subject)
    if address and address.forge == "gitea":
        yield address
    change = forms.CHANGE_ID.match(_last(trailers, "change-id"))
    if change:
        project = address.project if address else None
        named = _stated(change, forge="gerrit", form="gerrit-change-id")
        yield msgspec.structs.replace(named, project=project)
    elif address:
        yield address


def _last(trailers: Iterable[Trailer], key: str) -> str:
    """The value of the landing's own last trailer `key`, or nothing where it is too long."""
    values = [made.value for made in trailers if not made.inner and made.key.lower() == key]
    return values[-1] if values and len(values[-1]) <= forms.MAX_LINE else ""


def _reviewed_on(address: str, subject: str) -> Stated | None:
    for forge, pattern in forms.REVIEWED_ON:
        match = pattern.match(address)
        if match:
            title = forms.GITEA_TITLE.match(subject) if forge == "gitea" else None
            titled = title is not None and title["number"] == match["number"]
            form = f"{forge}-title" if titled else f"{forge}-reviewed-on"
            return _stated(match, forge=forge, form=form)
    return None


def _in_lines(message: bytes, subject: str) -> Iterator[Stated]:
    for form in forms.LINE_FORMS:
        match = next(filter(None, map(form.pattern.match, _lines_with(message, form.start))), None)
        if match:
            found = _stated(match, forge=form.forge, form=form.name)
            branch = forms.GITLAB_SUBJECT.match(subject) if form.forge == "gitlab" else None
            yield msgspec.structs.replace(found, source_branch=branch["branch"] if branch else None)


def _lines_with(message: bytes, start: bytes) -> Iterator[str]:
    """The lines below the first that begin with `start`, the last one first."""
    end = len(message)
    while (at := message.rfind(b"\n" + start, 0, end)) >= 0:
        line = message[at + 1 : at + 2 + forms.MAX_LINE].partition(b"\n")[0]
        if len(line) <= forms.MAX_LINE:
            yield decode(line).rstrip()
        end = at


def _is_copy(commit: Commit) -> bool:
    """Whether the message ends with what cherry-pick adds; a merge is never a copy."""
    last = commit.message.replace(b"\r\n", b"\n").rstrip().rpartition(b"\n\n")[2]
    return len(commit.parents) < 2 and bool(forms.COPIED.search(last))
