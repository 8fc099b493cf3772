"""The e-Box: documents and tasks, who sees them, and what becomes of them."""

import itertools
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from string import Formatter

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q

from correspondence.ebox import (
    Attachment,
    Posting,
    expire_due,
    handle,
    handle_occasion,
    hide,
    is_expiring,
    label,
    open_document,
    publish,
    seen_by_manager,
    seen_by_person,
    seen_by_user,
    show_again,
)
from correspondence.ebox_texts import CODED, TEXTS, WORDS, render
from correspondence.limits import CorrespondenceLimits
from correspondence.models import (
    EboxAlert,
    EboxAttachment,
    EboxDocument,
    EboxKind,
    EboxReceipt,
    EboxRoute,
    EboxState,
    OutboxMessage,
)
from domain.environments import Environment
from domain.languages import Language
from domain.written_values import Hours
from tests.registers.access.conftest import EMPLOYER, SECRETARIAT, Company, a_person, make_company

LIMITS = CorrespondenceLimits()
NOON = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
NUMBERS = itertools.count(1)


@pytest.fixture
def company(db: None) -> Company:
    return make_company()


def a_posting(company: Company, **deviation: object) -> Posting:
    standard = Posting(
        kind=EboxKind.NOTIFICATION,
        environment=Environment.PRODUCTION,
        values={"file": "FI.DIMN.123456.20260701.00001.R.1.1", "ticket": "ABCDEFGHJKLMN"},
        publisher="intake",
        occasion=f"test {next(NUMBERS)}",
        entity_id=company.id,
        quality=EMPLOYER,
        service="DIMONA",
    )
    return replace(standard, **deviation)


def a_task(company: Company, **deviation: object) -> Posting:
    task = {"kind": EboxKind.ORPHAN_CO_MANAGER, "values": {"quality": "EMPLOYER"}, "service": "", "due_at": NOON + DAY}
    return a_posting(company, **(task | deviation))


@pytest.mark.parametrize("kind", EboxKind)
def test_every_kind_says_the_same_in_four_languages(kind: EboxKind):
    assert set(TEXTS[kind]) == set(Language)
    for place in (0, 1):
        fields = {
            frozenset(name for _, name, *_ in Formatter().parse(texts[place]) if name) for texts in TEXTS[kind].values()
        }
        assert len(fields) == 1
        assert len({texts[place] for texts in TEXTS[kind].values()}) == len(Language)


def test_every_word_and_the_alert_is_said_in_four_languages():
    assert {frozenset(words) for words in WORDS.values()} == {frozenset(Language)}


def test_codes_are_said_in_the_words_of_each_language():
    subjects, _ = render(EboxKind.ORPHAN_CO_MANAGER, {"quality": "EMPLOYER"})
    assert subjects["nl"].endswith("RSZ-werkgever")
    assert subjects["de"].endswith("LSS-Arbeitgeber")


@pytest.mark.parametrize("code", ["MANAGER", "CONTINGENT_FREED"])
def test_a_company_that_is_called_like_a_code_keeps_its_name(code: str):
    values = {"employer": code, "hours": Hours(8), "contingent": "CONTINGENT_FREED", "freed": Hours(8)}
    subjects, bodies = render(EboxKind.STUDENT_CANCELLED, {**values, "first": date(2026, 7, 2), "last": ""})
    assert all(code in subjects[language] + bodies[language] for language in Language)
    assert "frees 8 hours" in bodies["en"]


def test_every_place_of_a_code_is_in_a_text():
    said = (text for texts in TEXTS.values() for pair in texts.values() for text in pair)
    assert {name for text in said for _, name, *_ in Formatter().parse(text) if name} >= CODED


def test_document_is_published_once(company: Company):
    posting = a_posting(company, attachments=(Attachment("answer.pdf", "ab" * 32, 100),))
    document = publish(posting, at=NOON)
    assert publish(posting, at=NOON + DAY) == document
    assert (document.state, document.is_task, document.valid_until) == (EboxState.NEW, False, NOON + LIMITS.validity)
    assert EboxAttachment.objects.get().name == "answer.pdf"


def test_text_that_lacks_a_value_is_a_fault(company: Company):
    with pytest.raises(KeyError):
        publish(a_posting(company, values={}), at=NOON)


def test_alert_tells_that_something_waits_and_nothing_of_it(company: Company):
    EboxAlert.objects.create(
        entity_id=company.id, environment="R", address="box@example.be", language=Language.FR, activated_at=NOON
    )
    publish(a_posting(company), at=NOON)
    alert = OutboxMessage.objects.get()
    assert (alert.recipient, alert.subject) == (
        "box@example.be",
        "Du nouveau attend dans l'e-Box de votre entreprise auprès de Guichet",
    )
    assert not any(secret in alert.body for secret in ("FI.DIMN", "ABCDEFGHJKLMN"))


@pytest.mark.parametrize("kind", TEXTS)
def test_no_line_of_a_french_document_begins_with_a_mark_of_the_word_before_it(kind: EboxKind):
    values = {name: "1" for text in TEXTS[kind][Language.FR] for _, name, *_ in Formatter().parse(text) if name}
    for texts in render(kind, values):
        assert re.search(" [:;?!»]|« ", texts["fr"]) is None


@pytest.mark.parametrize("language", list(Language))
def test_alert_names_the_counter_and_its_address_without_a_path(company: Company, language: Language):
    person = a_person()
    for whose in ({"entity_id": company.id}, {"person_id": person}):
        EboxAlert.objects.create(
            **whose, environment="R", address="box@example.be", language=language, activated_at=NOON
        )
    publish(a_posting(company), at=NOON)
    publish(a_posting(company, occasion="own", person_id=person), at=NOON)
    first, second = OutboxMessage.objects.order_by("pk")
    assert first.subject != second.subject
    for alert in (first, second):
        assert "Guichet" in alert.subject
        assert f" {settings.GUICHET.web.public_url} " in alert.body


def test_address_that_is_not_verified_is_told_nothing(company: Company):
    EboxAlert.objects.create(entity_id=company.id, environment="R", address="box@example.be")
    publish(a_posting(company), at=NOON)
    assert not OutboxMessage.objects.exists()


def test_first_opening_counts(company: Company):
    document, person = publish(a_posting(company), at=NOON), a_person()
    open_document(document, person_id=person, at=NOON)
    open_document(document, person_id=person, at=NOON + DAY)
    document.refresh_from_db()
    assert document.state == EboxState.READ
    assert EboxReceipt.objects.get().first_opened_at == NOON


def test_hidden_and_labelled_for_oneself_only(company: Company):
    document, person, other = publish(a_posting(company), at=NOON), a_person(), a_person()
    hide(document, person_id=person, at=NOON)
    label(document, "x" * 60, person_id=other)
    assert EboxReceipt.objects.get(person_id=person).hidden_at == NOON
    assert (EboxReceipt.objects.get(person_id=other).hidden_at, EboxReceipt.objects.get(person_id=other).label) == (
        None,
        "x" * 50,
    )
    show_again(document, person_id=person)
    assert EboxReceipt.objects.get(person_id=person).hidden_at is None


def test_task_is_handled_once_and_a_document_never(company: Company):
    task, document = publish(a_task(company), at=NOON), publish(a_posting(company), at=NOON)
    assert handle(task, by="person:1", at=NOON)
    assert not handle(task, by="person:1", at=NOON)
    assert not handle(document, by="person:1", at=NOON)


def test_task_is_handled_by_what_it_asked_for(company: Company):
    posting = a_task(company)
    task = publish(posting, at=NOON)
    open_document(task, person_id=a_person(), at=NOON)
    assert handle_occasion(Environment.PRODUCTION, posting.occasion, by="person:1", at=NOON)
    assert not handle_occasion(Environment.TEST, posting.occasion, by="person:1", at=NOON)


def test_managers_see_their_qualities_and_chiefs_all(company: Company):
    own = publish(a_posting(company), at=NOON)
    other = publish(a_posting(company, quality=SECRETARIAT), at=NOON + DAY)
    publish(a_posting(make_company("0400767772")), at=NOON)
    publish(a_posting(company, person_id=a_person()), at=NOON)
    assert list(seen_by_manager(company.id, [EMPLOYER])) == [own]
    assert list(seen_by_manager(company.id, None)) == [other, own]


def test_manager_of_any_quality_sees_the_offer_of_a_mandate_which_he_may_accept(company: Company):
    told = {"company": "0400767772", "group": "MANDATE_DIMONA", "quarter": "2026/3"}
    offer = publish(a_task(company, kind=EboxKind.MANDATE_OFFERED, quality="", values=told), at=NOON)
    publish(a_task(company, kind=EboxKind.MANDATE_OFFERED, quality=SECRETARIAT, values=told), at=NOON)
    publish(a_task(company, quality=""), at=NOON)
    assert list(seen_by_manager(company.id, [EMPLOYER])) == [offer]


def test_users_see_what_is_routed_to_them(company: Company):
    user, other = company.user(), company.user()
    EboxRoute.objects.create(entity_id=company.id, environment="R", quality=EMPLOYER, service="DIMONA", account=user)
    own = publish(a_posting(company), at=NOON)
    publish(a_posting(company, service="CHECK_INS"), at=NOON)
    publish(a_task(company), at=NOON)
    publish(a_posting(company, quality=SECRETARIAT), at=NOON)
    assert list(seen_by_user(company.id, EMPLOYER, account_id=user.pk, answers=Q())) == [own]
    assert list(seen_by_user(company.id, EMPLOYER, account_id=other.pk, answers=Q())) == []


def test_person_sees_what_is_for_him_alone(company: Company):
    person = a_person()
    own = publish(a_posting(company, person_id=person, entity_id=None, quality="", service=""), at=NOON)
    publish(a_posting(company), at=NOON)
    assert list(seen_by_person(person)) == [own]


def test_expiring_is_told_thirty_days_before(company: Company):
    document = publish(a_posting(company), at=NOON)
    assert not is_expiring(document, at=document.valid_until - LIMITS.expiring)
    assert is_expiring(document, at=document.valid_until - LIMITS.expiring + timedelta(seconds=1))


@pytest.mark.parametrize("is_handled", [False, True])
def test_expired_document_is_a_tombstone(company: Company, is_handled: bool):
    document = publish(a_task(company, attachments=(Attachment("a.pdf", "ab" * 32, 1),)), at=NOON)
    if is_handled:
        handle(document, by="person:1", at=NOON)
    assert expire_due(at=NOON + LIMITS.validity - DAY) == 0
    assert expire_due(at=NOON + LIMITS.validity) == 1
    assert expire_due(at=NOON + LIMITS.validity) == 0
    document.refresh_from_db()
    assert (document.state, document.subjects, document.bodies) == (EboxState.EXPIRED, {}, {})
    assert document.published_at == NOON
    assert not EboxAttachment.objects.exists()
    assert list(seen_by_manager(company.id, None)) == []


@pytest.mark.parametrize(
    ("constraint", "deviation"),
    [
        ("ebox_document_is_for_somebody", {"entity_id": None}),
        ("ebox_tasks_are_handled", {"state": EboxState.HANDLED}),
        ("ebox_tasks_are_due", {"due_at": NOON}),
        ("ebox_validity_forward", {"valid_until": NOON}),
        ("ebox_state_known", {"state": "DEAD"}),
        ("ebox_kind_known", {"kind": "GOSSIP"}),
        ("ebox_document_environment_known", {"environment": "X"}),
    ],
)
def test_database_refuses_what_the_rules_exclude(company: Company, constraint: str, deviation: dict[str, object]):
    standard = {
        "entity_id": company.id,
        "environment": "R",
        "kind": EboxKind.REPORT,
        "subjects": {},
        "bodies": {},
        "publisher": "test",
        "occasion": "test",
        "published_at": NOON,
        "valid_until": NOON + DAY,
    }
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        EboxDocument.objects.create(**(standard | deviation))


def test_a_document_is_valid_as_long_as_the_settings_say(company: Company, settings):
    settings.CORRESPONDENCE_LIMITS = CorrespondenceLimits(validity=10 * DAY, expiring=2 * DAY)
    document = publish(a_posting(company), at=NOON)

    assert document.valid_until == NOON + 10 * DAY
    assert not is_expiring(document, at=NOON + 8 * DAY)
    assert is_expiring(document, at=NOON + 8 * DAY + timedelta(seconds=1))
