"""The place of an element is that of the first character of its start tag, however the payload is read."""

import io
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.findings import Location
from validators.cutting import cut_payload
from validators.placing import ContentPlaces, StreamPlaces, blocks_of

FORMS = 12


@dataclass
class Written:
    """A payload under way, and the place of each element in it."""

    text: str = '<?xml version="1.0" encoding="UTF-8"?>'
    places: dict[str, Location] = field(default_factory=dict)

    def begin(self, path: str) -> None:
        line, column = self.text.count("\n") + 1, len(self.text) - self.text.rfind("\n")
        self.places[path] = Location(line, column, path)

    @property
    def content(self) -> bytes:
        return self.text.encode()


def written(gaps: Iterable[str], *, start: str = "<Form>") -> Written:
    """Return a payload of forms of two fields, with the `gaps` between its tags, one after the other."""
    gap = iter(gaps)
    one = Written()
    one.text += next(gap)
    one.begin("1")
    one.text += "<Dimona a='é'>"
    for form in range(1, FORMS + 1):
        one.text += next(gap)
        one.begin(f"1,{form}")
        one.text += start
        for child in (1, 2):
            one.text += next(gap)
            one.begin(f"1,{form},{child}")
            one.text += f'<Éa b="{next(gap).count("x")}/ \'">é€ &lt;<b/>x</Éa>'
            one.places[f"1,{form},{child},1"] = Location(
                one.places[f"1,{form},{child}"].line,
                len(one.text) - one.text.rfind("\n") - len("<b/>x</Éa>"),
                f"1,{form},{child},1",
            )
        one.text += "</Form>"
    one.text += next(gap) + "</Dimona>"
    return one


BLANKS = st.text(" \t\r\n", max_size=4)
HIDDEN = st.sampled_from(["<!-- <Form> é -->", "<!-- x\n-->", "<?x <Form>?>", "<![CDATA[<Form>\n€]]>"])
GAPS = 2 + FORMS * 5 + 1


def streamed(payload: bytes, wanted: Iterable[str]) -> dict[str, Location]:
    """Ask for the wanted of one form after the other."""
    places = StreamPlaces(blocks_of(io.BytesIO(payload)))
    found: dict[str, Location] = {}
    for _, paths in groupby(wanted, key=lambda path: path.split(",")[1]):
        found |= places.find(list(paths))
    return found


def by_piece(payload: bytes, wanted: Iterable[str]) -> dict[str, Location]:
    cut = cut_payload(payload, prolog_bytes=4096, piece_bytes=200)
    assert cut is not None
    found = {}
    for piece in cut.pieces:
        content = cut.opening + payload[piece.start : piece.end] + cut.closing
        places = ContentPlaces(
            lambda content=content: content,
            forms=piece.forms,
            first=piece.forms_before + 1,
            skipped=len(cut.opening),
            begin=(cut.opening.count(b"\n") + piece.lines_before + 1, piece.column),
        )
        mine = range(piece.forms_before + 1, piece.forms_before + piece.forms + 1)
        found |= places.find([path for path in wanted if int(path.split(",")[1]) in mine])
    return found


def wanted_of(places: Iterable[str], chosen: set[int]) -> list[str]:
    return [path for number, path in enumerate(places) if number in chosen and path != "1"]


@given(
    st.lists(BLANKS, min_size=GAPS, max_size=GAPS), st.sets(st.integers(0, 70)), st.sampled_from(["<Form>", "<Form >"])
)
def test_all_ways_find_the_same_places(gaps: list[str], chosen: set[int], start: str):
    one = written(gaps, start=start)
    wanted = wanted_of(one.places, chosen)
    expected = {path: one.places[path] for path in wanted}

    assert ContentPlaces(lambda: one.content, forms=FORMS).find(wanted) == expected
    assert streamed(one.content, wanted) == expected
    assert by_piece(one.content, wanted) == expected


@given(
    st.lists(BLANKS | HIDDEN, min_size=GAPS, max_size=GAPS).map(lambda gaps: ["\n", *gaps[1:]]),
    st.sets(st.integers(0, 70)),
)
def test_what_hides_a_form_moves_no_place(gaps: list[str], chosen: set[int]):
    one = written(gaps)
    wanted = wanted_of(one.places, chosen)
    expected = {path: one.places[path] for path in wanted}

    assert ContentPlaces(lambda: one.content, forms=FORMS).find(wanted) == expected
    assert streamed(one.content, wanted) == expected


@given(st.lists(BLANKS, min_size=GAPS, max_size=GAPS))
def test_the_beginnings_of_all_forms_are_those_of_each(gaps: list[str]):
    one = written(gaps)
    of_forms = [one.places[f"1,{form}"] for form in range(1, FORMS + 1)]

    begins = ContentPlaces(lambda: one.content, forms=FORMS).begins_of_forms()

    assert begins == [(place.line, place.column) for place in of_forms]


def test_where_a_comment_hides_a_form_no_beginning_is_told():
    hiding = written(["\n", "", "<!-- <Form> -->", *[""] * (GAPS - 3)])

    assert ContentPlaces(lambda: hiding.content, forms=FORMS).begins_of_forms() is None


def test_a_form_is_asked_for_again_after_a_later_one():
    one = written(["\n"] * GAPS)
    places = ContentPlaces(lambda: one.content, forms=FORMS)

    assert [places.find([path])[path] for path in ("1,9", "1,2,1")] == [one.places["1,9"], one.places["1,2,1"]]


def test_nothing_is_read_where_nothing_is_wanted():
    def read() -> bytes:
        raise AssertionError

    assert ContentPlaces(read, forms=1).find([]) == {}
    assert StreamPlaces([b"<"]).find([]) == {}


def test_tags_without_an_end_are_read_as_fast_as_others():
    """The path of each would be as long as it is deep."""
    began = time.process_time()

    assert StreamPlaces(blocks_of(io.BytesIO(b"<a>" * 20_000))).find(["1"]) == {"1": Location(1, 1, "1")}
    assert time.process_time() - began < 0.5


def test_a_mark_of_the_byte_order_is_no_column():
    payload = b"\xef\xbb\xbf<Dimona><Form><A/></Form></Dimona>"
    expected = {"1,1": Location(1, 9, "1,1"), "1,1,1": Location(1, 15, "1,1,1")}

    assert ContentPlaces(lambda: payload, forms=1).find(expected) == expected
    assert StreamPlaces(blocks_of(io.BytesIO(payload))).find(expected) == expected


@pytest.mark.parametrize("path", ["1,13", "1,2,9", "1,2,1,1,1"])
def test_what_is_not_there_has_no_place(path: str):
    one = written(["\n"] * GAPS)

    assert ContentPlaces(lambda: one.content, forms=FORMS).find([path]) == {}
    assert StreamPlaces([one.content]).find([path]) == {}


def test_a_stream_is_read_in_blocks_and_forms_behind_the_wanted_are_still_found():
    one = written(["\r\n" + " " * 5_000] * GAPS)
    wanted = wanted_of(one.places, {2, 3, 4, 5, 9, 30, 31, 32, 50, 60})

    assert len(one.content) > 150_000
    assert streamed(one.content, wanted) == {path: one.places[path] for path in wanted}


NAMED_FORMS = [
    "<Form><Date>1</Date><Status/><In><Date>2</Date><Person><Date>3</Date><Name/></Person></In></Form>",
    "<Form><Date>1</Date><In><Name/></In></Form>",
    "<Form><Date>1</Date><Reference><Name/></Reference><In><Person><Name/></Person></In></Form>",
    "<Form/>",
]
NAMED_PLACES = {
    "1,1/Date": ("1,1,3,1", "<Date>2"),
    "1,1/In": ("1,1,3", "<In>"),
    "1,1/Name": ("1,1,3,2,2", "<Name/></Person></In></Form>"),
    "1,1/Status": ("1,1,3", "<In>"),
    "1,2/Date": ("1,2,2", "<In><Name/>"),
    "1,2/Name": ("1,2,2,1", "<Name/></In>"),
    "1,3/Name": ("1,3,3,1,1", "<Name/></Person></In></Form>\n<Form/>"),
    "1,3/Reference": ("1,3,3", "<In><Person><Name/>"),
}


@pytest.mark.parametrize("hiding", ["", "<!-- é -->", "<Form b='>'/>"], ids=["plain", "a comment", "an attribute"])
def test_an_element_is_found_by_its_name_in_the_last_block_of_its_form(hiding: str):
    text = "<D>" + "\n".join(NAMED_FORMS) + hiding + "</D>"
    content, forms = text.encode(), len(NAMED_FORMS) + hiding.count("<Form")
    expected = {}
    for wanted, (path, there) in NAMED_PLACES.items():
        at = text.index(there)
        expected[wanted] = Location(text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at), path)

    for places in (
        ContentPlaces(lambda: content, forms=forms),
        StreamPlaces(blocks_of(io.BytesIO(content))),
        StreamPlaces([content[at : at + 5] for at in range(0, len(content), 5)]),
    ):
        assert places.find([*NAMED_PLACES, "1,4/Name"]) == expected
    of_piece = ContentPlaces(lambda: content, forms=forms, first=11)
    shifted = {
        wanted.replace("1,3/", "1,13/"): place for wanted, place in expected.items() if wanted.startswith("1,3/")
    }
    found = of_piece.find(shifted)
    assert {wanted: (place.line, place.column) for wanted, place in found.items()} == {
        wanted: (place.line, place.column) for wanted, place in shifted.items()
    }
    assert {place.indexes for place in found.values()} == {"1,13,3,1,1", "1,13,3"}


def test_one_form_after_the_other_is_asked_for_by_names():
    stream = StreamPlaces(blocks_of(io.BytesIO(("<D>" + "\n".join(NAMED_FORMS) + "</D>").encode())))

    assert [stream.find([wanted])[wanted].indexes for wanted in ("1,1/Name", "1,2/Name", "1,3/Name")] == [
        "1,1,3,2,2",
        "1,2,2,1",
        "1,3,3,1,1",
    ]
