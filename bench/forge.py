"""Time an audit with a forge's records: every landing graded by its request.

    python bench/forge.py [--requests 100000] [--folder DIR]

A history of that many squashed requests is made, with an export that tells of each: four commits,
two reviews, a dozen events. It is audited twice: by git alone, and with the export. What is told
is seconds of the clock and of the processors, the memory of the largest process, and how much of
the limits (60 s and 500 MB for 100,000 requests) that is.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from affidavit.base.period import rfc3339
from affidavit.changes.forge.model import (
    Account,
    AccountKind,
    Event,
    Line,
    MergeCommit,
    Origin,
    PullCommit,
    PullRequest,
    Review,
    ReviewState,
)

PEOPLE = [Account(f"person{number:03}", AccountKind.PERSON, 1000 + number) for number in range(200)]
START = 1_600_000_000
SECONDS, MEGABYTES, LIMIT = 60, 500, 100_000


def history(repo: Path, count: int) -> list[str]:
    """A bare repository with `count` squashed requests; their commits, the oldest first."""
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(repo)], check=True)
    marks = repo.parent / "marks"
    importing = ["git", "-C", str(repo), "fast-import", "--quiet", f"--export-marks={marks}"]
    with subprocess.Popen(importing, stdin=subprocess.PIPE) as child:
        assert child.stdin is not None
        for number in range(count):
            author, when = PEOPLE[number % 200], START + 600 * number
            message = f"Change number {number} (#{number + 1})"
            text = f"{number}\n"
            child.stdin.write(
                f"commit refs/heads/main\nmark :{number + 1}\n"
                f"author {author.login} <{author.login}@firm.mail> {when} +0000\n"
                f"committer GitHub <noreply@github.com> {when} +0000\n"
                f"data {len(message)}\n{message}\n"
                f"M 644 inline d{number % 100}/f{number % 10_000}\n"
                f"data {len(text)}\n{text}\n".encode()
            )
    lines = (line.split() for line in marks.read_text().splitlines())
    found = {int(mark[1:]): commit for mark, commit in lines}
    return [found[number + 1] for number in range(count)]


def made_up(*parts: object) -> str:
    return hashlib.sha1(repr(parts).encode(), usedforsecurity=False).hexdigest()


def commit(number: int, at: int, author: Account) -> PullCommit:
    when = rfc3339(START + 600 * number - 300 + at)
    return PullCommit(
        oid=made_up("commit", number, at),
        tree=made_up("tree", number, at),
        message=f"Change number {number}, part {at}\n\nSome words on why this is done so.",
        author_name=author.login,
        author_email=f"{author.login}@firm.mail",
        author=author,
        committer_name=author.login,
        committer_email=f"{author.login}@firm.mail",
        committer=author,
        authored_at=when,
        committed_at=when,
        signed=None,
    )


def request(number: int, landing: str, dice: random.Random) -> PullRequest:
    author, reviewer = PEOPLE[number % 200], PEOPLE[dice.randrange(200)]
    landed = START + 600 * number
    commits = tuple(commit(number, at, author) for at in range(4))
    head = commits[-1].oid
    reviews = tuple(
        Review(
            id=10 * number + at,
            state=ReviewState.APPROVED if at else ReviewState.COMMENTED,
            author=reviewer,
            submitted_at=rfc3339(landed - 100 + at),
            edited_at=None,
            commit=head,
        )
        for at in range(2)
    )
    events = tuple(
        Event(kind="labeled", at=rfc3339(landed - 200 + at), actor=author, text=f"area-{at}")
        for at in range(12)
    )
    return PullRequest(
        number=number + 1,
        id=number,
        url=f"https://github.com/firm/shop/pull/{number + 1}",
        title=f"Change number {number}",
        body="What this does and why, in a few lines of text. " * 6,
        state="merged",
        draft=False,
        created_at=rfc3339(landed - 400),
        updated_at=rfc3339(landed),
        closed_at=rfc3339(landed),
        merged_at=rfc3339(landed),
        base_ref="main",
        base_oid=made_up("base", number),
        head_ref=f"change-{number}",
        head_oid=head,
        head_repository="firm/shop",
        author=author,
        merged_by=reviewer,
        merge_commit=MergeCommit(
            oid=landing, tree=None, parents=(), committed_at=rfc3339(landed), signed=None
        ),
        auto_merge=None,
        labels=(),
        commits=commits,
        reviews=reviews,
        events=events,
        changed_files=1,
        additions=1,
        deletions=1,
    )


def export(place: Path, landings: list[str]) -> None:
    """The records of all requests, as a collection would have written them."""
    dice = random.Random(7)  # noqa: S311
    head = {"format": "affidavit/forge@1", "forge": "github", "host": "github.com"}
    ending = {"section": "pull_requests", "at": rfc3339(START + 600 * len(landings)), "requests": 1}
    encode = msgspec.json.encode
    with place.open("wb") as file:
        file.write(encode({**head, "repository": "firm/shop", "tool": "bench"}) + b"\n")
        for number, landing in enumerate(landings):
            found = request(number, landing, dice)
            origin = Origin(url=found.url, fetched_at=found.updated_at, digest="sha256:" + "0" * 64)
            file.write(encode(Line(origin=origin, data=found)) + b"\n")
        file.write(encode({"done": {**ending, "count": len(landings)}}) + b"\n")


def timed(command: list[str]) -> tuple[float, float, float]:
    """Wall and processor seconds of `command`, and megabytes of its largest process."""
    begin = time.perf_counter()
    child = subprocess.Popen(command)
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    wall = time.perf_counter() - begin
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    """Make the history, audit it, and tell the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--requests", type=int, default=LIMIT)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        root = Path(folder)
        records = root / "shop.jsonl"
        export(records, history(root / "shop.git", options.requests))
        size = records.stat().st_size / (1 << 20)
        print(f"{options.requests:,} requests, {size:,.0f} MB of records")
        program = [sys.executable, "-m", "affidavit", "audit", str(root / "shop.git"), "--quiet"]
        common = ["--since", "1970-01-02", "--name", "firm/shop", "--output", str(root / "out")]
        for name, more in (("git alone", []), ("with records", ["--forge", str(records)])):
            wall, processor, memory = timed([*program, *common, *more])
            share = options.requests / LIMIT
            print(
                f"{name:12} {wall:6.1f} s, {processor:6.1f} s of processors, {memory:4.0f} MB;"
                f" of the limits {wall / SECONDS / share:.2f} and {memory / MEGABYTES:.2f}"
            )


if __name__ == "__main__":
    main()
