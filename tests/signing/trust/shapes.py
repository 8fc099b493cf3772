"""Extensions and chains of every shape that the table of vectors is made of."""

from collections.abc import Callable

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.x509.oid import NameOID

from tests.signing.trust.pki import (
    DAY,
    NOON,
    RESPONDER_ADDRESS,
    Chain,
    Changes,
    Extension,
    Party,
    a_chain,
    a_key,
    a_list,
    a_response,
    an_entry,
    issue,
)

POLICY, OTHER_POLICY, THIRD_POLICY = (f"1.3.6.1.4.1.99999.{number}" for number in (1, 2, 3))
ANY = "2.5.29.32.0"
UNKNOWN = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.99999.9"), b"\x05\x00")
UNKNOWN_CRITICAL: Extension = (UNKNOWN, True)


def stating(*policies: str, critical: bool = False) -> Extension:
    informations = [x509.PolicyInformation(x509.ObjectIdentifier(policy), None) for policy in policies]
    return x509.CertificatePolicies(informations), critical


def mapping(*pairs: tuple[str, str], critical: bool = True) -> Extension:
    mappings = [{"issuer_domain_policy": issuer, "subject_domain_policy": subject} for issuer, subject in pairs]
    encoded = asn1_x509.PolicyMappings(mappings).dump()
    return x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.33"), encoded), critical


def demanding(explicit: int | None, *, mapping: int | None = None) -> Extension:
    return x509.PolicyConstraints(explicit, mapping), True


def taking_any(skip: int) -> Extension:
    return x509.InhibitAnyPolicy(skip), True


def permitting(*names: x509.GeneralName) -> Extension:
    return x509.NameConstraints(permitted_subtrees=list(names), excluded_subtrees=None), True


def excluding(*names: x509.GeneralName) -> Extension:
    return x509.NameConstraints(permitted_subtrees=None, excluded_subtrees=list(names)), True


def named_also(*names: x509.GeneralName) -> Extension:
    return x509.SubjectAlternativeName(list(names)), False


def having(*extensions: Extension, **more: object) -> Changes:
    return {"extensions": extensions, **more}


def for_only(**scope: bool) -> Extension:
    nothing: dict[str, object] = {
        "full_name": None,
        "relative_name": None,
        "only_contains_user_certs": False,
        "only_contains_ca_certs": False,
        "only_some_reasons": None,
        "indirect_crl": False,
        "only_contains_attribute_certs": False,
    }
    return x509.IssuingDistributionPoint(**{**nothing, **scope}), True  # type: ignore[arg-type]


def directory(*attributes: tuple[x509.ObjectIdentifier, str]) -> x509.DirectoryName:
    return x509.DirectoryName(x509.Name([x509.NameAttribute(kind, value) for kind, value in attributes]))


DEMO = directory((NameOID.COUNTRY_NAME, "BE"), (NameOID.ORGANIZATION_NAME, "Demo"))
ELSEWHERE = directory((NameOID.COUNTRY_NAME, "BE"), (NameOID.ORGANIZATION_NAME, "Elsewhere"))
DEMO_IN_CAPITALS = directory((NameOID.COUNTRY_NAME, "be"), (NameOID.ORGANIZATION_NAME, " DEMO "))
MAIL, DNS = x509.RFC822Name("anna@demo.example"), x509.DNSName("sender.demo.example")


def crossed(*, is_first_sound: bool, is_second_sound: bool = True) -> Chain:
    """One authority certified by two roots; either certificate may have ended."""
    roots = [issue("Root"), issue("Other root")]
    ended = {"not_after": NOON - DAY}
    both = [
        issue("Authority", by=root, **({} if is_sound else ended))
        for root, is_sound in zip(roots, (is_first_sound, is_second_sound), strict=True)
    ]
    signer = issue("Signer", by=both[0], ca=False)
    return Chain(
        signer=signer.der,
        anchors=tuple(root.der for root in roots),
        intermediates=tuple(party.der for party in both),
        lists=(a_list(roots[0]), a_list(roots[1]), a_list(both[0])),
    )


def crossed_with_policies() -> Chain:
    """One authority certified by two roots, of which the first demands a policy that the signer does not carry."""
    roots = [issue("Root"), issue("Other root")]
    both = [issue("Authority", by=roots[0], extensions=[demanding(0)]), issue("Authority", by=roots[1])]
    signer = issue("Signer", by=both[0], ca=False)
    return Chain(
        signer=signer.der,
        anchors=tuple(root.der for root in roots),
        intermediates=tuple(party.der for party in both),
        lists=(a_list(roots[0]), a_list(roots[1]), a_list(both[0])),
    )


def circle() -> Chain:
    """Two authorities that certify each other, and no root above them."""
    first = issue("First")
    second = issue("Second", by=first)
    first_again = issue("First", by=second)
    signer = issue("Signer", by=second, ca=False)
    return Chain(
        signer=signer.der,
        anchors=(issue("Root").der,),
        intermediates=(second.der, first_again.der),
        lists=(a_list(first), a_list(second)),
    )


def circle_below_a_root() -> Chain:
    root = issue("Root")
    first = issue("First", by=root)
    second = issue("Second", by=first)
    first_again = issue("First", by=second)
    signer = issue("Signer", by=second, ca=False)
    return Chain(
        signer=signer.der,
        anchors=(root.der,),
        intermediates=(first_again.der, second.der, first.der),
        lists=(a_list(root), a_list(first), a_list(second)),
    )


def self_signed(*, is_trusted: bool) -> Chain:
    root = issue("Root")
    signer = issue("Signer", ca=False)
    anchors = (root.der, signer.der) if is_trusted else (root.der,)
    return Chain(signer=signer.der, anchors=anchors, lists=(a_list(root), a_list(signer)))


def unknown_root() -> Chain:
    chain = a_chain()
    other = issue("Another root", key=a_key("another"))
    return Chain(
        signer=chain.signer,
        anchors=(other.der,),
        intermediates=chain.intermediates,
        lists=(*chain.lists, a_list(other)),
    )


def impostor_root() -> Chain:
    """A root of the right name with another key."""
    chain = a_chain()
    other = issue("Root", key=a_key("impostor"))
    return Chain(
        signer=chain.signer,
        anchors=(other.der,),
        intermediates=chain.intermediates,
        lists=(*chain.lists, a_list(other)),
    )


def new_key_of_root(*, path_length: int | None = None) -> Chain:
    """A root that certified its new key with its old one: a certificate that it issued to itself."""
    old = issue("Root", path_length=path_length)
    new = issue("Root", by=old, key=a_key("new root"), name=old.name)
    signer_authority = issue("Authority", by=new)
    signer = issue("Signer", by=signer_authority, ca=False)
    return Chain(
        signer=signer.der,
        anchors=(old.der,),
        intermediates=(new.der, signer_authority.der),
        lists=(a_list(old), a_list(new), a_list(signer_authority)),
    )


def answered(
    *, by: Callable[[Party], Party] | None = None, responder: Changes | None = None, **changes: object
) -> Chain:
    """A signer about whom only an OCSP response speaks; its authority has a list, the signer's is left out."""
    root = issue("Root")
    authority = issue("Authority", by=root)
    signer = issue("Signer", by=authority, ca=False, extensions=[RESPONDER_ADDRESS])
    speaker = by(authority) if by else None
    certificates = [speaker] if speaker else []
    response = a_response(signer, authority, **{"by": speaker, "certificates": certificates, **changes})  # type: ignore[arg-type]
    return Chain(
        signer=signer.der,
        anchors=(root.der,),
        intermediates=(authority.der,),
        lists=(a_list(root),),
        responses=(response,),
    )


def revoking(number: int, serial: int, **changes: object) -> dict[int, Changes | None]:
    """Change the list of an issuer so that it names a serial number."""
    return {number: {"revoked": [an_entry(serial, **changes)]}}  # type: ignore[arg-type]
