"""Write a notification as the XML of a NOTI, one form for each declaration (batch protocol §3.2)."""

from copy import deepcopy
from typing import BinaryIO

from lxml import etree

from domain.answers import FormResult, Notification
from domain.brussels import brussels_date, brussels_time
from domain.languages import Language
from domain.student_declarations import EmployerId
from ingest.render_handling import add_handling
from ingest.render_header import (
    NAMESPACES,
    add,
    add_file_reference,
    add_header,
    add_optional,
    add_reference,
    mark_provisional,
    root_attributes,
)

SCHEMA_NAME = "NOTIFICATION_20231.xsd"


def render_notification(notification: Notification, target: BinaryIO) -> None:
    """Write the UTF-8 bytes of the NOTI to `target`, one form at a time."""
    with etree.xmlfile(target, encoding="UTF-8") as document:
        document.write_declaration()
        with document.element("NOTIFICATION", root_attributes(SCHEMA_NAME), nsmap=NAMESPACES):
            opening = _opening(notification)
            for result in notification.results:
                document.write("\n", _form(opening, result, language=notification.language))
            document.write("\n")


def _opening(notification: Notification) -> etree._Element:
    """Return the blocks with which every form of the notification opens, alike to the last byte."""
    form = etree.Element("Form")
    add_header(form, "NOTI001", created_at=notification.created_at)
    add_file_reference(form, notification.file_name, ticket=str(notification.ticket))
    _add_original_file(form, notification)
    return form


def _form(opening: etree._Element, result: FormResult, *, language: Language) -> etree._Element:
    form = deepcopy(opening)
    if result.waits:
        mark_provisional(form)
    _add_original_form(form, result)
    for reference in result.references:
        add_reference(
            form,
            reference.number,
            reference_type=reference.reference_type,
            origin=reference.origin,
            tag="Reference",
        )
    _add_employer(form, result.employer)
    if result.insz is not None:
        add(add(form, "NaturalPerson"), "INSS", result.insz)
    if result.quarter is not None:
        add(add(form, "ConcernedQuarter"), "Quarter", str(result.quarter))
    add_reference(form, str(result.ticket), reference_type="1", origin="2", tag="HandledReference")
    add_handling(form, result, language=language)
    return form


def _add_original_file(form: etree._Element, notification: Notification) -> None:
    reception = add(form, "FileReceptionInformation")
    add(reception, "ReceptionDate", brussels_date(notification.received_at).isoformat())
    add(reception, "ReceptionHour", brussels_time(notification.received_at))
    add(reception, "Channel", notification.channel.zone_number)
    original = add(form, "HandledOriginalFile")
    add(original, "SenderId", str(notification.sender))
    numbers = notification.sender_numbers
    if numbers.nsso is not None or numbers.company is not None:
        identification = add(original, "HandledSenderIdentification")
        add_optional(identification, "CompanyID", numbers.company)
        add_optional(identification, "NOSSRegistrationNbr", numbers.nsso)


def _add_original_form(form: etree._Element, result: FormResult) -> None:
    if result.header is None:
        return
    original = add(form, "HandledOriginalForm")
    add(original, "Identification", result.header.identification)
    add(original, "FormCreationDate", result.header.creation_date)
    add(original, "FormCreationHour", result.header.creation_hour)
    add(original, "AttestationStatus", result.header.attestation_status)
    add(original, "TypeForm", result.header.type_form)


def _add_employer(form: etree._Element, employer: EmployerId | None) -> None:
    """Append who the form names; of two registration numbers, which no sound form has, the final one."""
    if employer is None or employer.is_empty:
        return
    block = add(form, "EmployerId")
    add_optional(block, "NOSSRegistrationNbr", employer.nsso)
    if employer.nsso is None:
        add_optional(block, "ProvisionalNSSONbr", employer.provisional_nsso)
    add_optional(block, "CompanyID", employer.company)
