"""A form is read by its shape as it would be read element by element, and no value of any element stops a file."""

import io
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.validators.payloads import RECEIVED_AT, TODAY, a_form, a_payload, an_in, codes_of, dimona_schema, parsed
from tests.validators.rule_cases import PASSED, TOLD
from tests.validators.rule_forms import a_denomination, a_workplace, an_address
from validators.dimona import DimonaRuleSettings, judge_form, judge_forms
from validators.dimona.actions import _known_place
from validators.dimona.header_rules import _is_recent
from validators.dimona.party_rules import _is_known_nsso_number
from validators.dimona.shapes import MAX_SHAPES, _known, shape_of
from validators.dimona.statements import ACTIONS, _known_date, _known_employer, collect_values, read_statement
from validators.structures import Element, form_of

FORMS = sorted({*PASSED.values(), *(form for form, *_ in TOLD.values())})
ZEROS = "0" * 5_000


def test_no_name_that_may_follow_a_block_may_also_stand_in_it() -> None:
    """So the order of the names alone says what lies in what."""
    ambiguous = list(_ambiguities(form_of(dimona_schema().definition), frozenset()))
    assert ambiguous == []


def _ambiguities(declared: Element, after: frozenset[str]) -> Iterator[str]:
    """Yield the names that could belong to `declared` or to what follows it; `after` are the names that may follow."""
    slots = declared.block.slots if declared.block else ()
    for position, slot in enumerate(slots):
        later = {element.name for next_slot in slots[position + 1 :] for element in next_slot.elements}
        repeated = {element.name for element in slot.elements if slot.maximum > 1}
        for element in slot.elements:
            yield from _ambiguities(element, frozenset(later | repeated) | after)
    yield from (name for slot in slots for element in slot.elements if (name := element.name) in after)


@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_read_as_it_is_read_element_by_element(form: str) -> None:
    element = parsed(form)
    statement = read_statement(element, received_on=TODAY, settings=DimonaRuleSettings())
    values: dict[str, str] = {}
    for child in element:
        if child.tag in ACTIONS:
            collect_values(child, "", values)
    assert {path: statement.text(path) for path in statement.shape.positions} == values
    assert statement.shape.present == set(values)


def test_shapes_are_forgotten_when_there_are_too_many() -> None:
    for number in range(MAX_SHAPES + 2):
        shape_of(parsed(a_form()), ("Form", str(number)))
    assert len(_known) <= MAX_SHAPES
    assert codes_of(a_form()) == []


def test_one_form_can_be_judged_alone() -> None:
    form = parsed(a_form(an_in(end="")))
    one = judge_form(form, index=7, schema=dimona_schema(), received_on=TODAY)
    assert [finding.code for finding in one.findings] == ["00911-001"]
    assert (one.index, one.position, one.line) == (7, 7, 1)
    assert one.findings[0].location is not None
    assert one.findings[0].location.indexes == "1,7,6"
    assert len(form) == 6


@st.composite
def altered_forms(draw: st.DrawFn) -> bytes:
    """A form that passes or not, with other texts in up to three elements."""
    form = parsed(draw(st.sampled_from(FORMS)))
    leaves = [element for element in form.iter() if not len(element)]
    for element in draw(st.lists(st.sampled_from(leaves), max_size=3)):
        element.text = draw(
            st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"))
            | st.sampled_from(
                [
                    *("0", "-0", "+1", " 1 ", "00", "-1", f"{ZEROS}8", f"+{ZEROS}", "9" * 12, "1e3", "٣"),
                    *(
                        "0001-01-01",
                        "9999-12-31",
                        "2016-02-29",
                        "2015-02-29",
                        "0000-00-00",
                        "2006-00-00",
                        " 2025-07-01 ",
                    ),
                    *("", " ", "\n\t", "322", "124", "XXX", "STU", "EXT", "OTH", "FLX", "TEA", "F1", "24:00:00.000"),
                ]
            )
            | st.integers(-(10**13), 10**13).map(str)
            | st.dates().map(str)
        )
    return etree.tostring(form)


@given(altered_forms())
def test_no_value_of_any_element_stops_the_judging(form: bytes) -> None:
    payload = a_payload().replace(a_form().encode(), form + b"\n" + a_form().encode())
    altered, neighbour = judge_forms(io.BytesIO(payload), schema=dimona_schema(), received_at=RECEIVED_AT)
    assert (altered.action is None) <= altered.is_blocked
    assert neighbour.findings == ()


@pytest.mark.parametrize(
    ("field", "code"),
    [
        (f"<PlannedHoursNbr>{ZEROS}1000</PlannedHoursNbr>", "01135-003"),
        (f"<PlannedHoursNbr>-{ZEROS}1</PlannedHoursNbr>", "01135-003"),
        (f"<PlannedHoursNbr>{'9' * 5_000}</PlannedHoursNbr>", "01135-003"),
    ],
)
def test_a_number_of_thousands_of_digits_is_a_finding_like_another(field: str, code: str) -> None:
    assert codes_of(a_form(an_in(planned=field))) == [code]


def test_no_cache_keeps_a_long_value() -> None:
    """Blanks and zeros can make any number a megabyte long, and caches outlive their file."""
    model = a_form(an_in(rest=a_workplace(a_denomination(), an_address())))
    assert codes_of(model) == []
    assert codes_of(model.replace("012345674", "012345675")) == ["00011-003"]
    before = remembered()
    for text in ("2025-06-27", "2025-07-01", "2025-08-31", "240", "012345674", "150"):
        padded = (" " * 100_000 if "-" in text else ZEROS) + text
        altered = model.replace(f">{text}<", f">{padded}<")
        assert altered != model
        assert codes_of(altered) == []
    assert codes_of(model.replace("012345674", f"+{ZEROS}12345675")) == ["00011-003"]
    assert remembered() == before


def remembered() -> list[int]:
    caches = (_known_employer, _known_date, _known_place, _is_recent, _is_known_nsso_number)
    codes_of(a_form(an_in(rest=a_workplace(a_denomination(), an_address()))))
    return [cache.cache_info().currsize for cache in caches]
