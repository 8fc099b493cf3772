"""What a registration officer accepts: each thing that stands against keys, alone."""

from dataclasses import replace
from datetime import date

import pytest

from domain.registration import CaseRefusal, DocumentKind, Office, RegistrationPurpose, Visit, age_on, judge_visit

TODAY = date(2026, 11, 25)
VISIT = Visit(
    office=Office.LOCAL,
    purpose=RegistrationPurpose.STUDENT,
    document=DocumentKind.PASSPORT,
    document_country="MA",
    document_expires_on=TODAY,
    birth_date=date(2004, 5, 1),
    has_appointment=True,
    is_registered=True,
    has_proof_of_study=False,
    has_mail_address=True,
)
THIRTY = date(1996, 11, 25)
THIRTY_ONE = date(1995, 11, 25)


@pytest.mark.parametrize(
    ("change", "against"),
    [
        ({}, ()),
        ({"document": DocumentKind.IDENTITY_CARD, "document_country": "PL"}, ()),
        (
            {"document": DocumentKind.IDENTITY_CARD, "document_country": "MA"},
            (CaseRefusal.CARD_NOT_OF_THE_UNION,),
        ),
        ({"document": DocumentKind.IDENTITY_CARD, "document_country": "CH"}, (CaseRefusal.CARD_NOT_OF_THE_UNION,)),
        ({"document": DocumentKind.DRIVING_LICENCE}, (CaseRefusal.DOCUMENT_NOT_ACCEPTED,)),
        ({"document": DocumentKind.BANK_CARD}, (CaseRefusal.DOCUMENT_NOT_ACCEPTED,)),
        ({"document": DocumentKind.CREDIT_CARD}, (CaseRefusal.DOCUMENT_NOT_ACCEPTED,)),
        ({"document": DocumentKind.SEASON_TICKET}, (CaseRefusal.DOCUMENT_NOT_ACCEPTED,)),
        ({"document": DocumentKind.OTHER}, (CaseRefusal.DOCUMENT_NOT_ACCEPTED,)),
        ({"document_expires_on": date(2026, 11, 24)}, (CaseRefusal.DOCUMENT_EXPIRED,)),
        ({"has_appointment": False}, (CaseRefusal.NO_APPOINTMENT,)),
        ({"is_registered": False}, (CaseRefusal.IDENTITY_NOT_REGISTERED,)),
        ({"office": Office.SOCIAL_SECURITY, "is_registered": False, "has_appointment": False}, ()),
        ({"has_mail_address": False}, (CaseRefusal.NO_MAIL_ADDRESS,)),
        ({"birth_date": THIRTY}, ()),
        ({"birth_date": date(1995, 11, 26)}, ()),
        ({"birth_date": THIRTY_ONE}, (CaseRefusal.NO_PROOF_OF_STUDY,)),
        ({"birth_date": THIRTY_ONE, "has_proof_of_study": True}, ()),
        ({"birth_date": THIRTY_ONE, "purpose": RegistrationPurpose.OTHER}, ()),
    ],
)
def test_a_visit_is_judged_by_what_is_shown(change: dict[str, object], against: tuple[CaseRefusal, ...]):
    assert judge_visit(replace(VISIT, **change), on=TODAY) == against


def test_everything_that_stands_against_keys_is_told_at_once():
    visit = replace(VISIT, document=DocumentKind.OTHER, has_appointment=False)

    assert judge_visit(visit, on=TODAY) == (CaseRefusal.DOCUMENT_NOT_ACCEPTED, CaseRefusal.NO_APPOINTMENT)


def test_who_is_born_on_29_february_is_a_year_older_on_1_march():
    assert (age_on(date(1996, 2, 29), date(2027, 2, 28)), age_on(date(1996, 2, 29), date(2027, 3, 1))) == (30, 31)
