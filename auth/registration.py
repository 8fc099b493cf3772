"""The registration officer's cases: judged on the spot, closed without keys, or ended by handing keys over (§3.7)."""

from dataclasses import dataclass, field
from datetime import datetime
from string import Template

from django.db import transaction

from auth.desk import KeyDesk
from auth.documents import seal_document_number
from auth.keys.enrolments import Enrolment, issue_office_enrolment
from auth.keys.rights import SetUpRight
from auth.keys.token_cards import NewCard, order_card
from auth.logins import login_of_person
from auth.models import CaseState, Login, RegistrationCase, Session
from auth.operators import require_registrar
from auth.proofs import Source
from auth.refusals import KeyRefusedError
from auth.registration_letters import ENROLMENT_LETTER
from correspondence.models import Carrier
from correspondence.outbox import post
from domain.assurance import KEY_LEVEL
from domain.brussels import brussels_date
from domain.languages import Language
from domain.registration import CaseRefusal, Visit, judge_visit
from domain.written_dates import render_minute
from evidence.audit import append_event


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What the officer prints and hands over, this once: the code for the mailed link and, where given out, the card."""

    enrolment: Enrolment = field(repr=False)
    card: NewCard | None = field(repr=False)


def open_case(
    visit: Visit, *, document_number: str, person_id: int | None, officer: Session, desk: KeyDesk, at: datetime
) -> RegistrationCase:
    """Record a visit and judge it; a case with anything against it is closed at once, without keys.

    KeyRefusedError for whoever is not a registration officer signed in with an eID.
    """
    officer_id = require_registrar(officer)
    sealed = seal_document_number(document_number, locksmith=desk.locksmith)
    against = judge_visit(visit, on=brussels_date(at))
    with transaction.atomic():
        case = RegistrationCase.objects.create(
            office=visit.office,
            purpose=visit.purpose,
            officer_id=officer_id,
            person_id=person_id,
            document_kind=visit.document,
            document_country=visit.document_country,
            document_key_id=sealed.key_id,
            document_sealed=sealed.content,
            document_expires_on=visit.document_expires_on,
            has_proof_of_study=visit.has_proof_of_study,
            has_appointment=visit.has_appointment,
            state=CaseState.REFUSED if against else CaseState.OPEN,
            refusals="+".join(refusal.name for refusal in against),
            opened_at=at,
            closed_at=at if against else None,
        )
        append_event(
            "registration:refused" if against else "registration:opened",
            at=at,
            actor=f"login:{officer_id}",
            case=case.pk,
            office=str(visit.office),
            document=str(visit.document),
            reasons=[refusal.name for refusal in against],
        )
    return case


def hand_over_keys(
    case_id: int,
    *,
    person_id: int,
    mail: str,
    language: Language,
    link_address: str,
    officer: Session,
    source: Source,
    desk: KeyDesk,
    at: datetime,
) -> HandedOver:
    """End a case by keys: the link goes by mail, its code and the token card on paper; they count for one person.

    `link_address` holds `$link` where the secret of the link belongs. KeyRefusedError for a case that is closed, or that
    is another person's.
    """
    officer_id = require_registrar(officer)
    actor = f"login:{officer_id}"
    with transaction.atomic():
        case = RegistrationCase.objects.select_for_update().filter(pk=case_id, state=CaseState.OPEN).first()
        if case is None or case.person_id not in {None, person_id}:
            raise KeyRefusedError("This case is closed, or another person's.", next_step="Open a case for this visit.")
        login = login_of_person(person_id, at=at, actor=actor)
        enrolment = issue_office_enrolment(login.pk, actor=actor, desk=desk, at=at)
        right = SetUpRight(login.pk, KEY_LEVEL, actor, source=source.address)
        card = order_card(right, desk=desk, at=at) if desk.options.token_cards else None
        _mail_link(enrolment, mail, language, link_address, login=login, at=at)
        RegistrationCase.objects.filter(pk=case.pk).update(
            state=CaseState.KEYS_ISSUED, person_id=person_id, closed_at=at
        )
        append_event("registration:keys-issued", at=at, actor=actor, case=case.pk, login=login.pk)
    return HandedOver(enrolment=enrolment, card=card)


def close_without_keys(case_id: int, refusal: CaseRefusal, *, officer: Session, at: datetime) -> None:
    """Close an open case without keys; KeyRefusedError for one that is closed."""
    officer_id = require_registrar(officer)
    with transaction.atomic():
        closed = RegistrationCase.objects.filter(pk=case_id, state=CaseState.OPEN).update(
            state=CaseState.REFUSED, refusals=refusal.name, closed_at=at
        )
        if not closed:
            raise KeyRefusedError("This case is closed.", next_step="Open a case for this visit.")
        append_event("registration:refused", at=at, actor=f"login:{officer_id}", case=case_id, reasons=[refusal.name])


def _mail_link(
    enrolment: Enrolment, mail: str, language: Language, link_address: str, *, login: Login, at: datetime
) -> None:
    subject, body = ENROLMENT_LETTER[language]
    link = Template(link_address).substitute(link=enrolment.link)
    until = render_minute(enrolment.expires_at, language)
    post(
        carrier=Carrier.MAIL,
        recipient=mail,
        subject=subject,
        body=Template(body).substitute(link=link, until=until),
        occasion=f"enrolment:{login.pk}:{int(at.timestamp())}",
        at=at,
        holds_secret=True,
    )
