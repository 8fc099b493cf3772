"""Read and write SOAP 1.1 envelopes; nothing is resolved, no document type is taken, and depth and size are bounded.

A body has one element, whose name says the operation. What has to be understood and is not refuses the message.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.http import HttpResponse
from lxml import etree

from channels.web.presence.contract import ENVELOPE, ERRORS
from channels.web.presence.faults import Fault, FaultCode
from domain.environments import Environment

XML_TYPE = "text/xml; charset=utf-8"
SECURITY = "{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd}Security"
_SOAP = f"{{{ENVELOPE}}}"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY")
_NEXT = {None, "", "http://schemas.xmlsoap.org/soap/actor/next"}


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message: the whole of it, its body, and the one element in that."""

    root: etree._Element
    body: etree._Element
    message: etree._Element

    @property
    def security(self) -> etree._Element | None:
        """The header of WS-Security, where there is one."""
        return self.root.find(f"{_SOAP}Header/{SECURITY}")

    def with_body(self, body: etree._Element) -> "Envelope":
        """Return the envelope with that Body in the place of its own; Fault unless it has one element."""
        return Envelope(self.root, body, _message_in(body))

    def drop_comments(self) -> None:
        """Take comments and processing instructions out of the message, which says the same without them.

        A signature is verified before: it may be one that covers comments.
        """
        etree.strip_tags(self.message, etree.Comment, etree.ProcessingInstruction)

    def require_understood(self, understood: Collection[str]) -> None:
        """Raise Fault when a header must be understood that is none of these (SOAP 1.1 §4.2.3)."""
        for header in self.root.findall(f"{_SOAP}Header/*"):
            if (
                header.get(f"{_SOAP}mustUnderstand") in {"1", "true"}
                and header.get(f"{_SOAP}actor") in _NEXT
                and header.tag not in understood
            ):
                raise Fault(FaultCode.NOT_WS_I, f"the header {etree.QName(header).localname} is not understood")


def read_envelope(raw: bytes) -> Envelope:
    """Return the message in `raw`, which is UTF-8; Fault SOA-03001 to 03004 when it is none."""
    if any(word in raw for word in _FORBIDDEN):
        raise Fault(FaultCode.MALFORMED, "a document type or an entity is not taken")
    parser = etree.XMLParser(
        encoding="UTF-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=False, remove_pis=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise Fault(FaultCode.MALFORMED, f"no XML in UTF-8 (line {error.lineno})") from None
    if root.tag != f"{_SOAP}Envelope":
        raise Fault(FaultCode.NOT_SOAP, "the root is no Envelope of SOAP 1.1")
    bodies = root.findall(f"{_SOAP}Body")
    if len(bodies) != 1 or root[-1] is not bodies[0]:
        raise Fault(FaultCode.NO_BODY, "an Envelope ends with its one Body")
    return Envelope(root, bodies[0], _message_in(bodies[0]))


def _message_in(body: etree._Element) -> etree._Element:
    messages = [child for child in body if isinstance(child.tag, str)]
    if not messages:
        raise Fault(FaultCode.NO_BODY, "the Body is empty")
    if len(messages) > 1:
        raise Fault(FaultCode.NOT_WS_I, "the Body has more than one element")
    return messages[0]


def reply_message(message: etree._Element) -> HttpResponse:
    """Return an answer with this element in its body."""
    envelope, body = _envelope()
    body.append(message)
    return _reply(envelope, status=200)


def reply_fault(fault: Fault, *, number: str, environment: Environment | None) -> HttpResponse:
    """Return a fault with the official code; its status is 500, as WS-I asks (BP 1.1 R1126).

    `number` names this one, for whoever asks the operator about it; `environment` is None where the request names none.
    """
    envelope, body = _envelope()
    told = etree.SubElement(body, f"{_SOAP}Fault")
    etree.SubElement(told, "faultcode").text = f"soapenv:{fault.code.origin}"
    etree.SubElement(told, "faultstring").text = fault.code.code
    kind = "BusinessError" if fault.code is FaultCode.CONTENT else "SystemError"
    error = etree.SubElement(etree.SubElement(told, "detail"), f"{{{ERRORS}}}{kind}", nsmap={"err": ERRORS}, Id=number)
    etree.SubElement(error, f"{{{ERRORS}}}Origin").text = "Consumer" if fault.code.is_clients else "Provider"
    etree.SubElement(error, f"{{{ERRORS}}}Code").text = fault.code.code
    etree.SubElement(error, f"{{{ERRORS}}}Message", {_LANGUAGE: "en"}).text = fault.sentence
    if fault.code.is_worth_another_try is not None:
        etree.SubElement(error, f"{{{ERRORS}}}Retry").text = str(fault.code.is_worth_another_try).lower()
    if environment is not None:
        etree.SubElement(error, f"{{{ERRORS}}}Environment").text = environment.name.capitalize()
    response = _reply(envelope, status=500)
    if fault.retry_after is not None:
        response.headers["Retry-After"] = str(fault.retry_after)
    return response


def _envelope() -> tuple[etree._Element, etree._Element]:
    envelope = etree.Element(f"{_SOAP}Envelope", nsmap={"soapenv": ENVELOPE})
    return envelope, etree.SubElement(envelope, f"{_SOAP}Body")


def _reply(envelope: etree._Element, *, status: int) -> HttpResponse:
    content = etree.tostring(envelope, encoding="UTF-8", xml_declaration=True)
    return HttpResponse(content, status=status, content_type=XML_TYPE)
