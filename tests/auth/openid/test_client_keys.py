"""Our keys at providers follow one another without a gap."""

import os
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import RSAKey

from auth.openid.client_keys import ClientKeyFile, ClientKeys, DatedKey
from domain.refusals import OutageError

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
DAY = timedelta(days=1)
POOL = [RSAKey.generate_key(2048) for _ in range(6)]
LONGEST_CACHE = timedelta(hours=24)


def some_keys(at: datetime = NOON) -> ClientKeys:
    return ClientKeys((DatedKey(at, POOL[0]),), (DatedKey(at, POOL[1]),))


def test_the_first_key_signs_at_once() -> None:
    assert some_keys().signer(at=NOON).key is POOL[0]


def test_a_new_key_is_published_for_a_day_before_it_signs() -> None:
    renewed = some_keys().renewed(iter(POOL[2:4]).__next__, at=NOON + DAY)

    assert POOL[2].thumbprint() in {key["kid"] for key in renewed.published()["keys"]}
    assert renewed.signer(at=NOON + 2 * DAY - timedelta(seconds=1)).key is POOL[0]
    assert renewed.signer(at=NOON + 2 * DAY).key is POOL[2]


def test_who_still_encrypts_for_the_former_key_is_understood() -> None:
    renewed = some_keys().renewed(iter(POOL[2:4]).__next__, at=NOON + DAY)

    assert renewed.decryption_key(POOL[1].thumbprint()) is not None
    assert [key["kid"] for key in renewed.published()["keys"] if key["use"] == "enc"] == [POOL[3].thumbprint()]
    assert renewed.decryption_key(None) is POOL[3]
    assert renewed.decryption_key("another") is None


def test_keys_go_when_nobody_uses_them_any_more() -> None:
    keys = some_keys().renewed(iter(POOL[2:4]).__next__, at=NOON).renewed(iter(POOL[4:6]).__next__, at=NOON + 2 * DAY)

    assert [dated.key for dated in keys.signing] == [POOL[2], POOL[4]]
    assert [dated.key for dated in keys.encryption] == [POOL[3], POOL[5]]


def test_what_is_published_holds_no_private_half() -> None:
    for key in some_keys().published()["keys"]:
        assert not {"d", "p", "q", "dp", "dq", "qi"} & set(key)
        assert key["alg"] in {"RS256", "RSA-OAEP-256"}


@given(st.lists(st.integers(min_value=0, max_value=200), max_size=5), st.integers(min_value=0, max_value=400))
def test_whenever_keys_are_renewed_a_provider_with_an_old_copy_is_served(hours: list[int], later: int) -> None:
    """A provider that read our keys within the last 24 hours knows the key that signs, and we open what it encrypts."""
    pool, now, keys = cycle(POOL), NOON, some_keys()
    history = [(now, keys)]
    for pause in hours:
        now += timedelta(hours=pause)
        keys = keys.renewed(pool.__next__, at=now)
        history.append((now, keys))
    now += timedelta(hours=later)
    for read_at in (now, now - LONGEST_CACHE + timedelta(seconds=1)):
        copies = [known for since, known in history if since <= read_at]
        copy = (copies or [some_keys()])[-1].published()["keys"]
        assert keys.signer(at=now).name in {key["kid"] for key in copy if key["use"] == "sig"}
        assert all(keys.decryption_key(key["kid"]) for key in copy if key["use"] == "enc")


def test_keys_come_back_as_they_were_written() -> None:
    again = ClientKeys.parse(some_keys().render())

    assert again.signer(at=NOON).name == POOL[0].thumbprint()
    assert again.signing[0].made_at == NOON


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"signing": [], "encryption": []}', '{"signing": [{}]}'])
def test_a_file_that_holds_no_keys_is_an_outage(tmp_path: Path, text) -> None:
    path = tmp_path / "openid.json"
    path.write_text(text)

    with pytest.raises(OutageError, match=r"openid\.json"):
        ClientKeyFile(path).current()


def test_a_file_of_public_keys_is_an_outage(tmp_path: Path) -> None:
    path = tmp_path / "openid.json"
    public = {"made_at": NOON.isoformat(), "key": POOL[0].as_dict(private=False)}
    path.write_text(str({"signing": [public], "encryption": [public]}).replace("'", '"'))

    with pytest.raises(OutageError):
        ClientKeyFile(path).current()


def test_a_file_that_changes_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "openid.json"
    path.write_text(some_keys().render())
    file = ClientKeyFile(path)
    assert file.current() is file.current()

    path.write_text(some_keys().renewed(iter(POOL[2:4]).__next__, at=NOON).render())
    os.utime(path, ns=(1, 1))
    assert len(file.current().signing) == 2


def test_a_file_that_is_not_there_is_an_outage(tmp_path: Path) -> None:
    with pytest.raises(OutageError):
        ClientKeyFile(tmp_path / "openid.json").current()
