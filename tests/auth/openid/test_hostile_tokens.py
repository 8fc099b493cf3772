"""Whatever a provider sends, judging it ends with a verdict of ours and nothing else."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwe, jws
from joserfc.jwk import RSAKey

from auth.openid.attempts import OpenIdAttempt
from auth.openid.faults import OpenIdFault, OpenIdRefused
from auth.openid.id_tokens import Expected, IdToken, judge_id_token
from auth.openid.identities import identify
from auth.openid.outcomes import Identified
from auth.openid.profiles import ITSME_ADVANCED, Profile, eidas, itsme

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
SIGNER, RECIPIENT = RSAKey.generate_key(2048), RSAKey.generate_key(2048)
ITSME = itsme(issuer="https://itsme.example", client_id="us", service="S")
EIDAS = eidas(issuer="https://fas.example", client_id="us")
ATTEMPT = OpenIdAttempt("itsme", ITSME_ADVANCED, "SIGN_IN", None, "/", "the-nonce", "the-verifier")

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
token_texts = st.text(alphabet='abcXYZ019-_.=é{}"', max_size=80)


def judge(text: str, profile: Profile = ITSME) -> IdToken:
    return judge_id_token(
        text,
        Expected(profile, "the-nonce", profile.least, "the-access-token", timedelta(seconds=30), timedelta(minutes=5)),
        find_key=lambda _name: SIGNER,
        find_decryption_key=lambda _name: RECIPIENT,
        at=NOON,
    )


def claims_of(profile: Profile = ITSME, **deviation: object) -> dict[str, object]:
    now = int(NOON.timestamp())
    right = {"iss": profile.issuer, "aud": "us", "iat": now, "exp": now + 60, "auth_time": now, "nonce": "the-nonce"}
    return right | {"acr": profile.least, "sub": "somebody"} | deviation


def signed(payload: object, **header: object) -> str:
    return jws.serialize_compact({"alg": "RS256", "kid": "k"} | header, json.dumps(payload), SIGNER)


def wrapped(inner: str) -> str:
    header = {"alg": "RSA-OAEP-256", "enc": "A128CBC-HS256"}
    return jwe.encrypt_compact(header, inner, RECIPIENT, algorithms=["RSA-OAEP-256", "A128CBC-HS256"])


def test_a_right_token_is_taken() -> None:
    assert judge(wrapped(signed(claims_of()))).subject == "somebody"


@given(token_texts)
def test_a_text_that_is_no_token_is_refused(text: str) -> None:
    for profile in (ITSME, EIDAS):
        with pytest.raises(OpenIdRefused):
            judge(text, profile)


@given(anything)
def test_a_header_of_anything_is_refused(header: object) -> None:
    part = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    for text, profile in ((f"{part}.a.b.c.d", ITSME), (f"{part}.e30.AA", EIDAS)):
        with pytest.raises(OpenIdRefused):
            judge(text, profile)


@settings(max_examples=60)
@given(anything)
def test_claims_of_anything_are_refused(claims: object) -> None:
    with pytest.raises(OpenIdRefused):
        judge(signed(claims), EIDAS)


@settings(max_examples=150)
@given(st.sampled_from(sorted(claims_of())), anything)
def test_a_claim_of_anything_is_taken_or_refused_and_nothing_else(name: str, value: object) -> None:
    right = claims_of(EIDAS)
    try:
        taken = judge(signed(right | {name: value}), EIDAS)
    except OpenIdRefused:
        return
    assert name in {"sub", "iat", "exp", "auth_time", "acr"} or value == right[name] or value == [right[name]]
    assert isinstance(taken.subject, str)


@given(st.dictionaries(st.sampled_from(EIDAS.names_asked_for + ITSME.names_asked_for), anything))
def test_who_somebody_is_comes_out_whole_or_not_at_all(claims: dict[str, object]) -> None:
    for profile in (ITSME, EIDAS):
        token = IdToken("somebody", 0, NOON, claims)
        outcome: object = None
        try:
            outcome = identify(profile, token, claims, attempt=ATTEMPT)
        except OpenIdRefused as refused:
            outcome = refused.fault
        assert isinstance(outcome, Identified) or outcome in {
            OpenIdFault.NUMBER_WRONG,
            OpenIdFault.IDENTIFIER_WRONG,
        }


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("exp", True, OpenIdFault.TOKEN_MALFORMED),
        ("exp", float("inf"), OpenIdFault.TOKEN_MALFORMED),
        ("exp", 10**30, OpenIdFault.TOKEN_MALFORMED),
        ("nbf", int(NOON.timestamp()) + 60, OpenIdFault.ISSUED_IN_FUTURE),
        ("auth_time", None, OpenIdFault.TOKEN_MALFORMED),
        ("auth_time", int(NOON.timestamp()) - 331, OpenIdFault.PROVEN_LONG_AGO),
        ("auth_time", int(NOON.timestamp()) + 31, OpenIdFault.ISSUED_IN_FUTURE),
        ("sub", "é", OpenIdFault.SUBJECT_MISSING),
        ("sub", "s" * 256, OpenIdFault.SUBJECT_MISSING),
        ("aud", [], OpenIdFault.AUDIENCE_WRONG),
        ("azp", None, OpenIdFault.PARTY_WRONG),
        ("at_hash", "", OpenIdFault.ACCESS_TOKEN_HASH_WRONG),
    ],
)
def test_a_claim_at_the_edge_is_refused(name, value, expected) -> None:
    with pytest.raises(OpenIdRefused) as refused:
        judge(signed(claims_of(EIDAS) | {name: value}), EIDAS)

    assert refused.value.fault is expected


@pytest.mark.parametrize("seconds", [-30, 30])
def test_clocks_may_be_half_a_minute_apart(seconds) -> None:
    """A token that ended just under 30 s ago, or begins 30 s from now, is taken."""
    now = int(NOON.timestamp())
    ends = now - 29 if seconds < 0 else now + 60

    judge(signed(claims_of(EIDAS, iat=now + seconds, exp=ends)), EIDAS)


@pytest.mark.parametrize("seconds", [-30, 330])
def test_the_clock_of_a_provider_that_asked_may_be_half_a_minute_off(seconds) -> None:
    """Both instants are its own: what we know is how long lies between them, and that is never less than nothing."""
    asked = int(NOON.timestamp()) - seconds

    token = judge(signed(claims_of(EIDAS, auth_time=asked)), EIDAS)

    assert token.proven_at == NOON - timedelta(seconds=max(seconds, 0))


@pytest.mark.parametrize("header", [{"crit": ["exp"], "exp": 1}, {"alg": "RS256", "kid": 7}])
def test_a_header_with_more_than_we_read_is_refused(header) -> None:
    part = base64.urlsafe_b64encode(json.dumps({"alg": "RS256", "kid": "k"} | header).encode()).rstrip(b"=").decode()

    with pytest.raises(OpenIdRefused):
        judge(f"{part}.e30.AA", EIDAS)


def test_a_name_that_cannot_be_shown_is_left_out() -> None:
    claims = {"egovNRN": "85073003328", "surname": "a\u202eb", "givenName": "x" * 300, "birthdate": "yesterday"}
    outcome = identify(EIDAS, IdToken("s", 1, NOON, claims), claims, attempt=ATTEMPT)

    assert (outcome.identity.family_name, outcome.identity.given_names, outcome.identity.birth_date) == ("", "", None)
