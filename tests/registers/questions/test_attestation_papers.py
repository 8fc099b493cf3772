"""The paper of an attestation: what is read aloud of it, in which order and as what; how much fits on it."""

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from domain.languages import Language
from domain.student_day_questions import Balance, QuotaUnit
from registers.student_days.questions.attestation_paper import Holder, Paper, render_paper
from tests.printed_papers import read_paper

BALANCE = Balance(2026, QuotaUnit.HOURS, 650, 180, 0, 0, at=datetime(2026, 7, 1, 10, tzinfo=UTC))
PAPER = Paper(
    number="2026-7Q4M9ZK2",
    holder=Holder("05071400153", "Noor Peeters"),
    balance=BALANCE,
    code="4GKT-9WXA-M2P7-QRHB",
    expires_at=datetime(2026, 10, 1, 22, tzinfo=UTC),
    address="https://counter.example/student/attestation",
)
ENGLISH = [
    ("P", "Guichet"),
    ("P", "Attestation 2026-7Q4M9ZK2"),
    ("H1", "Student work attestation"),
    *(("Lbl", "Student"), ("LBody", "Noor Peeters")),
    *(("Lbl", "National register or bis number"), ("LBody", "05.07.14-001.53")),
    *(("Lbl", "Issued"), ("LBody", "1 July 2026 at 12:00")),
    ("H2", "470 hours remaining in 2026"),
    ("P", "of the 650 hours that a student may work in 2026 at reduced social contributions"),
    ("P", "180 h reserved or worked"),
    ("P", "470 h remaining"),
    ("H2", "Access code for the employer"),
    ("P", "4GKT-9WXA-M2P7-QRHB"),
    ("P", "Valid until 1 October 2026, that day included"),
    ("H2", "How an employer verifies this attestation"),
    *(("Lbl", "1"), ("LBody", "Enter the access code at https://counter.example/student/attestation.")),
    *(
        ("Lbl", "2"),
        (
            "LBody",
            "The answer tells the hours that remain at that moment, and the number and date of this attestation.",
        ),
    ),
    *(("Lbl", "3"), ("LBody", "If number and date differ from those on this attestation, do not accept it.")),
    ("P", "To the student: give this attestation only to those who may see the remaining hours."),
    ("P", "The figure may change after the issue: only the answer to the code shows how it stands at the moment."),
    ("P", "This attestation and the code say nothing about the work for other employers."),
]


def test_an_attestation_is_read_as_it_is_seen():
    assert read_paper(render_paper(PAPER, Language.EN)).lines == ENGLISH


@pytest.mark.parametrize("language", Language)
def test_the_tags_of_an_attestation_are_alike_in_every_language(language: Language):
    paper = read_paper(render_paper(PAPER, language))

    assert [role for role, _ in paper.lines] == [role for role, _ in ENGLISH]
    assert "pdfuaid:part" in paper.metadata


@pytest.mark.parametrize("language", Language)
def test_nothing_that_is_written_on_an_attestation_is_left_unread(language: Language):
    paper = read_paper(render_paper(PAPER, language))

    assert paper.unmarked == ""


def test_the_figures_of_an_attestation_are_read_with_their_words():
    (figure,) = (tag for tag in read_paper(render_paper(PAPER, Language.FR)).tree.of("H2") if "470" in tag.text)

    assert figure.text == "470 heures restantes en 2026"


def test_the_address_of_an_attestation_leads_there():
    pdf = render_paper(PAPER, Language.EN)
    (page,) = PdfReader(io.BytesIO(pdf)).pages
    (link,) = page["/Annots"]

    assert link.get_object()["/A"]["/URI"] == PAPER.address
    assert [tag.text for tag in read_paper(pdf).tree.of("Link")] == [PAPER.address]


def test_an_attestation_without_a_name_has_no_line_for_it():
    lines = read_paper(render_paper(replace(PAPER, holder=Holder("05071400153")), Language.EN)).lines

    assert lines == [line for line in ENGLISH if line not in {("Lbl", "Student"), ("LBody", "Noor Peeters")}]


@pytest.mark.parametrize(("limit", "granted"), [(650, 0), (650, 650), (650, 1), (0, 0)])
@pytest.mark.parametrize("language", Language)
def test_whatever_is_left_an_attestation_is_one_page(limit: int, granted: int, language: Language):
    balance = replace(BALANCE, limit=limit, granted=granted)
    pdf = render_paper(replace(PAPER, balance=balance, holder=Holder("05071400153", "Noor " * 90)), language)

    assert len(PdfReader(io.BytesIO(pdf)).pages) == 1
    assert any(line.startswith(f"{limit - granted} ") for role, line in read_paper(pdf).lines if role == "H2")


def test_letters_of_all_europe_are_shown():
    name = "Łukasz Ştefănescu-Őri Éloïse Ωραία Иванов"
    paper = read_paper(render_paper(replace(PAPER, holder=Holder("05071400153", name)), Language.EN))

    assert ("LBody", name) in paper.lines
    assert "pdfuaid:part" in paper.metadata


@pytest.mark.parametrize("name", ["W" * 500, "Noor\r\n\x00 Peeters " * 40])
def test_a_long_name_stays_in_its_line(name: str):
    paper = read_paper(render_paper(replace(PAPER, holder=Holder("05071400153", name)), Language.EN))
    (shown,) = (text for role, text in paper.lines if role == "LBody" and text.startswith(name[:4]))

    assert shown.endswith("…")
    assert 20 < len(shown) < 60
    assert "pdfuaid:part" in paper.metadata


def test_the_typefaces_of_an_attestation_are_in_it_with_what_their_letters_mean():
    (page,) = PdfReader(io.BytesIO(render_paper(PAPER, Language.FR))).pages
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    described = [font["/DescendantFonts"][0]["/FontDescriptor"] for font in fonts]

    assert len(fonts) == 2
    assert [font for font in described if not {"/FontFile2", "/FontFile3"} & font.keys()] == []
    assert [font for font in fonts if "/ToUnicode" not in font] == []


def test_equal_values_give_an_equal_attestation():
    assert render_paper(PAPER, Language.DE) == render_paper(PAPER, Language.DE)
