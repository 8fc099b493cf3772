"""The frame of a file: every deviation alone, with the code that it gets."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.refusals import Refusal
from tests.validators.payloads import (
    LIBRARY,
    NAMED,
    SCHEMA_NAME,
    TODAY,
    XSI,
    a_form,
    a_header,
    a_payload,
    dimona_schema,
    frame_of,
    refusal_of,
)
from validators.frames import Frame, ReadingLimits, check_frame


def sentence_of(payload: bytes) -> str:
    """Return the sentence of the refusal."""
    with pytest.raises(Refusal) as refused:
        frame_of(payload)
    return refused.value.sentence


DEVIATIONS = {
    "no byte": (b"", "134"),
    "only a byte order mark": (b"\xef\xbb\xbf", "102"),
    "only blanks": (b" \r\n", "102"),
    "no XML": (b"hello", "102"),
    "only a declaration": (b'<?xml version="1.0"?>', "102"),
    "start tag cut": (b"<Dimona xmlns", "102"),
    "file cut in the middle": (a_payload()[:-30], "102"),
    "file cut before its last byte": (a_payload()[:-1], "102"),
    "tags crossed": (a_payload("<Form><a></b></a></Form>"), "102"),
    "a second root": (a_payload(after="<Dimona/>"), "102"),
    "text after the root": (a_payload(after="x"), "102"),
    "invalid UTF-8 in a value": (a_payload(a_form()).replace(b"STU", b"S\xffU"), "102"),
    "overlong UTF-8": (a_payload(a_form()).replace(b"STU", b"\xc0\xbc"), "102"),
    "a surrogate in UTF-8": (a_payload(a_form()).replace(b"STU", b"\xed\xa0\x80"), "102"),
    "a NUL byte": (a_payload(a_form()).replace(b"STU", b"\x00"), "102"),
    "a forbidden character reference": (a_payload(a_form("&#1;")), "102"),
    "an entity nobody declared": (a_payload(a_form("&entity;")), "102"),
    "an undeclared namespace prefix": (a_payload(a_form("<a:b/>")), "102"),
    "an attribute twice": (a_payload(a_form("<b c='1' c='2'/>")), "102"),
    "an empty document type": (a_payload(before="<!DOCTYPE Dimona>"), "102"),
    "a document type after a comment": (a_payload(before="<!-- c --><?p i?>\n<!DOCTYPE Dimona>"), "102"),
    "a document type after a comment that holds one": (
        a_payload(before="<!-- <!DOCTYPE a> --><!DOCTYPE Dimona []>"),
        "102",
    ),
    "a document type in small letters": (a_payload(before="<!doctype Dimona>"), "102"),
    "a document type after the root": (a_payload(after="<!DOCTYPE Dimona>"), "102"),
    "a document type within the root": (a_payload("<!DOCTYPE Dimona>"), "102"),
    "Latin-1 declared": (a_payload(declaration='<?xml version="1.0" encoding="ISO-8859-1"?>'), "138"),
    "ASCII declared": (a_payload(declaration="<?xml version='1.0' encoding = 'US-ASCII'?>"), "138"),
    "UTF-16 declared over UTF-8 bytes": (a_payload(declaration='<?xml version="1.0" encoding="UTF-16"?>'), "138"),
    "UTF-16 with a mark": (a_payload().decode().encode("utf-16"), "138"),
    "UTF-16, big end first": (a_payload().decode().encode("utf-16-be"), "138"),
    "UTF-16, little end first": (a_payload().decode().encode("utf-16-le"), "138"),
    "UTF-32 with a mark": (a_payload().decode().encode("utf-32"), "138"),
    "UTF-32, big end first, with a mark": (b"\x00\x00\xfe\xff" + a_payload().decode().encode("utf-32-be"), "138"),
    "EBCDIC": (a_payload().decode().encode("cp500"), "138"),
    "an unknown root": (a_payload(root="Declaration"), "089"),
    "a root in other letters": (a_payload(root="DIMONA"), "089"),
    "a root in a namespace": (a_payload(attributes=f'{NAMED} xmlns="urn:x"'), "139"),
    "an unknown root in a namespace": (a_payload(root="Other", attributes=f'{NAMED} xmlns="urn:x"'), "089"),
    "the root of a DmfA in a namespace": (a_payload(root="DmfAOriginal", attributes='xmlns="urn:x"'), "158"),
    "a root named Form": (a_payload(root="Form"), "089"),
    "the root of a DmfA": (a_payload(root="DmfAOriginal"), "158"),
    "the root of an acknowledgement": (a_payload(root="ACRF"), "158"),
    "no schema named": (a_payload(attributes=XSI), "136"),
    "a schema named by namespace": (a_payload(attributes=f'{XSI} xsi:schemaLocation="urn:x x.xsd"'), "136"),
    "a schema of no known quarter": (a_payload(attributes=NAMED.replace("20231", "20191")), "137"),
    "a schema of another message": (a_payload(attributes=NAMED.replace(SCHEMA_NAME, "ACRF_20231.xsd")), "137"),
    "a schema at an address": (a_payload(attributes=NAMED.replace("Dimona_", "http://localhost/Dimona_")), "137"),
    "a schema at a path": (a_payload(attributes=NAMED.replace("Dimona_", "../Dimona_")), "137"),
    "an empty schema name": (a_payload(attributes=NAMED.replace(SCHEMA_NAME, "")), "137"),
    "another attribute on the root": (a_payload(attributes=f'{NAMED} version="1"'), "274"),
    "another block before the forms": (a_payload("<Header/>", a_form()), "205"),
    "another block between the forms": (a_payload(a_form(), "<Other/>", a_form()), "205"),
    "another block after the forms": (a_payload(a_form(), "<Other/>"), "205"),
    "another block and no form": (a_payload("<Other/>"), "205"),
    "a form in a namespace": (a_payload("<f:Form xmlns:f='urn:x'/>"), "205"),
    "no form": (a_payload("<!-- none -->"), "157"),
    "text before the forms": (a_payload("x", a_form()), "312"),
    "text between the forms": (a_payload(a_form(), "x", a_form()), "312"),
    "text after the forms": (a_payload(a_form(), "x"), "312"),
    "text and no form": (a_payload("x"), "312"),
    "CDATA between the forms": (a_payload(a_form(), "<![CDATA[x]]>", a_form()), "312"),
    "a form of another message": (a_payload(a_form(), a_form(header=a_header(identification="DMFA"))), "135"),
}
ACCEPTED = {
    "the model": a_payload(),
    "several forms": a_payload(a_form(), a_form(), a_form()),
    "no declaration": a_payload(declaration=""),
    "a byte order mark": b"\xef\xbb\xbf" + a_payload(),
    "utf-8 in small letters": a_payload(declaration="<?xml version='1.0' encoding='utf-8'?>"),
    "CRLF": a_payload(a_form(), a_form()).replace(b"\n", b"\r\n"),
    "comments everywhere": a_payload("<!-- a -->", a_form("<!-- b -->"), "<!-- c -->", before="<!-- <!DOCTYPE d> -->"),
    "a processing instruction": a_payload(
        "<?app do?>", a_form(), before="<?xml-stylesheet href='x'?>", after="<?e f?>"
    ),
    "CDATA in a value": a_payload(a_form(header=a_header(type_form="<![CDATA[SU]]>"))),
    "blank CDATA between forms": a_payload(a_form(), "<![CDATA[ ]]>", a_form()),
    "a form whose own structure is unsound": a_payload(a_form("<Nonsense/>"), a_form()),
    "an empty form": a_payload("<Form/>"),
    "a form without identification": a_payload(a_form(header="<TypeForm>SU</TypeForm>")),
    "a form with an empty identification": a_payload(a_form(header=a_header(identification=""))),
    "a form in a form": a_payload("<Form><Form/></Form>"),
    "a form in single quotes": a_payload(attributes=NAMED.replace('"', "'")),
}


@pytest.mark.parametrize(("payload", "number"), DEVIATIONS.values(), ids=DEVIATIONS.keys())
def test_one_deviation_of_the_frame_has_its_code(payload: bytes, number: str) -> None:
    assert refusal_of(payload) == f"ACRF-{number}"


@pytest.mark.parametrize("payload", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_a_sound_frame_is_taken(payload: bytes) -> None:
    assert refusal_of(payload) == "accepted"


def test_a_frame_tells_its_schema_and_the_number_of_its_forms() -> None:
    assert frame_of(a_payload(a_form(), a_form())) == Frame(schema=dimona_schema(), forms=2)


def test_a_form_inside_a_form_is_not_counted() -> None:
    assert frame_of(a_payload("<Form><Form/></Form>")).forms == 1


def test_dimona_content_under_another_purpose_is_not_what_the_name_says() -> None:
    assert refusal_of(a_payload(), message="DMFA") == "ACRF-158"


def test_a_purpose_without_a_schema_here_supports_no_version() -> None:
    assert refusal_of(a_payload(root="DmfAOriginal"), message="DMFA") == "ACRF-137"


def test_a_payload_may_have_exactly_the_largest_size() -> None:
    payload = a_payload()
    assert refusal_of(payload, limits=ReadingLimits(payload_bytes=len(payload))) == "accepted"
    assert refusal_of(payload, limits=ReadingLimits(payload_bytes=len(payload) - 1)) == "ACRF-184"


def test_a_payload_too_large_is_refused_where_the_limit_is_passed() -> None:
    payload = io.BytesIO(a_payload(*[a_form()] * 2_000))
    with pytest.raises(Refusal, match="ACRF-184"):
        check_frame(payload, message="DIMN", schemas=LIBRARY, on=TODAY, limits=ReadingLimits(payload_bytes=100_000))
    assert payload.tell() < 200_000


def test_a_file_may_hold_exactly_the_largest_number_of_forms() -> None:
    payload = a_payload(a_form(), a_form())
    assert refusal_of(payload, limits=ReadingLimits(forms=2)) == "accepted"
    assert refusal_of(payload, limits=ReadingLimits(forms=1)) == "ACRF-275"


def test_a_payload_has_at_least_some_bytes_for_each_form_on_the_average() -> None:
    payload = a_payload(*["<Form/>"] * 20)
    exact = len(payload) // 20
    assert refusal_of(payload, limits=ReadingLimits(min_form_bytes=exact)) == "accepted"
    assert refusal_of(payload, limits=ReadingLimits(min_form_bytes=exact + 1)) == "ACRF-172"
    assert refusal_of(payload) == "ACRF-172"


def test_one_form_without_end_is_refused_before_it_fills_the_memory() -> None:
    assert refusal_of(a_payload(a_form("<a/>" * 400_000))) == "ACRF-184"


def test_a_gap_without_end_between_forms_is_refused() -> None:
    assert refusal_of(a_payload(a_form(), " " * 1_200_000, a_form())) == "ACRF-184"


def test_a_form_may_be_exactly_as_deep_as_the_limit() -> None:
    assert refusal_of(a_payload(f"<Form>{'<a>' * 16}{'</a>' * 16}</Form>")) == "accepted"
    assert refusal_of(a_payload(f"<Form>{'<a>' * 17}{'</a>' * 17}</Form>")) == "ACRF-312"


@pytest.mark.parametrize("depth", [250, 260, 5_000])
def test_what_is_nested_too_deep_is_refused_alike_however_deep_it_is(depth: int) -> None:
    """The parser has a limit of its own, at 256."""
    nest = f"{'<a>' * depth}{'</a>' * depth}"
    sound = a_form()

    assert sentence_of(a_payload(f"<Form>{nest}</Form>")) == "form 1 is more than 16 elements deep"
    assert sentence_of(a_payload(sound, sound, f"<Form>{nest}</Form>", sound)) == "form 3 is more than 16 elements deep"
    assert sentence_of(a_payload(sound, "x", f"<Form>{nest}</Form>")) == "text stands outside the forms"
    assert sentence_of(a_payload(nest)) == "block 'a' stands where only Form may"
    assert sentence_of(a_payload(sound, nest)) == "block 'a' stands where only Form may"


LONG = "x" * 50_001


@pytest.mark.parametrize(
    ("payload", "place"),
    [
        (a_payload(f"<Form><{LONG}/></Form>"), "line 2, column 7"),
        (a_payload(f"<Form {LONG}='1'/>"), "line 2, column 6"),
        (a_payload("<Form/>", f"<{LONG}/>"), "line 3, column 1"),
        (a_payload(*["<Form/>"] * 2_000, f"<{LONG}/>"), "line 2002, column 1"),
        (f"<{LONG}/>".encode(), "line 1, column 1"),
        (f"<Dimona {LONG}='1'/>".encode(), "line 1, column 8"),
    ],
    ids=["element", "attribute", "block", "behind many forms", "root", "attribute of the root"],
)
def test_a_name_that_the_parser_gives_up_is_beyond_a_limit_and_breaks_no_xml(payload: bytes, place: str) -> None:
    """The parser has a limit of its own, of 50,000 bytes."""
    assert sentence_of(payload) == f"a name of more than 50000 bytes at {place}"
    assert refusal_of(payload) == "ACRF-312"
    assert refusal_of(payload.replace(LONG.encode(), LONG[:-1].encode())) != "ACRF-102"


def test_a_name_that_is_too_long_is_told_behind_what_stands_before_it() -> None:
    assert sentence_of(a_payload("<Form/>", "x", f"<Form><{LONG}/></Form>")) == "text stands outside the forms"
    assert sentence_of(a_payload("<a/>", f"<Form><{LONG}/></Form>")) == "block 'a' stands where only Form may"


def test_a_prolog_longer_than_its_room_is_refused() -> None:
    assert refusal_of(a_payload(before=f"<!--{'x' * 70_000}-->")) == "ACRF-312"


def test_a_document_type_hidden_behind_a_long_comment_is_never_reached() -> None:
    assert refusal_of(a_payload(before=f"<!--{'x' * 70_000}--><!DOCTYPE a SYSTEM 'b'>")) == "ACRF-312"


def test_too_many_different_names_are_refused() -> None:
    forms = [f"<Form><n{number}/></Form>" for number in range(1_001)]
    assert refusal_of(a_payload(*forms)) == "ACRF-312"


def test_too_many_attributes_are_refused() -> None:
    assert refusal_of(a_payload(a_form("<a b='1'/>" * 10)), limits=ReadingLimits(attributes=9)) == "ACRF-312"


@pytest.mark.parametrize("value", ["'1'", '"1"', " '1'", '\n\t"1"'])
def test_an_attribute_is_one_however_its_value_is_written(value: str) -> None:
    limits = ReadingLimits(attributes=9)
    assert refusal_of(a_payload(a_form(f"<a b={value}/>" * 10)), limits=limits) == "ACRF-312"


def test_apostrophes_in_texts_are_no_attributes() -> None:
    forms = [a_form("<a>L'Atelier d'Aulne, rue de l'Eglise</a>")] * 10
    assert refusal_of(a_payload(*forms), limits=ReadingLimits(attributes=9)) == "accepted"


def test_too_many_processing_instructions_are_refused() -> None:
    assert refusal_of(a_payload(a_form("<?p?>" * 10)), limits=ReadingLimits(instructions=9)) == "ACRF-312"


def test_a_payload_may_come_in_small_pieces() -> None:
    class Trickle(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(7, size if size is not None and size >= 0 else 7))

    frame = check_frame(Trickle(a_payload(a_form(), a_form())), message="DIMN", schemas=LIBRARY, on=TODAY)
    assert frame.forms == 2


def test_a_refusal_quotes_no_value_of_a_form() -> None:
    payload = a_payload(a_form()).replace(b"05071400153", b"05071400153</NotINSS>")
    with pytest.raises(Refusal) as caught:
        frame_of(payload)
    assert "05071400153" not in str(caught.value)


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_or_framed(payload: bytes) -> None:
    assert refusal_of(payload).startswith(("ACRF-", "accepted"))


@given(cut=st.integers(0, len(a_payload())), length=st.integers(0, 20), piece=st.binary(max_size=20))
def test_any_change_of_a_sound_payload_is_refused_or_framed(cut: int, length: int, piece: bytes) -> None:
    model = a_payload()
    assert refusal_of(model[:cut] + piece + model[cut + length :]).startswith(("ACRF-", "accepted"))


def test_the_compiled_schema_is_made_once() -> None:
    assert dimona_schema().compiled() is dimona_schema().compiled()
