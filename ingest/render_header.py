"""Write the lines that open every form of an answer."""

from datetime import datetime

from lxml import etree

from domain.brussels import brussels_date, brussels_time

XSI = "http://www.w3.org/2001/XMLSchema-instance"
NAMESPACES = {"xsi": XSI}


def root_attributes(schema_name: str) -> dict[str, str]:
    """Return the attributes of an answer's root, which name its schema."""
    return {f"{{{XSI}}}noNamespaceSchemaLocation": schema_name}


def add(parent: etree._Element, tag: str, text: str | int | None = None) -> etree._Element:
    """Append an element, with its text where there is one."""
    element = etree.SubElement(parent, tag)
    if text is not None:
        element.text = str(text)
    return element


def add_optional(parent: etree._Element, tag: str, text: str | int | None) -> None:
    """Append an element unless it would be empty."""
    if text is not None:
        add(parent, tag, text)


def add_header(form: etree._Element, identification: str, *, created_at: datetime) -> None:
    """Append identification, creation instant in Brussels, status 0 (original) and type FA (final)."""
    add(form, "Identification", identification)
    add(form, "FormCreationDate", brussels_date(created_at).isoformat())
    add(form, "FormCreationHour", brussels_time(created_at))
    add(form, "AttestationStatus", 0)
    add(form, "TypeForm", "FA")


def mark_provisional(form: etree._Element) -> None:
    """Say that another answer about the form will follow: type PA in place of FA."""
    kind = form.find("TypeForm")
    if kind is None:
        message = "a form of an answer has a type"
        raise ValueError(message)
    kind.text = "PA"


def add_reference(parent: etree._Element, number: str, *, reference_type: str, origin: str, tag: str) -> None:
    """Append a reference block named `tag`."""
    reference = add(parent, tag)
    add(reference, "ReferenceType", reference_type)
    add(reference, "ReferenceOrigin", origin)
    add(reference, "ReferenceNbr", number)


def add_file_reference(form: etree._Element, file_name: str, *, ticket: str | None) -> None:
    """Append which file the answer is about, by name and ticket (origin 2: issued by social security)."""
    reference = add(form, "FileReference")
    add(reference, "FileName", file_name)
    if ticket is not None:
        add(reference, "ReferenceOrigin", 2)
        add(reference, "ReferenceNbr", ticket)
