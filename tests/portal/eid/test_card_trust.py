"""Whose cards are believed: pinned roots in a folder of their own, and what their authorities revoked."""

import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from auth.eid.refusals import EidCode, EidRefusedError
from auth.eid.verification import WithoutRevocation
from commands.demo.card_authority import CardAuthority, Generation, Residence, card_certificate, make_key, signed
from domain.refusals import OutageError
from portal.eid_configuration import EidConfiguration
from portal.eid_trust import ASKED_AGAIN_AFTER, CardTrust
from portal.environment_variables import ConfigurationError
from tests.auth.eid.cards import ELS, PIN
from tests.portal.eid.folders import DAY, fill_folder, fill_lists, pins_of, write

NOW = datetime.now(UTC).replace(microsecond=0)
RESPONDER, LIST = "http://ocsp.cards.example/", "http://crl.cards.example/citizens.crl"


@pytest.fixture(scope="module")
def authority() -> CardAuthority:
    return CardAuthority.create(Generation.APPLET_1_8, at=NOW - 400 * DAY)


@pytest.fixture(scope="module")
def card(authority):
    return authority.issue_card(ELS, pin=PIN, at=NOW - 30 * DAY)


@pytest.fixture
def folder(tmp_path, authority) -> Path:
    fill_folder(tmp_path, authority, at=NOW)
    return tmp_path


def a_trust(folder: Path, *, roots: frozenset[str] | None = None, fetch=None) -> CardTrust:
    """Return a trust in the folder's root, unless others are pinned."""
    pinned = pins_of(folder) if roots is None else roots
    configuration = EidConfiguration(folder, pinned, frozenset(), WithoutRevocation.REFUSED)
    return CardTrust(configuration, max_age=DAY, fetch=fetch)


def refusal_of(call, *args, **kwargs) -> EidCode:
    with pytest.raises(EidRefusedError) as refused:
        call(*args, **kwargs)
    return refused.value.code


@pytest.mark.parametrize("generation", Generation)
@pytest.mark.parametrize("residence", Residence)
def test_a_card_below_a_pinned_root_is_believed(tmp_path, generation, residence):
    authority = CardAuthority.create(generation, at=NOW - 400 * DAY)
    fill_folder(tmp_path, authority, at=NOW)
    card = authority.issue_card(ELS, pin=PIN, at=NOW - 30 * DAY, residence=residence)
    trust = a_trust(tmp_path, roots=frozenset({hashlib.sha256(authority.root.der).hexdigest()}))

    trust.require_path(card.authentication, at=NOW)
    trust.require_not_revoked(card.authentication, at=NOW)


def test_a_card_of_another_root_is_not_believed(folder):
    other = CardAuthority.create(Generation.APPLET_1_8, at=NOW - 400 * DAY)
    card = other.issue_card(ELS, pin=PIN, at=NOW - 30 * DAY)

    assert refusal_of(a_trust(folder).require_path, card.authentication, at=NOW) is EidCode.CERTIFICATE_UNTRUSTED


def test_a_card_whose_authority_has_expired_is_not_believed(tmp_path):
    old = CardAuthority.create(Generation.APPLET_1_8, at=NOW - 21 * 365 * DAY)
    fill_folder(tmp_path, old, at=NOW)
    card = old.issue_card(ELS, pin=PIN, at=NOW - 30 * DAY)

    assert refusal_of(a_trust(tmp_path).require_path, card.authentication, at=NOW) is EidCode.CERTIFICATE_UNTRUSTED


def test_nobody_is_judged_where_no_root_is(tmp_path, card):
    with pytest.raises(OutageError):
        a_trust(tmp_path, roots=frozenset()).require_path(card.authentication, at=NOW)


@pytest.mark.parametrize("roots", [{"0" * 64}, ()], ids=["another", "none"])
def test_a_root_that_is_not_pinned_is_an_outage(folder, card, roots):
    with pytest.raises(OutageError, match="GUICHET_EID_ROOTS"):
        a_trust(folder, roots=frozenset(roots)).require_path(card.authentication, at=NOW)


def test_a_file_that_cannot_be_read_is_an_outage_that_names_it(folder, card):
    write(folder / "anchors" / "other.pem", b"nothing")

    with pytest.raises(OutageError, match=r"other\.pem"):
        a_trust(folder).require_path(card.authentication, at=NOW)


def test_a_revoked_card_is_refused(folder, authority, card):
    fill_lists(folder, authority, at=NOW, revoked=card)

    assert refusal_of(a_trust(folder).require_not_revoked, card.authentication, at=NOW) is EidCode.CERTIFICATE_REVOKED


def test_a_new_list_in_the_folder_counts_at_once(folder, authority, card):
    trust = a_trust(folder)
    trust.require_not_revoked(card.authentication, at=NOW)
    fill_lists(folder, authority, at=NOW, revoked=card)
    os.utime(folder / "crls" / "citizens.crl", ns=(1, int(NOW.timestamp() + 1) * 10**9))

    assert refusal_of(trust.require_not_revoked, card.authentication, at=NOW) is EidCode.CERTIFICATE_REVOKED


def test_a_list_that_is_over_says_nothing(folder, card):
    late = NOW + 5 * DAY

    assert refusal_of(a_trust(folder).require_not_revoked, card.authentication, at=late) is (
        EidCode.REVOCATION_UNAVAILABLE
    )


class Sites:
    """Answers of authorities' addresses; what is not here is out of reach."""

    def __init__(self, **answers: bytes) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def get(self, address: str) -> bytes:
        return self._answer("list", address)

    def post(self, address: str, body: bytes, *, content_type: str) -> bytes:
        assert content_type == "application/ocsp-request"
        assert body
        return self._answer("responder", address)

    def _answer(self, kind: str, address: str) -> bytes:
        self.asked.append(address)
        if kind not in self.answers:
            raise OSError("out of reach")
        return self.answers[kind]


@pytest.fixture(scope="module")
def card_with_addresses(authority) -> bytes:
    points = [x509.DistributionPoint([x509.UniformResourceIdentifier(LIST)], None, None, None)]
    access = [
        x509.AccessDescription(x509.AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(RESPONDER))
    ]
    key = make_key(Generation.APPLET_1_8)
    builder = card_certificate(ELS, key, issuer=authority.citizens, residence=Residence.CITIZEN, at=NOW - 30 * DAY)
    builder = builder.add_extension(x509.CRLDistributionPoints(points), critical=False)
    return signed(builder.add_extension(x509.AuthorityInformationAccess(access), critical=False), authority.citizens)


def an_answer(authority, der: bytes, status: ocsp.OCSPCertStatus, *, at=NOW) -> bytes:
    revoked = status is ocsp.OCSPCertStatus.REVOKED
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=x509.load_der_x509_certificate(der),
        issuer=authority.citizens.certificate,
        algorithm=hashes.SHA1(),  # noqa: S303 - it names the issuer
        cert_status=status,
        this_update=at - timedelta(minutes=1),
        next_update=at + timedelta(hours=12),
        revocation_time=at - DAY if revoked else None,
        revocation_reason=None,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, authority.citizens.certificate)
    return builder.sign(authority.citizens.key, hashes.SHA384()).public_bytes(Encoding.DER)


@pytest.fixture
def folder_without_lists_of_cards(folder) -> Path:
    (folder / "crls" / "citizens.crl").unlink()
    return folder


def test_a_responder_is_asked_where_no_list_is_at_hand(folder_without_lists_of_cards, authority, card_with_addresses):
    good = an_answer(authority, card_with_addresses, ocsp.OCSPCertStatus.GOOD)
    sites = Sites(responder=good)
    trust = a_trust(folder_without_lists_of_cards, fetch=sites)

    trust.require_not_revoked(card_with_addresses, at=NOW)
    trust.require_not_revoked(card_with_addresses, at=NOW)
    assert sites.asked == [RESPONDER]


def test_a_responder_is_asked_again_after_a_while(folder_without_lists_of_cards, authority, card_with_addresses):
    sites = Sites(responder=an_answer(authority, card_with_addresses, ocsp.OCSPCertStatus.GOOD))
    trust = a_trust(folder_without_lists_of_cards, fetch=sites)
    trust.require_not_revoked(card_with_addresses, at=NOW)
    sites.answers["responder"] = an_answer(authority, card_with_addresses, ocsp.OCSPCertStatus.REVOKED)

    assert refusal_of(trust.require_not_revoked, card_with_addresses, at=NOW + ASKED_AGAIN_AFTER) is (
        EidCode.CERTIFICATE_REVOKED
    )


def test_an_answer_stands_while_its_responder_is_out_of_reach(
    folder_without_lists_of_cards, authority, card_with_addresses
):
    sites = Sites(responder=an_answer(authority, card_with_addresses, ocsp.OCSPCertStatus.GOOD))
    trust = a_trust(folder_without_lists_of_cards, fetch=sites)
    trust.require_not_revoked(card_with_addresses, at=NOW)
    sites.answers.clear()

    trust.require_not_revoked(card_with_addresses, at=NOW + ASKED_AGAIN_AFTER)


def test_the_list_is_fetched_where_the_responder_is_out_of_reach(
    folder_without_lists_of_cards, authority, card_with_addresses
):
    sites = Sites(list=authority.citizens.issue_list(at=NOW - DAY, lifetime=2 * DAY))

    a_trust(folder_without_lists_of_cards, fetch=sites).require_not_revoked(card_with_addresses, at=NOW)
    assert sites.asked == [RESPONDER, LIST]


@pytest.mark.parametrize("answer", [{}, {"responder": b"nothing"}, {"list": b"nothing"}], ids=str)
def test_where_nobody_answers_soundly_nothing_is_known(folder_without_lists_of_cards, card_with_addresses, answer):
    trust = a_trust(folder_without_lists_of_cards, fetch=Sites(**answer))

    assert refusal_of(trust.require_not_revoked, card_with_addresses, at=NOW) is EidCode.REVOCATION_UNAVAILABLE


def test_the_answer_about_another_card_says_nothing(
    folder_without_lists_of_cards, authority, card_with_addresses, card
):
    sites = Sites(responder=an_answer(authority, card.authentication, ocsp.OCSPCertStatus.GOOD))
    trust = a_trust(folder_without_lists_of_cards, fetch=sites)

    assert refusal_of(trust.require_not_revoked, card_with_addresses, at=NOW) is EidCode.REVOCATION_UNAVAILABLE


def test_fingerprints_are_read_as_openssl_prints_them(monkeypatch, tmp_path):
    monkeypatch.setenv("GUICHET_EID_ROOTS", ":".join(["AB"] * 32))

    assert EidConfiguration.from_environment(tmp_path).roots == {"ab" * 32}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GUICHET_EID_ROOTS", "abc"),
        ("GUICHET_EID_WITHOUT_REVOCATION", "ignored"),
        ("GUICHET_EID_SOFTWARE_PAGE", "http://cards.example/"),
        ("GUICHET_EID_SOFTWARE_PAGE", "https://cards.example/{country}/"),
        ("GUICHET_EID_SOFTWARE_PAGE", "javascript:alert(1)"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(monkeypatch, tmp_path, name, value):
    monkeypatch.setenv(name, value)

    with pytest.raises(ConfigurationError, match=name):
        EidConfiguration.from_environment(tmp_path)
