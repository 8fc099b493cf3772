"""Write an acknowledgement as the XML of an ACRF (batch protocol §3.1)."""

from lxml import etree

from domain.answers import Acknowledgement
from ingest.render_header import open_root, render_file_reference, render_header
from ingest.xml_text import block, element

SCHEMA_NAME = "ACRF_20231.xsd"


def render_acknowledgement(acknowledgement: Acknowledgement) -> bytes:
    """Return the UTF-8 bytes of the ACRF, indented for whoever looks at one."""
    ticket = acknowledgement.ticket
    form = block(
        "Form",
        render_header("ACRF001", created_at=acknowledgement.created_at),
        render_file_reference(acknowledgement.file_name, ticket=None if ticket is None else str(ticket)),
        block(
            "ReceptionResult",
            element("ResultCode", 0 if acknowledgement.codes else 1),
            *(element("ErrorID", code) for code in acknowledgement.codes),
        ),
    )
    root = etree.fromstring(f"{open_root('ACRF', schema_name=SCHEMA_NAME)}{form}</ACRF>")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
