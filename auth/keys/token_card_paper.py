"""Print a token card: an A4 page with a card to cut out, in its owner's language, from values alone; knows no table.

The card shows a name, its date and the codes, nothing else; it is made once, when the codes are known, and never kept.
"""

import io
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

from font_source_sans_pro import font_directory
from reportlab.lib.colors import HexColor, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from domain.brussels import brussels_date
from domain.languages import Language
from domain.written_dates import render_day

_REGULAR, _SEMIBOLD = "TokenCard-Regular", "TokenCard-Semibold"
_INK, _QUIET, _ACCENT, _TINT = map(HexColor, ("#1b2a3a", "#56636f", "#0b6b6b", "#eaf4f3"))
_PAGE_WIDTH, _PAGE_HEIGHT = A4
_CARD_WIDTH, _CARD_HEIGHT = 120 * mm, 76 * mm
_LEFT = (_PAGE_WIDTH - _CARD_WIDTH) / 2
_GAP = 3 * mm
"""What stays free between the name and the day."""

_COLUMNS, _ROWS = 4, 6
_RENDERING = threading.Lock()
"""A font of a library is no thread's own."""

_WORDS: Mapping[Language, Mapping[str, str]] = {
    Language.NL: {
        "title": "Token",
        "of": "Aangevraagd op",
        "keep": "Knip de kaart uit en bewaar ze apart van uw wachtwoord. Bij het aanmelden wordt één code gevraagd, met haar "
        "nummer; elke code geldt één keer. Kaart verloren? Schors ze bij “Mijn digitale sleutels”.",
    },
    Language.FR: {
        "title": "Token",
        "of": "Demandé le",
        "keep": "Découpez la carte et conservez-la séparément de votre mot de passe. À la connexion, un code est demandé par son "
        "numéro ; chaque code sert une seule fois. Carte perdue ? Suspendez-la sous « Mes clés numériques ».",
    },
    Language.DE: {
        "title": "Token",
        "of": "Beantragt am",
        "keep": "Schneiden Sie die Karte aus und bewahren Sie sie getrennt vom Kennwort auf. Bei der Anmeldung wird ein Code nach "
        "seiner Nummer gefragt; jeder Code gilt einmal. Karte verloren? Sperren Sie sie unter „Meine digitalen Schlüssel“.",
    },
    Language.EN: {
        "title": "Token card",
        "of": "Requested on",
        "keep": "Cut the card out and keep it apart from your password. When you sign in, one code is asked for by its number; "
        "each code counts once. Lost the card? Suspend it under “My digital keys”.",
    },
}


@dataclass(frozen=True, slots=True)
class CardPaper:
    """What stands on a card: whose it is, when it was asked for, and 24 codes in their order."""

    name: str
    made_at: datetime
    codes: tuple[str, ...] = field(repr=False)


def render_card(paper: CardPaper, language: Language) -> bytes:
    """Return the PDF, its fonts embedded."""
    words = _WORDS[language]
    file = io.BytesIO()
    with _RENDERING:
        _register_fonts()
        canvas = Canvas(file, pagesize=A4, lang=str(language), initialFontName=_REGULAR)
        canvas.setTitle(words["title"])
        canvas.setAuthor("Guichet")
        canvas.setCreator("Guichet")
        _draw_frame(canvas)
        _draw_head(canvas, paper, words, language)
        _draw_codes(canvas, paper.codes)
        _draw_advice(canvas, words["keep"])
        canvas.showPage()
        canvas.save()
    return file.getvalue()


def _bottom() -> float:
    return float(_PAGE_HEIGHT - 40 * mm - _CARD_HEIGHT)


def _draw_frame(canvas: Canvas) -> None:
    canvas.setStrokeColor(_QUIET)
    canvas.setDash(3, 3)
    canvas.roundRect(_LEFT, _bottom(), _CARD_WIDTH, _CARD_HEIGHT, 4 * mm)
    canvas.setDash()


def _draw_head(canvas: Canvas, paper: CardPaper, words: Mapping[str, str], language: Language) -> None:
    top = _bottom() + _CARD_HEIGHT
    canvas.setFillColor(_ACCENT)
    canvas.setFont(_SEMIBOLD, 15)
    canvas.drawString(_LEFT + 7 * mm, top - 11 * mm, f"Guichet · {words['title']}")
    canvas.setFillColor(_INK)
    canvas.setFont(_REGULAR, 9.5)
    asked = f"{words['of']} {render_day(brussels_date(paper.made_at), language)}"
    canvas.drawString(_LEFT + 7 * mm, top - 17 * mm, name_beside(asked, paper.name))
    canvas.setFillColor(_QUIET)
    canvas.drawRightString(_LEFT + _CARD_WIDTH - 7 * mm, top - 17 * mm, asked)


def _draw_codes(canvas: Canvas, codes: tuple[str, ...]) -> None:
    width, height = (_CARD_WIDTH - 14 * mm) / _COLUMNS, 8 * mm
    for index, code in enumerate(codes):
        column, row = divmod(index, _ROWS)
        left = _LEFT + 7 * mm + column * width
        bottom = _bottom() + 4 * mm + (_ROWS - 1 - row) * height
        canvas.setFillColor(_TINT if row % 2 == 0 else white)
        canvas.rect(left, bottom, width, height, stroke=0, fill=1)
        canvas.setFillColor(_QUIET)
        canvas.setFont(_REGULAR, 9)
        canvas.drawRightString(left + 6.5 * mm, bottom + 2.6 * mm, str(index + 1))
        canvas.setFillColor(_INK)
        canvas.setFont("Courier-Bold", 11)
        canvas.drawString(left + 8.5 * mm, bottom + 2.5 * mm, code)


def _draw_advice(canvas: Canvas, text: str) -> None:
    canvas.setFillColor(_INK)
    canvas.setFont(_REGULAR, 10.5)
    line = _bottom() - 12 * mm
    for part in simpleSplit(text, _REGULAR, 10.5, _CARD_WIDTH):
        canvas.drawString(_LEFT, line, part)
        line -= 5.5 * mm


def name_beside(asked: str, name: str) -> str:
    """Return as much of the name as the line has room for beside the day on which the card was asked for."""
    room = _CARD_WIDTH - 14 * mm - _GAP - width_of(asked)
    shown, whole = name, name
    while shown and width_of(shown if shown == whole else f"{shown.rstrip()}…") > room:
        shown = shown[:-1]
    return shown if shown == whole else f"{shown.rstrip()}…"


def width_of(text: str) -> float:
    """Return how wide a text of the head is, in points."""
    _register_fonts()
    return float(pdfmetrics.stringWidth(text, _REGULAR, 9.5))


@cache
def _register_fonts() -> None:
    folder = Path(font_directory)
    for name, file in ((_REGULAR, "SourceSansPro-Regular.ttf"), (_SEMIBOLD, "SourceSansPro-Semibold.ttf")):
        pdfmetrics.registerFont(TTFont(name, str(folder / file)))
