"""Whom a token proves: each reason against it alone, and the holder of a card without any."""

import base64
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from auth.eid.refusals import EidCode, EidRefusedError
from auth.eid.signatures import SignedChallenge, require_signature
from auth.eid.verification import EidRules, WithoutRevocation, prove_by_card
from commands.demo.card_authority import Generation, Holder, Residence, card_certificate, make_key, signed
from domain.assurance import AssuranceLevel, Means
from domain.identifiers import insz
from eid_agent.virtual_card import CardContent
from tests.auth.builders import NOON
from tests.auth.eid.cards import ELS, NONCE, ORIGIN, PIN, AuthoritiesInMemory, a_card, a_token, authority

DAY = timedelta(days=1)


def prove(token, *, rules=None, authorities=None, at=NOON):
    return prove_by_card(
        token, nonce=NONCE, rules=rules or EidRules(ORIGIN), authorities=authorities or AuthoritiesInMemory(), at=at
    )


def refusal_of(token, **kwargs) -> EidCode:
    with pytest.raises(EidRefusedError) as refused:
        prove(token, **kwargs)
    return refused.value.code


def a_deviating_card(change=None, *, key=None, holder=ELS, base=None) -> CardContent:
    """Return a card whose authentication certificate was changed before it was signed."""
    issuer, key = authority().citizens, key or make_key(Generation.APPLET_1_8)
    builder = base or card_certificate(holder, key, issuer=issuer, residence=Residence.CITIZEN, at=NOON - 30 * DAY)
    certificate = signed(change(builder) if change else builder, issuer)
    card = a_card()
    return CardContent(card.applet, PIN, key, card.signature_key, certificate, card.signature)


@pytest.mark.parametrize("generation", Generation)
@pytest.mark.parametrize("residence", Residence)
def test_a_card_proves_its_holder_at_the_highest_level(generation, residence):
    identity = prove(a_token(a_card(generation, residence)))

    assert (identity.national_number, identity.family_name, identity.given_names) == (
        ELS.national_number,
        "Peeters",
        "Els Maria",
    )
    assert (identity.means, identity.level, identity.at) == (Means.EID, AssuranceLevel.EID, NOON)


def test_neither_number_nor_names_show_in_a_log():
    assert not {"85073003328", "Peeters", "Els"} & set(repr(prove(a_token())).replace("'", " ").split())


@pytest.mark.parametrize(
    "origin",
    ["https://localhost", "https://localhost:8443/", "http://localhost:8443", "https://guichet.example", ""],
)
def test_a_signature_for_another_origin_is_refused(origin):
    assert refusal_of(a_token(origin=origin)) is EidCode.SIGNATURE_INVALID


def test_a_signature_over_another_nonce_is_refused():
    assert refusal_of(a_token(nonce="another nonce")) is EidCode.SIGNATURE_INVALID


@pytest.mark.parametrize(
    ("generation", "algorithm"),
    [
        (Generation.APPLET_1_8, "ES256"),
        (Generation.APPLET_1_8, "ES512"),
        (Generation.APPLET_1_8, "RS384"),
        (Generation.APPLET_1_8, "HS384"),
        (Generation.APPLET_1_7, "PS256"),
        (Generation.APPLET_1_7, "RS512"),
        (Generation.APPLET_1_7, "ES256"),
        (Generation.APPLET_1_7, "RS001"),
    ],
)
def test_an_algorithm_that_is_not_the_signatures_own_is_refused(generation, algorithm):
    assert refusal_of(a_token(a_card(generation), algorithm=algorithm)) is EidCode.SIGNATURE_INVALID


@pytest.mark.parametrize("signature", ["AAAA", "A" * 128, "A" * 4 * 33])
def test_a_signature_of_nothing_is_refused(signature):
    assert refusal_of(a_token(signature=signature)) is EidCode.SIGNATURE_INVALID


def test_the_certificate_of_another_card_does_not_go_with_the_signature():
    other = a_deviating_card()
    stolen = base64.b64encode(other.authentication).decode()

    assert refusal_of(a_token(unverifiedCertificate=stolen)) is EidCode.SIGNATURE_INVALID


def test_the_signing_certificate_of_the_same_card_is_refused():
    card = a_card()
    swapped = CardContent(card.applet, PIN, card.signature_key, card.signature_key, card.signature, card.signature)

    assert refusal_of(a_token(swapped)) is EidCode.CERTIFICATE_WRONG


def _name(**changed: str) -> x509.Name:
    parts = {"CN": "Els Peeters (Authentication)", "SN": "Peeters", "GN": "Els", "NR": ELS.national_number, **changed}
    kinds = {
        "CN": NameOID.COMMON_NAME,
        "SN": NameOID.SURNAME,
        "GN": NameOID.GIVEN_NAME,
        "NR": NameOID.SERIAL_NUMBER,
    }
    return x509.Name([x509.NameAttribute(kinds[name], value) for name, value in parts.items() if value])


def _usage(**flags: bool) -> x509.KeyUsage:
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: flags.get(name, False) for name in names})


def a_bare_card(*extensions: x509.ExtensionType, name: x509.Name | None = None, key=None) -> CardContent:
    """Return a card whose authentication certificate has these extensions and no others."""
    issuer, key = authority().citizens, key or make_key(Generation.APPLET_1_8)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name or _name())
        .issuer_name(issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOON - 30 * DAY)
        .not_valid_after(NOON + 30 * DAY)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return a_deviating_card(base=builder, key=key)


FOR_SIGNING_IN = _usage(digital_signature=True)


def test_a_bare_certificate_with_the_right_usage_will_do():
    assert prove(a_token(a_bare_card(FOR_SIGNING_IN))).national_number == ELS.national_number


@pytest.mark.parametrize(
    "extensions",
    [
        (),
        (_usage(content_commitment=True),),
        (_usage(digital_signature=True, content_commitment=True),),
        (_usage(key_agreement=True),),
        (_usage(digital_signature=True, key_cert_sign=True),),
        (FOR_SIGNING_IN, x509.BasicConstraints(ca=True, path_length=None)),
        (FOR_SIGNING_IN, x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])),
    ],
    ids=[
        "no key usage",
        "for signatures alone",
        "for both",
        "for agreement",
        "for certificates",
        "an authority's",
        "for mail",
    ],
)
def test_a_certificate_for_something_else_is_refused(extensions):
    assert refusal_of(a_token(a_bare_card(*extensions))) is EidCode.CERTIFICATE_WRONG


@pytest.mark.parametrize("name", ["Els Peeters (Signature)", "Els Peeters", "(Authentication) Els Peeters"])
def test_a_certificate_that_is_not_called_one_for_authentication_is_refused(name):
    assert refusal_of(a_token(a_bare_card(FOR_SIGNING_IN, name=_name(CN=name)))) is EidCode.CERTIFICATE_WRONG


@pytest.mark.parametrize("number", ["", "85073003329", "8507300332", "PNOBE-85073003328", "x"])
def test_a_holder_without_a_sound_number_is_unknown(number):
    assert refusal_of(a_token(a_bare_card(FOR_SIGNING_IN, name=_name(NR=number)))) is EidCode.PERSON_UNKNOWN


def test_a_bis_number_is_a_number():
    bis = insz(854730033, born_from_2000=False)
    holder = Holder(bis, "Peeters", "Els")

    assert prove(a_token(a_deviating_card(holder=holder))).national_number == bis


@pytest.mark.parametrize(
    "key",
    [
        rsa.generate_private_key(public_exponent=65537, key_size=1024),  # noqa: S505 - what is refused
        ec.generate_private_key(ec.SECP521R1()),
        ec.generate_private_key(ec.SECP256K1()),
        ed25519.Ed25519PrivateKey.generate(),
    ],
    ids=["RSA of 1024 bits", "P-521", "another curve of 256 bits", "Ed25519"],
)
def test_a_key_of_another_kind_is_refused(key):
    odd = base64.b64encode(a_deviating_card(key=key).authentication).decode()

    assert refusal_of(a_token(unverifiedCertificate=odd)) is EidCode.CERTIFICATE_WRONG


def test_a_signature_by_a_key_of_an_unknown_kind_is_refused():
    key = ed25519.Ed25519PrivateKey.generate()
    challenge = SignedChallenge(ORIGIN, NONCE)

    with pytest.raises(EidRefusedError) as refused:
        require_signature(key.sign(b""), algorithm="EdDSA", key=key.public_key(), challenge=challenge)
    assert refused.value.code is EidCode.SIGNATURE_INVALID


def test_a_key_on_p256_signs_with_es256():
    key = ec.generate_private_key(ec.SECP256R1())
    token = a_token(a_deviating_card(key=key))

    assert token.algorithm == "ES256"
    assert prove(token).level is AssuranceLevel.EID


@pytest.mark.parametrize("policy", Residence)
def test_one_of_the_policies_that_are_asked_for_is_enough(policy):
    rules = EidRules(ORIGIN, frozenset({residence.value for residence in Residence}))

    assert prove(a_token(a_card(residence=policy)), rules=rules).level is AssuranceLevel.EID


def test_a_certificate_without_a_policy_that_is_asked_for_is_refused():
    rules = EidRules(ORIGIN, frozenset({Residence.FOREIGNER.value}))

    assert refusal_of(a_token(), rules=rules) is EidCode.CERTIFICATE_WRONG
    assert refusal_of(a_token(a_bare_card(FOR_SIGNING_IN)), rules=rules) is EidCode.CERTIFICATE_WRONG


def test_a_card_counts_to_the_last_second_of_its_time():
    end = x509.load_der_x509_certificate(a_card().authentication).not_valid_after_utc

    assert prove(a_token(), at=end).at == end
    assert refusal_of(a_token(), at=end + timedelta(seconds=1)) is EidCode.CERTIFICATE_EXPIRED
    assert refusal_of(a_token(), at=NOON - 60 * DAY) is EidCode.CERTIFICATE_EXPIRED


def test_a_card_of_a_foreign_root_is_refused_before_anything_is_asked_elsewhere():
    token = a_token()
    authorities = AuthoritiesInMemory(untrusted={token.certificate_sha256})

    assert refusal_of(token, authorities=authorities) is EidCode.CERTIFICATE_UNTRUSTED
    assert authorities.asked == ["path"]


def test_nobody_is_asked_about_a_card_whose_signature_is_wrong():
    authorities = AuthoritiesInMemory()

    assert refusal_of(a_token(nonce="another"), authorities=authorities) is EidCode.SIGNATURE_INVALID
    assert authorities.asked == ["path"]


@pytest.mark.parametrize("without", WithoutRevocation)
def test_a_revoked_card_is_refused_whatever_the_setting(without):
    token = a_token()
    rules = EidRules(ORIGIN, without_revocation=without)

    assert refusal_of(token, rules=rules, authorities=AuthoritiesInMemory(revoked={token.certificate_sha256})) is (
        EidCode.CERTIFICATE_REVOKED
    )


def test_without_revocation_data_nobody_signs_in():
    assert refusal_of(a_token(), authorities=AuthoritiesInMemory(has_records=False)) is EidCode.REVOCATION_UNAVAILABLE


def test_where_it_is_set_so_missing_revocation_data_lower_the_level():
    rules = EidRules(ORIGIN, without_revocation=WithoutRevocation.LOWERED)

    identity = prove(a_token(), rules=rules, authorities=AuthoritiesInMemory(has_records=False))
    assert identity.level is AssuranceLevel.TOKEN_CARD


def test_a_refusal_names_the_certificate_by_its_digest_alone():
    token = a_token()
    with pytest.raises(EidRefusedError) as refused:
        prove(token, authorities=AuthoritiesInMemory(revoked={token.certificate_sha256}))

    assert refused.value.certificate == token.certificate_sha256
    assert not {"Peeters", ELS.national_number} & set(str(refused.value).split())


def test_a_certificate_that_cannot_be_read_is_refused():
    assert refusal_of(a_token(unverifiedCertificate="MAA=")) is EidCode.TOKEN_MALFORMED
