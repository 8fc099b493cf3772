"""Say what stands on an attestation: one A4 page in the student's language, from values alone; knows no table.

How it looks, and what of it is a heading or a list, stands in `attestation_paper.typ`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from correspondence.papers import Told, print_paper
from domain.brussels import brussels_date
from domain.identifiers import written_insz
from domain.languages import Language
from domain.student_day_questions import Balance
from domain.written_dates import render_day, render_minute
from registers.student_days.questions.words import words_of

_TEMPLATE = Path(__file__).with_suffix(".typ")


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom an attestation is about: eleven digits, and a name where whoever signed in has told one."""

    national_number: str
    name: str = ""

    def __repr__(self) -> str:
        """Return nothing personal."""
        return "Holder(...)"

    @property
    def written_number(self) -> str:
        """The number as people write it."""
        return written_insz(self.national_number)


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands on an attestation; `address` is where the code is entered."""

    number: str
    holder: Holder
    balance: Balance
    code: str
    expires_at: datetime
    address: str


def render_paper(paper: Paper, language: Language) -> bytes:
    """Return the PDF; equal values give equal bytes."""
    told: Told = {**_words(paper, language), **_values(paper, language)}
    return print_paper(_TEMPLATE, told, language=language, at=paper.balance.at)


def _values(paper: Paper, language: Language) -> Told:
    return {
        "name": "".join(character for character in paper.holder.name if character.isprintable()),
        "written_number": paper.holder.written_number,
        "issued_at": render_minute(paper.balance.at, language),
        "limit": paper.balance.limit,
        "granted": paper.balance.granted,
        "remaining_hours": paper.balance.remaining,
        "code": paper.code,
        "address": paper.address,
    }


def _words(paper: Paper, language: Language) -> Told:
    words, balance = words_of(language), paper.balance
    last_day = brussels_date(paper.expires_at - timedelta(seconds=1))
    return {
        "document": f"{words['title']} {paper.number}",
        "title": words["title"],
        "number": words["number"].format(number=paper.number),
        "student": words["student"],
        "national_number": words["national_number"],
        "issued": words["issued"],
        "remaining": words["remaining_one" if balance.remaining == 1 else "remaining"].format(year=balance.year),
        "of_limit": words["of_limit"].format(limit=balance.limit, year=balance.year),
        "bar_granted": words["bar_granted"].format(hours=balance.granted),
        "bar_remaining": words["bar_remaining"].format(hours=balance.remaining),
        "code_label": words["code"],
        "code_valid": words["code_valid"].format(day=render_day(last_day, language)),
        "how": words["how"],
        "how_first": words["how_first"],
        "how_second": words["how_second"],
        "how_third": words["how_third"],
        "notes": [words[name] for name in ("note_share", "note_changes", "note_others")],
    }
