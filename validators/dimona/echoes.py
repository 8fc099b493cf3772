"""Read of an unsound form what an answer may still repeat: only fields that are valid by themselves."""

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from domain.student_declarations import EmployerId, FormHeader, Reference
from validators.dimona.shapes import REFERENCE
from validators.dimona.statements import COMPANY, EMPLOYER, NSSO, PROVISIONAL, collect_values, employer_of
from validators.reading import BLANKS
from validators.structures import Element

_HEADER_FIELDS = ("Identification", "FormCreationDate", "FormCreationHour", "AttestationStatus", "TypeForm")
_DATED_FIELDS = frozenset({"FormCreationDate", "FormCreationHour"})
_MAX_CODE = 7
_MAX_REFERENCES = 4
_INSZ_PATHS = ("NaturalPerson/INSS", "INSS")


@dataclass(frozen=True, slots=True)
class Echo:
    """What an answer about an unsound form repeats; everything that is not valid by itself is left out."""

    header: FormHeader | None
    references: tuple[Reference, ...]
    employer: EmployerId | None
    insz: str | None


def read_echo(form: etree._Element, declared: Element) -> Echo:
    """Return what can be repeated of `form`, an element that its schema refuses.

    A header needs all five fields: a valid date and hour, and codes of 1 to 7 characters. A reference, an employer and
    a national number are repeated when the schema takes them.
    """
    actions = [child for child in form if child.tag not in {*_HEADER_FIELDS, REFERENCE}]
    values: dict[str, str] = {}
    action = _child_of(declared, str(actions[0].tag)) if len(actions) == 1 else None
    if action is not None and action.block is not None:
        collect_values(actions[0], "", values)
        values = {path: value for path, value in values.items() if _takes(action, path, value)}
    insz = next((values[path] for path in _INSZ_PATHS if path in values), None)
    references = tuple(_read_references(form, declared))
    return Echo(_read_header(form, declared), references, _read_employer(values), insz)


def _read_header(form: etree._Element, declared: Element) -> FormHeader | None:
    fields = []
    for name in _HEADER_FIELDS:
        texts = [child.text or "" for child in form if child.tag == name]
        if len(texts) != 1 or not texts[0].strip(BLANKS):
            return None
        if name in _DATED_FIELDS and not _takes(declared, name, texts[0]):
            return None
        if name not in _DATED_FIELDS and len(texts[0]) > _MAX_CODE:
            return None
        fields.append(texts[0])
    return FormHeader(*fields)


def _read_employer(values: Mapping[str, str]) -> EmployerId | None:
    if EMPLOYER not in values:
        return None
    return employer_of(values.get(NSSO), values.get(PROVISIONAL), values.get(COMPANY))


def _read_references(form: etree._Element, declared: Element) -> list[Reference]:
    found = []
    for child in form:
        fields = {str(field.tag): field.text or "" for field in child}
        names = ("ReferenceType", "ReferenceOrigin", "ReferenceNbr")
        if child.tag != REFERENCE or tuple(fields) != names or len(child) != len(names):
            continue
        if all(_takes(declared, f"{REFERENCE}/{name}", text) for name, text in fields.items()):
            found.append(Reference(*fields.values()))
    return found[:_MAX_REFERENCES]


def _takes(declared: Element, path: str, text: str) -> bool:
    """Whether the element at `path` below `declared` exists and, if it has a value, takes `text`."""
    element: Element | None = declared
    for name in path.split("/"):
        element = _child_of(element, name) if element is not None else None
    return element is not None and (element.value is None or element.value.fault_of(text) is None)


def _child_of(declared: Element, name: str) -> Element | None:
    slots = declared.block.slots if declared.block else ()
    return next((element for slot in slots for element in slot.elements if element.name == name), None)
