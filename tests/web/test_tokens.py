"""Tokens: given for an assertion that holds, refused for any other, one deviation each."""

import base64
import time
from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from channels.models import AccessToken, Sender, SenderChannel, SenderState, UsedAssertion, WebClient, WebClientKey
from channels.web.purging import purge_web_service
from evidence.clock import SystemClock
from evidence.models import Submission
from tests.counter_bench import make_entity, make_sender
from tests.dimona_files import a_payload, an_in
from tests.web.conftest import EC_KEY, RSA_KEY, Server, Web, make_client, private_pem, public_der, sign_assertion
from tests.web.forged_assertions import by_hand, claims_of, hmac_with_public_key

FOREIGN_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def embedded_jwk(web: Web) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    numbers = key.public_key().public_numbers()
    coordinates = {
        name: base64.urlsafe_b64encode(value.to_bytes(32, "big")).rstrip(b"=").decode()
        for name, value in (("x", numbers.x), ("y", numbers.y))
    }
    header = {"alg": "ES256", "kid": "ec-1", "jwk": {"kty": "EC", "crv": "P-256"} | coordinates}
    return sign_assertion(claims_of(web), header=header, key=key)


def signed(web: Web, header: Mapping[str, object] | None = None, key: object = None, **deviation: object) -> str:
    return sign_assertion(claims_of(web, **deviation), header=header, key=key)


FORGED: dict[str, Callable[[Web], str]] = {
    "algorithm none": lambda web: by_hand({"alg": "none", "kid": "rsa-1"}, claims_of(web), lambda _: b""),
    "HS256 with the public key": lambda web: by_hand(
        {"alg": "HS256", "kid": "rsa-1"}, claims_of(web), hmac_with_public_key
    ),
    "unknown algorithm": lambda web: by_hand({"alg": "RS1", "kid": "rsa-1"}, claims_of(web), lambda _: b"x" * 256),
    "algorithm that is no text": lambda web: by_hand(
        {"alg": ["RS256"], "kid": "rsa-1"}, claims_of(web), lambda _: b"x"
    ),
    "no key name and a wrong signature": lambda web: by_hand({"alg": "RS256"}, claims_of(web), lambda _: b"x" * 256),
    "unknown key name": lambda web: signed(web, {"kid": "rsa-2"}),
    "empty key name": lambda web: signed(web, {"kid": ""}),
    "another key's name": lambda web: signed(web, {"kid": "ec-1"}),
    "foreign key": lambda web: signed(web, key=FOREIGN_KEY),
    "key embedded in the header": embedded_jwk,
    "critical header": lambda web: by_hand(
        {"alg": "RS256", "kid": "rsa-1", "crit": ["exp"], "exp": 1}, claims_of(web), lambda _: b"x" * 256
    ),
    "another type": lambda web: signed(web, {"typ": "at+jwt"}),
    "another audience": lambda web: signed(web, aud="https://elsewhere.example/api/oauth/token"),
    "audience without the path": lambda web: signed(web, aud=web.server.url),
    "no audience": lambda web: signed(web, aud=None),
    "another issuer": lambda web: signed(web, iss="self_service_chaman_654321_0123456789"),
    "another subject": lambda web: signed(web, sub="self_service_chaman_654321_0123456789"),
    "unknown client": lambda web: signed(
        web, iss="self_service_chaman_123456_9999999999", sub="self_service_chaman_123456_9999999999"
    ),
    "a client id of another form": lambda web: signed(web, iss="EXP_123456", sub="EXP_123456"),
    "expired": lambda web: signed(web, exp=int(time.time()) - 31),
    "end too far ahead": lambda web: signed(web, exp=int(time.time()) + 400),
    "no end": lambda web: signed(web, exp=None),
    "an end that is no number": lambda web: signed(web, exp="soon"),
    "an end that is no instant": lambda web: signed(web, exp=1e300),
    "an end that is infinite": lambda web: signed(web, exp=float("inf")),
    "issued in the future": lambda web: signed(web, iat=int(time.time()) + 60),
    "not valid yet": lambda web: signed(web, nbf=int(time.time()) + 60),
    "no number of its own": lambda web: signed(web, jti=None),
    "an empty number": lambda web: signed(web, jti=""),
    "a number with a NUL": lambda web: signed(web, jti="a\0b"),
    "a number that is too long": lambda web: signed(web, jti="x" * 129),
    "no assertion at all": lambda _: "nothing",
    "claims that are a list": lambda _: by_hand({"alg": "RS256", "kid": "rsa-1"}, [1], lambda _: b"x"),  # type: ignore[arg-type]
    "far too long": lambda _: "a" * 9000,
    "nested without end": lambda _: ".".join(
        [
            base64.urlsafe_b64encode(b'{"alg":"RS256","kid":"rsa-1"}').rstrip(b"=").decode(),
            base64.urlsafe_b64encode(b"[" * 3000).rstrip(b"=").decode(),
            "x",
        ]
    ),
}


def test_no_forged_assertion_gets_a_token_and_each_is_logged_once(web: Web):
    wrong = {}
    with web.server.client() as http:
        for deviation, forge in FORGED.items():
            mark = len(web.server.log)
            answer = http.post("/api/oauth/token", data=web.token_form(forge(web)))
            lines = [line for line in web.server.log_since(mark) if line["event"] == "web token refused"]
            told = (answer.status_code, answer.text, [line["source"] for line in lines])
            if told != (401, '{"error": "invalid_client"}', ["127.0.0.1"]) or "Traceback" in web.server.log[mark:]:
                wrong[deviation] = (*told, lines)

    assert wrong == {}
    assert not AccessToken.objects.exists()


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_a_sound_assertion_gets_a_token(web: Web, algorithm: str):
    kid = {"RS256": "rsa-1", "ES256": "ec-1"}[algorithm]
    answer = web.ask_token(signed(web, {"alg": algorithm, "kid": kid}))

    assert answer.status_code == 200
    assert answer.json().keys() == {"access_token", "token_type", "expires_in", "scope"}
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json()["access_token"] not in str(AccessToken.objects.values())


def test_an_assertion_is_exchanged_once(web: Web):
    assertion = web.assertion()

    assert [web.ask_token(assertion).status_code for _ in range(2)] == [200, 401]


REFUSED_ONCE_VERIFIED: dict[str, tuple[Callable[[Web], str], str]] = {
    "for its scope": (signed, "scope:everything"),
    "since it is not valid yet": (lambda web: signed(web, nbf=int(time.time()) + 60), ""),
    "since it was issued in the future": (lambda web: signed(web, iat=int(time.time()) + 60), ""),
    "since it ends too far ahead": (lambda web: signed(web, exp=int(time.time()) + 10**10), ""),
    "since it ends in the last year there is": (lambda web: signed(web, exp=253402300799), ""),
}


@pytest.mark.parametrize("why", REFUSED_ONCE_VERIFIED)
def test_an_assertion_that_was_refused_after_its_signature_held_is_used_up(web: Web, why: str):
    make, scope = REFUSED_ONCE_VERIFIED[why]
    assertion = make(web)
    refused = web.ask_token(assertion, scope=scope)
    mark = len(web.server.log)
    again = web.ask_token(assertion)

    assert refused.status_code in {400, 401}
    assert again.json() == {"error": "invalid_client"}
    assert [line["reason"] for line in web.server.log_since(mark) if "reason" in line] == ["used before"]
    assert not AccessToken.objects.exists()


@pytest.mark.parametrize("audience", [["https://elsewhere.example", "us"], ["us"]])
def test_an_audience_may_be_a_list_that_holds_ours(web: Web, audience: list[str]):
    named = [web.server.token_url if name == "us" else name for name in audience]

    assert web.ask_token(signed(web, aud=named)).status_code == 200


def test_clocks_may_be_half_a_minute_apart(web: Web):
    now = int(time.time())

    assert web.ask_token(signed(web, exp=now - 20, jti="late")).status_code == 200
    assert web.ask_token(signed(web, iat=now + 20, nbf=now + 20, jti="early")).status_code == 200


def _suspend_user(web: Web) -> None:
    web.sender.technical_user.state = "BLOCKED"
    web.sender.technical_user.save()


CLOSED: dict[str, Callable[[Web], object]] = {
    "sender retired": lambda _: Sender.objects.update(state=SenderState.RETIRED),
    "technical user blocked": _suspend_user,
    "client revoked": lambda _: WebClient.objects.update(state="REVOKED", revoked_at=SystemClock().now()),
    "key revoked": lambda _: WebClientKey.objects.update(state="REVOKED", revoked_at=SystemClock().now()),
}


@pytest.mark.parametrize("change", CLOSED)
def test_whoever_may_no_longer_come_in_gets_no_token(web: Web, change: str):
    CLOSED[change](web)

    assert web.ask_token().json() == {"error": "invalid_client"}


@pytest.mark.parametrize("change", CLOSED)
def test_a_revocation_ends_the_tokens_that_were_given(web: Web, change: str):
    with web.http() as http:
        assert http.get("/api/v1/answers").status_code == 200
        CLOSED[change](web)
        answer = http.get("/api/v1/answers")

    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer error="invalid_token"')


def test_a_sender_without_the_channel_gets_no_token(web: Web):
    SenderChannel.objects.filter(channel="WEB_SERVICE").delete()

    assert web.ask_token().json() == {"error": "invalid_client"}


def test_a_client_id_that_names_another_sender_than_its_row_is_no_client(web: Web):
    identity = web.bench.authority.issue_signer("Other", at=web.bench.clock.now(), lifetime=timedelta(days=9))
    other = make_sender("654321", entity=make_entity(company="0400767772", nsso="123456749"), identity=identity)
    SenderChannel.objects.create(sender=other, channel="WEB_SERVICE")
    WebClient.objects.filter(pk=web.client_row.pk).update(sender=other)

    assert web.ask_token().json() == {"error": "invalid_client"}


def test_a_key_of_another_client_opens_nothing(web: Web):
    other = make_client(web.sender, suffix="aaaaaaaaaa")
    WebClientKey.objects.filter(client=other).delete()
    WebClientKey.objects.create(
        client=other, kid="theirs", algorithm="RS256", public_key=public_der(FOREIGN_KEY), added_at=SystemClock().now()
    )

    assert web.ask_token(signed(web, {"kid": "theirs"}, key=FOREIGN_KEY)).json() == {"error": "invalid_client"}


def test_a_weak_key_opens_nothing_though_it_is_registered(web: Web):
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - what is to be refused
    WebClientKey.objects.filter(kid="rsa-1").update(public_key=public_der(weak))

    assert web.ask_token(by_hand_rsa(web, weak)).json() == {"error": "invalid_client"}


def by_hand_rsa(web: Web, key: rsa.RSAPrivateKey) -> str:
    from cryptography.hazmat.primitives.asymmetric import padding  # noqa: PLC0415 - one test needs it

    return by_hand(
        {"alg": "RS256", "kid": "rsa-1"},
        claims_of(web),
        lambda text: key.sign(text, padding.PKCS1v15(), hashes.SHA256()),
    )


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"client_assertion_type": "urn:other"}, "invalid_request"),
        ({"client_assertion": ""}, "invalid_client"),
        ({"client_id": "self_service_chaman_654321_0123456789"}, "invalid_client"),
    ],
)
def test_a_wrong_form_is_refused_as_oauth_says(web: Web, form: dict[str, str], error: str):
    assert web.ask_token(**form).json() == {"error": error}


@pytest.mark.parametrize("missing", ["grant_type", "client_assertion_type", "client_assertion"])
def test_a_missing_field_is_an_invalid_request(web: Web, missing: str):
    form = web.token_form()
    del form[missing]
    with web.server.client() as http:
        answer = http.post("/api/oauth/token", data=form)

    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})


def test_a_field_sent_twice_is_an_invalid_request(web: Web):
    form = web.token_form()
    with web.server.client() as http:
        answer = http.post("/api/oauth/token", data=form | {"grant_type": ["client_credentials", "client_credentials"]})

    assert answer.json() == {"error": "invalid_request"}


def test_a_form_in_json_is_an_invalid_request(web: Web):
    with web.server.client() as http:
        assert http.post("/api/oauth/token", json=web.token_form()).json() == {"error": "invalid_request"}


def test_a_scope_that_the_client_lacks_is_refused(web: Web):
    WebClient.objects.update(scopes="scope:dimona:declaration:consult")

    assert web.ask_token(scope="scope:dimona:declaration:declarant").json() == {
        "error": "invalid_scope",
        "error_description": (
            "not granted: scope:dimona:declaration:declarant; this client has: scope:dimona:declaration:consult"
        ),
    }
    assert web.ask_token().json()["scope"] == "scope:dimona:declaration:consult"


@pytest.mark.parametrize(
    ("wanted", "named"),
    [
        ("scope:everything", "scope:everything"),
        ("scope:everything scope:dimona:declaration:consult scope:all", "scope:all scope:everything"),
        ('"\\é\x00', "????"),
        ("x" * 100, "x" * 80),
        (" ".join("ihgfedcba"), "a b c d e f and 3 more"),
    ],
    ids=["unknown", "several beside a granted one", "characters that no error may hold", "long", "many"],
)
def test_scopes_that_are_not_granted_are_named(web: Web, wanted: str, named: str):
    WebClient.objects.update(scopes="scope:dimona:declaration:consult")
    answer = web.ask_token(scope=wanted)

    assert answer.status_code == 400
    assert answer.json() == {
        "error": "invalid_scope",
        "error_description": f"not granted: {named}; this client has: scope:dimona:declaration:consult",
    }


def test_without_a_living_token_nothing_is_shown(web: Web):
    wrong = {}
    for shown in (b"", b"Bearer", b"Bearer nonsense", b"Basic eDp5", b"Bearer \xfc", b"Bearer " + b"x" * 5000):
        mark = len(web.server.log)
        with web.server.client(headers={"Authorization": shown}) as http:
            answer = http.post("/api/v1/deliveries", files=web.files(a_payload(an_in())))
        lines = [line for line in web.server.log_since(mark) if line["event"] == "web request refused"]
        told = (answer.status_code, answer.json()["type"], answer.headers["WWW-Authenticate"][:6], len(lines))
        if told != (401, "urn:guichet:problem:token-invalid", "Bearer", 1):
            wrong[shown] = told

    assert wrong == {}
    assert not Submission.objects.exists()


def test_an_address_that_fails_again_and_again_is_turned_away(web: Web, impatient: Server):
    with impatient.client() as http:
        form, answers = web.token_form("nothing"), []
        while len(answers) < 2000 and (not answers or answers[-1].status_code == 401):
            answers.append(http.post("/api/oauth/token", data=form))

    assert len(answers) > 1
    assert answers[-1].status_code == 429
    assert answers[-1].headers["Retry-After"] == "60"


def test_a_token_that_is_over_shows_nothing(web: Web):
    with web.http() as http:
        AccessToken.objects.update(expires_at=SystemClock().now())

        assert http.get("/api/v1/answers").status_code == 401


def test_an_assertion_is_no_access_token(web: Web):
    with web.http(web.assertion()) as http:
        assert http.get("/api/v1/answers").status_code == 401


def test_what_is_over_is_purged_and_the_rest_stays(web: Web):
    web.token()
    now = SystemClock().now()

    assert purge_web_service(now=now) == 0
    assert purge_web_service(now=now + timedelta(hours=1)) == 2
    assert not AccessToken.objects.exists()
    assert not UsedAssertion.objects.exists()


def test_the_private_keys_of_the_tests_are_of_the_two_kinds():
    assert private_pem(RSA_KEY).startswith(b"-----BEGIN PRIVATE KEY")
    assert EC_KEY.curve.name == "secp256r1"


@pytest.mark.parametrize("named", ["ours", "official"])
def test_a_token_is_given_at_the_official_address_too(web: Web, named: str):
    official = f"{web.server.url}/REST/oauth/v5/token"
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": signed(web, aud=official if named == "official" else web.server.token_url),
    }
    with web.server.client() as http:
        answer = http.post("/REST/oauth/v5/token", data=form)
    assert answer.status_code == 200
    assert answer.json()["access_token"]
