"""A time stamping authority on this machine: over HTTP, and made with the program openssl."""

from __future__ import annotations

import subprocess
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from tsa import STAMPING, YEAR, Pair, Stamp, issued

from affidavit.app.anchor.der import whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TODAY = datetime.now(UTC).replace(microsecond=0)
DAYS = (TODAY - YEAR, TODAY + YEAR)
CONFIG = """
[tsa]
default_tsa = one
[one]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_chain = {chain}
ess_cert_id_alg = {algorithm}
"""


class Chain:
    """A root, a middle and a signer whose certificates are valid today."""

    def __init__(self) -> None:
        self.root = issued("Root", ca=True, days=DAYS)
        self.middle = issued("Middle", self.root, ca=True, days=DAYS)
        # Longer than the others: written first, it is not where DER wants it in a set.
        name = "An authority with a longer name than those of the others have"
        self.signer = issued(name, self.middle, usage=STAMPING, days=DAYS)

    def stamp(self, request: bytes) -> Stamp:
        """A good answer to `request`."""
        _, hashed, nonce, _ = whole(request).below()
        return Stamp(
            imprint=hashed.below()[1].value,
            nonce=int.from_bytes(nonce.value),
            signer=self.signer,
            others=(self.middle,),
            time=datetime.now(UTC),
        )


class OpenSSL:
    """The authority of `chain` with the files of ``openssl ts`` in `folder`."""

    def __init__(self, chain: Chain, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.algorithm, self.with_chain = "sha256", "no"
        secret = chain.signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / "signer.key").write_bytes(secret)
        (folder / "signer.pem").write_bytes(chain.signer.pem)
        (folder / "chain.pem").write_bytes(chain.middle.pem + chain.root.pem)
        (folder / "root.pem").write_bytes(chain.root.pem)
        (folder / "serial").write_text("01\n")

    def answer(self, request: bytes) -> bytes:
        """What ``openssl ts -reply`` answers."""
        config = CONFIG.format(folder=self.folder, chain=self.with_chain, algorithm=self.algorithm)
        (self.folder / "tsa.conf").write_text(config)
        (self.folder / "asked.tsq").write_bytes(request)
        self._run("-reply", *("-config", "tsa.conf"), *("-queryfile", "asked.tsq"),
                  *("-signer", "signer.pem"), *("-inkey", "signer.key"),
                  *("-chain", "chain.pem"), *("-out", "answer.tsr"))  # fmt: skip
        return (self.folder / "answer.tsr").read_bytes()

    def verifies(self, answer: bytes, request: bytes) -> bool:
        """What ``openssl ts -verify`` says of `answer`."""
        (self.folder / "given.tsr").write_bytes(answer)
        (self.folder / "given.tsq").write_bytes(request)
        told = self._run("-verify", *("-in", "given.tsr"), *("-queryfile", "given.tsq"),
                         *("-CAfile", "root.pem"))  # fmt: skip
        return b"Verification: OK" in told

    def verifies_data(self, answer: bytes, data: bytes) -> bool:
        """The same, of the stamped bytes themselves."""
        (self.folder / "given.tsr").write_bytes(answer)
        (self.folder / "given.note").write_bytes(data)
        told = self._run("-verify", *("-in", "given.tsr"), *("-data", "given.note"),
                         *("-CAfile", "root.pem"))  # fmt: skip
        return b"Verification: OK" in told

    def shown(self, request: bytes) -> str:
        """What ``openssl ts -query`` reads in `request`."""
        (self.folder / "shown.tsq").write_bytes(request)
        return self._run("-query", *("-in", "shown.tsq"), "-text").decode()

    def _run(self, *arguments: str) -> bytes:
        done = subprocess.run(
            ["openssl", "ts", *arguments], cwd=self.folder, capture_output=True, check=True
        )
        return done.stdout


@contextmanager
def served(answer: Callable[[BaseHTTPRequestHandler, bytes], None]) -> Iterator[str]:
    """The address of an authority that deals with a request by `answer`, while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer(self, self.rfile.read(int(self.headers["Content-Length"])))

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsr"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def told(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200) -> None:
    """Answer with `body`."""
    handler.send_response(status)
    handler.send_header("Content-Type", "application/timestamp-reply")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def pem_in(folder: Path, pair: Pair, name: str = "ca.pem") -> Path:
    """A file with the certificate of `pair`."""
    (folder / name).write_bytes(pair.pem)
    return folder / name
