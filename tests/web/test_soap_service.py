"""The SOAP service PresenceRegistration v1, asked by a program that was made from its WSDL alone."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import NoReturn

import pytest
import zeep
from lxml import etree

from channels.web.presence import contract
from channels.web.presence.check_ins import SearchNotUsableError
from channels.web.presence.contract import PROTOCOL, SOAP_PATH
from domain.checkins.codes import RefusalCode
from domain.checkins.items import Cancellation, DayPresence, Employer, Worker
from domain.checkins.outcomes import Refused
from domain.checkins.searches import MOST_REACHED, DayPeriod, Direction, FoundPage, SortedBy
from domain.checkins.vocabulary import CancellationReason, ClockingChannel, PresenceStatus
from evidence.models import AuditEvent
from tests.web.check_in_door import COMPANY, INSS, REPLACED, WORK_PLACE, Door, an_event, open_door
from tests.web.soap_programs import GET, SEARCH, InProcess, a_presence, code_of, envelope, post

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


@pytest.fixture
def lenient(client: zeep.Client) -> zeep.Client:
    """The same; zeep, when strict, does not read the official choice between a worker and a Limosa number alone."""
    client.settings.strict = False
    return client


def test_a_client_made_from_the_wsdl_has_the_four_operations(client: zeep.Client):
    (service,) = client.wsdl.services.values()
    (port,) = service.ports.values()

    assert (service.name, port.name) == ("PresenceRegistrationService", "PresenceRegistrationSOAP11")
    assert sorted(port.binding._operations) == [
        "cancelPresences",
        "getPresenceRegistration",
        "registerPresences",
        "searchPresences",
    ]


def test_presences_are_registered_each_alone(door: Door, lenient: zeep.Client):
    first, second, third = lenient.service.registerPresences(
        PresenceRegistrationRequest=[
            a_presence(),
            a_presence(WorkPlaceId="X"),
            {"LimosaId": "24910158641968060", "WorkPlaceId": WORK_PLACE},
        ]
    )

    told = first.PresenceRegistration
    assert (told.PresenceRegistrationId, told.INSS, told.Sector, told.Channel) == (
        100_000_000_000_001,
        REPLACED,
        1,
        "WS",
    )
    assert told.PresenceRegistrationSubmitted.INSS == INSS
    assert told.PresenceRegistrationSubmitted.CompanyID == 448181966
    assert told.CreationDate == datetime(2026, 11, 26, 12, 0, 0, 123000)  # noqa: DTZ001 - as the official examples
    assert (told.LastValidation.Status, told.LastValidation.ValidationDate) == ("SUCCESSFULLY REGISTERED", None)
    refused = second.PresenceRegistrationError
    assert [error.ErrorCode for error in refused.ErrorList.Error] == ["4", "5"]
    assert refused.PresenceRegistrationSubmitted.ClientPresenceRegistrationReference == "PLN-1"
    assert third.PresenceRegistration.PresenceRegistrationSubmitted.LimosaId == "24910158641968060"
    assert [(item, channel) for item, channel, _, _ in door.check_ins.brought][::2] == [
        (
            DayPresence(Worker(INSS), Employer(COMPANY), WORK_PLACE, date=date(2026, 11, 27), reference="PLN-1"),
            ClockingChannel.WS,
        ),
        (DayPresence(Worker(None, "24910158641968060"), None, WORK_PLACE), ClockingChannel.WS),
    ]


BY_LIMOSA = {"LimosaId": "24910158641968060", "WorkPlaceId": WORK_PLACE}


def test_a_strict_program_cannot_read_the_echo_of_a_limosa_number_though_it_is_registered(
    door: Door, client: zeep.Client
):
    """The echo is what was sent, in the official form: zeep, when strict, looks for the worker's number in it alone."""
    with pytest.raises(zeep.exceptions.XMLParseError, match="LimosaId"):
        client.service.registerPresences(PresenceRegistrationRequest=[BY_LIMOSA])

    assert [item.worker.limosa_id for item, *_ in door.check_ins.brought] == [BY_LIMOSA["LimosaId"]]
    client.settings.strict = False
    (told,) = client.service.registerPresences(PresenceRegistrationRequest=[BY_LIMOSA])
    assert told.PresenceRegistration.PresenceRegistrationSubmitted.LimosaId == BY_LIMOSA["LimosaId"]


def test_a_strict_program_reads_a_presence_by_limosa_number_that_it_finds_gets_and_cancels(
    door: Door, client: zeep.Client
):
    client.settings.strict = False
    (made,) = client.service.registerPresences(PresenceRegistrationRequest=[BY_LIMOSA])
    client.settings.strict = True
    number = made.PresenceRegistration.PresenceRegistrationId
    criteria = {"SearchPresenceRegistrationCriteria": {"RegistrationPeriodList": PERIODS}}
    found = client.service.searchPresences(SearchPresenceRequest=criteria)
    got = client.service.getPresenceRegistration(GetPresenceRegistrationRequest={"PresenceRegistrationId": number})
    (cancelled,) = client.service.cancelPresences(
        CancelPresenceRequest=[{"PresenceRegistrationId": number, "CancellationReason": "PLANNING"}]
    )
    told = [
        *found.PresenceRegistrationList.PresenceRegistration,
        got.GetPresenceRegistrationType.PresenceRegistrationType,
        cancelled.PresenceRegistration,
    ]
    assert [one.PresenceRegistrationConsultSubmitted.LimosaId for one in told] == [BY_LIMOSA["LimosaId"]] * 3


def test_what_a_message_was_refused_is_kept_by_place_and_code(door: Door, lenient: zeep.Client):
    lenient.service.registerPresences(PresenceRegistrationRequest=[a_presence(), a_presence(WorkPlaceId="X")])

    kept = AuditEvent.objects.get(action="presence:refused")
    assert kept.detail == {"environment": "R", "channel": "WS", "refused": ["2 4 5"]}


def test_a_company_number_loses_its_zero_on_the_way_and_has_it_here(door: Door, client: zeep.Client):
    client.service.registerPresences(PresenceRegistrationRequest=[a_presence(CompanyID=448181966)])

    assert door.check_ins.brought[0][0].employer == Employer("0448181966")


def test_blanks_around_a_day_are_no_part_of_it(door: Door):
    body = "<p:RegisterPresencesRequest><p:PresenceRegistrationRequest><t:RegistrationDate>\n 2026-11-27 </t:RegistrationDate>"
    body += f"<t:LimosaId>L-1</t:LimosaId><t:WorkPlaceId>{WORK_PLACE}</t:WorkPlaceId>"
    body += "</p:PresenceRegistrationRequest></p:RegisterPresencesRequest>"

    assert post(door, envelope(body)).status_code == 200
    assert door.check_ins.brought[0][0].date == date(2026, 11, 27)


def test_200_presences_are_taken_and_201_refused_as_a_whole(door: Door, client: zeep.Client):
    assert len(client.service.registerPresences(PresenceRegistrationRequest=[a_presence()] * 200)) == 200
    presence = etree.tostring(
        client.create_message(client.service, "registerPresences", PresenceRegistrationRequest=[a_presence()] * 200)
    ).decode()
    one = re.search("<ns0:PresenceRegistrationRequest>.*?</ns0:PresenceRegistrationRequest>", presence)[0]
    answer = post(door, presence.replace(one, one * 2, 1).encode())

    assert code_of(answer) == "SOA-03006"
    assert "not as the schema says: more than 200 items<" in answer.text
    assert len(door.check_ins.brought) == 200


def test_a_presence_is_cancelled_once_its_reason_is_official(door: Door, client: zeep.Client):
    client.service.registerPresences(PresenceRegistrationRequest=[a_presence()])
    done, wrong, unknown = client.service.cancelPresences(
        CancelPresenceRequest=[
            {"PresenceRegistrationId": 100_000_000_000_001, "CancellationReason": "Planning"},
            {"PresenceRegistrationId": 100_000_000_000_001, "CancellationReason": "ERROR"},
            {"PresenceRegistrationId": 7, "CancellationReason": "OTHER"},
        ]
    )

    assert done.PresenceRegistration.LastValidation.Status == "SUCCESSFULLY CANCELLED"
    assert done.PresenceRegistration.PresenceRegistrationSubmitted.INSS == INSS
    assert wrong.PresenceRegistrationError.ErrorList.Error[0].ErrorCode == "11"
    assert wrong.PresenceRegistrationError.CancelPresenceRequest.CancellationReason == "ERROR"
    assert unknown.PresenceRegistrationError.ErrorList.Error[0].ErrorCode == "10"
    assert [item for item, _, _, _ in door.check_ins.brought[1:]] == [
        Cancellation(100_000_000_000_001, CancellationReason.PLANNING),
        Cancellation(100_000_000_000_001, None),
        Cancellation(7, CancellationReason.OTHER),
    ]


def test_a_search_echoes_its_criteria_and_tells_events_in_the_form_for_consultation(door: Door, client: zeep.Client):
    client.service.registerPresences(PresenceRegistrationRequest=[a_presence()])
    event = an_event(employer={"foreignVatNumber": "PL5260250274"})
    assert door.ask("POST", "/api/v1/presenceRegistrations/registerInBulk", json={"items": [event]}).status_code == 200
    answer = client.service.searchPresences(
        SearchPresenceRequest={
            "SearchPresenceRegistrationCriteria": {
                "INSS": INSS,
                "CompanyID": int(COMPANY),
                "StatusList": {"Status": ["FAILED", "VALIDATED"]},
                "RegistrationPeriodList": PERIODS,
                "Sector": 1,
            },
            "PaginationProperties": {"FirstRow": 10, "FetchSize": 9999},
            "SortingProperties": {"SortDirection": "DESCENDING", "SortCriteria": "PLACE OF WORK"},
        }
    )
    day, event = answer.PresenceRegistrationList.PresenceRegistration
    ((criteria, page),) = door.check_ins.searches

    assert answer.PresenceRegistrationList.PresenceRegistrationResultCount == 2
    assert answer.SearchPresencesRequest.SearchPresenceRegistrationCriteria.INSS == INSS
    assert day.PresenceRegistrationSubmitted.CompanyID == int(COMPANY)
    assert event.PresenceRegistrationConsultSubmitted.VatNumber == "PL5260250274"
    assert criteria.periods == (DayPeriod(date(2026, 11, 1), date(2026, 11, 30)),)
    assert (criteria.enterprise_number, criteria.sector) == (COMPANY, "CONSTRUCTION")
    assert criteria.statuses == (PresenceStatus.FAILED, PresenceStatus.VALIDATED)
    assert page == FoundPage(
        10,
        500,
        sorted_by=SortedBy.WORK_PLACE,
        direction=Direction.DESCENDING,
        reach=MOST_REACHED,
        is_all_or_nothing=True,
    )


@pytest.mark.parametrize(
    ("asked", "page"),
    [
        ({}, FoundPage(0, 50, reach=MOST_REACHED, is_all_or_nothing=True)),
        ({"FirstRow": 100}, FoundPage(100, 50, reach=MOST_REACHED, is_all_or_nothing=True)),
        ({"FetchSize": 7}, FoundPage(0, 7, reach=MOST_REACHED, is_all_or_nothing=True)),
    ],
)
def test_a_page_is_the_first_of_fifty_unless_it_says_otherwise(door: Door, client: zeep.Client, asked, page):
    client.service.searchPresences(
        SearchPresenceRequest={
            "SearchPresenceRegistrationCriteria": {"RegistrationPeriodList": PERIODS},
            "PaginationProperties": asked,
        }
    )

    assert door.check_ins.searches[0][1] == page


def test_a_search_that_finds_more_than_row_numbers_reach_is_told_an_error_and_no_part_of_the_truth(
    door: Door, client: zeep.Client, monkeypatch
):
    def refuse(*_: object, **__: object) -> NoReturn:
        raise SearchNotUsableError("more than 100000 registrations are found")

    monkeypatch.setattr(door.check_ins, "search", refuse)
    answer = client.service.searchPresences(
        SearchPresenceRequest={"SearchPresenceRegistrationCriteria": {"RegistrationPeriodList": PERIODS}}
    )
    (error,) = answer.PresenceRegistrationError.ErrorList.Error

    assert (error.ErrorCode, answer.PresenceRegistrationList) == ("SOA-03007", None)
    assert error.ErrorDescription == "Message content not allowed: more than 100000 registrations are found"


UNUSABLE = {
    "a remark that is not in the list": {"RemarkList": {"Remark": ["NO SUCH REMARK"]}},
    "a sector that is not in the list": {"Sector": 99},
    "a registration period ends before it begins": {
        "RegistrationPeriodList": {
            "RegistrationPeriod": [
                {"RegistrationPeriodStartDate": date(2026, 11, 2), "RegistrationPeriodEndDate": date(2026, 11, 1)}
            ]
        }
    },
}


@pytest.mark.parametrize(("sentence", "deviation"), UNUSABLE.items(), ids=UNUSABLE)
def test_a_search_that_cannot_be_used_echoes_its_criteria_and_lists_the_error(
    door: Door, client: zeep.Client, sentence: str, deviation: dict[str, object]
):
    criteria = {"INSS": INSS, "RegistrationPeriodList": PERIODS} | deviation
    answer = client.service.searchPresences(SearchPresenceRequest={"SearchPresenceRegistrationCriteria": criteria})
    (error,) = answer.PresenceRegistrationError.ErrorList.Error

    assert (error.ErrorCode, error.ErrorDescription) == ("SOA-03007", f"Message content not allowed: {sentence}")
    assert answer.SearchPresencesRequest.SearchPresenceRegistrationCriteria.INSS == INSS
    assert door.check_ins.searches == []


def test_one_registration_is_told_with_its_history_and_its_sender(door: Door, client: zeep.Client):
    client.service.registerPresences(PresenceRegistrationRequest=[a_presence()])
    client.service.cancelPresences(
        CancelPresenceRequest=[{"PresenceRegistrationId": 100_000_000_000_001, "CancellationReason": "C32A"}]
    )
    told = client.service.getPresenceRegistration(
        GetPresenceRegistrationRequest={"PresenceRegistrationId": 100_000_000_000_001}
    ).GetPresenceRegistrationType.PresenceRegistrationType

    assert [step.Status for step in told.ValidationHistory.Validation] == [
        "SUCCESSFULLY REGISTERED",
        "SUCCESSFULLY CANCELLED",
    ]
    assert (told.Sender.SenderId, told.Sender.SenderCompanyId) == ("123456", int(COMPANY))


def test_of_what_another_company_registered_the_answer_tells_the_number_and_what_was_sent(
    door: Door, client: zeep.Client, monkeypatch
):
    take = door.check_ins.take
    monkeypatch.setattr(
        door.check_ins, "take", lambda items, **more: [replace(one, is_shown=False) for one in take(items, **more)]
    )
    (told,) = client.service.registerPresences(PresenceRegistrationRequest=[a_presence()])
    made = told.PresenceRegistration
    assert (made.PresenceRegistrationId, made.PresenceRegistrationSubmitted.INSS) == (100_000_000_000_001, INSS)
    assert (made.Sender, made.INSS, made.ValidationHistory) == (None, None, None)
    assert made.LastValidation.Status == "SUCCESSFULLY REGISTERED"


def test_a_registration_that_may_not_be_seen_is_told_as_none(client: zeep.Client):
    answer = client.service.getPresenceRegistration(GetPresenceRegistrationRequest={"PresenceRegistrationId": 7})

    assert (
        answer.GetPresenceRegistrationType is None
        or answer.GetPresenceRegistrationType.PresenceRegistrationType is None
    )


def test_every_answer_follows_the_schema_it_promised(door: Door, lenient: zeep.Client):
    protocol = etree.XMLSchema(etree.parse(Path(contract.__file__).with_name("protocol.xsd")))
    presence = {"LimosaId": "L-1", "WorkPlaceId": WORK_PLACE}
    lenient.service.registerPresences(PresenceRegistrationRequest=[a_presence(), presence, a_presence(WorkPlaceId="X")])
    door.ask("POST", "/api/v1/presenceRegistrations/registerInBulk", json={"items": [an_event()]})
    search = "<p:SearchPresencesRequest><p:SearchPresenceRequest><t:SearchPresenceRegistrationCriteria>"
    search += "<t:RegistrationPeriodList><t:RegistrationPeriod><t:RegistrationPeriodStartDate>2026-11-01+01:00"
    search += "</t:RegistrationPeriodStartDate><t:RegistrationPeriodEndDate>2026-11-30</t:RegistrationPeriodEndDate>"
    search += "</t:RegistrationPeriod></t:RegistrationPeriodList></t:SearchPresenceRegistrationCriteria>"
    search += "</p:SearchPresenceRequest></p:SearchPresencesRequest>"
    unusable = search.replace("2026-11-30", "2026-10-31")
    for body in (search, unusable, GET.format(100_000_000_000_001), GET.format(100_000_000_000_003), GET.format(7)):
        answer = post(door, envelope(body))
        (message,) = etree.fromstring(answer.content)[0]
        assert answer.status_code == 200
        protocol.assertValid(message)


def test_a_search_speaks_in_the_official_names(door: Door):
    sorting = "<t:SortingProperties><t:SortDirection>DESCENDING</t:SortDirection>"
    sorting += "<t:SortCriteria>CREATION DATE</t:SortCriteria></t:SortingProperties></p:SearchPresenceRequest>"
    period = "<t:RegistrationPeriodStartDate>2026-11-01</t:RegistrationPeriodStartDate>"
    period += "<t:RegistrationPeriodEndDate>2026-11-30</t:RegistrationPeriodEndDate>"
    asked = SEARCH.format(period).replace("</p:SearchPresenceRequest>", sorting)
    answer = post(door, envelope(asked))
    (message,) = etree.fromstring(answer.content)[0]

    assert [child.tag for child in message] == [f"{{{PROTOCOL}}}SearchPresencesResponseType"]
    ((_, page),) = door.check_ins.searches
    assert (page.direction, page.sorted_by) == (Direction.DESCENDING, SortedBy.CREATION_DATE)


def test_of_the_errors_of_one_item_ten_are_listed(door: Door, client: zeep.Client, monkeypatch):
    codes = tuple(RefusalCode)[:11]
    monkeypatch.setattr(door.check_ins, "take", lambda *_, **__: [Refused(codes)])
    (answer,) = client.service.registerPresences(PresenceRegistrationRequest=[a_presence()])

    assert [error.ErrorCode for error in answer.PresenceRegistrationError.ErrorList.Error] == list(codes[:10])
