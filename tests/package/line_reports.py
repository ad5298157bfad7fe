"""Lines of a repository and of a file, made up for tests of their pages."""

from __future__ import annotations

from affidavit.audit.lines.blame import (
    BlamedHand,
    BlamedLanding,
    BlamedLines,
    BlameReport,
    Reviewed,
)
from affidavit.audit.lines.counting import Count, by_directory, by_language, by_owner, file_lines
from affidavit.audit.lines.model import (
    Age,
    AgentLines,
    Counts,
    Fate,
    FileLines,
    GroundLines,
    LinesReport,
    MonthLines,
    RecordsSeen,
    Seen,
)
from affidavit.audit.model import Tool
from affidavit.base.limit import limit
from affidavit.changes.lines.model import LineClass

EVIL = (
    "</title></script><script>document.title='gone'</script><img src=x onerror=alert(1)>\x1b\u202e"
)
COMMIT = "b" * 40
AGAIN = "affidavit lines --at v1"


def counts(ai: int = 0, undetermined: int = 0, no_signal: int = 0, **more: int) -> Counts:
    """Lines of these classes, of which all but those without a signal are labelled."""
    known = ai + undetermined + sum(more.values())
    return Counts(
        lines=known + no_signal,
        ai=ai,
        undetermined=undetermined,
        no_signal=no_signal,
        labelled=ai + undetermined,
        **more,
    )


def a_file(path: str, found: Counts, owners: tuple[str, ...] = ()) -> FileLines:
    """A file at `path`; one whose path holds ``auth`` is critical."""
    count = Count()
    for one in LineClass:
        number = getattr(found, one.value.replace("-", "_"))
        count.add(one, number, labelled=one in {LineClass.AI, LineClass.UNDETERMINED})
    return file_lines(path, count, owners=owners, critical="auth" in path)


FILES = (
    a_file("src/auth/key.py", counts(ai=60, undetermined=20, no_signal=20), ("@firm/core",)),
    a_file("src/app.py", counts(ai=5, no_signal=85, automation=10), ("@firm/core", "@ada")),
    a_file("docs/guide.md", counts(no_signal=30, human=10)),
    a_file("README.md", counts(no_signal=10)),
    a_file("empty.txt", counts()),
)


def a_month(month: str, found: Counts | None = None, landings: int = 1) -> MonthLines:
    """What landed in a month."""
    of = found or counts()
    return MonthLines(
        month=month,
        landings=landings,
        **{name: getattr(of, name) for name in Counts.__struct_fields__},
    )


MONTHS = (a_month("2026-01", counts(no_signal=70)), a_month("2026-03", counts(ai=30, no_signal=10)))


def a_report(files: tuple[FileLines, ...] = FILES, **fields: object) -> LinesReport:
    """A report of these files."""
    total, critical = Count(), Count()
    for one in files:
        total.join(one)
        if one.critical:
            critical.join(one)
    told: dict[str, object] = {
        "tool": Tool(name="affidavit", version="1", rules_version="2", rules="sha256:0"),
        "repository": "firm/shop",
        "commit": COMMIT,
        "time": "2026-03-31T12:00:00Z",
        "total": total.counts(),
        "binary_files": 2,
        "seen": Seen(landings=9, split=3, unsplit=1, records=(
            RecordsSeen(source="git-ai", commits=2, refused=1, attested=50, brought=40),)),
        "directories": by_directory(files),
        "languages": by_language(files),
        "owners": by_owner(files),
        "critical": critical.counts(),
        "agents": (AgentLines(agent="claude-code", model="Opus 5", lines=60, undetermined=20),
                   AgentLines(agent="cursor", model=None, lines=5, undetermined=0)),
        "grounds": (GroundLines(line_class="no-signal", ground="nothing", lines=145),
                    GroundLines(line_class="ai", ground="commit", lines=65),
                    GroundLines(line_class="undetermined", ground="unsplit", lines=20)),
        "ages": (Age(line_class="ai", lines=65, tenth=1, median=9, nine_tenths=70),
                 Age(line_class="no-signal", lines=145, tenth=20, median=200, nine_tenths=400)),
        "fates": (Fate(line_class="ai", days=30, added=100, gone=25),
                  Fate(line_class="no-signal", days=30, added=0, gone=0)),
        "months": MONTHS,
        "files": files,
        "limits": (limit("line-notes-refused", "A note does not fit.", ["abc"], gap=True),),
    }  # fmt: skip
    return LinesReport(**(told | fields))  # type: ignore[arg-type]


def hostile() -> LinesReport:
    """A report whose every foreign word is markup."""
    files = (
        a_file(f"{EVIL}/{EVIL}.py", counts(ai=50, undetermined=40), (EVIL,)),
        a_file(EVIL * 9, counts(no_signal=3)),
    )
    agents = (AgentLines(agent=EVIL, model=EVIL, lines=1, undetermined=1),)
    return a_report(files, repository=EVIL, agents=agents,
                    limits=(limit("some-limit", EVIL, [EVIL]),))  # fmt: skip


TEXT = (b"one", b"two <b>&amp;</b>\r", b"\ttab \x1b[31m \xe2\x80\xae end", b"\xff" + b"x" * 9)


def a_run(first: int, lines: int, commit: str = "a" * 40, **fields: object) -> BlamedLines:
    """Lines of a file that an agent brought."""
    told: dict[str, object] = {
        "first": first, "lines": lines, "line_class": "ai", "ground": "commit", "commit": commit,
        "hands": (BlamedHand(agent="claude-code", model="Opus 5", session="s1"),),
        "landing": "c" * 40, "path": "src/a.py", "original": first,
    }  # fmt: skip
    return BlamedLines(**(told | fields))  # type: ignore[arg-type]


REVIEWED = Reviewed(grade="R3", by=("ben",), evidence=("approved by ben",))


def a_landing(commit: str = "c" * 40, **fields: object) -> BlamedLanding:
    """A landing that was approved."""
    told: dict[str, object] = {
        "commit": commit, "title": "Add a", "landed_at": "2026-03-01T10:00:00Z", "label": "ai",
        "review": REVIEWED,
    }  # fmt: skip
    return BlamedLanding(**(told | fields))  # type: ignore[arg-type]


def a_blame(lines: tuple[BlamedLines, ...] = (), **fields: object) -> BlameReport:
    """A file of four lines: three of an agent and one of which nothing is said."""
    silent = a_run(4, 1, "d" * 40, line_class="no-signal", ground="nothing", hands=(),
                   landing="d" * 40)  # fmt: skip
    told: dict[str, object] = {
        "repository": "firm/shop", "at": COMMIT, "path": "src/a.py",
        "total": counts(ai=3, no_signal=1), "lines": lines or (a_run(1, 3), silent),
        "landings": (a_landing(), a_landing("d" * 40, label="no-signal", review=None, title=None)),
        "limits": (),
    }  # fmt: skip
    return BlameReport(**(told | fields))  # type: ignore[arg-type]
