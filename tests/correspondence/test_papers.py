"""Papers: what every PDF of this counter tells those who have it read aloud, whatever its template says."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import typst

from correspondence.papers import print_paper
from domain.languages import Language
from tests.printed_papers import read_paper

AT = datetime(2026, 7, 1, 10, tzinfo=UTC)
LETTER = Path(__file__).with_name("letter.typ")


def printed(*, title: str = "Été", text: str = "Hallo", language: Language = Language.NL, at: datetime = AT) -> bytes:
    return print_paper(LETTER, {"title": title, "text": text}, language=language, at=at)


@pytest.mark.parametrize("language", Language)
def test_a_paper_is_tagged_and_tells_its_language(language: Language):
    catalog = read_paper(printed(language=language)).catalog

    assert catalog["/MarkInfo"]["/Marked"].value
    assert catalog["/Lang"] == language


def test_a_window_with_a_paper_is_named_by_its_title():
    paper = read_paper(printed())

    assert paper.catalog["/ViewerPreferences"]["/DisplayDocTitle"].value
    assert '<rdf:li xml:lang="x-default">Été</rdf:li></rdf:Alt></dc:title>' in paper.metadata


def test_a_paper_says_that_it_is_pdf_ua():
    assert "<pdfuaid:part>1</pdfuaid:part>" in read_paper(printed()).metadata


def test_a_letter_that_no_typeface_has_is_not_said_to_be_shown():
    paper = read_paper(printed(text="Zhāng 張"))

    assert "pdfuaid" not in paper.metadata
    assert [role for role, text in paper.lines if text.startswith(("Été", "Zhāng "))] == ["H1", "P"]


def test_what_merely_decorates_is_not_read():
    paper = read_paper(printed())

    assert paper.decoration
    assert (paper.lines, paper.unmarked) == ([("H1", "Été"), ("P", "Hallo")], "")


@pytest.mark.parametrize("text", ["#panic() *x* $y$ @z", '#read("/LICENSE")', "= x", "- x", "\\", "https://x.example"])
def test_values_are_text_and_never_markup(text: str):
    assert read_paper(printed(text=text)).lines == [("H1", "Été"), ("P", text)]


def test_equal_values_give_equal_bytes_wherever_the_instant_was_read():
    there = AT.astimezone(timezone(timedelta(hours=2)))

    assert printed() == printed(at=there) == printed(at=AT + timedelta(microseconds=1))
    assert printed() != printed(at=AT + timedelta(seconds=1))


def test_a_template_that_asks_for_a_value_which_is_not_told_is_an_error():
    with pytest.raises(typst.TypstError):
        print_paper(LETTER, {"title": "Brief"}, language=Language.NL, at=AT)
