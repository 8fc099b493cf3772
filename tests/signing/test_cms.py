from functools import cache

import pytest
from asn1crypto import cms
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.refusals import Refusal, RefusalCode
from signing.ber import MAX_DEPTH, MAX_ELEMENTS
from signing.cms import DetachedSignature, read_cms
from tests.signing.builders import Keys, Signing, a_certificate, a_pss_algorithm, der_of, key_identifier
from tests.signing.deliveries import rebuild


def wrap(content: bytes) -> bytes:
    """Put an indefinite-length SEQUENCE around `content`."""
    return b"\x30\x80" + content + b"\x00\x00"


def nest(levels: int) -> bytes:
    encoded = b"\x05\x00"
    for _ in range(levels):
        encoded = wrap(encoded)
    return encoded


def read_or_refuse(encoded: bytes) -> DetachedSignature | RefusalCode:
    try:
        return read_cms(encoded)
    except Refusal as refusal:
        return refusal.code


@pytest.mark.parametrize(
    ("encoded", "why"),
    [
        pytest.param(b"", "middle of an element", id="nothing"),
        pytest.param(b"\x30", "middle of an element", id="half_a_header"),
        pytest.param(b"\x30\x82\x01", "no readable CMS", id="half_a_length"),
        pytest.param(b"\x30\x85" + bytes(5), "length of 5 bytes", id="length_over_four_bytes"),
        pytest.param(b"\x1f" + b"\xff" * 700_000 + b"\x7f\x00", "tag number above 30", id="giant_tag"),
        pytest.param(b"\x06\x83\x0b\x00\x00" + b"\xff" * 0xB0000, "number of 720896 bytes", id="giant_identifier"),
        pytest.param(b"\x02\x41" + b"\x01" * 65, "number of 65 bytes", id="giant_integer"),
        pytest.param(b"\x06\x80\x00\x00", "bytes, at most 64", id="identifier_of_indefinite_length"),
        pytest.param(nest(MAX_DEPTH + 1), f"more than {MAX_DEPTH} levels", id="too_deep"),
        pytest.param(nest(MAX_DEPTH), "no readable CMS", id="just_not_too_deep"),
        pytest.param(wrap(b"\x05\x00" * MAX_ELEMENTS), f"more than {MAX_ELEMENTS} elements", id="too_many"),
        pytest.param(wrap(b""), "no readable CMS", id="empty"),
        pytest.param(b"\x00\x00", "no readable CMS", id="an_end_without_beginning"),
        pytest.param(b"\x30\x02\x02\x05", "no readable CMS", id="longer_than_its_frame"),
    ],
)
def test_asn1_out_of_bounds_or_meaningless_is_refused(encoded: bytes, why: str) -> None:
    with pytest.raises(Refusal, match=why) as refused:
        read_cms(encoded)
    assert refused.value.code is RefusalCode.SIGNATURE_INVALID


def test_a_refusal_is_one_short_line() -> None:
    with pytest.raises(Refusal) as refused:
        read_cms(b"\x30\x03\x06\x01\x80")
    assert "\n" not in refused.value.sentence
    assert len(refused.value.sentence) < 300


def test_a_large_chain_of_definite_length_is_stepped_over(keys: Keys) -> None:
    chain = a_certificate(keys.p256, usages=None)
    content_info = cms.ContentInfo.load(Signing(key=keys.p256, certificate=chain).cms())
    content_info["content"]["certificates"] = [cms.CertificateChoices.load(der_of(chain))] * 300
    assert isinstance(read_cms(content_info.dump()), DetachedSignature)


@given(st.binary(max_size=200))
def test_random_bytes_only_ever_give_a_refusal(encoded: bytes) -> None:
    assert read_or_refuse(encoded) is RefusalCode.SIGNATURE_INVALID


@settings(max_examples=600, deadline=None)
@given(data=st.data())
def test_a_cms_with_bytes_replaced_is_read_or_refused(keys: Keys, data: st.DataObject) -> None:
    encoded = bytearray(data.draw(st.sampled_from(bases(keys))))
    for _ in range(data.draw(st.integers(1, 3))):
        encoded[data.draw(st.integers(0, len(encoded) - 1))] = data.draw(st.integers(0, 255))
    assert isinstance(read_or_refuse(bytes(encoded)), DetachedSignature | RefusalCode)


@settings(max_examples=500, deadline=None)
@given(data=st.data())
def test_a_cms_with_a_piece_cut_out_or_doubled_is_read_or_refused(keys: Keys, data: st.DataObject) -> None:
    encoded = data.draw(st.sampled_from(bases(keys)))
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(encoded))] * 2)))
    altered = data.draw(st.sampled_from([encoded[:start] + encoded[end:], encoded[:end] + encoded[start:]]))
    assert isinstance(read_or_refuse(altered), DetachedSignature | RefusalCode)


@cache
def bases(keys: Keys) -> list[bytes]:
    """Every form of signature that is read, without certificates so that alterations hit what is looked at."""
    p256, rsa = a_certificate(keys.p256), a_certificate(keys.rsa_2048)
    return [
        rebuild(Signing(key=keys.p256, certificate=p256).cms()),
        rebuild(Signing(key=keys.p256, certificate=p256, sid=key_identifier(p256)).cms()),
        rebuild(Signing(key=keys.rsa_2048, certificate=rsa, algorithm=a_pss_algorithm()).cms()),
    ]
