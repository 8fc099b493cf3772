"""A payload is cut only where its bytes alone say that this is safe, and its pieces hold what the stream reads."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from domain.refusals import Refusal
from validators.cutting import CutPayload, cut_payload
from validators.reading import FormStream, ReadingLimits

HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\r\n<Dimona a="1">\n'
FORMS = [b"<Form><A>%d</A>\n</Form>\n" % number for number in range(40)]
TAIL = b"</Dimona>\n"
PLAIN = HEAD + b"".join(FORMS) + TAIL


def cut(payload: bytes, *, piece_bytes: int = 100) -> CutPayload | None:
    return cut_payload(payload, prolog_bytes=4096, piece_bytes=piece_bytes)


def read(payload: bytes) -> list[bytes]:
    stream = FormStream(io.BytesIO(payload), limits=ReadingLimits(min_form_bytes=1))
    return [etree.tostring(form, with_tail=False) for form in stream]


def test_the_pieces_are_the_payload_without_what_surrounds_its_forms():
    pieces = cut(PLAIN)

    assert pieces is not None
    body = b"".join(PLAIN[piece.start : piece.end] for piece in pieces.pieces)
    assert (pieces.opening + body).strip() + b"\n" + pieces.closing.strip() == PLAIN.strip()
    assert len(pieces.pieces) > 5
    assert pieces.forms == len(FORMS)


def test_each_piece_says_how_many_forms_and_lines_come_before_it():
    pieces = cut(PLAIN)

    assert pieces is not None
    for piece in pieces.pieces:
        before = PLAIN[len(pieces.opening) : piece.start]
        assert (piece.forms_before, piece.lines_before) == (before.count(b"</Form>"), before.count(b"\n"))


UNCUT = {
    "a comment hides a form": HEAD + b"<!-- </Form> -->" + FORMS[0] + TAIL,
    "a comment stands in a form": HEAD + b"<Form><!-- x --><A/></Form>" + TAIL,
    "a section of characters": HEAD + b"<Form><A><![CDATA[</Form>]]></A></Form>" + TAIL,
    "a processing instruction": HEAD + b"<?x </Form>?>" + FORMS[0] + TAIL,
    "a comment before the root": b"<!-- x -->" + PLAIN[40:],
    "no end": HEAD + b"".join(FORMS),
    "an end cut short": PLAIN[:-4],
    "another end": HEAD + b"".join(FORMS) + b"</Other>",
    "something after the last form": HEAD + b"".join(FORMS) + b"<Block>" + b"x" * 200 + b"</Block>" + TAIL,
    "no form": HEAD + TAIL,
    "an empty root": b"<Dimona/>",
    "nothing": b"",
    "a document type": b"<!DOCTYPE Dimona><Dimona>" + FORMS[0] + TAIL,
    "another encoding": b'<?xml version="1.0" encoding="UTF-16"?><Dimona>' + FORMS[0] + TAIL,
    "an entity that XML does not know": HEAD + FORMS[0] + b"<Form><A>&tree;</A></Form>" + TAIL,
    "a bare ampersand": HEAD + FORMS[0] + b"<Form><A>&</A></Form>" + TAIL,
    "bytes that are not UTF-8": HEAD + b"".join(FORMS) + b"<Form><A>\xff</A></Form>" + TAIL,
    "a form that is far too large": HEAD + FORMS[0] + b"<Form><A>" + b"x" * 2_200_000 + b"</A></Form>" + TAIL,
    "a prefix": b"<d:Dimona xmlns:d='u'>" + FORMS[0] + b"</d:Dimona>",
}


@pytest.mark.parametrize("payload", UNCUT.values(), ids=UNCUT)
def test_a_payload_that_could_be_read_in_two_ways_is_not_cut(payload: bytes):
    assert cut(payload) is None


def test_what_xml_knows_by_a_name_or_number_does_not_keep_a_payload_whole():
    assert cut(HEAD + "<Form><A>&amp;&lt;&#65;&#x41;é</A></Form>".encode() + TAIL) is not None


SNIPPETS = st.sampled_from(
    [
        *FORMS[:3],
        b"<Form/>",
        b"</Form>",
        b"<Form>",
        b"<Form ><A>&amp;</A></Form >",
        b"<!-- </Form> -->",
        b"<![CDATA[</Form>]]>",
        b"<?x </Form>?>",
        b"<B a='</Form>'/>",
        b"<Form><Form></Form></Form>",
        b"&x;",
        b" \n",
        b"text",
        b"</Dimona>",
    ]
)


@given(snippets=st.lists(SNIPPETS, max_size=12), size=st.integers(1, 120))
def test_pieces_that_read_well_hold_exactly_the_forms_of_the_stream(snippets: list[bytes], size: int):
    payload = HEAD + b"".join(snippets) + TAIL
    pieces = cut(payload, piece_bytes=size)
    if pieces is None:
        return
    found: list[bytes] = []
    try:
        for piece in pieces.pieces:
            found += read(pieces.opening + payload[piece.start : piece.end] + pieces.closing)
    except Refusal:
        return  # whoever reads the pieces asks the stream then

    assert found == read(payload)
