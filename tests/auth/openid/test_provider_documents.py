"""What a provider publishes, kept a while and read again with measure."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from joserfc.jwk import ECKey, RSAKey

from auth.openid.faults import OpenIdFault, OpenIdRefused, ProviderOutage, ProviderTrouble
from auth.openid.provider_documents import Endpoints, ProviderDocuments, parse_keys
from auth.openid.transport import Answer

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
ISSUER = "https://provider.example"
KEY, NEXT_KEY = RSAKey.generate_key(2048), RSAKey.generate_key(2048)
DISCOVERY = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorization",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/jwks",
}


def published(key: RSAKey, **deviation: object) -> dict[str, object]:
    return {**key.as_dict(private=False), "kid": key.thumbprint(), "use": "sig"} | deviation


@dataclass
class FakeProvider:
    """Publishes documents and counts who reads them."""

    documents: dict[str, object] = field(default_factory=lambda: dict(DISCOVERY))
    keys: list[dict[str, object]] = field(default_factory=lambda: [published(KEY)])
    status: int = 200
    asked: list[str] = field(default_factory=list)
    outage: ProviderOutage | None = None

    def get(self, url: str, **_headers: object) -> Answer:
        self.asked.append(url.removeprefix(ISSUER))
        if self.outage is not None:
            raise self.outage
        return Answer(self.status, {"keys": self.keys} if url.endswith("/jwks") else self.documents)

    def post(self, url: str, form: object) -> Answer:
        raise NotImplementedError


@pytest.fixture
def provider() -> FakeProvider:
    return FakeProvider()


@pytest.fixture
def documents(provider: FakeProvider) -> ProviderDocuments:
    return ProviderDocuments(ISSUER, provider)


def test_documents_are_read_once_an_hour(provider: FakeProvider, documents: ProviderDocuments) -> None:
    for minutes in (0, 1, 59):
        documents.endpoints(at=NOON + timedelta(minutes=minutes))
    assert len(provider.asked) == 2

    documents.endpoints(at=NOON + timedelta(hours=1))
    assert len(provider.asked) == 4


def test_old_documents_serve_for_a_day_while_the_provider_gives_none(provider, documents) -> None:
    documents.endpoints(at=NOON)
    provider.outage = ProviderOutage(ProviderTrouble.UNREACHABLE, "away")

    documents.endpoints(at=NOON + timedelta(hours=23, minutes=59))
    with pytest.raises(ProviderOutage):
        documents.endpoints(at=NOON + timedelta(hours=24))


def test_an_unknown_key_leads_to_one_look(provider, documents) -> None:
    documents.key(KEY.thumbprint(), at=NOON)
    provider.keys.append(published(NEXT_KEY))

    assert documents.key(NEXT_KEY.thumbprint(), at=NOON).thumbprint() == NEXT_KEY.thumbprint()
    assert provider.asked.count("/jwks") == 2


def test_a_flood_of_unknown_keys_does_not_flood_the_provider(provider, documents) -> None:
    for second in range(30):
        with pytest.raises(OpenIdRefused) as refused:
            documents.key(f"invented-{second}", at=NOON + timedelta(seconds=second))
        assert refused.value.fault is OpenIdFault.KEY_UNKNOWN
    assert provider.asked.count("/jwks") == 2

    with pytest.raises(OpenIdRefused):
        documents.key("invented", at=NOON + timedelta(seconds=30))
    assert provider.asked.count("/jwks") == 3


def test_a_document_with_another_status_is_an_outage(provider, documents) -> None:
    provider.status = 404

    with pytest.raises(ProviderOutage) as outage:
        documents.endpoints(at=NOON)
    assert outage.value.trouble is ProviderTrouble.STATUS


@pytest.mark.parametrize(
    "deviation",
    [
        {"issuer": "https://somewhere-else.example"},
        {"issuer": f"{ISSUER}/"},
        {"authorization_endpoint": None},
        {"authorization_endpoint": "http://provider.example/authorization"},
        {"token_endpoint": "https:///token"},
        {"token_endpoint": f"{ISSUER}/token#here"},
        {"token_endpoint": f"{ISSUER}/{'t' * 500}"},
        {"jwks_uri": "https://provider.example/é"},
        {"userinfo_endpoint": "ftp://provider.example/"},
    ],
)
def test_a_discovery_document_with_one_fault_is_not_used(deviation) -> None:
    with pytest.raises(ProviderOutage) as outage:
        Endpoints.parse(DISCOVERY | deviation, issuer=ISSUER)

    assert outage.value.trouble is ProviderTrouble.DOCUMENT_WRONG


@pytest.mark.parametrize("keys", [None, "keys", [published(KEY)] * 51, [published(KEY, n="")], [published(KEY, e=7)]])
def test_a_key_set_that_is_none_is_not_used(keys) -> None:
    with pytest.raises(ProviderOutage):
        parse_keys({"keys": keys})


@pytest.mark.parametrize(
    "entry",
    [
        published(KEY, use="enc"),
        published(KEY, kid=None),
        {**ECKey.generate_key("P-256").as_dict(private=False), "kid": "ec", "use": "sig"},
        published(KEY, n="x" * 170 + "w", kid="short"),
        "no key",
    ],
)
@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_a_key_that_we_cannot_use_is_passed_over(entry) -> None:
    assert parse_keys({"keys": [entry]}) == {}


def test_a_private_key_that_a_provider_leaks_is_used_as_a_public_one() -> None:
    leaked = {**KEY.as_dict(private=True), "kid": "leaked", "use": "sig"}

    assert not parse_keys({"keys": [leaked]})["leaked"].is_private
