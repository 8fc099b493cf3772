"""Write the lines that open every form of an answer."""

from datetime import datetime

from domain.brussels import brussels_date, brussels_time
from ingest.xml_text import block, element, escape

DECLARATION = "<?xml version='1.0' encoding='UTF-8'?>\n"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"


def open_root(root: str, *, schema_name: str) -> str:
    """Return the start tag of an answer's root, which names its schema."""
    return f'<{root} xmlns:xsi="{_XSI}" xsi:noNamespaceSchemaLocation="{schema_name}">'


def render_header(identification: str, *, created_at: datetime, is_final: bool = True) -> str:
    """Return identification, creation instant in Brussels, status 0 (original) and type FA (final) or PA (provisional)."""
    return (
        element("Identification", identification)
        + element("FormCreationDate", brussels_date(created_at))
        + element("FormCreationHour", brussels_time(created_at))
        + element("AttestationStatus", 0)
        + element("TypeForm", "FA" if is_final else "PA")
    )


def render_reference(tag: str, number: str, *, reference_type: str, origin: str) -> str:
    """Return a reference block named `tag`."""
    return (
        f"<{tag}><ReferenceType>{escape(reference_type)}</ReferenceType>"
        f"<ReferenceOrigin>{escape(origin)}</ReferenceOrigin><ReferenceNbr>{escape(number)}</ReferenceNbr></{tag}>"
    )


def render_file_reference(file_name: str, *, ticket: str | None) -> str:
    """Return which file the answer is about, by name and ticket (origin 2: issued by social security)."""
    name = element("FileName", file_name)
    if ticket is None:
        return block("FileReference", name)
    return block("FileReference", name, element("ReferenceOrigin", 2), element("ReferenceNbr", ticket))
