"""Attestations: what is on the paper, what is kept of it, and how it is recognised."""

import hashlib
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from pypdf import PdfReader

from domain.environments import Environment
from domain.languages import Language
from evidence.models import AuditEvent
from registers.student_days.models import Attestation, ConsultationLog
from registers.student_days.questions.attestation_paper import Holder
from registers.student_days.questions.attestations import (
    AttestationDesk,
    IssuedAttestation,
    forget_attestations,
    give_attestations,
    issue_attestation,
    list_attestations,
    recognise_paper,
    withdraw_attestation,
)
from registers.student_days.questions.look_ups import LookUpLimits, look_up
from tests.registers.conftest import OTHER, Filer, an_action
from tests.registers.questions.conftest import AN_OPERATOR, NOW, NUMBER, Counted, ask, looks

HOLDER = Holder(NUMBER)


def issue(person: int, desk: AttestationDesk, **deviation: object) -> IssuedAttestation:
    holder = deviation.pop("holder", HOLDER)
    words = {"language": Language.EN, "desk": desk} | ask(**deviation)
    return issue_attestation(person, holder, **words)


def text_of(pdf: bytes) -> str:
    (page,) = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(page.extract_text().replace("\u2019", "'").split())


NL = (
    *("Attest studentenarbeid", "Rijksregister- of bisnummer", "Afgegeven", "1 juli 2026 om 12:00"),
    *("410 uren over in 2026", "van de 650 uren", "240 u gereserveerd of gewerkt", "410 u over"),
    *("Toegangscode voor de werkgever", "Geldig tot en met 1 oktober 2026", "Geef de toegangscode in op"),
)
FR = (
    *("Attestation de travail étudiant", "Numéro de registre national ou bis", "Délivrée", "1er juillet 2026 à 12:00"),
    *(
        "410 heures restantes en 2026",
        "sur les 650 heures qu'un étudiant",
        "240 h réservées ou prestées",
        "encore 410 h",
    ),
    *("Code d'accès pour l'employeur", "Valable jusqu'au 1er octobre 2026 inclus", "À l'étudiant :"),
)
DE = (
    *("Bescheinigung über Studentenarbeit", "Nationalregister- oder Bis-Nummer", "1. Juli 2026 um 12:00 Uhr"),
    *("410 verbleibende Stunden im Jahr 2026", "von 650 Stunden", "zu ermäßigten Sozialbeiträgen", "410 Std. übrig"),
    *("Zugangscode für den Arbeitgeber", "Gültig bis einschließlich 1. Oktober 2026", "So prüft ein Arbeitgeber"),
)
EN = (
    *("Student work attestation", "National register or bis number", "1 July 2026 at 12:00"),
    *("410 hours remaining in 2026", "of the 650 hours", "240 h reserved or worked", "410 h remaining"),
    *("Access code for the employer", "Valid until 1 October 2026, that day included", "Enter the access code at"),
)


@pytest.mark.parametrize(
    ("language", "told"), [(Language.NL, NL), (Language.FR, FR), (Language.DE, DE), (Language.EN, EN)]
)
def test_a_paper_tells_everything_in_the_language_of_the_student(
    filer: Filer, person, desk: AttestationDesk, language: Language, told: tuple[str, ...]
):
    filer(an_action(planned_hours=240))
    issued = issue(person(), desk, language=language)
    text = text_of(issued.pdf)

    assert [phrase for phrase in told if phrase not in text] == []
    assert [
        word for word in (issued.number, str(issued.code), "05.07.14-001.53", desk.address) if word not in text
    ] == []


@pytest.mark.parametrize("language", Language)
def test_a_paper_says_nothing_of_other_jobs(filer: Filer, person, desk: AttestationDesk, language: Language):
    filer(an_action(planned_hours=600), an_action(planned_hours=120, employer=OTHER))
    text = text_of(issue(person(), desk, language=language).pdf)

    assert [word for word in ("Voorbeeld", "Other", "012345674", "70") if word in text.split()] == []


def test_one_hour_is_one_hour(filer: Filer, person, desk: AttestationDesk):
    filer(an_action(planned_hours=649))

    assert "1 hour remaining in 2026" in text_of(issue(person(), desk).pdf)


def test_nothing_left_is_told_as_zero(filer: Filer, person, desk: AttestationDesk):
    filer(an_action(planned_hours=700))

    assert "0 hours remaining in 2026" in text_of(issue(person(), desk).pdf)


def test_the_code_is_kept_nowhere_but_as_a_keyed_hash(somebody: int, desk: AttestationDesk):
    issued = issue(somebody, desk)
    row = Attestation.objects.get()
    kept = f"{Attestation.objects.values().get()}{list(ConsultationLog.objects.values())}"
    told = json.dumps(list(AuditEvent.objects.values_list("detail", flat=True)))

    assert bytes(row.code_hash) == desk.key.hash(issued.code)
    assert bytes(row.code_hash) != hashlib.sha256(issued.code.value.encode()).digest()
    assert [text for text in (kept, told) if issued.code.value in text or str(issued.code) in text] == []


def test_no_national_number_is_in_any_table_of_questions_nor_in_the_evidence(somebody: int, desk: AttestationDesk):
    issue(somebody, desk)
    rows = [*Attestation.objects.values(), *ConsultationLog.objects.values(), *AuditEvent.objects.values()]

    assert [row for row in rows if NUMBER in str(row) or "05.07.14" in str(row)] == []


def test_any_number_of_attestations_may_be_issued_and_each_has_a_code_of_its_own(somebody: int, desk: AttestationDesk):
    issued = [issue(somebody, desk) for _ in range(5)]

    assert len({one.code for one in issued}) == len({one.number for one in issued}) == 5


def test_the_code_of_the_next_month_is_another(somebody: int, desk: AttestationDesk):
    july, august = (issue(somebody, desk, at=datetime(2026, month, 1, 9, tzinfo=UTC)) for month in (7, 8))

    assert july.code != august.code


def test_a_code_that_was_drawn_before_is_never_given_again(somebody: int, desk: AttestationDesk):
    same = AttestationDesk(desk.key, lambda count: b"7" * count, desk.address)
    issue(somebody, same)

    with pytest.raises(IntegrityError), transaction.atomic():
        issue(somebody, same)


def test_an_attestation_tells_the_current_year_of_brussels_alone(somebody: int, desk: AttestationDesk):
    issue(somebody, desk, at=datetime(2026, 12, 31, 23, 30, tzinfo=UTC))

    assert Attestation.objects.get().year == 2027


def test_an_unaltered_paper_is_recognised(filer: Filer, person, desk: AttestationDesk):
    filer(an_action(planned_hours=240))
    issued = issue(person(), desk)
    known = recognise_paper(issued.pdf, **ask(asker=AN_OPERATOR))

    assert known is not None
    assert (known.number, known.remaining, known.limit, known.issued_at) == (issued.number, 410, 650, NOW)


@pytest.mark.parametrize("altered", [b"", b"%PDF-1.4"])
def test_another_paper_is_not(somebody: int, desk: AttestationDesk, altered: bytes):
    issue(somebody, desk)

    assert recognise_paper(altered, **ask()) is None


def test_a_paper_with_one_byte_more_is_not_recognised(somebody: int, desk: AttestationDesk):
    issued = issue(somebody, desk)

    assert recognise_paper(issued.pdf + b"\n", **ask()) is None


def test_the_hash_of_the_paper_is_in_the_evidence(somebody: int, desk: AttestationDesk):
    issued = issue(somebody, desk)
    event = AuditEvent.objects.get(action="attestation:issued")

    assert event.detail == {"attestation": issued.number, "sha256": hashlib.sha256(issued.pdf).hexdigest()}


def test_issuing_is_on_record_and_takes_four_queries(filer: Filer, person, desk: AttestationDesk):
    filer(an_action())
    somebody = person()
    with Counted() as counted:
        issued = issue(somebody, desk)

    assert looks() == [("ATTESTATION", "own page", somebody, issued.number)]
    assert counted.count == 4


def test_attestations_of_another_environment_are_not_known(somebody: int, desk: AttestationDesk):
    issued = issue(somebody, desk)

    assert recognise_paper(issued.pdf, **ask(environment=Environment.TEST)) is None


def test_attestations_are_forgotten_after_their_time(somebody: int, desk: AttestationDesk):
    issued = issue(somebody, desk)

    assert forget_attestations(before=issued.expires_at) == 0
    assert forget_attestations(before=datetime(2026, 10, 2, tzinfo=UTC)) == 1


def test_attestations_follow_a_person_who_turns_out_to_be_another(somebody: int, filer: Filer, person, desk):
    filer(an_action())
    issue(somebody, desk)

    assert give_attestations(of=somebody, to=person()) == 1
    assert Attestation.objects.get().person_id == person()


def test_a_student_lists_the_own_attestations_newest_first(filer: Filer, person, desk: AttestationDesk):
    filer(an_action())
    first, second = issue(person(), desk), issue(person(), desk, at=NOW + timedelta(hours=1))
    known = list_attestations(person(), **ask())

    assert [one.number for one in known] == [second.number, first.number]
    assert known[0].answers(NOW)
    assert not known[0].answers(known[0].expires_at)


def test_a_withdrawn_code_answers_no_more(filer: Filer, person, desk: AttestationDesk, somebody: int):
    filer(an_action())
    issued = issue(person(), desk)
    words = {"environment": Environment.PRODUCTION, "key": desk.key, "limits": LookUpLimits(), "asker": AN_OPERATOR}
    assert look_up(str(issued.code), at=NOW, **words) is not None

    assert not withdraw_attestation(issued.number, person_id=somebody, **ask())
    assert withdraw_attestation(issued.number, person_id=person(), **ask())
    assert not withdraw_attestation(issued.number, person_id=person(), **ask())
    assert look_up(str(issued.code), at=NOW, **words) is None
    assert AuditEvent.objects.filter(action="attestation:withdrawn").count() == 1
    assert not list_attestations(person(), **ask())[0].answers(NOW)
