"""The table of negative signature cases: one deviation from a good delivery each, with the code it deserves."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from asn1crypto import algos, cms
from asn1crypto.parser import emit

from domain.certificates import CertificateState
from domain.refusals import RefusalCode
from tests.signing.builders import (
    NOON,
    OTHER_SENDER,
    PAYLOAD,
    Keys,
    a_certificate,
    a_pss_algorithm,
    a_registration,
    an_attribute,
    key_identifier,
)
from tests.signing.deliveries import (
    DIGEST,
    NOW,
    SECOND,
    Delivery,
    a_delivery,
    certified,
    change_attribute,
    edit_value,
    empty_value,
    forge_signer,
    known_are,
    no_digest_algorithm,
    rebuild,
    registered,
    remove_attributes,
    signing,
    with_cms,
    with_parsed,
    with_payload,
    with_signature_text,
)


@dataclass(frozen=True)
class Deviation:
    """One thing that is wrong, in a sentence, and the words its refusal must say."""

    name: str
    sentence: str
    words: str
    build: Callable[[Keys], Delivery]
    code: RefusalCode = RefusalCode.SIGNATURE_INVALID


BARE = {"replace_attributes": True}
PSS_WITHOUT_PARAMETERS = algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss"})
DSA = algos.SignedDigestAlgorithm({"algorithm": "sha256_dsa"})
ECDSA = algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"})
CONTENT_TYPE = an_attribute("content_type", "data")
MESSAGE_DIGEST = an_attribute("message_digest", DIGEST)
SIGNED_DATA = cms.ContentType("signed_data").dump()
NUMBER_AS_DIGEST = bytes.fromhex("301006092a864886f70d0109043103020105")
NUMBER_AS_TYPE = bytes.fromhex("301006092a864886f70d0109033103020105")
NOT_OF_SENDER = RefusalCode.CERTIFICATE_NOT_OF_SENDER

PAYLOAD_CASES = (
    Deviation(
        "byte_changed", "One byte of the payload changed.", "payload has digest", with_payload(b"!" + PAYLOAD[1:])
    ),
    Deviation(
        "byte_added", "A line end was added to the payload.", "payload has digest", with_payload(PAYLOAD + b"\n")
    ),
    Deviation("payload_emptied", "The payload is empty.", "payload has digest", with_payload(b"")),
    Deviation(
        "line_ends_changed",
        "Signed in text mode over LF lines: the digest is that of CRLF lines.",
        "told to sign binary",
        with_payload(PAYLOAD.replace(b"\r\n", b"\n")),
    ),
    Deviation(
        "bare_payload_changed",
        "No signed attributes, and the payload changed.",
        "does not verify",
        lambda keys: replace(a_delivery(keys, attributes=None), payload=b"!" + PAYLOAD[1:]),
    ),
)

FILE_CASES = (
    Deviation("file_empty", "The signature file is empty.", "empty", with_signature_text(lambda _: b"")),
    Deviation("file_binary", "The CMS is not in base64.", "only base64", with_signature_text(base64.decodebytes)),
    Deviation(
        "file_cut", "The base64 text is cut.", "not whole", with_signature_text(lambda text: text.rstrip(b"=\n")[:-1])
    ),
    Deviation(
        "file_blank", "A blank stands in the base64 text.", "0x20", with_signature_text(lambda text: b" " + text)
    ),
    Deviation(
        "file_huge", "The file is over a megabyte.", "at most", with_signature_text(lambda text: text + b"\n" * 2**20)
    ),
)

CMS_CASES = (
    Deviation("not_asn1", "The base64 text holds XML.", "", with_cms(lambda _: PAYLOAD)),
    Deviation("cms_cut", "The CMS lacks its last byte.", "no readable CMS", with_cms(lambda encoded: encoded[:-1])),
    Deviation(
        "cms_continued", "A byte pair follows the CMS.", "no readable CMS", with_cms(lambda encoded: encoded + b"\5\0")
    ),
    Deviation("no_cms", "The file holds a number.", "no readable CMS", with_cms(lambda _: b"\x02\x01\x05")),
    Deviation(
        "enveloped",
        "The CMS is enveloped data.",
        "content of the CMS is 1.2.840.113549.1.7.3",
        with_cms(
            lambda encoded: encoded.replace(
                b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"
            )
        ),
    ),
    Deviation(
        "other_content_type",
        "A time stamp was signed.",
        "content type is",
        signing(content_type="1.2.840.113549.1.9.16.1.4"),
    ),
    Deviation("content_embedded", "The payload stands inside the CMS.", "embeds", signing(content=PAYLOAD)),
    Deviation("empty_content_embedded", "An empty content stands inside the CMS.", "embeds", signing(content=b"")),
    Deviation("no_signer", "Nobody signed.", "0 signers", signing(signer_count=0)),
    Deviation("two_signers", "Two signer infos.", "2 signers", signing(signer_count=2)),
    Deviation(
        "extra_field",
        "The signer info has a field too many.",
        "SignerInfo with",
        with_cms(partial(rebuild, extra=b"\x05\x00")),
    ),
    Deviation(
        "value_of_foreign_pieces",
        "A piece of the signature value is a number.",
        "piece of an octet string",
        with_cms(partial(rebuild, replaced={"signature": b"\x24\x03\x02\x01\x05"})),
    ),
    Deviation(
        "value_is_bits",
        "The signature value is a bit string.",
        "SignerInfo lacks a field or has another",
        with_cms(partial(rebuild, replaced={"signature": b"\x03\x02\x00\x05"})),
    ),
    Deviation(
        "serial_number_empty",
        "The signer's serial number has no byte.",
        "serial number has no byte",
        with_cms(partial(rebuild, replaced={"sid": b"\x30\x04\x30\x00\x02\x00"})),
    ),
    Deviation(
        "two_contents",
        "Two contents stand in the CMS.",
        "wraps 2 contents",
        with_cms(lambda _: emit(0, 1, 16, SIGNED_DATA + emit(2, 1, 0, b"\x30\x00\x30\x00"))),
    ),
    Deviation("sha_1", "Digest and signature use SHA-1.", "digest algorithm is 1.3.14.3.2.26", signing(digest="sha1")),
    Deviation("sha_224", "The digest algorithm is SHA-224.", "digest algorithm is", with_parsed(no_digest_algorithm)),
    Deviation("dsa", "The signature algorithm is DSA.", "signature algorithm is", signing(algorithm=DSA)),
    Deviation(
        "mixed_digests",
        "SHA-256 digest under a SHA-384 signature.",
        "one over SHA_256",
        signing(signature_digest="sha384"),
    ),
    Deviation(
        "algorithm_of_other_key", "An RSA key under an ECDSA identifier.", "does not verify", signing(algorithm=ECDSA)
    ),
    Deviation("value_changed", "One bit of the signature changed.", "does not verify", with_parsed(edit_value)),
    Deviation("value_empty", "The signature value is empty.", "does not verify", with_parsed(empty_value)),
)

ATTRIBUTE_CASES = (
    Deviation(
        "attributes_removed", "The signed attributes were taken out.", "does not verify", with_parsed(remove_attributes)
    ),
    Deviation(
        "attribute_added", "A signing time was added afterwards.", "does not verify", with_parsed(change_attribute)
    ),
    Deviation("attributes_empty", "The set of attributes is empty.", "0 content-type", signing(**BARE)),
    Deviation(
        "no_content_type", "No content-type attribute.", "0 content-type", signing(**BARE, attributes=[MESSAGE_DIGEST])
    ),
    Deviation(
        "no_message_digest", "No message-digest.", "0 message-digest", signing(**BARE, attributes=[CONTENT_TYPE])
    ),
    Deviation("content_type_twice", "Two content-types.", "2 content-type", signing(attributes=[CONTENT_TYPE])),
    Deviation("digest_twice", "Two message-digests.", "2 message-digest", signing(attributes=[MESSAGE_DIGEST])),
    Deviation(
        "two_digest_values",
        "A message-digest attribute with two values.",
        "1 message-digest attributes with 2 values",
        signing(**BARE, attributes=[CONTENT_TYPE, an_attribute("message_digest", DIGEST, bytes(32))]),
    ),
    Deviation(
        "two_content_type_values",
        "A content-type attribute with two values.",
        "1 content-type attributes with 2 values",
        signing(**BARE, attributes=[an_attribute("content_type", "data", "data"), MESSAGE_DIGEST]),
    ),
    Deviation(
        "digest_twice_alike",
        "The same message-digest attribute stands there twice, of which neither is first.",
        "2 message-digest attributes with 2 values",
        signing(**BARE, attributes=[CONTENT_TYPE, MESSAGE_DIGEST, MESSAGE_DIGEST]),
    ),
    Deviation(
        "digest_is_a_number",
        "The message-digest is a number.",
        "no octet string",
        with_cms(partial(rebuild, attributes=CONTENT_TYPE.dump() + NUMBER_AS_DIGEST)),
    ),
    Deviation(
        "content_type_is_a_number",
        "The content-type is a number.",
        "no object identifier",
        with_cms(partial(rebuild, attributes=NUMBER_AS_TYPE + MESSAGE_DIGEST.dump())),
    ),
    Deviation(
        "attribute_of_three_fields",
        "An attribute has a field too many.",
        "Attribute with",
        with_cms(partial(rebuild, attributes=b"\x30\x07\x06\x01\x2a\x31\x00\x05\x00")),
    ),
    Deviation(
        "no_digest_value",
        "A message-digest attribute without a value.",
        "with 0 values",
        signing(**BARE, attributes=[CONTENT_TYPE, an_attribute("message_digest")]),
    ),
    Deviation(
        "content_type_of_another",
        "The content-type attribute says time stamp.",
        "content-type attribute is",
        signing(**BARE, attributes=[an_attribute("content_type", "1.2.840.113549.1.9.16.1.4"), MESSAGE_DIGEST]),
    ),
    Deviation(
        "digest_of_another",
        "A well-signed digest of other bytes.",
        "payload has digest",
        signing(**BARE, attributes=[CONTENT_TYPE, an_attribute("message_digest", bytes(32))]),
    ),
    Deviation(
        "digest_cut",
        "A well-signed digest that lacks a byte.",
        "payload has digest",
        signing(**BARE, attributes=[CONTENT_TYPE, an_attribute("message_digest", DIGEST[:-1])]),
    ),
    Deviation(
        "too_many_attributes",
        "65 attributes.",
        "at most 64",
        signing(attributes=[an_attribute("signing_time", NOW)] * 63),
    ),
)

PSS_CASES = (
    Deviation("pss_bare", "RSASSA-PSS without parameters.", "no parameters", signing(algorithm=PSS_WITHOUT_PARAMETERS)),
    Deviation(
        "pss_other_mask",
        "The mask uses SHA-512.",
        "throughout",
        signing(algorithm=a_pss_algorithm(mask_digest="sha512")),
    ),
    Deviation(
        "pss_mask_over_sha_1",
        "The mask uses SHA-1.",
        "digest algorithm is 1.3.14.3.2.26",
        signing(algorithm=a_pss_algorithm(mask_digest="sha1")),
    ),
    Deviation(
        "pss_trailer", "The trailer is not 0xBC.", "trailer", signing(algorithm=a_pss_algorithm(trailer_field=2))
    ),
    Deviation("pss_other_digest", "PSS over SHA-512.", "throughout", signing(algorithm=a_pss_algorithm("sha512"))),
    Deviation(
        "pss_long_salt", "A salt of 513 bytes.", "salt of 513", signing(algorithm=a_pss_algorithm(salt_length=513))
    ),
    Deviation(
        "pss_negative_salt", "A salt of -1 byte.", "salt of -1", signing(algorithm=a_pss_algorithm(salt_length=-1))
    ),
    Deviation(
        "pss_other_salt",
        "A salt longer than it is.",
        "does not verify",
        signing(algorithm=a_pss_algorithm(salt_length=500)),
    ),
)

OWNER_CASES = (
    Deviation("nothing_registered", "The sender has no certificate.", "is not registered", known_are(), NOT_OF_SENDER),
    Deviation(
        "other_registered",
        "Only another certificate is registered.",
        "serial number 123456789abc is not registered for sender 123456",
        known_are(lambda keys: a_registration(a_certificate(keys.rsa_2048, serial=7))),
        NOT_OF_SENDER,
    ),
    Deviation(
        "other_issuer",
        "The same serial number by another issuer is registered.",
        "is not registered",
        known_are(lambda keys: a_registration(a_certificate(keys.rsa_2048, issuer="Other authority"))),
        NOT_OF_SENDER,
    ),
    Deviation(
        "registered_for_another",
        "The signer's certificate is another sender's.",
        "is not registered",
        known_are(lambda keys: a_registration(a_certificate(keys.rsa_2048), sender=OTHER_SENDER)),
        NOT_OF_SENDER,
    ),
    Deviation(
        "unknown_key_identifier",
        "The signer is named by an unknown key identifier.",
        "key identifier",
        forge_signer(lambda keys: key_identifier(a_certificate(keys.p256))),
        NOT_OF_SENDER,
    ),
    Deviation(
        "key_identifier_without_extension",
        "The registered certificate has no key identifier to be named by.",
        "key identifier",
        lambda keys: replace(
            a_delivery(keys, sid=key_identifier(a_certificate(keys.rsa_2048))),
            registered=[a_registration(a_certificate(keys.rsa_2048, has_key_identifier=False))],
        ),
        NOT_OF_SENDER,
    ),
    Deviation(
        "named_another",
        "The CMS names a registered certificate of another key.",
        "does not verify",
        known_are(lambda keys: a_registration(a_certificate(keys.p256))),
    ),
)

CERTIFICATE_CASES = (
    Deviation("withdrawn", "Withdrawn.", "is WITHDRAWN, ACTIVE", registered(state=CertificateState.WITHDRAWN)),
    Deviation("too_early", "Registered from a second later.", "registered from", registered(valid_from=NOON + SECOND)),
    Deviation("too_late", "The registration ends at this instant.", "registered from", registered(valid_until=NOON)),
    Deviation("not_yet_valid", "Valid from a second later.", "valid from", certified(not_before=NOON + SECOND)),
    Deviation("expired", "Expired a second ago.", "valid from", certified(not_after=NOON - SECOND)),
    Deviation(
        "key_for_encryption",
        "The key may only encrypt.",
        "for key_encipherment",
        certified(usages=["key_encipherment"]),
    ),
    Deviation(
        "key_for_certificates", "The key may only certify.", "key_cert_sign", certified(usages=["key_cert_sign"])
    ),
    Deviation("rsa_1024", "The key is RSA of 1024 bits.", "RSA of 1024 bits", certified("rsa_1024")),
    Deviation("p_521", "The key is on P-521.", "ECDSA on secp521r1", certified("p521")),
    Deviation(
        "edwards",
        "The registered key is Ed25519.",
        "neither RSA nor ECDSA",
        known_are(lambda keys: a_registration(a_certificate(keys.edwards))),
    ),
)

DEVIATIONS = (
    *PAYLOAD_CASES,
    *FILE_CASES,
    *CMS_CASES,
    *ATTRIBUTE_CASES,
    *PSS_CASES,
    *OWNER_CASES,
    *CERTIFICATE_CASES,
)
