"""How old revocation data may be, which of several count, and what each form of them says."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from asn1crypto import core
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ReasonFlags, ocsp
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.refusals import OutageError, Refusal, RefusalCode
from domain.trust import RevocationKind, RevocationRecord, TrustMaterial
from signing import revocation as revocation_module
from signing.crls import CachedCrl
from signing.ocsp import CachedOcspResponse
from signing.revocation import RevocationDataError
from signing.trust import CertificateTrust
from tests.signing.trust.pki import (
    DAY,
    HOUR,
    MAX_AGE,
    NOON,
    RESPONDER_ADDRESS,
    SIGNER_SERIAL,
    Changes,
    Extension,
    Party,
    a_key,
    a_list,
    a_responder,
    a_response,
    a_rsa_key,
    an_entry,
    issue,
    without_next_update,
)
from tests.signing.trust.shapes import UNKNOWN_CRITICAL, for_only, having

ROOT = issue("Root")
SIGNER = issue("Signer", by=ROOT, ca=False, serial=SIGNER_SERIAL, extensions=[RESPONDER_ADDRESS])
SECOND = timedelta(seconds=1)
HOLD = ReasonFlags.certificate_hold
POINT = x509.UniformResourceIdentifier("http://lists.example/1")


def trust_in(*records: RevocationRecord) -> CertificateTrust:
    return CertificateTrust(TrustMaterial((ROOT.der,), (), records), max_age=MAX_AGE)


def listing(*, obtained_at: datetime = NOON, **changes: object) -> RevocationRecord:
    return RevocationRecord(RevocationKind.CRL, a_list(ROOT, **changes), obtained_at)  # type: ignore[arg-type]


def answering(*, obtained_at: datetime = NOON, **changes: object) -> RevocationRecord:
    return RevocationRecord(RevocationKind.OCSP, a_response(SIGNER, ROOT, **changes), obtained_at)  # type: ignore[arg-type]


def judge(*records: RevocationRecord, at: datetime = NOON, signer: bytes = SIGNER.der) -> str:
    trust = trust_in(*records)
    path = trust.require_path(signer, at=at)
    try:
        consulted = trust.require_not_revoked(path, at=at)
    except Refusal as refusal:
        return "revoked" if refusal.code is RefusalCode.SIGNATURE_INVALID else str(refusal)
    except RevocationDataError as outage:
        return "nothing said" if outage.issuer == "CN=Root,O=Demo,C=BE" else str(outage)
    (sha256,) = consulted
    return next(f"record {number}" for number, record in enumerate(records) if sha256_of(record) == sha256)


def sha256_of(record: RevocationRecord) -> str:
    return hashlib.sha256(record.der).hexdigest()


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (listing(obtained_at=NOON - MAX_AGE), "record 0"),
        (listing(obtained_at=NOON - MAX_AGE - SECOND), "nothing said"),
        (listing(obtained_at=NOON + HOUR), "record 0"),
        (listing(next_update=NOON), "record 0"),
        (listing(next_update=NOON - SECOND), "nothing said"),
        (listing(this_update=NOON - 90 * DAY, next_update=NOON + 90 * DAY), "record 0"),
        (listing(this_update=NOON - MAX_AGE, mend=without_next_update), "record 0"),
        (listing(this_update=NOON - MAX_AGE - SECOND, mend=without_next_update), "nothing said"),
        (listing(mend=without_next_update, obtained_at=NOON - MAX_AGE - SECOND), "nothing said"),
        (answering(obtained_at=NOON - MAX_AGE), "record 0"),
        (answering(obtained_at=NOON - MAX_AGE - SECOND), "nothing said"),
        (answering(next_update=None, this_update=NOON - MAX_AGE), "record 0"),
        (answering(next_update=None, this_update=NOON - MAX_AGE - SECOND), "nothing said"),
    ],
)  # fmt: skip
def test_data_are_relied_on_for_the_maximum_age_after_their_source_offered_them(record: RevocationRecord, said: str):
    assert judge(record) == said


def revoking(*, since: datetime = NOON - DAY, reason: ReasonFlags | None = None, **changes: object) -> RevocationRecord:
    return listing(revoked=[an_entry(SIGNER_SERIAL, since, reason=reason)], **changes)  # type: ignore[arg-type]


OLD: Changes = {"this_update": NOON - 3 * DAY, "next_update": NOON - 2 * DAY, "obtained_at": NOON - 3 * DAY}
LATER: Changes = {"this_update": NOON + HOUR, "obtained_at": NOON + HOUR}


@pytest.mark.parametrize(
    ("records", "said"),
    [
        pytest.param([revoking(**OLD)], "revoked", id="an old list still revokes"),
        pytest.param([revoking(**OLD, since=NOON - 4 * DAY), listing()], "revoked", id="a newer list takes nothing back"),
        pytest.param([revoking(since=NOON)], "revoked", id="at the very instant"),
        pytest.param([revoking(since=NOON + SECOND)], "record 0", id="a second later"),
        pytest.param([revoking(reason=HOLD), listing(**LATER)], "record 1", id="a hold is lifted by a newer list"),
        pytest.param([listing(**OLD), revoking(reason=HOLD)], "revoked", id="a hold in the newest list"),
        pytest.param([revoking(reason=HOLD), answering(**LATER)], "record 1", id="a hold is lifted by a newer answer"),
        pytest.param([listing(**OLD), listing()], "record 1", id="the fresh one is consulted"),
        pytest.param([listing(), listing(this_update=NOON - 2 * HOUR)], "record 0", id="the newest one is consulted"),
        pytest.param([listing(**LATER, next_update=NOON + 9 * DAY), listing()], "record 0", id="one of after the reception"),
        pytest.param([listing(), answering(status=ocsp.OCSPCertStatus.UNKNOWN)], "record 0", id="an unknown beside a list"),
        pytest.param([listing(signing_key=a_key("stranger")), listing()], "record 1", id="a forged one beside a sound one"),
        pytest.param([answering(extensions=[(x509.OCSPNonce(b"12345678"), False)])], "record 0", id="an answer to a nonce"),
        pytest.param([], "nothing said", id="nothing at all"),
    ],
)  # fmt: skip
def test_of_several_records_the_worst_that_holds_counts(records: Sequence[RevocationRecord], said: str):
    assert judge(*records) == said


def test_the_sentence_of_an_outage_says_whose_data_are_how_old():
    trust = trust_in(listing(**OLD))
    path = trust.require_path(SIGNER.der, at=NOON)
    with pytest.raises(OutageError) as caught:
        trust.require_not_revoked(path, at=NOON)
    assert str(caught.value) == (
        "the revocation data of CN=Root,O=Demo,C=BE are too old: of 2026-04-12T12:00:00+00:00, replaced by "
        "2026-04-13T12:00:00+00:00, seen at their source on 2026-04-12T12:00:00+00:00; run guichet trust refresh"
    )


def test_what_is_known_to_be_revoked_is_refused_while_other_data_are_missing():
    authority = issue("Authority", by=ROOT)
    signer = issue("Signer", by=authority, ca=False, serial=SIGNER_SERIAL)
    record = RevocationRecord(RevocationKind.CRL, a_list(authority, revoked=[an_entry(SIGNER_SERIAL)]), NOON)
    trust = CertificateTrust(TrustMaterial((ROOT.der,), (authority.der,), (record,)), max_age=MAX_AGE)
    path = trust.require_path(signer.der, at=NOON)
    with pytest.raises(Refusal, match="was revoked on 2026-04-14T12:00:00"):
        trust.require_not_known_revoked(path, at=NOON)
    with pytest.raises(Refusal):
        trust.require_not_revoked(path, at=NOON)


ENDING = issue("Signer", by=ROOT, ca=False, serial=SIGNER_SERIAL, not_after=NOON)


def since(instant: datetime, oid: str) -> Extension:
    return x509.UnrecognizedExtension(x509.ObjectIdentifier(oid), core.GeneralizedTime(instant).dump()), False


KEEPING, ARCHIVE = "2.5.29.60", "1.3.6.1.5.5.7.48.1.6"


@pytest.mark.parametrize(
    ("record", "said"),
    [
        pytest.param(listing(**LATER), "nothing said", id="a list may have dropped who expired"),
        pytest.param(revoking(**LATER), "revoked", id="but whom it names is revoked"),
        pytest.param(revoking(**LATER, since=NOON + SECOND), "record 0", id="or was not yet"),
        pytest.param(listing(**LATER, extensions=[since(NOON - DAY, KEEPING)]), "record 0", id="a list that keeps the expired"),
        pytest.param(listing(**LATER, extensions=[since(NOON + SECOND, KEEPING)]), "nothing said", id="one that keeps later ones"),
        pytest.param(answering(**LATER), "nothing said", id="an answer of after the expiry"),
    ],
)  # fmt: skip
def test_data_of_after_the_end_of_a_certificate_are_silent_about_it(record: RevocationRecord, said: str):
    assert judge(record, signer=ENDING.der) == said


@pytest.mark.parametrize(
    "other",
    [issue("Other root"), issue("Other root", name=ROOT.certificate.subject, key=a_key("another"))],
    ids=["name", "key"],
)
def test_an_answer_about_the_same_number_of_another_authority_says_nothing(other: Party):
    """Two authorities may have issued the same serial number; whose certificate is meant stands in the answer."""
    namesake = issue("Signer", by=other, ca=False, serial=SIGNER_SERIAL)
    response = a_response(namesake, other, by=ROOT)
    assert judge(RevocationRecord(RevocationKind.OCSP, response, NOON)) == "nothing said"


def test_a_list_that_is_silent_about_who_expired_lifts_no_hold():
    assert judge(revoking(reason=HOLD), listing(**LATER), signer=ENDING.der) == "revoked"


def test_silence_about_an_ended_certificate_has_its_own_sentence():
    trust = trust_in(listing(**LATER))
    with pytest.raises(OutageError, match="of after the end of a certificate"):
        trust.require_not_revoked(trust.require_path(ENDING.der, at=NOON), at=NOON)


def test_a_list_for_a_distribution_point_is_about_those_who_name_it():
    point = x509.CRLDistributionPoints([x509.DistributionPoint([POINT], None, None, None)])
    named = issue("Signer", by=ROOT, ca=False, serial=SIGNER_SERIAL, extensions=[(point, True)])
    record = listing(extensions=[for_only(full_name=[POINT])])  # type: ignore[arg-type]
    assert judge(record, signer=named.der) == "record 0"
    assert judge(record) == "nothing said"


def test_a_new_key_of_the_same_authority_signs_for_its_own_certificates_only():
    renewed = issue("Root", key=a_key("renewed"))
    lists = [listing(), RevocationRecord(RevocationKind.CRL, a_list(renewed), NOON)]
    signer = issue("Signer", by=renewed, ca=False)
    trust = CertificateTrust(TrustMaterial((ROOT.der, renewed.der), (), tuple(lists)), max_age=MAX_AGE)
    path = trust.require_path(signer.der, at=NOON)
    assert trust.require_not_revoked(path, at=NOON) == (sha256_of(lists[1]),)


def test_more_paths_than_are_remembered_are_looked_up_all_the_same(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(revocation_module, "MAX_REMEMBERED", 1)
    trust = trust_in(listing())
    for number in range(3):
        signer = issue(f"Signer {number}", by=ROOT, ca=False)
        assert trust.require_not_revoked(trust.require_path(signer.der, at=NOON), at=NOON)


def test_every_entry_of_a_long_list_is_found():
    serials = range(10**30, 10**30 + 2000)
    record = listing(revoked=[an_entry(serial) for serial in serials])
    read = CachedCrl.read(record.der, sha256="", obtained_at=NOON)
    for serial in (serials[0], serials[999], serials[-1]):
        assert read.find_revocation(issue("Signer", by=ROOT, ca=False, serial=serial).certificate)
    assert read.find_revocation(SIGNER.certificate) is None


def test_an_entry_that_cannot_be_read_whole_revokes():
    unreadable = (x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.21"), b"\x04\x00"), False)
    record = listing(revoked=[an_entry(SIGNER_SERIAL, extensions=[unreadable])])
    assert judge(record) == "revoked"


def test_a_list_of_an_unknown_version_says_nothing():
    der = a_list(ROOT)
    version = der.index(b"\x02\x01\x01")
    assert (
        judge(RevocationRecord(RevocationKind.CRL, der[: version + 2] + b"\x07" + der[version + 3 :], NOON))
        == "nothing said"
    )


def test_a_list_with_an_extension_twice_says_nothing():
    two = [
        (x509.UnrecognizedExtension(x509.ObjectIdentifier(f"1.2.3.{number}"), b"\x05\x00"), False) for number in (4, 5)
    ]
    der = a_list(ROOT, extensions=two).replace(bytes.fromhex("06032a0305"), bytes.fromhex("06032a0304"))
    assert judge(RevocationRecord(RevocationKind.CRL, der, NOON)) == "nothing said"


def test_a_list_under_an_rsa_key_is_verified():
    root = issue("Root", key=a_rsa_key(2048))
    signer = issue("Signer", by=root, ca=False)
    records = (
        RevocationRecord(RevocationKind.CRL, a_list(root), NOON),
        RevocationRecord(RevocationKind.OCSP, a_response(signer, root), NOON),
    )
    for record in records:
        trust = CertificateTrust(TrustMaterial((root.der,), (), (record,)), max_age=MAX_AGE)
        assert trust.require_not_revoked(trust.require_path(signer.der, at=NOON), at=NOON) == (sha256_of(record),)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(having(UNKNOWN_CRITICAL), id="with an unknown critical extension"),
        pytest.param({"by": a_responder(ROOT, key=a_rsa_key(1024)), "has_responder": True}, id="by a weak responder"),
        pytest.param({"by": a_responder(ROOT, usages=("key_agreement",)), "has_responder": True}, id="by a key that may not sign"),
        pytest.param({"by": a_responder(ROOT), "has_responder": False}, id="by a responder whose certificate is not there"),
    ],
)  # fmt: skip
def test_an_answer_says_nothing(changes: Changes):
    wanted = dict(changes)
    if wanted.pop("has_responder", False):
        wanted["certificates"] = [wanted["by"]]
    assert judge(answering(**wanted)) == "nothing said"


def test_a_responder_that_cannot_be_read_has_appointed_nobody():
    responder = a_responder(ROOT)
    der = a_response(SIGNER, ROOT, by=responder, certificates=[responder])
    curve = bytes.fromhex("06082a8648ce3d030107")
    assert (
        judge(RevocationRecord(RevocationKind.OCSP, der.replace(curve, curve[:-1] + b"\x0a"), NOON)) == "nothing said"
    )


def test_an_answer_about_another_certificate_does_not_speak_of_this_one():
    response = CachedOcspResponse.read(a_response(SIGNER, ROOT), sha256="", obtained_at=NOON)
    assert all(response.speaks_of(SIGNER.certificate, ROOT.certificate) for _ in range(2))
    assert not response.speaks_of(issue("Signer", by=ROOT, ca=False).certificate, ROOT.certificate)


def test_an_answer_by_the_name_of_an_unknown_digest_cannot_be_read():
    sha256 = bytes.fromhex("0609608648016503040201")
    der = a_response(SIGNER, ROOT).replace(sha256, sha256[:-1] + b"\x7f", 1)
    with pytest.raises(ValueError, match="cannot be read"):
        CachedOcspResponse.read(der, sha256="", obtained_at=NOON)


def test_a_responder_that_could_not_answer_says_nothing():
    der = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER)
    with pytest.raises(ValueError, match="TRY_LATER"):
        CachedOcspResponse.read(der.public_bytes(Encoding.DER), sha256="", obtained_at=NOON)


@settings(deadline=None)
@given(st.sampled_from(RevocationKind), st.binary(max_size=200))
def test_bytes_that_are_no_record_say_nothing(kind: RevocationKind, raw: bytes):
    assert judge(RevocationRecord(kind, raw, NOON)) == "nothing said"


def signed_in(kind: RevocationKind, der: bytes) -> bytes:
    if kind is RevocationKind.CRL:
        return x509.load_der_x509_crl(der).tbs_certlist_bytes
    return ocsp.load_der_ocsp_response(der).tbs_response_bytes


GENUINE = [listing(), answering()]


@pytest.mark.filterwarnings("ignore")  # the library warns of numbers and names that it will not read one day
@settings(deadline=None)
@given(st.sampled_from(GENUINE), st.integers(min_value=0), st.integers(1, 255))
def test_a_record_with_a_changed_byte_of_what_is_signed_says_nothing(
    record: RevocationRecord, position: int, change: int
):
    changed = bytearray(record.der)
    changed[position % len(changed)] ^= change
    said = judge(RevocationRecord(record.kind, bytes(changed), NOON))
    assert said == "nothing said" or signed_in(record.kind, bytes(changed)) == signed_in(record.kind, record.der)
