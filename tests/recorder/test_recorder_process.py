"""A recorder and the life of its process: forks, its end, and what starting costs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import recorders
from recorders import actions, bodies, ran, rows

import affidavit
from affidavit.app.ledger.home import writing

if TYPE_CHECKING:
    from affidavit.app.ledger.home import Home

place = recorders.place


HEAVY = {"asyncio", "click", "cryptography", "logging", "msgspec", "socket", "sqlite3", "threading"}
FORKED = """
import os, sys
from affidavit import Recorder
from affidavit.base.errors import UsageError
def act(name):
    return recorder.log_action(agent="a", action=name, result="ok")
def child():
    said = []
    for attempt in (lambda: act("2"), handle.receipt, recorder.flush):
        try:
            attempt()
        except UsageError as error:
            said.append(error.message)
    recorder.close()
    with Recorder() as mine:
        mine.log_action(agent="a", action="child", result="ok")
    print(said)
    sys.exit()
with Recorder() as recorder:
    handle = act("1")
    process = os.fork()
    if not process:
        child()
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0
    act("3")
"""
HELD = """
import os, time
from affidavit import Recorder
from affidavit.app.ledger.home import Home, writing
children = []
with Recorder() as recorder:
    for number in range(40):
        for step in range(5):
            recorder.log_action(agent="a", action="x", result="ok", prompt="p")
        process = os.fork()
        if not process:
            time.sleep(60)
            os._exit(0)
        children.append(process)
with writing(recorder._place, wait=0):
    print("free")
for one in children:
    os.kill(one, 9)
    os.waitpid(one, 0)
"""
LEFT = """
from affidavit import Recorder
recorder = Recorder()
for number in range(500):
    recorder.log_action(agent="a", action=str(number), result="ok")
"""
LOST = """
from affidavit import Recorder
from affidavit.app.recorder import recorder as module
module.AT_EXIT = 0.2
recorder = Recorder()
recorder.log_action(agent="a", action="1", result="ok")
"""


def test_a_child_is_refused_and_makes_its_own(place: Home) -> None:
    done = ran(place, "import warnings; warnings.simplefilter('ignore')\n" + FORKED)
    assert done.stderr == ""
    said = ["this recorder was made before the process was forked"]
    # The fact of before the fork may have been acknowledged when it came.
    assert done.stdout.strip() in {str(said * 3), str(said * 2)}
    assert sorted(map(str, actions(place))) == ["1", "3", "child"]


def test_a_child_does_not_inherit_the_ledgers_lock(place: Home) -> None:
    done = ran(place, "import warnings; warnings.simplefilter('ignore')\n" + HELD)
    assert (done.stderr, done.stdout) == ("", "free\n")
    assert len(actions(place)) == 200


def test_the_end_of_the_program_waits_for_what_is_on_its_way(place: Home) -> None:
    done = ran(place, LEFT)
    assert (done.stderr, done.returncode) == ("", 0)
    assert actions(place) == [str(number) for number in range(500)]


def test_what_the_end_of_the_program_loses_is_said_aloud(place: Home) -> None:
    with writing(place):
        done = ran(place, LOST)
    assert done.stderr.startswith("affidavit: AFF-STORE: a fact was not recorded: agent.acted.v1 ")
    assert done.stderr.endswith("(not acknowledged in 0.2 seconds)\n")
    assert rows(place) == []


def test_importing_the_package_imports_nothing_heavy() -> None:
    program = "import sys, affidavit; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True
    )
    assert HEAVY.intersection(done.stdout.split()) == set()


def test_the_package_has_what_it_says_it_has() -> None:
    assert [getattr(affidavit, name) for name in affidavit.__all__]
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        affidavit.nothing  # type: ignore[attr-defined]  # noqa: B018


def test_an_error_is_caught_by_its_name_and_says_what_to_do(place: Home) -> None:
    missing = place.folder.parent / "home" / "missing"
    with pytest.raises(affidavit.NotALedgerError) as raised:
        affidavit.Recorder(missing)
    assert isinstance(raised.value, affidavit.AffidavitError)
    assert str(raised.value) == (
        f"there is no ledger at {missing} (AFF-NOT-A-LEDGER: affidavit ledger init)"
    )
    assert affidavit.Bounds(close=5.0).close == 5.0


def test_the_example_does_what_the_documentation_shows(place: Home) -> None:
    root = Path(__file__).parents[2]
    example = (root / "examples" / "recorder.py").read_text()
    page = (root / "docs" / "sdk.md").read_text()
    assert f"```python\n{example}```" in page
    done = ran(place, example)
    assert done.stderr == ""
    assert f"$ python examples/recorder.py\n{done.stdout}```" in page
    assert bodies(place, "deploy.done") == [{"seconds": 41}]
    found = (place.folder.parent / "evidence-1" / "entries.jsonl").read_text().splitlines()
    assert [json.loads(one)["kind"] for one in found] == [
        "log.opened.v1",
        "agent.acted.v1",
        "deploy.done.v1",
    ]
    assert ran(place, example).returncode == 0
