import base64
import subprocess
from pathlib import Path

import pytest

from sender.identities import load_identity
from sender.troubles import SenderError

KINDS = (("ed25519",), ("ecdsa", "-b", "256"), ("ecdsa", "-b", "384"), ("rsa", "-b", "2048"))


def an_identity_file(
    folder: Path, *kind: str, passphrase: str = "", comment: str = "", form: str = "RFC4716", name: str = "identity"
) -> Path:
    path = folder / name
    words = ["-q", "-N", passphrase, "-C", comment, "-f", path, "-t", *(kind or ("ed25519",))]
    subprocess.run(["ssh-keygen", *words], check=True)
    if form != "RFC4716":
        subprocess.run(
            ["ssh-keygen", "-q", "-p", "-P", passphrase, "-N", passphrase, "-m", form, "-f", path], check=True
        )
    return path


def public_half(path: Path) -> bytes:
    return base64.b64decode(path.with_name(f"{path.name}.pub").read_text().split()[1])


@pytest.mark.parametrize("kind", KINDS, ids="".join)
def test_key_made_by_openssh_is_read(tmp_path: Path, kind: tuple[str, ...]) -> None:
    path = an_identity_file(tmp_path, *kind, comment="sender@office")
    assert load_identity(path, variable=None).asbytes() == public_half(path)


def test_key_without_comment_is_read_whatever_its_padding(tmp_path: Path) -> None:
    for number in range(12):
        path = an_identity_file(tmp_path, "ecdsa", "-b", "256", name=f"identity{number}")
        assert load_identity(path, variable=None).asbytes() == public_half(path)


@pytest.mark.parametrize("form", ["PEM", "PKCS8"])
def test_older_forms_of_file_are_read(tmp_path: Path, form: str) -> None:
    path = an_identity_file(tmp_path, "rsa", "-b", "2048", form=form)
    assert load_identity(path, variable=None).asbytes() == public_half(path)


@pytest.mark.parametrize("form", ["RFC4716", "PEM", "PKCS8"])
def test_encrypted_key_is_opened_with_the_pass_phrase_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    path = an_identity_file(tmp_path, "ecdsa", "-b", "256", passphrase="open sesame", form=form)
    monkeypatch.setenv("IDENTITY_PHRASE", "open sesame")
    assert load_identity(path, variable="IDENTITY_PHRASE").asbytes() == public_half(path)


def test_wrong_pass_phrase_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = an_identity_file(tmp_path, passphrase="open sesame")
    monkeypatch.setenv("IDENTITY_PHRASE", "shut")
    with pytest.raises(SenderError, match="pass phrase is wrong"):
        load_identity(path, variable="IDENTITY_PHRASE")


def test_empty_pass_phrase_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = an_identity_file(tmp_path, passphrase="open sesame")
    monkeypatch.setenv("IDENTITY_PHRASE", "")
    with pytest.raises(SenderError, match="pass phrase is wrong"):
        load_identity(path, variable="IDENTITY_PHRASE")


def test_public_half_in_place_of_the_key_is_told(tmp_path: Path) -> None:
    path = an_identity_file(tmp_path)
    with pytest.raises(SenderError, match="cannot be read"):
        load_identity(path.with_name("identity.pub"), variable=None)


def test_missing_key_is_told(tmp_path: Path) -> None:
    with pytest.raises(SenderError, match="cannot be opened"):
        load_identity(tmp_path / "none", variable=None)
