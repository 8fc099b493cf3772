"""Check-ins over https at the portal as it runs: REST by a program, SOAP by one that was made from the WSDL."""

import base64
import hashlib
import json
from dataclasses import replace
from datetime import date, timedelta

import httpx
import pytest
import zeep
from django.conf import settings
from lxml import etree
from zeep.exceptions import Fault

from channels.logins import ChannelLogin
from channels.models import SenderCertificate, SenderService
from channels.web.tokens import Caller, Standing
from domain.brussels import brussels_date
from domain.channels import Channel
from domain.checkins.searches import DayPeriod, FoundPage, SearchCriteria
from domain.environments import Environment
from domain.sender_numbers import SenderNumber
from portal.check_ins import CheckInsOfSenders
from registers.access.models import Mandate
from registers.checkins.models import Presence, PresenceLook, WorkPlace, WorkPlaceParty
from registers.persons.models import PersonIdentifier
from tests.counter_bench import make_entity
from tests.dimona_files import EMPLOYER_COMPANY
from tests.proving_documents import a_pdf
from tests.web.conftest import CLEANED, SITE, Web, now
from tests.web.signed_envelopes import sign_envelope
from tests.web.soap_programs import GET, envelope

REGISTER = "/api/v1/presenceRegistrations/registerInBulk"
SEARCH = "/api/v1/presenceRegistrations/search"
INSS, OTHER = "85011512355", "90231512323"
STRANGER = "0400767772"
PDF = a_pdf("badge log of the building")


def today() -> date:
    return brussels_date(now())


def an_event(**deviation: object) -> dict[str, object]:
    return {
        "registrationDate": now().isoformat(),
        "ssin": INSS,
        "type": "IN",
        "employer": {"enterpriseNumber": EMPLOYER_COMPANY},
        "contractualRelationshipReference": CLEANED,
    } | deviation


def a_presence(**deviation: object) -> dict[str, object]:
    return {"INSS": INSS, "CompanyID": int(EMPLOYER_COMPANY), "WorkPlaceId": SITE} | deviation


def register(counter: Web, *items: object, **options: object) -> httpx.Response:
    with counter.http() as http:
        return http.post(REGISTER, json={"items": list(items)}, **options)


def a_caller(sender: str) -> Caller:
    """Return the program of a sender of the company."""
    login = ChannelLogin(SenderNumber(sender), "EXP", Channel.WEB_SERVICE)
    services = frozenset({("CIAO", Environment.PRODUCTION)})
    return Caller("client", login, frozenset(), Standing.DELIVERS, EMPLOYER_COMPANY, services)


def search(counter: Web, **criteria: object) -> httpx.Response:
    periods = [{"startDate": str(today() - timedelta(days=1)), "endDate": str(today() + timedelta(days=1))}]
    with counter.http() as http:
        return http.post(SEARCH, json={"registrationPeriods": periods} | criteria)


def test_an_event_is_in_the_register_when_it_is_answered(counter: Web):
    answer = register(counter, an_event(), an_event(ssin=OTHER, type="OUT"), an_event(ssin="85011512300"))
    first, second, third = answer.json()["items"]
    row = Presence.objects.get(number=first["createdPresenceRegistration"]["id"])

    assert (row.event_type, row.employer, row.channel, row.sender) == (
        "IN",
        EMPLOYER_COMPANY,
        "REST",
        counter.bench.number,
    )
    assert second["createdPresenceRegistration"]["remarks"] == [{"code": "R03", "text": "OUT WITHOUT OPEN IN"}]
    assert [error["code"] for error in third["notCreatedPresenceRegistration"]["errors"]] == ["5"]


def test_the_capacity_that_was_derived_is_told_with_its_source(counter: Web):
    (item,) = register(counter, an_event()).json()["items"]
    number = item["createdPresenceRegistration"]["id"]
    Presence.objects.filter(number=number).update(derived_capacity="EMPLOYEE", derived_from="DIMONA")
    (found,) = search(counter).json()["items"]
    assert (found["capacity"], found["capacitySource"]) == ("EMPLOYEE", "DIMONA")


def test_a_day_presence_is_registered_found_told_and_cancelled_by_soap(counter: Web, client: zeep.Client):
    tomorrow = today() + timedelta(days=1)
    (made,) = client.service.registerPresences(PresenceRegistrationRequest=[a_presence(RegistrationDate=tomorrow)])
    number = made.PresenceRegistration.PresenceRegistrationId
    found = client.service.searchPresences(
        SearchPresenceRequest={
            "SearchPresenceRegistrationCriteria": {
                "INSS": INSS,
                "RegistrationPeriodList": {
                    "RegistrationPeriod": [
                        {"RegistrationPeriodStartDate": today(), "RegistrationPeriodEndDate": tomorrow}
                    ]
                },
            }
        }
    )
    (done,) = client.service.cancelPresences(
        CancelPresenceRequest=[{"PresenceRegistrationId": number, "CancellationReason": "DISEASE"}]
    )
    told = client.service.getPresenceRegistration(GetPresenceRegistrationRequest={"PresenceRegistrationId": number})
    history = told.GetPresenceRegistrationType.PresenceRegistrationType.ValidationHistory

    assert (made.PresenceRegistration.Sector, made.PresenceRegistration.INSS) == (1, INSS)
    assert [one.PresenceRegistrationId for one in found.PresenceRegistrationList.PresenceRegistration] == [number]
    assert done.PresenceRegistration.LastValidation.Status == "SUCCESSFULLY CANCELLED"
    assert [step.Status for step in history.Validation] == ["SUCCESSFULLY REGISTERED", "SUCCESSFULLY CANCELLED"]


def test_a_message_signed_with_the_certificate_of_files_needs_no_token(counter: Web):
    identity = counter.bench.identity
    message = etree.fromstring(envelope(GET.format(7)))
    signed = sign_envelope(message, key=identity.key, certificate=identity.certificate, at=now())
    address, headers = "/PresenceRegistration/v1", {"Content-Type": "text/xml"}
    with counter.server.client() as http:
        taken = http.post(address, content=etree.tostring(signed), headers=headers)
        SenderCertificate.objects.update(state="WITHDRAWN", withdrawn_at=now())
        refused = http.post(address, content=etree.tostring(signed), headers=headers)

    assert (taken.status_code, "SOA-01001" in refused.text) == (200, True), taken.text


def test_the_same_presence_again_is_no_second_one(client: zeep.Client):
    first, second = client.service.registerPresences(PresenceRegistrationRequest=[a_presence(), a_presence()])

    assert first.PresenceRegistration.PresenceRegistrationId == second.PresenceRegistration.PresenceRegistrationId
    remarks = second.PresenceRegistration.LastValidation.RemarkList.Remark
    assert "SAME DECLARATION HAS ALREADY BEEN REGISTERED" in remarks


def test_a_reference_used_for_something_else_is_refused(client: zeep.Client):
    _, second = client.service.registerPresences(
        PresenceRegistrationRequest=[
            a_presence(ClientPresenceRegistrationReference="PLN-1"),
            a_presence(INSS=OTHER, ClientPresenceRegistrationReference="PLN-1"),
        ]
    )

    assert second.PresenceRegistrationError.ErrorList.Error[0].ErrorCode == "P206"


@pytest.mark.parametrize(
    ("deviation", "codes"),
    [
        ({"INSS": "85011512300"}, ["5"]),
        ({"CompanyID": 448181967}, ["2"]),
        ({"CompanyID": int(STRANGER)}, ["P205"]),
        ({"WorkPlaceId": "1Y1"}, ["4"]),
        ({"WorkPlaceId": CLEANED}, ["P204"]),
        ({"RegistrationDate": date(2020, 1, 1)}, ["6"]),
    ],
)
def test_each_reason_has_its_official_code(client: zeep.Client, deviation: dict[str, object], codes: list[str]):
    (answer,) = client.service.registerPresences(PresenceRegistrationRequest=[a_presence(**deviation)])

    assert [error.ErrorCode for error in answer.PresenceRegistrationError.ErrorList.Error] == codes


def test_staff_of_others_looks_like_nobody(counter: Web, client: zeep.Client):
    other = make_entity(name="Other", company=STRANGER, nsso="123456749")
    number = register(counter, an_event()).json()["items"][0]["createdPresenceRegistration"]["id"]
    counter.sender.entity = other
    counter.sender.save()
    with counter.http() as http:
        theirs, none = http.get(f"/api/v1/presenceRegistrations/{number}"), http.get("/api/v1/presenceRegistrations/7")
    found = search(counter, ssin=INSS).json()
    seen = client.service.getPresenceRegistration(GetPresenceRegistrationRequest={"PresenceRegistrationId": number})
    (cancelled,) = client.service.cancelPresences(
        CancelPresenceRequest=[{"PresenceRegistrationId": number, "CancellationReason": "OTHER"}]
    )

    assert (theirs.status_code, theirs.json()) == (404, none.json())
    assert (found["count"], found["items"]) == (0, [])
    assert seen.GetPresenceRegistrationType is None
    assert cancelled.PresenceRegistrationError.ErrorList.Error[0].ErrorCode == "10"


def test_staff_of_a_foreign_employer_is_found_by_who_registered_it(counter: Web):
    number = register(counter, an_event(employer={"foreignVatNumber": "PL5260250274"})).json()["items"][0][
        "createdPresenceRegistration"
    ]["id"]

    assert [one["id"] for one in search(counter, ssin=INSS).json()["items"]] == [number]
    with counter.http() as http:
        assert http.get(f"/api/v1/presenceRegistrations/{number}").status_code == 200


@pytest.mark.parametrize(("is_visible", "count"), [(False, 0), (True, 1)])
def test_contractors_find_staff_of_subcontractors_where_the_setting_says_so(counter: Web, is_visible: bool, count: int):
    place = WorkPlace.objects.get(environment="R", number=CLEANED)
    facts = {"environment": "R", "work_place": place, "valid_from": date(2020, 1, 1)}
    above = WorkPlaceParty.objects.create(**facts, enterprise=EMPLOYER_COMPANY, role="CONTRACTOR")
    WorkPlaceParty.objects.create(**facts, enterprise=STRANGER, role="SUBCONTRACTOR", parent=above)
    register(counter, an_event(employer={"enterpriseNumber": STRANGER}))
    check_ins = replace(settings.GUICHET.check_ins, subcontractor_staff_visible=is_visible)
    configuration = replace(settings.GUICHET, home=counter.server.home, check_ins=check_ins)
    caller = a_caller(counter.sender.number)
    criteria = SearchCriteria((DayPeriod(today() - timedelta(days=1), today()),))
    found = CheckInsOfSenders(configuration).search(
        criteria, FoundPage(), caller=caller, environment=Environment.PRODUCTION, at=now()
    )
    assert found.count == count


def test_a_software_firm_acts_for_employers_that_mandated_it(counter: Web):
    principal = make_entity(name="Principal", company=STRANGER, nsso="123456749", environments=("R",))
    theirs = an_event(employer={"enterpriseNumber": STRANGER})
    refused = register(counter, theirs).json()["items"][0]["notCreatedPresenceRegistration"]
    Mandate.objects.create(
        environment="R",
        principal=principal,
        mandatary=counter.sender.entity,
        service_group="CHECK_INS",
        state="ACTIVE",
        from_quarter="20201",
        to_quarter="",
        valid_from=now() - timedelta(days=1),
        in_force_from=now() - timedelta(days=1),
        created_by="test",
        source="OPERATOR",
    )
    (taken,) = register(counter, theirs).json()["items"]

    assert [error["code"] for error in refused["errors"]] == ["P205"]
    assert "or the rule of the sector names others" in json.dumps(refused["errors"])
    assert "createdPresenceRegistration" in taken
    assert search(counter, enterpriseNumber=STRANGER).json()["count"] == 1


def test_every_look_is_on_record_and_no_number_in_a_log_line(counter: Web):
    mark = len(counter.server.log)
    number = register(counter, an_event()).json()["items"][0]["createdPresenceRegistration"]["id"]
    search(counter, ssin=INSS)
    with counter.http() as http:
        http.get(f"/api/v1/presenceRegistrations/{number}")
        http.get("/api/v1/presenceRegistrations/100000000000001")
    looks = PresenceLook.objects.order_by("pk").values_list("question", "asker_kind", "asker", "about", "person_id")
    person = PersonIdentifier.objects.get(kind="INSZ").person_id

    assert list(looks) == [
        ("SEARCH", "SENDER", counter.bench.number, "", person),
        ("ONE", "SENDER", counter.bench.number, str(number), person),
        ("ONE", "SENDER", counter.bench.number, "100000000000001", None),
    ]
    assert INSS not in counter.server.log[mark:]


def test_the_test_environment_is_another_register(counter: Web):
    with counter.http() as http:
        assert http.post(f"{REGISTER}?environment=T", json={"items": [an_event()]}).status_code == 200

    assert list(Presence.objects.values_list("environment", flat=True)) == ["T"]
    assert search(counter).json()["count"] == 0


def test_a_sender_without_the_service_is_told_so_at_both_doors(counter: Web, client: zeep.Client):
    SenderService.objects.filter(purpose="CIAO").delete()

    assert register(counter, an_event()).json()["type"] == "urn:guichet:problem:service-not-configured"
    with pytest.raises(Fault, match="SOA-01002") as raised:
        client.service.registerPresences(PresenceRegistrationRequest=[a_presence()])
    assert "not among the services" in etree.tostring(raised.value.detail).decode()


def test_a_missing_check_out_is_corrected_once_its_evidence_came(counter: Web):
    digest = hashlib.sha256(PDF).hexdigest()
    asked = {
        "missingEvent": {
            "type": "OUT",
            "ssin": INSS,
            "employer": {"enterpriseNumber": EMPLOYER_COMPANY},
            "contractualRelationshipReference": CLEANED,
        },
        "correctedDateTime": (now() - timedelta(days=3)).isoformat(),
        "justification": "Phone battery was empty; badge log attached.",
        "evidence": [{"fileName": "badge-log.pdf", "sha256": digest}],
    }
    with counter.http() as http:
        (told,) = http.post("/api/v1/presenceRegistrations/corrections", json={"items": [asked]}).json()["items"]
        kept = http.put(f"/api/v1/evidence/{digest}?name=badge-log.pdf", content=PDF)
        refused = http.put(f"/api/v1/evidence/{hashlib.sha256(b'GIF').hexdigest()}", content=b"GIF")

        asked_for = http.get(
            f"/api/v1/presenceRegistrations/corrections/{told['createdCorrectionRequest']['id']}"
        ).json()
        others = http.get("/api/v1/presenceRegistrations/corrections/C-20200101-0000001")
        listed = http.get("/api/v1/presenceRegistrations/corrections", params={"state": "SUBMITTED"}).json()

    assert (asked_for["state"], asked_for["type"], asked_for["madePresenceRegistration"]) == ("SUBMITTED", "OUT", None)
    assert [one["isHandedIn"] for one in asked_for["evidence"]] == [True]
    assert (asked_for["ssin"], asked_for["employer"]["enterpriseNumber"]) == (INSS, EMPLOYER_COMPANY)
    assert listed == {"nextKey": None, "items": [asked_for]}
    assert PresenceLook.objects.filter(question="CORRECTION", about=asked_for["id"]).count() == 1
    assert PresenceLook.objects.filter(question="CORRECTION", about="").count() == 2
    assert others.status_code == 404
    assert told["createdCorrectionRequest"]["state"] == "DRAFT"
    assert (kept.status_code, kept.json()["completed"]) == (200, 1)
    assert (refused.status_code, refused.json()["detail"]) == (422, "only PDF, PNG and JPEG are taken")


def test_one_good_item_among_200_is_registered(counter: Web):
    answer = register(counter, *[an_event(ssin="85011512300")] * 199, an_event())

    assert ["createdPresenceRegistration" in item for item in answer.json()["items"]] == [False] * 199 + [True]


def test_the_same_key_registers_once(counter: Web):
    item = an_event()
    first = register(counter, item, headers={"Idempotency-Key": "k1"})
    again = register(counter, item, headers={"Idempotency-Key": "k1"})

    assert (first.json(), again.headers["Idempotent-Replayed"]) == (again.json(), "true")
    assert Presence.objects.count() == 1


@pytest.mark.parametrize("reference", ["\x00", "\ud800"])
def test_a_reference_that_cannot_be_kept_refuses_its_own_item_alone_with_a_key_too(counter: Web, reference: str):
    items = json.dumps({"items": [an_event(), an_event(clientPresenceRegistrationReference=reference)]})
    headers = {"Content-Type": "application/json", "Idempotency-Key": "k1"}
    with counter.http() as http:
        first, again = (http.post(REGISTER, content=items, headers=headers) for _ in range(2))

    assert (first.status_code, again.json()) == (200, first.json())
    assert ["createdPresenceRegistration" in item for item in first.json()["items"]] == [True, False]


@pytest.mark.parametrize("values", [["\x00", 1], ["\ud800", 1], ["A", 2**63], ["A", -(2**63) - 1]])
def test_a_page_key_of_what_no_register_keeps_is_refused(counter: Web, values: list[object]):
    register(counter, an_event())
    after = base64.urlsafe_b64encode(json.dumps(values).encode()).decode()

    assert search(counter, after=after, sortedBy="COMPANY ID").status_code == 422


@pytest.mark.parametrize("after", ["x", "WzEsMl0=", "²"])
def test_a_page_key_that_no_page_gave_is_refused(counter: Web, after: str):
    register(counter, an_event())

    assert search(counter, after=after, sortedBy="REGISTRATION DATE").status_code == 422
