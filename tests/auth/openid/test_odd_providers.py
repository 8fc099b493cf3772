"""What a provider may answer besides what the mock does, and what the mock does not take from a client."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from joserfc import jws, jwt

from auth.openid.attempts import random_text
from auth.openid.faults import OpenIdFault, OpenIdRefused, ProviderOutage, ProviderTrouble
from auth.openid.token_requests import ASSERTION_TYPE, TokenRequest, exchange, render_assertion
from auth.openid.transport import Answer, HttpTransport, trusting
from domain.refusals import OutageError
from tests.architecture.repository import ROOT, imported_names, modules, parsed
from tests.auth.openid.mock_bench import CLIENT_ID, OUR_KEYS, MockBench, eidas_of, make_client, now, str_context

REQUEST = TokenRequest("a-code", "a-verifier", "https://portal.example/login/itsme/callback", CLIENT_ID)


@dataclass
class Answering:
    """Gives one answer to whatever is asked."""

    answer: Answer
    asked: list[str] = field(default_factory=list)

    def get(self, url: str, **_headers: object) -> Answer:
        self.asked.append(url)
        return self.answer

    def post(self, url: str, _form: Mapping[str, str]) -> Answer:
        self.asked.append(url)
        return self.answer


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (Answer(400, {"error": "invalid_client"}), ProviderTrouble.CLIENT_REFUSED),
        (Answer(401, {"error": "unauthorized_client"}), ProviderTrouble.CLIENT_REFUSED),
        (Answer(400, {}), ProviderTrouble.STATUS),
        (Answer(429, {}), ProviderTrouble.STATUS),
        (Answer(404, {"error": 7}), ProviderTrouble.STATUS),
    ],
)
def test_a_token_endpoint_that_gives_nothing_is_an_outage(answer, trouble) -> None:
    with pytest.raises(ProviderOutage) as outage:
        exchange(Answering(answer), "https://p.example/token", REQUEST, assertion="a")

    assert outage.value.trouble is trouble


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"id_token": "a"},
        {"id_token": "", "access_token": "a"},
        {"id_token": 7, "access_token": "a"},
        {"id_token": "é", "access_token": "a"},
        {"id_token": "a" * 65_537, "access_token": "a"},
        {"id_token": "a", "access_token": None},
    ],
)
def test_tokens_that_are_none_prove_nobody(content) -> None:
    with pytest.raises(OpenIdRefused) as refused:
        exchange(Answering(Answer(200, content)), "https://p.example/token", REQUEST, assertion="a")

    assert refused.value.fault is OpenIdFault.TOKEN_MALFORMED


def test_eidas_without_a_place_to_ask_who_it_is_is_an_outage(eidas: MockBench) -> None:
    class WithoutUserInfo(HttpTransport):
        def get(self, url: str, **options: object) -> Answer:
            told = super().get(url, **options)
            return replace(
                told, content={name: told.content[name] for name in told.content if name != "userinfo_endpoint"}
            )

    transport = WithoutUserInfo(trusting(str(eidas.authority)), seconds=5)
    client = make_client(eidas_of(eidas.server.url), eidas.attempts, transport)
    bench = replace(eidas, client=client)

    with pytest.raises(ProviderOutage) as outage:
        bench.sign_in()

    transport.close()
    assert outage.value.trouble is ProviderTrouble.DOCUMENT_WRONG


@pytest.mark.parametrize("text", [None, "no certificate"])
def test_an_authority_that_cannot_be_read_is_named_with_its_setting(tmp_path: Path, text) -> None:
    path = tmp_path / "authority.pem"
    if text is not None:
        path.write_text(text)

    with pytest.raises(OutageError, match="GUICHET_OPENID_CA"):
        trusting(str(path))


def our_assertion(**deviation: object) -> str:
    claims = {
        "iss": CLIENT_ID,
        "sub": CLIENT_ID,
        "aud": "the token endpoint",
        "jti": "number one",
        "exp": int((now() + timedelta(seconds=60)).timestamp()),
    } | deviation
    key = OUR_KEYS.signing[0]
    return jwt.encode({"alg": "RS256", "kid": key.name}, claims, key.key, algorithms=["RS256"])


def test_our_assertion_is_what_providers_ask_for() -> None:
    text = render_assertion(
        "us", OUR_KEYS.signing[0], audience="https://p.example/token", randomness=lambda size: b"r" * size, at=now()
    )
    signed = jws.extract_compact(text.encode())
    claims = json.loads(signed.payload)

    assert signed.headers()["alg"] == "RS256"
    assert signed.headers()["kid"] == OUR_KEYS.signing[0].name
    assert (claims["iss"], claims["sub"], claims["aud"]) == ("us", "us", "https://p.example/token")
    assert claims["jti"] == random_text(lambda size: b"r" * size)
    assert 0 < claims["exp"] - claims["iat"] <= 60


@pytest.mark.parametrize(
    "deviation",
    [
        {"iss": "somebody-else"},
        {"sub": "somebody-else"},
        {"aud": "https://somewhere-else.example/token"},
        {"jti": None},
        {"jti": "n" * 256},
        {"exp": 1},
        {"exp": int(now().timestamp()) + 24 * 3600},
    ],
)
def test_the_mock_takes_no_assertion_with_one_fault(itsme: MockBench, deviation) -> None:
    endpoint = f"{itsme.client.profile.issuer}/token"
    form = {
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": our_assertion(**{"aud": endpoint, **deviation}),
    }

    answer = httpx.post(endpoint, data=form, verify=str_context(itsme.authority))

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client")


def test_the_mock_takes_an_assertion_once(itsme: MockBench) -> None:
    endpoint = f"{itsme.client.profile.issuer}/token"
    form = {
        "grant_type": "authorization_code",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": our_assertion(aud=endpoint, jti="used twice"),
    }
    context = str_context(itsme.authority)

    assert [httpx.post(endpoint, data=form, verify=context).json()["error"] for _ in range(2)] == [
        "invalid_grant",
        "invalid_client",
    ]


def test_the_mock_shares_no_code_with_the_client() -> None:
    """What both get wrong alike, no test between them would find."""
    shared = {
        name
        for path in modules("commands")
        if path.is_relative_to(ROOT / "commands" / "mock_identity_provider")
        for name in imported_names(parsed(path))
        if name.partition(".")[0] in {"auth", "portal"}
    }
    assert shared == set()
