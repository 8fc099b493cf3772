"""Find the element that an objection means, and make the finding that an answer tells."""

from lxml import etree

from domain.findings import Finding, Severity
from validators.dimona.codes import AnomalyCode
from validators.dimona.rules import Objection
from validators.dimona.shapes import REFERENCE
from validators.dimona.statements import ACTIONS
from validators.explaining import MAX_VALUE, Place, place_of_form

_FORM_FIELDS = frozenset({"AttestationStatus", "FormCreationDate", REFERENCE})


def find_and_tell(
    code: AnomalyCode, severity: Severity, objection: Objection, form: etree._Element, *, index: int
) -> Finding:
    """Return the finding of `code` for `objection`: what stands where in `form`, the `index`-th of its file.

    Something absent lies at the nearest block that is there. The parser keeps the line of an element and no column.
    """
    place, tag = _locate(form, index, objection.path)
    value = place.node.text if place.node.tag == tag and not len(place.node) else None
    return Finding(
        code=str(code),
        severity=severity,
        detail=f"{code.sentence[:-1]}: {objection.sentence}",
        tag=tag,
        value=value.strip()[:MAX_VALUE] if value else None,
        location=place.location,
    )


def _locate(form: etree._Element, index: int, path: str) -> tuple[Place, str]:
    """Return the element at `path`, or the nearest one above it that is there, and the name of the element meant."""
    place = place_of_form(form, index=index)
    steps = [_read_step(step) for step in path.split("/")] if path else []
    if not steps or steps[0][0] not in _FORM_FIELDS:
        last = list(place.children())[-1]
        place = last if last.node.tag in ACTIONS else place
    tag = steps[-1][0] if steps else str(place.node.tag)
    for name, number in steps:
        same = [child for child in place.children() if child.node.tag == name]
        if len(same) < number:
            break
        place = same[number - 1]
    return place, tag


def _read_step(step: str) -> tuple[str, int]:
    name, _, number = step.rstrip("]").partition("[")
    return name, int(number or "1")
