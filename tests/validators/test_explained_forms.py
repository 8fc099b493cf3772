"""Explaining and validating agree: a form has structural faults exactly when its schema refuses it."""

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.validators.payloads import dimona_schema, parsed
from tests.validators.test_form_structure import SOUND
from validators.explaining import explain, place_of_form
from validators.structures import form_of


@st.composite
def mutated_forms(draw: st.DrawFn) -> etree._Element:
    """A sound form of which one element was dropped, doubled, moved, renamed or given another text."""
    form = parsed(draw(st.sampled_from(sorted(SOUND.values()))))
    elements = [element for element in form.iter() if element is not form]
    element = draw(st.sampled_from(elements))
    parent = element.getparent()
    assert parent is not None
    change = draw(st.sampled_from(["drop", "double", "move", "rename", "text"]))
    if change == "drop":
        parent.remove(element)
    elif change == "double":
        parent.append(parsed(etree.tostring(element, encoding="unicode")))
    elif change == "move":
        parent.insert(draw(st.integers(0, len(parent))), element)
    elif change == "rename":
        element.tag = draw(st.sampled_from([str(other.tag) for other in elements] + ["Other"]))
    else:
        element.text = draw(
            st.text(st.characters(min_codepoint=32, max_codepoint=0x17F), max_size=15)
            | st.sampled_from(["0", "1", "-1", "+1", " 1 ", "2025-01-01", "10000", "STU", ""])
        )
    return form


@given(mutated_forms())
def test_a_form_is_explained_if_and_only_if_its_schema_refuses_it(form: etree._Element) -> None:
    valid = dimona_schema().compiled().validate(form)
    assert valid == (explain(place_of_form(form, index=1), form_of(dimona_schema().definition)) == ())
