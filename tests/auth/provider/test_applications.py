"""Applications are registered with whole https addresses and strong keys; signing keys follow one another."""

import os
import warnings
from datetime import timedelta

import pytest
from joserfc.jwk import ECKey, RSAKey

from auth.locksmith import Locksmith
from auth.models import Application, TokenAlgorithm
from auth.provider.applications import Registration, add_application, living_applications, withdraw_application
from auth.provider.signing_keys import SigningKeyFile, SigningKeys
from auth.refusals import KeyRefusedError
from domain.assurance import AssuranceLevel
from domain.refusals import OutageError
from tests.auth.builders import NOON

pytestmark = pytest.mark.django_db
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    WEAK = RSAKey.generate_key(1024, private=True, auto_kid=False)
OTHER_CURVE = ECKey.generate_key("P-384", private=True)
GOOD = ECKey.generate_key("P-256", private=True)


def add(locksmith: Locksmith, **deviation: object):
    wanted: dict[str, object] = {
        "name": "PersoContact",
        "redirect_uris": ("https://contact.example/callback",),
        "least_level": AssuranceLevel.TOKEN_CARD,
        "algorithm": TokenAlgorithm.RS256,
        "is_told_names": False,
        "keys": None,
    }
    return add_application(
        Registration(**(wanted | deviation)), locksmith=locksmith, randomness=os.urandom, actor="test", at=NOON
    )


def test_a_secret_is_shown_once_and_only_its_hash_is_kept(locksmith: Locksmith):
    registered = add(locksmith)
    assert len(registered.secret) == 43
    assert registered.secret not in repr(registered)
    assert registered.secret.encode() not in bytes(Application.objects.get().secret_hash)


def test_of_keys_the_public_half_is_kept_alone(locksmith: Locksmith):
    registered = add(locksmith, keys={"keys": [GOOD.as_dict(private=True)]})
    (key,) = registered.application.keys["keys"]
    assert (registered.secret, "d" in key, key["kid"]) == ("", False, GOOD.thumbprint())


@pytest.mark.parametrize(
    "deviation",
    [
        {"name": " "},
        {"name": "a" * 101},
        {"name": "Perso\nContact"},
        {"redirect_uris": ()},
        {"redirect_uris": ("https://a.example/c",) * 2},
        {"redirect_uris": tuple(f"https://a.example/{number}" for number in range(11))},
        {"redirect_uris": ("http://contact.example/callback",)},
        {"redirect_uris": ("https://contact.example/callback#top",)},
        {"redirect_uris": ("https://*.contact.example/callback",)},
        {"redirect_uris": ("https://user@contact.example/callback",)},
        {"redirect_uris": ("https:///callback",)},
        {"redirect_uris": ("https://contact.example:port/callback",)},
        {"redirect_uris": ("javascript:alert(1)",)},
        {"redirect_uris": ("contact.example/callback",)},
        {"redirect_uris": ("https://contact.example/" + "a" * 500,)},
        {"keys": {}},
        {"keys": {"keys": []}},
        {"keys": {"keys": [WEAK.as_dict(private=False)]}},
        {"keys": {"keys": [OTHER_CURVE.as_dict(private=False)]}},
        {"keys": {"keys": [{"kty": "oct", "k": "a2V5"}]}},
        {"keys": {"keys": [GOOD.as_dict(private=False)] * 6}},
    ],
)
@pytest.mark.filterwarnings("ignore:Key size")
def test_an_application_that_cannot_be_trusted_with_people_is_not_registered(locksmith: Locksmith, deviation):
    with pytest.raises(KeyRefusedError):
        add(locksmith, **deviation)


def test_on_this_machine_an_address_may_be_without_tls(locksmith: Locksmith):
    assert add(locksmith, redirect_uris=("http://localhost:9000/callback",)).secret


def test_a_withdrawn_application_is_gone_and_withdrawn_once(locksmith: Locksmith):
    client_id = add(locksmith).application.client_id
    withdraw_application(client_id, actor="test", at=NOON)
    assert list(living_applications()) == []
    with pytest.raises(KeyRefusedError):
        withdraw_application(client_id, actor="test", at=NOON)


def test_a_new_key_is_published_a_day_before_it_signs_and_the_old_one_two_days_after():
    first = SigningKeys.make(at=NOON)
    renewed = first.renewed(at=NOON + timedelta(days=10))
    for algorithm in ("RS256", "ES256"):
        old = first.signer(algorithm, at=NOON)
        assert renewed.signer(algorithm, at=NOON + timedelta(days=11, seconds=-1)) == old
        assert renewed.signer(algorithm, at=NOON + timedelta(days=11)) != old
    assert len(renewed.published()["keys"]) == 4
    assert len(renewed.renewed(at=NOON + timedelta(days=12)).keys) == 4
    assert len(renewed.renewed(at=NOON + timedelta(days=11)).keys) == 6


def test_keys_are_written_and_read_again():
    keys = SigningKeys.make(at=NOON)
    read = SigningKeys.parse(keys.render())
    assert [key.name for key in read.keys] == [key.name for key in keys.keys]


@pytest.mark.parametrize(
    "text", ["", "{}", '{"keys": []}', '{"keys": [{}]}', '{"keys": [{"made_at": "x", "key": {}}]}']
)
def test_keys_that_cannot_be_read_are_our_own_trouble(tmp_path, text: str):
    (tmp_path / "provider.json").write_text(text)
    with pytest.raises(OutageError, match=r"provider\.json"):
        SigningKeyFile(tmp_path / "provider.json").current()


def test_missing_keys_are_our_own_trouble_too(tmp_path):
    with pytest.raises(OutageError, match="guichet keys"):
        SigningKeyFile(tmp_path / "provider.json").current()
