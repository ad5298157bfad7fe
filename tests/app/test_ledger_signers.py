"""Whose key signs, where it lies, and what is refused in its place."""

from __future__ import annotations

import base64
import os
import pwd
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from affidavit.app.ledger import signers
from affidavit.app.ledger.custody import Custody, Held, config_home
from affidavit.app.ledger.signers import CommandSigner, read_secret, write_secret
from affidavit.base.errors import KeyFileError
from affidavit.ledger.checkpoint import Checkpoint, signed_checkpoint
from affidavit.ledger.key import SigningKey, encode_secret
from affidavit.ledger.note import Outcome, check
from keepers import custody
from ledgers import KEY, ORIGIN, as_anybody, open_folder

if TYPE_CHECKING:
    from collections.abc import Callable

OTHER = SigningKey.from_secret(ORIGIN, b"\x01" * 32)
CHECKPOINT = Checkpoint(ORIGIN, 3, bytes(32))
SIGNING = """
import sys
from affidavit.ledger.key import parse_secret
import base64
text = sys.stdin.buffer.read()
signature = parse_secret(sys.argv[1], "key").sign(text)
print(base64.b64encode(signature).decode())
"""


def command(secret: SigningKey) -> tuple[str, ...]:
    """A command that signs with `secret`."""
    return (sys.executable, "-c", SIGNING, encode_secret(secret))


def why(run: Callable[[], object]) -> str:
    with pytest.raises(KeyFileError) as caught:
        run()
    return caught.value.message


def test_a_key_is_kept_so_that_only_its_account_reads_it(tmp_path: Path) -> None:
    keys = custody(tmp_path)
    (held,) = keys.held()
    file = keys.folder / str(held.file)
    assert held == Held(vkey=KEY.key.encode(), file=f"{KEY.key_id.hex()}.key")
    assert [stat.S_IMODE(one.stat().st_mode) for one in (file, keys.folder)] == [0o600, 0o700]
    assert read_secret(file) == KEY
    (signer,) = keys.signing().at(3)
    assert check(signed_checkpoint(CHECKPOINT, [signer]), KEY.key) is Outcome.GOOD


def test_keys_can_be_moved_with_the_folder_they_lie_in(tmp_path: Path) -> None:
    custody(tmp_path)
    (tmp_path / "config").rename(tmp_path / "elsewhere")
    assert [one.key for one in Custody(tmp_path / "elsewhere", ORIGIN).signing().at(3)] == [KEY.key]


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o601])
def test_a_key_that_others_can_get_at_is_refused(tmp_path: Path, mode: int) -> None:
    keys = custody(tmp_path)
    file = keys.folder / f"{KEY.key_id.hex()}.key"
    file.chmod(mode)
    assert why(keys.signing) == f"{file}: others can read this key"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "does not begin with PRIVATE+KEY+"),
        (b"\xff", "the key cannot be read"),
        (KEY.key.encode().encode(), "does not begin with PRIVATE+KEY+"),
        (encode_secret(KEY)[:-4].encode(), "k"),
        (encode_secret(OTHER).encode(), "it holds another key than"),
    ],
)
def test_a_file_that_holds_another_key_or_none_is_refused(
    tmp_path: Path, text: bytes, message: str
) -> None:
    keys = custody(tmp_path)
    file = keys.folder / f"{KEY.key_id.hex()}.key"
    file.write_bytes(text)
    told = why(keys.signing)
    assert told.startswith(str(file))
    assert message in told
    assert encode_secret(KEY)[-20:-4] not in told


def test_a_key_that_is_gone_or_may_not_be_read_is_refused(tmp_path: Path) -> None:
    keys = custody(tmp_path)
    (keys.folder / f"{KEY.key_id.hex()}.key").unlink()
    assert "the key cannot be read" in why(keys.signing)
    (keys.folder / f"{KEY.key_id.hex()}.key").mkdir()
    assert "the key cannot be read" in why(keys.signing)
    with open_folder() as folder:
        write_secret(folder / "x.key", KEY)
        (folder / "x.key").chmod(0)
        with as_anybody():
            assert "the key cannot be read" in why(lambda: read_secret(folder / "x.key"))


def test_an_account_without_keys_is_told_so(tmp_path: Path) -> None:
    keys = Custody(tmp_path, ORIGIN)
    assert why(keys.held) == f"this account holds no key of the log {ORIGIN}"


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff",
        b"not toml",
        b'origin = "example.com/team"\nkeys = []\n',
        b'origin = "example.com/other"\n[[keys]]\nvkey = "x"\n',
        b'origin = "example.com/team"\n[[keys]]\nvkey = 5\n',
        b'origin = "example.com/team"\n[[keys]]\nvkey = "x"\nuntil_size = 1.5\n',
        b"x = " + b"9" * 5_000,
    ],
)
def test_a_record_of_keys_that_cannot_be_read_is_refused_by_its_name(
    tmp_path: Path, text: bytes
) -> None:
    keys = custody(tmp_path)
    (keys.folder / "log.toml").write_bytes(text)
    assert why(keys.held).startswith(f"{keys.folder / 'log.toml'}: ")


@pytest.mark.parametrize("vkey", ["x", KEY.key.encode()])
def test_a_key_that_is_none_or_that_nothing_signs_with_is_refused(
    tmp_path: Path, vkey: str
) -> None:
    keys = custody(tmp_path)
    keys.replace([Held(vkey=vkey)])
    assert "key" in why(keys.signing)


def test_keys_end_at_their_size_and_one_has_to_be_left(tmp_path: Path) -> None:
    keys = custody(tmp_path)
    new = keys.new_secret(b"\x01" * 32)
    (old,) = keys.held()
    keys.replace([Held(vkey=old.vkey, file=old.file, until_size=7), new])
    signing = keys.signing()
    assert [one.key for one in signing.at(7)] == [KEY.key, OTHER.key]
    assert [one.key for one in signing.at(8)] == [OTHER.key]
    keys.replace([Held(vkey=old.vkey, file=old.file, until_size=7)])
    assert why(lambda: keys.signing().at(8)) == "this account holds no key that signs 8 entries"


@pytest.mark.parametrize("origin", ["log.example/😀", "log.example/'\"\\", "log.example/é[x]#"])
def test_any_name_of_a_log_is_kept_and_read_back(tmp_path: Path, origin: str) -> None:
    keys = Custody(tmp_path, origin)
    keys.begin(lambda one: one.new_secret(bytes(32)))
    assert [one.key.name for one in Custody(tmp_path, origin).signing().at(1)] == [origin]


def test_a_name_is_given_to_one_log_of_an_account(tmp_path: Path) -> None:
    keys = custody(tmp_path)
    before = (keys.folder / "log.toml").read_bytes()
    told = why(lambda: keys.begin(lambda one: one.new_secret(b"\x02" * 32)))
    assert told == f"this account signs a log named {ORIGIN} already"
    assert (keys.folder / "log.toml").read_bytes() == before
    assert len(list(keys.folder.glob("*.key"))) == 1


def test_a_key_of_another_name_does_not_begin_a_log(tmp_path: Path) -> None:
    keys = Custody(tmp_path, "example.com/other")
    write_secret(tmp_path / "x.key", KEY)
    named = f"the key is named {ORIGIN}, the log example.com/other"
    assert why(lambda: keys.begin(lambda one: one.given_secret(tmp_path / "x.key"))).endswith(named)
    held = Held(vkey=KEY.key.encode(), command=("true",))
    assert why(lambda: keys.begin(lambda _: held)) == named
    assert not keys.folder.exists()


def test_a_key_is_written_over_no_file(tmp_path: Path) -> None:
    write_secret(tmp_path / "x.key", KEY)
    assert why(lambda: write_secret(tmp_path / "x.key", OTHER)).endswith("File exists")
    assert read_secret(tmp_path / "x.key") == KEY


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"AFFIDAVIT_HOME": "/a", "XDG_CONFIG_HOME": "/b", "HOME": "/c"}, "/a"),
        ({"AFFIDAVIT_HOME": "", "XDG_CONFIG_HOME": "/b", "HOME": "/c"}, "/b/affidavit"),
        ({"HOME": "/c"}, "/c/.config/affidavit"),
    ],
)
def test_keys_lie_where_an_account_keeps_its_configuration(
    environment: dict[str, str], expected: str
) -> None:
    assert config_home(environment) == Path(expected)


def test_without_any_home_it_is_said_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOME")
    monkeypatch.setattr(pwd, "getpwuid", {}.__getitem__)
    with pytest.raises(KeyFileError, match="no home folder") as raised:
        config_home({})
    assert raised.value.hint == "set HOME or AFFIDAVIT_HOME"


def test_a_command_signs_as_its_key_does() -> None:
    signer = CommandSigner(KEY.key, command(KEY))
    note = signed_checkpoint(CHECKPOINT, [signer])
    assert note == signed_checkpoint(CHECKPOINT, [CommandSigner(KEY.key, command(KEY))])
    assert check(note, KEY.key) is Outcome.GOOD


def encoded(data: bytes) -> tuple[str, ...]:
    return ("echo", base64.b64encode(data).decode())


@pytest.mark.parametrize(
    ("answering", "message"),
    [
        (command(OTHER), f"is no signature by {KEY.key}"),
        (("false",), "the signing command false ended with 1: "),
        (("sh", "-c", "echo no card >&2; exit 7"), "the signing command sh ended with 7: no card"),
        (("sh", "-c", "head -c 999999 /dev/zero >&2; exit 7"), "ended with 7: "),
        (("echo",), f"the answer of echo is no signature by {KEY.key}"),
        (("echo", "not base64"), "the answer of echo is no base64"),
        (("printf", r"\377"), "the answer of printf is no base64"),
        (encoded(b""), "is no signature by"),
        (encoded(bytes(64)), "is no signature by"),
        (encoded(bytes(63)), "is no signature by"),
        (encoded(bytes(9_999)), "is no signature by"),
        (("/nonexistent/program",), "No such file or directory"),
        ((os.devnull,), "Permission denied"),
    ],
)
def test_a_command_that_does_not_sign_is_refused(answering: tuple[str, ...], message: str) -> None:
    told = why(lambda: CommandSigner(KEY.key, answering).sign("text\n"))
    assert message in told
    assert len(told) < 600


def test_a_command_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signers, "PATIENCE", 0.2)
    told = why(lambda: CommandSigner(KEY.key, ("sleep", "60")).sign("text\n"))
    assert told.startswith("the signing command sleep: ")
    assert "timed out after 0.2 seconds" in told
