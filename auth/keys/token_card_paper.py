"""Say what stands on a token card: an A4 page with a card to cut out, in its owner's language; knows no table.

The card shows a name, its date and the codes, nothing else; it is made once, when the codes are known, and never kept.
How it looks stands in `token_card_paper.typ`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from correspondence.papers import print_paper
from domain.brussels import brussels_date
from domain.languages import Language
from domain.written_dates import render_day

_TEMPLATE = Path(__file__).with_suffix(".typ")
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
    """Return the PDF; equal values give equal bytes."""
    words = _WORDS[language]
    told = {
        "title": words["title"],
        "name": "".join(character for character in paper.name if character.isprintable()),
        "asked": f"{words['of']} {render_day(brussels_date(paper.made_at), language)}",
        "codes": paper.codes,
        "keep": words["keep"],
    }
    return print_paper(_TEMPLATE, told, language=language, at=paper.made_at)
