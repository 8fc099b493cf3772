"""What a path is found for, what is remembered, and in which words one is refused."""

import hashlib
from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.refusals import OutageError, Refusal, RefusalCode
from domain.trust import TrustMaterial
from signing import trust as trust_module
from signing.certificate_extensions import load_certificate
from signing.path_candidates import MAX_STEPS, Authorities
from signing.public_keys import describe_key, may_certify, may_sign
from signing.trust import CertificateTrust
from tests.signing.trust.pki import (
    DAY,
    MAX_AGE,
    NOON,
    YEAR,
    Chain,
    Party,
    PrivateKey,
    a_chain,
    a_key,
    a_key_on,
    a_name,
    a_rsa_key,
    issue,
)
from tests.signing.trust.shapes import UNKNOWN_CRITICAL, having
from tests.signing.trust.vectors import GOOD, VECTORS, Vector

UNKNOWN_CURVE = (bytes.fromhex("06082a8648ce3d030107"), bytes.fromhex("06082a8648ce3d03010a"))


def reason_of(der: bytes, trust: CertificateTrust, *, at: datetime = NOON) -> str:
    with pytest.raises(Refusal) as caught:
        trust.require_path(der, at=at)
    assert caught.value.code is RefusalCode.SIGNATURE_INVALID
    return caught.value.sentence


def test_a_path_runs_from_the_signer_to_the_anchor_with_the_window_that_all_share():
    chain = a_chain(authorities=[{"not_before": NOON - 3 * DAY}], signer={"not_after": NOON + 2 * DAY})
    path = chain.trust().require_path(chain.signer, at=NOON)
    ders = [chain.signer, *chain.intermediates, *chain.anchors]
    assert [certificate.public_bytes(Encoding.DER) for certificate in path.certificates] == ders
    assert path.sha256 == tuple(hashlib.sha256(der).hexdigest() for der in ders)
    assert path.signer == chain.signer
    assert (path.valid_from, path.valid_until) == (NOON - 3 * DAY, NOON + 2 * DAY)


def test_a_path_is_found_once_and_again_only_outside_of_its_window():
    chain = a_chain(signer={"not_after": NOON + DAY})
    trust = chain.trust()
    path = trust.require_path(chain.signer, at=NOON)
    assert trust.require_path(chain.signer, at=NOON + DAY) is path
    assert "is valid from" in reason_of(chain.signer, trust, at=NOON + DAY + timedelta(microseconds=1))
    assert trust.require_path(chain.signer, at=NOON) is path


def test_a_certificate_is_valid_to_the_microsecond():
    chain = a_chain(signer={"not_after": NOON})
    assert "is valid from" in reason_of(chain.signer, chain.trust(), at=NOON + timedelta(microseconds=1))


def test_after_one_authority_ended_the_path_leads_through_the_other():
    root, other_root = issue("Root"), issue("Other root")
    ending, staying = issue("Authority", by=root, not_after=NOON), issue("Authority", by=other_root)
    signer = issue("Signer", by=staying, ca=False)
    material = TrustMaterial((root.der, other_root.der), (ending.der, staying.der), ())
    trust = CertificateTrust(material, max_age=MAX_AGE)
    assert trust.require_path(signer.der, at=NOON).certificates[-1] == root.certificate
    assert trust.require_path(signer.der, at=NOON + DAY).certificates[-1] == other_root.certificate


def test_more_paths_than_are_remembered_are_found_all_the_same(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(trust_module, "MAX_PATHS", 2)
    root = issue("Root")
    trust = CertificateTrust(TrustMaterial((root.der,), (), ()), max_age=MAX_AGE)
    signers = [issue(f"Signer {number}", by=root, ca=False).der for number in range(5)]
    for _ in range(2):
        assert [trust.require_path(der, at=NOON).signer for der in signers] == signers


def test_the_reason_is_that_of_the_chain_that_comes_nearest():
    chain = a_chain(authorities=[{}, {"not_after": NOON - DAY}])
    impostor = issue("Authority 1", key=a_key("impostor"))
    material = TrustMaterial((*chain.anchors, impostor.der), chain.intermediates, ())
    reason = reason_of(chain.signer, CertificateTrust(material, max_age=MAX_AGE))
    assert "the certificate of CN=Authority 2,O=Demo,C=BE is valid from" in reason


def test_without_any_trusted_authority_nobody_is_refused():
    chain = a_chain()
    trust = CertificateTrust(TrustMaterial((), chain.intermediates, ()), max_age=MAX_AGE)
    with pytest.raises(OutageError, match="no authority is trusted here"):
        trust.require_path(chain.signer, at=NOON)


@pytest.mark.parametrize("unreadable", [b"", b"rubbish", issue("Root").der.replace(*UNKNOWN_CURVE)])
def test_a_trust_list_that_cannot_be_read_is_an_outage_that_names_the_certificate(unreadable: bytes):
    material = TrustMaterial((unreadable,), (), ())
    with pytest.raises(OutageError, match=hashlib.sha256(unreadable).hexdigest()):
        CertificateTrust(material, max_age=MAX_AGE)


def test_a_signer_that_cannot_be_read_is_told_apart_from_one_without_path():
    chain = a_chain()
    with pytest.raises(ValueError, match="cannot be read"):
        chain.trust().require_path(chain.signer.replace(*UNKNOWN_CURVE), at=NOON)


def sentence_of(chain: Chain) -> str:
    try:
        chain.judge()
    except (Refusal, OutageError) as trouble:
        return str(trouble)
    return ""


@pytest.mark.parametrize(
    "vector", [vector for vector in VECTORS if vector.outcome is not GOOD], ids=lambda vector: vector.name
)
def test_no_sentence_shows_the_name_of_a_signer(vector: Vector):
    sentence = sentence_of(vector.build())
    assert "Signer" not in sentence
    assert "anna@" not in sentence


def test_the_serial_number_stands_for_the_name_of_a_signer():
    chain = a_chain(signer=having(UNKNOWN_CRITICAL, serial=0xABC))
    reason = reason_of(chain.signer, chain.trust())
    assert "the certificate with serial number abc has a critical extension 1.3.6.1.4.1.99999.9" in reason


def a_web(size: int) -> list[Party]:
    """Return authorities of one name that certified one another, each each."""
    parties = [issue("Web", key=a_key(f"web {number}"), name=a_name("Web")) for number in range(size)]
    return [issue("Web", by=by, key=party.key, name=a_name("Web")) for party in parties for by in parties]


def test_authorities_that_certify_one_another_cost_a_bounded_number_of_steps():
    web = [party.certificate for party in a_web(5)]
    signer = issue("Signer", by=issue("Web", name=a_name("Web")), ca=False).certificate
    root = issue("Root").certificate
    assert list(Authorities([root], web).propose(signer)) == []
    anchored = issue("Web", name=a_name("Web")).certificate
    chains = list(Authorities([anchored], web).propose(signer))
    assert len(chains) == MAX_STEPS
    assert [len(chain) for chain in chains] == sorted(len(chain) for chain in chains)


def test_a_certificate_of_an_unknown_version_cannot_be_read():
    der = a_chain().signer
    version = der.index(bytes.fromhex("a003020102"))
    with pytest.raises(ValueError, match="cannot be read"):
        load_certificate(der[: version + 4] + b"\x07" + der[version + 5 :])


def test_a_certificate_with_a_number_below_one_cannot_be_read():
    der = issue("Signer", ca=False, serial=7).der
    with pytest.raises(ValueError, match="a positive one expected"), pytest.warns(UserWarning, match="positive"):
        load_certificate(der.replace(bytes.fromhex("020107"), bytes.fromhex("0201f7"), 1))


def test_a_certificate_with_a_bit_string_in_its_name_cannot_be_read():
    der = issue("Signer", ca=False).der
    with pytest.raises(ValueError, match="cannot be read"):
        load_certificate(der.replace(b"\x0c\x06Signer", b"\x03\x06\x00igner"))


def test_a_signature_of_an_unknown_kind_is_not_accepted():
    chain = a_chain()
    ecdsa_with_sha256 = bytes.fromhex("06082a8648ce3d040302")
    signer = chain.signer.replace(ecdsa_with_sha256, ecdsa_with_sha256[:-1] + b"\x7f")
    assert "is not signed with SHA-256, SHA-384 or SHA-512" in reason_of(signer, chain.trust())


@pytest.mark.parametrize(
    ("key", "description", "may"),
    [
        (a_rsa_key(1024), "RSA of 1024 bits", ()),
        (a_rsa_key(2048), "RSA of 2048 bits", ("sign", "certify")),
        (a_key("any"), "ECDSA on secp256r1", ("sign", "certify")),
        (a_key_on("P-384"), "ECDSA on secp384r1", ("sign", "certify")),
        (a_key_on("P-521"), "ECDSA on secp521r1", ("certify",)),
        (a_key_on("P-224"), "ECDSA on secp224r1", ()),
        (ed25519.Ed25519PrivateKey.generate(), "neither RSA nor ECDSA", ()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_key_is_described_and_may_sign_or_certify(key: PrivateKey, description: str, may: tuple[str, ...]):
    public = key.public_key()
    assert describe_key(public) == description
    assert (may_sign(public), may_certify(public)) == ("sign" in may, "certify" in may)


@pytest.mark.filterwarnings("ignore")  # the library warns of numbers and names that it will not read one day
@settings(deadline=None)
@given(position=st.integers(min_value=0), change=st.integers(1, 255))
def test_a_changed_byte_of_what_is_signed_never_makes_a_path(position: int, change: int):
    chain = a_chain()
    at = position % len(chain.signer)
    changed = bytearray(chain.signer)
    changed[at] ^= change
    try:
        path = chain.trust().require_path(bytes(changed), at=NOON)
    except (Refusal, ValueError):
        return
    assert path.certificates[0].tbs_certificate_bytes == load_certificate(chain.signer).tbs_certificate_bytes


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_bytes_that_are_no_certificate_are_a_value_error(raw: bytes):
    with pytest.raises(ValueError):
        load_certificate(raw)


def test_a_certificate_with_an_extension_twice_cannot_be_read():
    two = [
        (x509.UnrecognizedExtension(x509.ObjectIdentifier(f"1.2.3.{number}"), b"\x05\x00"), False) for number in (4, 5)
    ]
    der = issue("Signer", ca=False, extensions=two).der
    twice = der.replace(bytes.fromhex("06032a0305"), bytes.fromhex("06032a0304"))
    with pytest.raises(ValueError, match="cannot be read"):
        load_certificate(twice)


def test_an_expired_path_says_what_was_got_and_expected():
    chain = a_chain(signer={"not_before": NOON - YEAR, "not_after": NOON - DAY})
    assert reason_of(chain.signer, chain.trust()) == (
        "certificate leads to no trusted authority: the certificate with serial number 7 is valid from "
        "2025-04-15T12:00:00+00:00 to 2026-04-14T12:00:00+00:00, not 2026-04-15T12:00:00+00:00"
    )
