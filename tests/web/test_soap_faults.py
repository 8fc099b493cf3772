"""Messages that the SOAP service refuses as a whole, with the official codes."""

import io
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
import zeep
from lxml import etree
from structlog.testing import capture_logs
from zeep.exceptions import Fault

from channels.web.presence import contract
from channels.web.presence.check_ins import ServiceClosedError
from channels.web.presence.contract import ERRORS, PROTOCOL, SOAP_PATH, TYPES
from channels.web.presence.faults import FaultCode, fault_of
from channels.web.problems import Problem, ProblemKind
from commands.stack.home import REPOSITORY
from domain.refusals import OutageError
from tests.web.check_in_door import INSS, Door, open_door
from tests.web.soap_programs import GET, SEARCH, InProcess, a_presence, code_of, envelope, post

CANCEL = "<p:CancelPresencesRequest><p:CancelPresenceRequest><t:PresenceRegistrationId>{}</t:PresenceRegistrationId>"
CANCEL += "<t:CancellationReason>OTHER</t:CancellationReason></p:CancelPresenceRequest></p:CancelPresencesRequest>"
PERIODS = {
    "RegistrationPeriod": [
        {"RegistrationPeriodStartDate": date(2026, 11, 1), "RegistrationPeriodEndDate": date(2026, 11, 30)}
    ]
}


@pytest.fixture
def door(transactional_db: None) -> Iterator[Door]:
    with open_door() as door:
        yield door


@pytest.fixture
def client(door: Door) -> zeep.Client:
    wsdl = door.ask("GET", f"{SOAP_PATH}?wsdl", token=None)
    assert wsdl.headers["Content-Type"] == "text/xml; charset=utf-8"
    return zeep.Client(io.BytesIO(wsdl.content), transport=InProcess(door))


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (b"", "SOA-03001"),
        (b"<", "SOA-03001"),
        (b"\xff\xfe<\x00x\x00", "SOA-03001"),
        (envelope(GET.format(7)).replace(b"?>", b"?><!DOCTYPE x>", 1), "SOA-03001"),
        (b"<x/>", "SOA-03002"),
        (envelope(GET.format(7)).replace(b"soap/envelope/", b"soap/other/"), "SOA-03002"),
        (envelope(""), "SOA-03003"),
        (b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"/>', "SOA-03003"),
        (envelope(GET.format(7) * 2), "SOA-03004"),
        (envelope(GET.format(7), header='<s:Header><a xmlns="urn:a" s:mustUnderstand="1"/></s:Header>'), "SOA-03004"),
        (envelope("<p:DeletePresencesRequest/>"), "SOA-03005"),
        (envelope("<RegisterPresencesRequest/>"), "SOA-03005"),
        (envelope("<p:RegisterPresencesRequest/>"), "SOA-03006"),
        (envelope(GET.format("x")), "SOA-03006"),
        (envelope(GET.format(10**15)), "SOA-03006"),
    ],
)
def test_a_message_that_cannot_be_taken_is_refused_as_a_whole(door: Door, message: bytes, code: str):
    assert code_of(post(door, message)) == code


def test_external_entities_are_never_read(door: Door, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("100000000000001")
    bomb = f'<!DOCTYPE x [<!ENTITY s SYSTEM "{secret.as_uri()}">]>'.encode()
    message = envelope(GET.format("&s;")).replace(b"?>", b"?>" + bomb, 1)
    answer = post(door, message)

    assert code_of(answer) == "SOA-03001"
    assert "100000000000001" not in answer.text


def test_a_billion_laughs_are_not_heard(door: Door):
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))
    message = envelope(GET.format("&l9;")).replace(b"?>", f"?><!DOCTYPE x [{laughs}]>".encode(), 1)

    assert code_of(post(door, message)) == "SOA-03001"


def test_depth_is_bounded(door: Door):
    deep = "<a>" * 10_000 + "</a>" * 10_000

    assert code_of(post(door, envelope(deep))) == "SOA-03001"


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Content-Type": "application/soap+xml"}, "SOA-03002"),
        ({"Content-Type": "text/xml; charset=utf-16"}, "SOA-03001"),
        ({"SOAPAction": f'"{PROTOCOL}/cancelPresences"'}, "SOA-03004"),
    ],
)
def test_a_message_under_another_name_is_refused(door: Door, headers: dict[str, str], code: str):
    assert code_of(post(door, envelope(GET.format(7)), headers=headers)) == code


@pytest.mark.parametrize("charset", ["utf-8", '"UTF-8"', "utf8", "us-ascii"])
def test_utf_8_has_more_than_one_name(door: Door, charset: str):
    headers = {"Content-Type": f"text/xml; charset={charset}"}

    assert post(door, envelope(GET.format(7)), headers=headers).status_code == 200


def test_the_header_that_names_the_operation_may_be_empty(door: Door):
    assert post(door, envelope(GET.format(7)), headers={"SOAPAction": '""'}).status_code == 200


def a_presence_on(day: str) -> str:
    item = f"<t:RegistrationDate>{day}</t:RegistrationDate><t:LimosaId>L</t:LimosaId><t:WorkPlaceId>W</t:WorkPlaceId>"
    return f"<p:PresenceRegistrationRequest>{item}</p:PresenceRegistrationRequest>"


@pytest.mark.parametrize(
    ("day", "read"),
    [
        ("2026-11-26Z", date(2026, 11, 26)),
        ("1899-01-01", date(1900, 1, 1)),
        ("0001-01-01", date(1900, 1, 1)),
        ("-2026-11-26", date(1900, 1, 1)),
        ("12026-11-26", date(2999, 12, 31)),
    ],
)
def test_a_date_of_another_age_is_judged_alone(door: Door, day: str, read: date):
    items = a_presence_on(day) + a_presence_on("2026-11-27")
    answer = post(door, envelope(f"<p:RegisterPresencesRequest>{items}</p:RegisterPresencesRequest>"))

    assert answer.status_code == 200, answer.text
    assert [item.date for item, *_ in door.check_ins.brought] == [read, date(2026, 11, 27)]


@pytest.mark.parametrize("day", ["-2026-11-26", "12026-11-26", "0001-01-01"])
def test_a_date_of_another_age_is_not_searched_for(door: Door, day: str):
    period = f"<t:RegistrationPeriodStartDate>{day}</t:RegistrationPeriodStartDate>"
    period += "<t:RegistrationPeriodEndDate>2026-11-27</t:RegistrationPeriodEndDate>"
    answer = post(door, envelope(SEARCH.format(period)))

    assert answer.status_code == 200, answer.text
    assert "<t:ErrorCode>SOA-03007</t:ErrorCode>" in answer.text
    assert door.check_ins.searches == []


NOTES = "<!-- a note --><?tool x?>"


@pytest.mark.parametrize(
    "message",
    [
        "<p:RegisterPresencesRequest>" + a_presence_on("2026-11-27") + "</p:RegisterPresencesRequest>",
        CANCEL.format(7),
        SEARCH.format(
            "<t:RegistrationPeriodStartDate>2026-11-01</t:RegistrationPeriodStartDate>"
            "<t:RegistrationPeriodEndDate>2026-11-27</t:RegistrationPeriodEndDate>"
        ),
        GET.format("7"),
    ],
    ids=["register", "cancel", "search", "get"],
)
def test_a_note_anywhere_in_a_message_changes_nothing(door: Door, message: str):
    plain = post(door, envelope(message))
    door.check_ins.brought.clear()
    noted = post(door, envelope(re.sub(r"(</?[^>]+>|(?<=\d)(?=\d))", rf"{NOTES}\1", message)))

    assert noted.status_code == plain.status_code == 200, noted.text
    assert re.sub(r"\d{15}", "", noted.text) == re.sub(r"\d{15}", "", plain.text)


def test_without_a_token_nothing_is_taken(door: Door):
    assert code_of(post(door, envelope(GET.format(7)), token=None)) == "SOA-01001"


@pytest.mark.parametrize("scopes", ["scope:presence:declaration:declarant", "scope:dimona:declaration:consult"])
def test_reading_needs_its_scope(door: Door, scopes: str):
    assert code_of(post(door, envelope(GET.format(7)), token=door.new_token(scopes))) == "SOA-01002"


def test_a_sender_without_the_service_is_not_authorised(door: Door, client: zeep.Client):
    door.check_ins.is_open = False
    with pytest.raises(Fault) as raised:
        client.service.registerPresences(PresenceRegistrationRequest=[a_presence()])

    assert raised.value.code == "soapenv:Client"
    assert "SOA-01002" in etree.tostring(raised.value.detail).decode()


def test_our_trouble_asks_to_try_again(door: Door):
    door.check_ins.trouble = OutageError("the database does not answer")
    answer = post(door, envelope(GET.format(7)))

    assert (code_of(answer), answer.headers["Retry-After"]) == ("SOA-02002", "5")


@pytest.mark.parametrize(
    ("trouble", "retry"),
    [
        (OutageError("the database does not answer"), ["true"]),
        (ServiceClosedError("not open to this sender"), []),
        (ZeroDivisionError("x"), []),
    ],
)
def test_a_fault_is_as_its_schema_says_and_tells_whether_to_try_again(door: Door, trouble: Exception, retry: list[str]):
    schema = etree.XMLSchema(etree.parse(Path(contract.__file__).with_name("errors.xsd")))
    door.check_ins.trouble = trouble
    answer = post(door, envelope(GET.format(7)))
    ((error,),) = etree.fromstring(answer.content).iter("detail")

    schema.assertValid(error)
    assert [each.text for each in error.iter(f"{{{ERRORS}}}Retry")] == retry
    (message,) = error.iter(f"{{{ERRORS}}}Message")
    assert message.attrib == {"{http://www.w3.org/XML/1998/namespace}lang": "en"}
    assert [each.text for each in error.iter(f"{{{ERRORS}}}Environment")] == ["Production"]


def test_a_fault_has_the_code_as_its_string_and_a_number_by_which_the_operator_finds_it(door: Door):
    with capture_logs() as logs:
        answer = post(door, envelope(GET.format("x")))
    ((error,),) = etree.fromstring(answer.content).iter("detail")

    assert re.search("<faultstring>([^<]*)<", answer.text)[1] == "SOA-03006"
    assert [line["fault"] for line in logs if line["event"] == "web request refused"] == [error.get("Id")]
    assert UUID(error.get("Id")).version == 4


def test_the_test_environment_is_named_in_the_address(door: Door):
    body = envelope(GET.format(7))

    assert (
        door.ask("POST", f"{SOAP_PATH}?environment=T", content=body, headers={"Content-Type": "text/xml"}).status_code
        == 200
    )
    answer = door.ask("POST", f"{SOAP_PATH}?environment=S", content=body, headers={"Content-Type": "text/xml"})
    assert code_of(answer) == "SOA-03007"


def test_rates_bound_messages_too(transactional_db: None):
    with open_door(requests_per_minute=6) as door:
        assert post(door, envelope(GET.format(7))).status_code == 200
        answer = post(door, envelope(GET.format(7)))

    assert code_of(answer) == "SOA-02002"
    assert int(answer.headers["Retry-After"]) > 0


def test_other_methods_are_told_where_the_description_is(door: Door):
    answer = door.ask("GET", SOAP_PATH, token=None)

    assert (answer.status_code, answer.json()["detail"]) == (405, "messages are sent with POST; ?wsdl describes them")
    assert code_of(door.ask("DELETE", SOAP_PATH)) == "SOA-03004"


def test_a_fault_never_repeats_a_value(door: Door, client: zeep.Client):
    message = etree.tostring(
        client.create_message(client.service, "registerPresences", PresenceRegistrationRequest=[a_presence()])
    ).replace(INSS.encode(), b"850115123556")
    answer = post(door, message)

    assert code_of(answer) == "SOA-03006"
    assert ("850115" in answer.text, "INSS" in answer.text) == (False, True)


WRONG_NUMBER = "<t:INSS>8501151235</t:INSS><t:CompanyID>448181966</t:CompanyID><t:WorkPlaceId>W</t:WorkPlaceId>"


@pytest.mark.parametrize("is_prefixed", [True, False])
@pytest.mark.parametrize(
    ("wrong", "told"),
    [([2], "item 2, INSS"), ([10, 2], "item 2, INSS; item 10, INSS"), ([1], "item 1, INSS")],
)
def test_a_fault_says_which_item_is_wrong(door: Door, wrong: list[int], told: str, is_prefixed: bool):
    """Programs write a message in one line, so that the number of that tells nothing."""
    bad = f"<p:PresenceRegistrationRequest>{WRONG_NUMBER}</p:PresenceRegistrationRequest>"
    items = "".join(bad if at in wrong else a_presence_on("2026-11-27") for at in range(1, 12))
    message = f"<p:RegisterPresencesRequest>{items}</p:RegisterPresencesRequest>"
    if not is_prefixed:
        message = re.sub(r"<t:(\w+)>", rf'<\1 xmlns="{TYPES}">', message)
        message = re.sub(r"<p:(\w+)>", rf'<\1 xmlns="{PROTOCOL}">', message)
        message = re.sub(r"</[pt]:", "</", message)
    answer = post(door, envelope(message))

    assert code_of(answer) == "SOA-03006"
    assert f"not as the schema says: {told}<" in answer.text


@pytest.mark.parametrize("reference", ["one&#10;two", "one&#13;two", "one&#9;two"])
def test_a_reference_of_two_lines_is_refused_as_in_files(door: Door, reference: str):
    told = f"</t:WorkPlaceId><t:ClientPresenceRegistrationReference>{reference}</t:ClientPresenceRegistrationReference>"
    item = a_presence_on("2026-11-27").replace("</t:WorkPlaceId>", told)
    answer = post(door, envelope(f"<p:RegisterPresencesRequest>{item}</p:RegisterPresencesRequest>"))

    assert code_of(answer) == "SOA-03006"
    assert "ClientPresenceRegistrationReference<" in answer.text


def test_a_fault_about_the_one_question_says_its_line(door: Door):
    assert "not as the schema says: line 1, PresenceRegistrationId<" in post(door, envelope(GET.format("x"))).text


OF_PROBLEMS = {
    "SOA-00001": {ProblemKind.UNFORESEEN},
    "SOA-01001": {ProblemKind.TOKEN_INVALID},
    "SOA-01002": {ProblemKind.SCOPE_MISSING, ProblemKind.CHANNEL_CLOSED, ProblemKind.SENDER_SUSPENDED},
    "SOA-02002": {ProblemKind.TOO_MANY, ProblemKind.OUTAGE, ProblemKind.CONFLICT},
    "SOA-03004": {ProblemKind.METHOD, ProblemKind.MEDIA_TYPE},
    "SOA-03005": {ProblemKind.NOT_FOUND},
    "SOA-03007": {ProblemKind.INVALID},
}


@pytest.mark.parametrize("kind", list(ProblemKind))
def test_every_problem_has_its_fault_and_what_cannot_be_read_is_malformed(kind: ProblemKind):
    (code,) = [code for code, kinds in OF_PROBLEMS.items() if kind in kinds] or ["SOA-03001"]
    assert fault_of(Problem(kind, "why")).code.code == code


def test_trouble_that_nobody_foresaw_is_our_fault_and_tells_nothing_of_itself(door: Door):
    door.check_ins.trouble = ZeroDivisionError("of 85011512355")
    answer = post(door, envelope(GET.format(7)))

    assert (answer.status_code, code_of(answer)) == (500, "SOA-00001")
    assert ("the operator can see why" in answer.text, "85011512355" in answer.text) == (True, False)


def test_the_code_that_forbids_another_try_is_never_given():
    """The counter knows no trouble that lasts for good, and says so in its documentation."""
    assert FaultCode.UNAVAILABLE not in {fault_of(Problem(kind, "why")).code for kind in ProblemKind}
    words = (REPOSITORY / "docs/reference/web-service.md").read_text("utf-8")
    assert "| `SOA-02001` | not available; trying again is useless: never given" in words
