"""Put the program's own words into README.md, or with ``--check`` say where they differ.

A block is what stands between ``<!-- output of: COMMAND -->`` and ``<!-- end of output -->``. The
program is the one installed beside the Python that runs this.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(
    r"(?P<begin><!-- output of: (?P<command>(?:make|affidavit) [^\n]*?) -->\n)"
    r".*?(?P<end><!-- end of output -->\n)",
    re.DOTALL,
)


def output(command: str) -> str:
    """What `command` prints, 80 columns wide and without colours."""
    program, *arguments = command.split()
    if program == "affidavit":
        program = str(Path(sys.executable).with_name("affidavit"))
    plain = {"COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb", "LC_ALL": "C.UTF-8"}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(
        [program, *arguments],
        cwd=ROOT,
        env={**inherited, **plain},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.rstrip()


def refreshed(text: str) -> str:
    """`text` with every block as its command prints it now."""
    return BLOCK.sub(
        lambda block: f"{block['begin']}```text\n{output(block['command'])}\n```\n{block['end']}",
        text,
    )


def main() -> int:
    """0, or with ``--check`` 1 where a block is not what its command prints."""
    before = README.read_text(encoding="utf-8")
    after = refreshed(before)
    if "--check" not in sys.argv:
        README.write_text(after, encoding="utf-8")
        return 0
    if before != after:
        print("README.md differs from what the commands print: run `make readme`", file=sys.stderr)
    return int(before != after)


if __name__ == "__main__":
    sys.exit(main())
