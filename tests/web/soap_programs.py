"""A program that was made from the WSDL of the SOAP service, and messages that no such program would send."""

import re
from datetime import date

import httpx
import zeep

from channels.web.presence.contract import PROTOCOL, SOAP_PATH
from tests.web.check_in_door import COMPANY, INSS, WORK_PLACE, Door

ADDRESS = "https://counter.example/PresenceRegistration/v1"
GET = "<p:GetPresenceRegistrationRequest><p:GetPresenceRegistrationRequest><t:PresenceRegistrationId>{}"
GET += "</t:PresenceRegistrationId></p:GetPresenceRegistrationRequest></p:GetPresenceRegistrationRequest>"
SEARCH = "<p:SearchPresencesRequest><p:SearchPresenceRequest><t:SearchPresenceRegistrationCriteria>"
SEARCH += "<t:RegistrationPeriodList><t:RegistrationPeriod>{}</t:RegistrationPeriod></t:RegistrationPeriodList>"
SEARCH += "</t:SearchPresenceRegistrationCriteria></p:SearchPresenceRequest></p:SearchPresencesRequest>"


class InProcess(zeep.transports.Transport):
    """Carries the client's messages to the service in this process."""

    def __init__(self, door: Door) -> None:
        super().__init__()
        self.door = door
        self.token: str | None = ""
        self.sent: list[bytes] = []

    def post(self, address: str, message: bytes, headers: dict[str, str]) -> object:
        assert address == ADDRESS
        self.sent.append(message)
        answer = self.door.ask("POST", SOAP_PATH, content=message, headers=headers, token=self.token)
        return _Answer(answer.status_code, answer.content, dict(answer.headers))


class _Answer:
    def __init__(self, status_code: int, content: bytes, headers: dict[str, str]) -> None:
        self.status_code, self.content, self.headers = status_code, content, headers
        self.encoding = "utf-8"


def a_presence(**deviation: object) -> dict[str, object]:
    return {
        "RegistrationDate": date(2026, 11, 27),
        "INSS": INSS,
        "CompanyID": int(COMPANY),
        "WorkPlaceId": WORK_PLACE,
        "ClientPresenceRegistrationReference": "PLN-1",
    } | deviation


def envelope(body: str, *, header: str = "") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" '
        f'xmlns:p="{PROTOCOL}" xmlns:t="http://socialsecurity.be/presenceregistration/schemas/v1">{header}'
        f"<s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def post(door: Door, message: bytes, **options: object) -> httpx.Response:
    headers = {"Content-Type": "text/xml; charset=utf-8"} | dict(options.pop("headers", {}))
    return door.ask("POST", SOAP_PATH, content=message, headers=headers, **options)


def code_of(answer: httpx.Response) -> str:
    assert answer.status_code == 500, answer.text
    return re.search("<err:Code>([^<]*)<", answer.text)[1]
