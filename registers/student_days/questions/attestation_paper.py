"""Print an attestation: one A4 page in the student's language, from values alone; knows no table."""

import io
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from font_source_sans_pro import font_directory
from reportlab.lib.colors import HexColor, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from domain.brussels import brussels_date
from domain.identifiers import written_insz
from domain.languages import Language
from domain.student_day_questions import Balance
from domain.written_dates import render_day, render_minute
from registers.student_days.questions.words import words_of

PRODUCT = "Guichet"
_REGULAR, _SEMIBOLD = "SourceSansPro-Regular", "SourceSansPro-Semibold"
_INK, _QUIET, _ACCENT, _TINT, _TRACK = map(HexColor, ("#1b2a3a", "#56636f", "#0b6b6b", "#eaf4f3", "#c9d3da"))
_PAGE_WIDTH, _PAGE_HEIGHT = A4
_LEFT = 24 * mm
_WIDTH = _PAGE_WIDTH - 2 * _LEFT
_RENDERING = threading.Lock()
"""Fonts are shared by everything in the process that prints."""


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
    """Return the PDF, its fonts embedded."""
    words = words_of(language)
    file = io.BytesIO()
    with _RENDERING:
        _register_fonts()
        canvas = Canvas(file, pagesize=A4, lang=str(language), initialFontName=_REGULAR)
        canvas.setTitle(f"{words['title']} {paper.number}")
        canvas.setAuthor(PRODUCT)
        canvas.setCreator(PRODUCT)
        canvas.setSubject(words["of_limit"].format(limit=paper.balance.limit, year=paper.balance.year))
        _draw_head(canvas, paper, language)
        _draw_holder(canvas, paper, language)
        _draw_balance(canvas, paper, language)
        _draw_code(canvas, paper, language)
        _draw_instructions(canvas, paper, language)
        _draw_notes(canvas, language)
        canvas.showPage()
        canvas.save()
    return file.getvalue()


@cache
def _register_fonts() -> None:
    for name in (_REGULAR, _SEMIBOLD):
        pdfmetrics.registerFont(TTFont(name, str(Path(font_directory) / f"{name}.ttf")))


def _draw_head(canvas: Canvas, paper: Paper, language: Language) -> None:
    words = words_of(language)
    top = _PAGE_HEIGHT - 26 * mm
    canvas.setFillColor(_ACCENT)
    canvas.rect(0, _PAGE_HEIGHT - 4 * mm, _PAGE_WIDTH, 4 * mm, stroke=0, fill=1)
    _text(canvas, _LEFT, top, PRODUCT, size=11, font=_SEMIBOLD, color=_ACCENT)
    number = words["number"].format(number=paper.number)
    canvas.setFont(_REGULAR, 11)
    canvas.setFillColor(_QUIET)
    canvas.drawRightString(_LEFT + _WIDTH, top, number)
    _text(canvas, _LEFT, top - 17 * mm, words["title"], size=27, font=_SEMIBOLD)


def _draw_holder(canvas: Canvas, paper: Paper, language: Language) -> None:
    words = words_of(language)
    top = _PAGE_HEIGHT - 58 * mm
    rows = [
        (words["national_number"], paper.holder.written_number),
        (words["issued"], render_minute(paper.balance.at, language)),
    ]
    if paper.holder.name:
        rows.insert(0, (words["student"], _fitting(paper.holder.name, width=_WIDTH - 66 * mm, size=11.5)))
    for place, (label, value) in enumerate(rows):
        line = top - place * 7 * mm
        _text(canvas, _LEFT, line, label, size=10.5, color=_QUIET)
        _text(canvas, _LEFT + 66 * mm, line, value, size=11.5, font=_SEMIBOLD)


def _fitting(text: str, *, width: float, size: float) -> str:
    """Return as much of the text as fits in one line, without what cannot be printed."""
    shown = "".join(character for character in text if character.isprintable())
    if pdfmetrics.stringWidth(shown, _SEMIBOLD, size) <= width:
        return shown
    while pdfmetrics.stringWidth(f"{shown}…", _SEMIBOLD, size) > width:
        shown = shown[:-1]
    return f"{shown}…"


def _draw_balance(canvas: Canvas, paper: Paper, language: Language) -> None:
    words, balance = words_of(language), paper.balance
    base = _PAGE_HEIGHT - 108 * mm
    figure = str(balance.remaining)
    _text(canvas, _LEFT, base, figure, size=66, font=_SEMIBOLD, color=_ACCENT)
    beside = _LEFT + pdfmetrics.stringWidth(figure, _SEMIBOLD, 66) + 5 * mm
    room = _LEFT + _WIDTH - beside
    told = words["remaining_one" if balance.remaining == 1 else "remaining"].format(year=balance.year)
    _text(canvas, beside, base + 8 * mm, told, size=17, font=_SEMIBOLD)
    of_limit = words["of_limit"].format(limit=balance.limit, year=balance.year)
    _paragraph(canvas, beside, base + 5 * mm, of_limit, width=room, size=10.5, color="#56636f")
    _draw_bar(canvas, balance, language, top=base - 15 * mm)


def _draw_bar(canvas: Canvas, balance: Balance, language: Language, *, top: float) -> None:
    """Draw the whole year as a bar: what is granted in grey, what is left in colour, each with its words below."""
    words = words_of(language)
    height = 5 * mm
    share = balance.granted / balance.limit if balance.limit else 1.0
    canvas.setFillColor(_TRACK)
    canvas.rect(_LEFT, top, _WIDTH, height, stroke=0, fill=1)
    if share < 1:
        canvas.setFillColor(_ACCENT)
        canvas.rect(_LEFT + _WIDTH * share, top, _WIDTH * (1 - share), height, stroke=0, fill=1)
    if 0 < share < 1:
        canvas.setFillColor(white)
        canvas.rect(_LEFT + _WIDTH * share - 0.3 * mm, top, 0.6 * mm, height, stroke=0, fill=1)
    below = top - 5 * mm
    _text(canvas, _LEFT, below, words["bar_granted"].format(hours=balance.granted), size=10, color=_QUIET)
    canvas.setFont(_SEMIBOLD, 10)
    canvas.setFillColor(_ACCENT)
    canvas.drawRightString(_LEFT + _WIDTH, below, words["bar_remaining"].format(hours=balance.remaining))


def _draw_code(canvas: Canvas, paper: Paper, language: Language) -> None:
    words = words_of(language)
    height = 36 * mm
    bottom = _PAGE_HEIGHT - 178 * mm
    canvas.setFillColor(_TINT)
    canvas.roundRect(_LEFT, bottom, _WIDTH, height, 2.5 * mm, stroke=0, fill=1)
    inside = _LEFT + 8 * mm
    _text(canvas, inside, bottom + height - 9.5 * mm, words["code"], size=11, color=_QUIET)
    _text(canvas, inside, bottom + 14 * mm, paper.code, size=27, font=_SEMIBOLD, spacing=1.6)
    last_day = brussels_date(paper.expires_at - timedelta(seconds=1))
    _text(canvas, inside, bottom + 6 * mm, words["code_valid"].format(day=render_day(last_day, language)), size=11)


def _draw_instructions(canvas: Canvas, paper: Paper, language: Language) -> None:
    words = words_of(language)
    line = _PAGE_HEIGHT - 193 * mm
    _text(canvas, _LEFT, line, words["how"], size=13, font=_SEMIBOLD)
    line -= 3 * mm
    for place, name in enumerate(("how_first", "how_second", "how_third"), start=1):
        _text(canvas, _LEFT, line - 3.8 * mm, str(place), size=11, font=_SEMIBOLD, color=_ACCENT)
        line -= _paragraph(
            canvas, _LEFT + 6 * mm, line, words[name].format(address=paper.address), width=_WIDTH - 6 * mm, size=11
        )
        line -= 1.5 * mm


def _draw_notes(canvas: Canvas, language: Language) -> None:
    words = words_of(language)
    canvas.setStrokeColor(_TRACK)
    canvas.setLineWidth(0.6)
    canvas.line(_LEFT, 43 * mm, _LEFT + _WIDTH, 43 * mm)
    line = 41 * mm
    for name in ("note_share", "note_changes", "note_others"):
        line -= _paragraph(canvas, _LEFT, line, words[name], width=_WIDTH, size=9.5, color="#56636f")
        line -= 0.8 * mm


def _text(
    canvas: Canvas,
    x: float,
    y: float,
    text: str,
    *,
    size: float,
    font: str = _REGULAR,
    color: HexColor = _INK,
    spacing: float = 0,
) -> None:
    canvas.setFillColor(color)
    canvas.setFont(font, size)
    canvas.drawString(x, y, text, charSpace=spacing)


def _paragraph(
    canvas: Canvas, x: float, top: float, text: str, *, width: float, size: float, color: str = "#1b2a3a"
) -> float:
    """Draw wrapped text below `top` and return its height, in points."""
    style = ParagraphStyle("body", fontName=_REGULAR, fontSize=size, leading=size * 1.32, textColor=HexColor(color))
    paragraph = Paragraph(escape(text), style)
    _, height = paragraph.wrap(width, _PAGE_HEIGHT)
    paragraph.drawOn(canvas, x, top - height)
    return float(height)
