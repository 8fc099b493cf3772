"""The locksmith: keys from a file, what is sealed opens for its purpose alone, and nothing opens without the pepper."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from argon2 import extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from auth.locksmith import Locksmith, Sealed
from auth.sessions import SessionStore
from auth.signing_in import browser_of
from domain.refusals import OutageError
from tests.auth.builders import a_locksmith


def test_keys_are_made_once_and_read_from_their_file(tmp_path: Path):
    path = tmp_path / "signing_in.json"
    path.write_text(Locksmith.generate(), encoding="ascii")

    first, second = Locksmith.read(path), Locksmith.read(path)

    assert second.open(first.seal(b"secret", purpose="p"), purpose="p") == b"secret"
    assert first.pepper == second.pepper
    assert len(first.pepper) == 32


def test_a_password_costs_what_rfc_9106_says_where_memory_is_scarce(tmp_path: Path):
    path = tmp_path / "signing_in.json"
    path.write_text(Locksmith.generate(), encoding="ascii")

    assert extract_parameters(Locksmith.read(path).hash_password("blue-lamp")) == RFC_9106_LOW_MEMORY


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"current": "k1"}', '{"current": 1, "sealing": [], "pepper": ""}'])
def test_keys_that_cannot_be_read_are_our_trouble(tmp_path: Path, text: str):
    path = tmp_path / "signing_in.json"
    path.write_text(text, encoding="ascii")

    with pytest.raises(OutageError, match=r"signing_in\.json"):
        Locksmith.read(path)


def test_keys_that_are_not_there_are_our_trouble(tmp_path: Path):
    with pytest.raises(OutageError):
        Locksmith.read(tmp_path / "signing_in.json")


@pytest.mark.parametrize("purpose", ["totp-secret", "passkey", ""])
def test_what_is_sealed_opens_for_its_purpose_alone(purpose: str):
    locksmith = a_locksmith()
    sealed = locksmith.seal(b"secret", purpose="mail-address")

    with pytest.raises(OutageError):
        locksmith.open(sealed, purpose=purpose)


def test_what_an_older_key_sealed_is_still_read():
    before = a_locksmith()
    sealed = before.seal(b"secret", purpose="p")
    after = replace(before, current="k2", sealing={**before.sealing, "k2": b"n" * 32})

    assert after.open(sealed, purpose="p") == b"secret"
    assert after.seal(b"secret", purpose="p").key_id == "k2"


@pytest.mark.parametrize(
    "sealed", [Sealed("k9", b"x" * 40), Sealed("k1", b""), Sealed("k1", b"x" * 40)], ids=["key", "empty", "forged"]
)
def test_what_does_not_open_is_our_trouble(sealed: Sealed):
    with pytest.raises(OutageError):
        a_locksmith().open(sealed, purpose="p")


def test_another_pepper_makes_every_hash_worthless():
    locksmith = a_locksmith()
    other = replace(locksmith, pepper=b"q" * 32)

    assert locksmith.is_password("secret", locksmith.hash_password("secret"))
    assert not other.is_password("secret", locksmith.hash_password("secret"))
    assert other.digest("secret", purpose="p") != locksmith.digest("secret", purpose="p")


def test_a_digest_counts_for_its_purpose_alone():
    assert a_locksmith().digest("a", purpose="b") != a_locksmith().digest("b", purpose="a")


@pytest.mark.parametrize("encoded", ["", "nonsense", "!", "$argon2id$v=19$m=8,t=1,p=1$x$y"])
def test_a_hash_that_cannot_be_read_is_nobodys(encoded: str):
    assert not a_locksmith().is_password("secret", encoded)
    assert not a_locksmith().is_code("secret", encoded)


def test_nothing_secret_shows_when_it_is_printed():
    shown = repr(a_locksmith())

    assert "kkkk" not in shown
    assert "pppp" not in shown
    assert json.loads(Locksmith.generate()).keys() == {"current", "sealing", "pepper"}


@pytest.mark.django_db
def test_a_browser_without_a_session_gets_one_to_be_bound_to():
    store = SessionStore()

    assert browser_of(store) == browser_of(store)
    assert len(browser_of(store)) == 32
    assert store.session_key is not None
