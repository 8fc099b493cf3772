"""Write an acknowledgement as the XML of an ACRF (batch protocol §3.1)."""

from lxml import etree

from domain.answers import Acknowledgement
from ingest.render_header import NAMESPACES, add, add_file_reference, add_header, root_attributes

SCHEMA_NAME = "ACRF_20231.xsd"


def render_acknowledgement(acknowledgement: Acknowledgement) -> bytes:
    """Return the UTF-8 bytes of the ACRF."""
    root = etree.Element("ACRF", root_attributes(SCHEMA_NAME), nsmap=NAMESPACES)
    form = add(root, "Form")
    add_header(form, "ACRF001", created_at=acknowledgement.created_at)
    ticket = acknowledgement.ticket
    add_file_reference(form, acknowledgement.file_name, ticket=None if ticket is None else str(ticket))
    result = add(form, "ReceptionResult")
    add(result, "ResultCode", 0 if acknowledgement.codes else 1)
    for code in acknowledgement.codes:
        add(result, "ErrorID", code)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
