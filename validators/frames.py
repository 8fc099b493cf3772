"""Judge the frame of a payload in one complete pass; what the forms say is judged later, one by one."""

from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter
from types import MappingProxyType
from typing import BinaryIO

from lxml import etree

from domain.refusals import Refusal, RefusalCode
from validators.checkins.frames import CHECKIN_LAYOUT, MOST_ITEMS, CheckinChecks
from validators.prologs import Root
from validators.reading import BLANKS, FORM, FORMS_ALONE, FormStream, Layout, ReadingLimits, too_deep
from validators.schemas import SchemaLibrary, SchemaVersion

__all__ = ["FOREIGN_ROOTS", "Frame", "ReadingLimits", "check_frame", "layout_of"]

FOREIGN_ROOTS = MappingProxyType({"DmfAOriginal": "DMFA"})
"""Roots of messages without a schema here whose purpose code is known (batch protocol §1.4)."""
NAMED_BY_NAMESPACE = frozenset({"ACCS", "CIAO"})
"""Purposes whose messages name their version by the namespace of the root (batch protocol §5, end)."""

_CHECK_INS = "CIAO"
_LONG_FORMS = MappingProxyType({"ACCS": 48 * 1024 * 1024})
"""Bytes of a payload, and of a form in it, of messages whose forms hold many declarations and are judged in memory."""
_LAYOUTS = MappingProxyType({_CHECK_INS: CHECKIN_LAYOUT})
_CHECKIN_BYTES = 32 * 1024 * 1024
"""Of a file of check-ins, which is judged in memory: more than 10,000 of the longest items have."""

_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"
_SCHEMA_NAME = f"{_INSTANCE}noNamespaceSchemaLocation"
_SCHEMA_LOCATION = f"{_INSTANCE}schemaLocation"
_tag = attrgetter("tag")


@dataclass(frozen=True, slots=True)
class Frame:
    """A payload whose frame is sound: the schema version its forms are judged by and how many there are."""

    schema: SchemaVersion
    forms: int


def check_frame(
    payload: BinaryIO,
    *,
    message: str,
    schemas: SchemaLibrary,
    on: date,
    limits: ReadingLimits = ReadingLimits(),  # noqa: B008 - a frozen value
) -> Frame:
    """Read the whole payload once and return its frame; `on` is the Brussels date of reception.

    Raises the first Refusal met on the way from the first byte to the last (batch protocol §5, stages E and G):
    134, 184, 138, 102, 089, 158, 139, 136, 137, 274, 312, 135, 205, 275, 246, 172, 157, 255.
    """
    limits = limits_for(message, limits)
    stream = FormStream(payload, limits=limits, layout=layout_of(message))
    schema = find_schema(stream.root, message=message, schemas=schemas, on=on)
    checks = FormChecks(schema, limits=limits)
    own = CheckinChecks(schema) if message == _CHECK_INS else None
    forms = 0
    for form in stream:
        forms += 1
        checks.require_form(form, index=forms)
        if own is not None:
            own.require_item(form, index=forms)
    if not forms:
        raise Refusal(RefusalCode.NO_DECLARATION, f"the file holds no {FORM if own is None else 'item'}")
    if own is not None:
        own.require_count(forms)
    return Frame(schema, forms)


def limits_for(message: str, limits: ReadingLimits) -> ReadingLimits:
    """Return what a payload of that purpose may be at most."""
    if message == _CHECK_INS:
        bytes_, forms = min(_CHECKIN_BYTES, limits.payload_bytes), min(MOST_ITEMS, limits.forms)
        return replace(limits, payload_bytes=bytes_, forms=forms)
    most = _LONG_FORMS.get(message)
    if most is None:
        return limits
    most = min(most, limits.payload_bytes)
    return replace(limits, payload_bytes=most, form_bytes=max(limits.form_bytes, most))


def layout_of(message: str) -> Layout:
    """Return what stands below the root of a payload of that purpose."""
    return _LAYOUTS.get(message, FORMS_ALONE)


class FormChecks:
    """What the frame asks of every form; `names` are the element names met so far."""

    def __init__(self, schema: SchemaVersion, *, limits: ReadingLimits) -> None:
        self.names: set[object] = set()
        self._schema = schema
        self._limits = limits
        self._too_deep = etree.XPath(f"boolean({'/'.join('*' * (limits.depth + 1))})")

    def require_form(self, form: etree._Element, *, index: int) -> None:
        """Refuse the file for the `index`-th form, from 1. Raises Refusal 246, 274 or 312."""
        schema, limits = self._schema, self._limits
        if schema.max_forms is not None and index > schema.max_forms:
            message = f"more than {schema.max_forms} form in a file of {schema.message}"
            raise Refusal(RefusalCode.ONE_FORM_EXPECTED, message)
        _require_identification(form, schema, index=index)
        self.names.update(map(_tag, form.iter()))
        if len(self.names) > limits.names:
            raise Refusal(RefusalCode.FRAME_INVALID, f"more than {limits.names} different element names")
        if self._too_deep(form):
            raise too_deep(index, depth=limits.depth)


def find_schema(root: Root, *, message: str, schemas: SchemaLibrary, on: date) -> SchemaVersion:
    """Return the version that judges the forms below `root`, which has no attribute but those that name it."""
    if message in NAMED_BY_NAMESPACE:
        schema = schemas.find_namespace(root.namespace, message=message, on=on)
        if root.local_name != schema.root:
            raise Refusal(RefusalCode.ROOT_UNKNOWN, f"root {root.local_name[:100]!r} is not {schema.root!r}")
        naming = _SCHEMA_LOCATION
    else:
        _require_classic_root(root, message=message, schemas=schemas)
        name = root.attributes.get(_SCHEMA_NAME)
        if name is None:
            raise Refusal(RefusalCode.SCHEMA_NOT_NAMED, "the root has no noNamespaceSchemaLocation")
        schema = schemas.find(name, message=message, on=on)
        naming = _SCHEMA_NAME
    others = sorted(set(root.attributes) - {naming})
    if others:
        raise Refusal(RefusalCode.ATTRIBUTE_NOT_ALLOWED, f"the root has an attribute {others[0][:100]!r}")
    return schema


def _require_classic_root(root: Root, *, message: str, schemas: SchemaLibrary) -> None:
    """Refuse a root that belongs to no message (089) or another (158), or stands in a namespace but should not (139)."""
    known = FOREIGN_ROOTS | {version.qualified_root: version.message for version in schemas.versions}
    belongs_to = known.get(root.name) or known.get(root.local_name)
    if belongs_to is None:
        raise Refusal(RefusalCode.ROOT_UNKNOWN, f"root {root.name[:100]!r} belongs to no known message")
    if belongs_to != message:
        raise Refusal(
            RefusalCode.CONTENT_NOT_AS_NAMED,
            f"root {root.name[:100]!r} belongs to {belongs_to} files, the name says {message}",
        )
    if root.namespace:
        raise Refusal(
            RefusalCode.NAMESPACE_WRONG,
            f"root {root.local_name!r} stands in namespace {root.namespace[:100]!r} instead of none",
        )


def _require_identification(form: etree._Element, schema: SchemaVersion, *, index: int) -> None:
    """Refuse the file when a form says to be of another message; an empty or misplaced field is the form's own fault."""
    if not schema.form_identification or not len(form) or form[0].tag != "Identification":
        return
    identification = (form[0].text or "").strip(BLANKS)
    if identification not in {"", schema.form_identification}:
        raise Refusal(
            RefusalCode.FORM_NOT_OF_SCHEMA,
            f"the identification {identification[:20]!r} of form {index} is not {schema.form_identification!r}",
        )
