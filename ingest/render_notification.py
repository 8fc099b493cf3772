"""Write a notification as the XML of a NOTI, one form for each declaration (batch protocol §3.2)."""

from collections.abc import Iterable
from functools import lru_cache
from typing import BinaryIO, NamedTuple

from domain.answers import FormResult, Notification, ResultCode
from domain.brussels import brussels_date, brussels_time
from domain.languages import Language
from domain.quarters import Quarter
from domain.student_declarations import EmployerId, FormHeader, Reference
from domain.tickets import Ticket
from ingest.render_handling import render_handling
from ingest.render_header import DECLARATION, open_root, render_file_reference, render_header, render_reference
from ingest.xml_text import block, element, escape, optional

SCHEMA_NAME = "NOTIFICATION_20231.xsd"
FORMS_AT_ONCE = 500


class Told(NamedTuple):
    """What is told of one declaration, after the blocks with which every form of a notification opens.

    Another notification will follow about one that `waits`. A form of several declarations has one of these for each: the
    first, and `others`.
    """

    text: str
    is_refused: bool = False
    waits: bool = False
    others: tuple["Told", ...] = ()


def render_notification(notification: Notification, forms: Iterable[Told], target: BinaryIO) -> None:
    """Write the UTF-8 bytes of the NOTI to `target`, one form for each of `forms`."""
    target.write(f"{DECLARATION}{open_root('NOTIFICATION', schema_name=SCHEMA_NAME)}".encode())
    final, provisional = [f"\n<Form>{_opening(notification, is_final=is_final)}" for is_final in (True, False)]
    together: list[str] = []
    for form in (one for told in forms for one in (told, *told.others)):
        together += provisional if form.waits else final, form.text, "</Form>"
        if len(together) >= FORMS_AT_ONCE * 3:
            target.write("".join(together).encode())
            together.clear()
    target.write("".join([*together, "\n</NOTIFICATION>"]).encode())


def render_form(result: FormResult, *, language: Language) -> Told:
    """Return what is told of one declaration."""
    echo = render_echo(
        header=result.header,
        references=result.references,
        employer=result.employer,
        insz=result.insz,
        quarter=result.quarter,
    )
    text = f"{echo}{render_ticket(result.ticket)}{render_handling(result, language=language)}"
    return Told(text, result.result is ResultCode.REFUSED, result.waits)


def render_echo(
    *,
    header: FormHeader | None,
    references: Iterable[Reference],
    employer: EmployerId | None,
    insz: str | None,
    quarter: Quarter | None,
) -> str:
    """Return what a declaration said of itself."""
    texts = [] if header is None else [_original_form(header)]
    texts += [
        render_reference(
            "Reference", reference.number, reference_type=reference.reference_type, origin=reference.origin
        )
        for reference in references
    ]
    texts.append(_employer(employer))
    if insz is not None:
        texts.append(block("NaturalPerson", element("INSS", insz)))
    if quarter is not None:
        texts.append(block("ConcernedQuarter", element("Quarter", str(quarter))))
    return "".join(texts)


def render_ticket(ticket: Ticket) -> str:
    """Return the number under which the declaration was handled."""
    return render_reference("HandledReference", str(ticket), reference_type="1", origin="2")


def _opening(notification: Notification, *, is_final: bool) -> str:
    """Return the blocks with which every form of the notification opens, alike to the last byte."""
    numbers = notification.sender_numbers
    identification = block(
        "HandledSenderIdentification",
        optional("CompanyID", numbers.company),
        optional("NOSSRegistrationNbr", numbers.nsso),
    )
    return (
        render_header("NOTI001", created_at=notification.created_at, is_final=is_final)
        + render_file_reference(notification.file_name, ticket=str(notification.ticket))
        + block(
            "FileReceptionInformation",
            element("ReceptionDate", brussels_date(notification.received_at)),
            element("ReceptionHour", brussels_time(notification.received_at)),
            element("Channel", notification.channel.zone_number),
        )
        + block(
            "HandledOriginalFile",
            element("SenderId", str(notification.sender)),
            "" if numbers.nsso is None and numbers.company is None else identification,
        )
    )


def _original_form(header: FormHeader) -> str:
    identification, day, hour, status, type_form = [escape(field) for field in header]
    return (
        f"<HandledOriginalForm><Identification>{identification}</Identification>"
        f"<FormCreationDate>{day}</FormCreationDate><FormCreationHour>{hour}</FormCreationHour>"
        f"<AttestationStatus>{status}</AttestationStatus><TypeForm>{type_form}</TypeForm></HandledOriginalForm>"
    )


@lru_cache(maxsize=4096)
def _employer(employer: EmployerId | None) -> str:
    """Return who the form names; of two registration numbers, which no sound form has, the final one."""
    if employer is None or employer.is_empty:
        return ""
    return block(
        "EmployerId",
        optional("NOSSRegistrationNbr", employer.nsso),
        optional("ProvisionalNSSONbr", employer.provisional_nsso) if employer.nsso is None else "",
        optional("CompanyID", employer.company),
    )
