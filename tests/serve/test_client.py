"""A client beside servers that are none, or not as they should be."""

from __future__ import annotations

import socket
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import servers
from servers import a_fact

from affidavit.app.serve.client import Client, reached
from affidavit.app.serve.place import runtime_folder, usual_path
from affidavit.app.serve.wire import PROTOCOL, Greeting, Recorded, Refused, frame
from affidavit.base.errors import AffidavitError, FormatError, FrozenError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.ledger.home import Home

place = servers.place
HELLO = frame(Greeting(protocol=PROTOCOL, origin="example.com/x"))


@contextmanager
def saying(path: Path, data: bytes, *, stays: bool = False) -> Iterator[Path]:
    """Somebody who listens, says `data` to the first who comes, and ends it, or `stays`."""
    over = threading.Event()

    def run() -> None:
        guest = listener.accept()[0]
        with guest:
            guest.sendall(data)
            if stays:
                over.wait(30)
            else:
                guest.shutdown(socket.SHUT_WR)
                while guest.recv(1 << 16):
                    pass

    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(path))
        listener.listen()
        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield path
        finally:
            over.set()
            thread.join()


@pytest.fixture
def path() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="aff", dir="/tmp") as name:
        yield Path(name) / "a.sock"


@pytest.mark.parametrize(
    ("greeting", "said"),
    [
        (b"", "ended the connection"),
        (b"\0\0\0\1\xc1", "no greeting of a sequencer"),
        (b"\xff\xff\xff\xff", "a frame of 4,294,967,295 bytes"),
        (frame(Greeting(protocol=2, origin="x")), "speaks version 2, this is 1"),
    ],
)
def test_who_does_not_greet_as_a_sequencer_is_not_spoken_to(
    path: Path, greeting: bytes, said: str
) -> None:
    with saying(path, greeting), pytest.raises(AffidavitError, match=said):
        Client(path)


def test_who_says_nothing_is_not_waited_for_for_ever(path: Path) -> None:
    with saying(path, b"", stays=True), pytest.raises(StoreError, match="does not answer"):
        Client(path, patience=0.1)


def test_who_takes_nothing_is_not_waited_for_for_ever(path: Path) -> None:
    with saying(path, HELLO, stays=True), Client(path, patience=0.1) as client:
        with pytest.raises(StoreError, match="does not answer") as error:
            client.append([a_fact()], [bytes(8 << 20)])
        assert error.value.hint.endswith("send them again with the same ids")


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (Recorded(7, (), ""), FormatError, "answered 7 when 0 was asked"),
        (Refused(0, "AFF-FROZEN", "it is over", ""), FrozenError, "it is over"),
        (Refused(0, "AFF-OF-TOMORROW", "who knows", ""), StoreError, "who knows"),
        (Refused(-1, "AFF-FORMAT", "noise", ""), FormatError, "noise"),
        (Greeting(protocol=1, origin="x"), FormatError, "no answer of a sequencer"),
    ],
)
def test_what_is_answered_becomes_an_error_of_its_class(
    path: Path, answer: Recorded | Refused | Greeting, kind: type[AffidavitError], said: str
) -> None:
    saying_so = saying(path, HELLO + frame(answer))
    with saying_so, Client(path) as client, pytest.raises(kind, match=said):
        client.append([a_fact()])


def test_a_server_that_is_about_to_end_is_none(place: Home) -> None:
    environment = {"XDG_RUNTIME_DIR": str(place.folder.parent / "run")}
    path = usual_path(place, environment)
    path.parent.mkdir(mode=0o700)
    with saying(path, b""):
        assert reached(place, environment) is None


def test_a_server_that_is_wrong_is_told_of(place: Home) -> None:
    environment = {"XDG_RUNTIME_DIR": str(place.folder.parent / "run")}
    path = usual_path(place, environment)
    path.parent.mkdir(mode=0o700)
    with saying(path, b"\0\0\0\1\xc1"), pytest.raises(FormatError):
        reached(place, environment)


@pytest.mark.parametrize("environment", [{}, {"XDG_RUNTIME_DIR": "/" + "x" * 80}])
def test_where_no_runtime_folder_fits_the_account_has_one(environment: dict[str, str]) -> None:
    assert str(runtime_folder(environment)).startswith("/tmp/affidavit-")
