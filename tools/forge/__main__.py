"""Run the forge: ``python tools/forge --port 0 [--demo DIR]`` prints its address and serves.

With ``--demo`` it holds a small firm with good and bad changes, whose repositories are in DIR.
"""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[1])

from forge import Forge  # noqa: E402  # found only now
from forge.demo import fill  # noqa: E402  # found only now


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="forge", description="A GitHub with state, on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=0, help="0 takes one that is free")
    parser.add_argument("--demo", type=Path, metavar="DIR", help="hold a small firm, kept in DIR")
    parser.add_argument("--token", help="the only token that is taken; default: any")
    parser.add_argument("--server", action="store_true", help="be a company's own server")
    return parser.parse_args()


def _started(options: argparse.Namespace) -> tuple[Forge, str]:
    """A forge that serves, and its address."""
    forge = Forge(options.demo, token=options.token, server=options.server)
    if options.demo:
        fill(forge)
        forge.wakes = True
    return forge, forge.start(options.port)


def main() -> None:
    """Serve until told to stop."""
    options = _options()
    try:
        forge, address = _started(options)
    except (OSError, OverflowError) as error:
        where = f"port {options.port}" if options.demo is None else f"{options.demo}"
        sys.exit(f"forge: {getattr(error, 'filename', None) or where}: {error}")
    # By that name, its accounts can be written in a configuration.
    print(address.replace("127.0.0.1", "localhost"), flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        signal.pause()
    except KeyboardInterrupt:
        print("stopped")
    finally:
        forge.stop()


if __name__ == "__main__":
    main()
