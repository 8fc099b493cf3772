"""Assertions that name no key, as programs made for the official token endpoint send them."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from channels.models import AccessToken, UsedAssertion, WebClientKey
from channels.web.tokens import MOST_KEYS_TRIED
from evidence.clock import SystemClock
from tests.web.conftest import EC_KEY, RSA_KEY, Web, make_client, public_der, sign_assertion
from tests.web.forged_assertions import by_hand, claims_of, hmac_with_public_key

OTHER_RSA, OTHER_EC = (
    rsa.generate_private_key(public_exponent=65537, key_size=2048),
    ec.generate_private_key(ec.SECP256R1()),
)
Header = dict[str, object]


def unnamed(web: Web, key: object = RSA_KEY, header: Header | None = None, **claims: object) -> str:
    algorithm = "ES256" if isinstance(key, ec.EllipticCurvePrivateKey) else "RS256"
    return sign_assertion(
        claims_of(web, **claims), header={"alg": algorithm, "kid": None} | dict(header or {}), key=key
    )


def add_key(
    web: Web, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, *, minutes: int = 1, **given: object
) -> None:
    algorithm = "ES256" if isinstance(key, ec.EllipticCurvePrivateKey) else "RS256"
    kid = f"key-{WebClientKey.objects.count()}"
    row = {"client": web.client_row, "kid": kid, "algorithm": algorithm, "public_key": public_der(key)} | given
    WebClientKey.objects.create(added_at=SystemClock().now() + timedelta(minutes=minutes), **row)


@pytest.mark.parametrize("key", [RSA_KEY, EC_KEY], ids=["RS256", "ES256"])
def test_an_assertion_that_names_no_key_gets_a_token(web: Web, key: object):
    assertion = unnamed(web, key)
    header = json.loads(base64.urlsafe_b64decode(assertion.partition(".")[0] + "=="))

    assert "kid" not in header
    assert web.ask_token(assertion).status_code == 200


@pytest.mark.parametrize("minutes", [-1, 1], ids=["the older", "the newer"])
@pytest.mark.parametrize("key", [OTHER_RSA, OTHER_EC], ids=["RS256", "ES256"])
def test_either_of_two_keys_may_have_made_it(web: Web, key: rsa.RSAPrivateKey, minutes: int):
    add_key(web, key, minutes=minutes)
    first = RSA_KEY if isinstance(key, rsa.RSAPrivateKey) else EC_KEY

    assert [web.ask_token(unnamed(web, made_by)).status_code for made_by in (key, first)] == [200, 200]


def test_a_key_that_is_too_weak_does_not_stand_in_the_way_of_another(web: Web):
    add_key(web, rsa.generate_private_key(public_exponent=65537, key_size=1024))  # noqa: S505 - what is to be refused

    assert web.ask_token(unnamed(web)).status_code == 200


def test_a_certificate_in_the_header_is_not_looked_at(web: Web):
    assert web.ask_token(unnamed(web, header={"x5c": ["AAAA"]})).status_code == 200


def test_so_many_of_the_newest_keys_are_tried_and_no_more(web: Web):
    for number in range(MOST_KEYS_TRIED - 1):
        add_key(web, OTHER_RSA, minutes=number + 1)
    assert web.ask_token(unnamed(web)).status_code == 200
    add_key(web, OTHER_RSA)
    assert web.ask_token(unnamed(web)).json() == {"error": "invalid_client"}
    assert web.ask_token(unnamed(web, header={"kid": "rsa-1"})).status_code == 200


def test_an_assertion_that_names_no_key_is_exchanged_once(web: Web):
    assertion = unnamed(web)

    assert [web.ask_token(assertion).status_code for _ in range(2)] == [200, 401]


def test_one_number_is_used_once_whether_its_key_is_named_or_not(web: Web):
    named, bare = (unnamed(web, header={"kid": kid}, jti="one") for kid in ("rsa-1", None))

    assert [web.ask_token(assertion).status_code for assertion in (named, bare)] == [200, 401]


def _revoke(web: Web) -> str:
    WebClientKey.objects.filter(kid="rsa-1").update(state="REVOKED", revoked_at=SystemClock().now())
    return unnamed(web)


def _let_another_client_have_it(web: Web) -> str:
    other = make_client(web.sender, suffix="aaaaaaaaaa")
    add_key(web, OTHER_RSA, client=other)
    return unnamed(web, OTHER_RSA)


def _name_another_client(web: Web) -> str:
    """A client without that key, by whom has one of its own."""
    add_key(web, OTHER_RSA)
    other = make_client(web.sender, suffix="aaaaaaaaaa")
    return unnamed(web, OTHER_RSA, iss=other.client_id, sub=other.client_id)


def _have_no_key(web: Web) -> str:
    WebClientKey.objects.all().delete()
    return unnamed(web)


def _keep_a_weak_key(web: Web) -> str:
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - what is to be refused
    WebClientKey.objects.filter(kid="rsa-1").update(public_key=public_der(weak))
    return by_hand({"alg": "RS256"}, claims_of(web), lambda text: weak.sign(text, padding.PKCS1v15(), hashes.SHA256()))


UNKNOWN = "self_service_chaman_123456_9999999999"
WRONG: dict[str, Callable[[Web], str]] = {
    "a revoked key": _revoke,
    "another client's key": _let_another_client_have_it,
    "a key that the named client does not have": _name_another_client,
    "a client without keys": _have_no_key,
    "a weak key in the place of the right one": _keep_a_weak_key,
    "a key of nobody": lambda web: unnamed(web, OTHER_RSA),
    "a client that does not exist": lambda web: unnamed(web, OTHER_RSA, iss=UNKNOWN, sub=UNKNOWN),
    "algorithm none": lambda web: by_hand({"alg": "none"}, claims_of(web), lambda _: b""),
    "HS256 with the public key": lambda web: by_hand({"alg": "HS256"}, claims_of(web), hmac_with_public_key),
    "another algorithm than the keys'": lambda web: by_hand({"alg": "ES256"}, claims_of(web), lambda _: b"x" * 64),
    "a name that is null": lambda web: by_hand({"alg": "RS256", "kid": None}, claims_of(web), lambda _: b"x" * 256),
    "an assertion that is over": lambda web: unnamed(web, exp=1),
    "an assertion for another": lambda web: unnamed(web, aud="https://elsewhere.example/token"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_wrong_assertion_that_names_no_key_is_told_nothing_more_than_any_other(web: Web, fault: str):
    answer = web.ask_token(WRONG[fault](web))

    assert (answer.status_code, answer.text) == (401, '{"error": "invalid_client"}')
    assert not AccessToken.objects.exists()
    assert not UsedAssertion.objects.exists()
