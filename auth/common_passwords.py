"""Which passwords are tried first: words that everybody uses, with what people put behind them so that a rule is kept. Pure.

The words are the thousand first that are all letters of Django's list of common passwords (in its order, by how often
leaks held them), and those below: how passwords, months, seasons, people, places and clubs are called in Dutch, French,
German and English. There is no public list of these languages that may be shipped; these were written for this file.
"""

import gzip
import unicodedata
from functools import cache
from itertools import islice
from pathlib import Path

import django.contrib.auth.password_validation as validation

_FIRST_WORDS, _SHORTEST = 1000, 4
WORDS = """
    aangifte aanmelden acces access admin administrator amour anderlecht anmelden antwerpen aout april arbeit
    arbeitgeber asdfgh asdfghjkl august augustus automne autumn avril azerty azertyui azertyuiop baecker baeckerei
    bakker bakkerij bayern bedrijf beerschot belgie belgien belgique belgium bienvenue bonjour bonsoir borussia
    boulanger boulangerie bruessel brugge brussel brussels bruxelles buero bureau camille changeme charleroi chaton
    cheri cherie cheval chocolat clubbrugge company connexion coucou december decembre declaration default deutschland
    dezember dienstag dimanche dinsdag donderdag donnerstag doudou doudoune ecole employer employeur entreprise etudiant
    eupen famille februar februari february fevrier firma football freitag friday fruehling fussball geheim genk gent
    goeiemorgen guten gutentag hallo hallohallo hase hasselt herbst herfst hiver hond hund iloveyou inloggen januar
    januari january janvier jetaime jeudi juillet juin juli july june juni kantoor katze kennwort konijn kortrijk lapin
    lente letmein leuven liebe liefde liege login loulou lundi maandag maart maerz mama maman mamie manager march mardi
    mars marseille master mausi mechelen mercredi mittwoch moeder monday montag morgen motdepasse mutter namur nicolas
    november novembre october octobre office oktober oma oostende opa paard papa papillon papy passwoerter password
    passwort paswoord pferd poes princess princesse printemps qsdfgh qsdfghjklm qwerty qwertyuiop qwertz qwertzuiop
    salut samedi samstag saturday schalke schatje schatz schmetterling school schule secret securite security september
    septembre sicherheit social sociale societe soleil sommer sonne sonntag sozial spring standard student summer sunday
    sunshine temporary testing thursday toegang tournai travail tuesday urlaub vacances vader vakantie vater vendredi
    vlaanderen vlinder voetbal vrijdag wachtwoord wallonie wednesday welcome welkom welkomthuis werken werkgever
    wielrennen willkommen winter woensdag zaterdag zekerheid zomer zondag zonnetje zugang zxcvbn zxcvbnm
"""
"""Those words, in alphabetical order, each once: many are common in several of the languages."""
_NUMBERS = (
    *(
        "1",
        "2",
        "3",
        "7",
        "00",
        "01",
        "02",
        "03",
        "07",
        "10",
        "11",
        "12",
        "13",
        "21",
        "22",
        "23",
        "42",
        "69",
        "77",
        "88",
    ),
    *("99", "000", "007", "111", "123", "321", "666", "777", "1234", "4321", "12345", "54321", "123456", "654321"),
    *("12345678", "123456789", "1234567890"),
    *(str(year) for year in range(1960, 2041)),
)
_MARKS = ("", "!", "!!", "?", ".", "*", "#", "$", "@", "-", "+")
_IN_PLACE_OF_LETTERS = str.maketrans({"@": "a", "4": "a", "3": "e", "1": "i", "!": "i", "0": "o", "5": "s", "$": "s"})


def is_common(password: str) -> bool:
    """Whether the password is tried first, however its letters are cased, accented or written as figures (`P@ssw0rd12`)."""
    lowered = password.lower()
    if lowered in leaked_passwords():
        return True
    stems = (lowered.removesuffix(ending) for ending in usual_endings() if lowered.endswith(ending))
    return any(len(set(stem)) == 1 or _plain(stem) in common_words() for stem in stems)


@cache
def leaked_passwords() -> frozenset[str]:
    """Return Django's list of common passwords, in lower case."""
    return frozenset(_read_leaked())


@cache
def common_words() -> frozenset[str]:
    """Return the words that are common with anything usual behind them, without accents."""
    leaked = (word for word in _read_leaked() if word.isascii() and word.isalpha() and len(word) >= _SHORTEST)
    return frozenset((*islice(leaked, _FIRST_WORDS), *WORDS.split()))


@cache
def usual_endings() -> frozenset[str]:
    """Return what people put behind a word so that a rule is kept."""
    marked = [f"{first}{number}{last}" for number in _NUMBERS for first in ("", "-", ".", "@", "_") for last in _MARKS]
    return frozenset(
        (*marked, *(f"!{number}" for number in _NUMBERS), "!!", "??", "..", "**", "!?", "?!", ":-)", "!!!")
    )


def _read_leaked() -> list[str]:
    path = Path(validation.__file__).parent / "common-passwords.txt.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [line.strip().lower() for line in lines]


def _plain(text: str) -> str:
    spread = unicodedata.normalize("NFKD", text.translate(_IN_PLACE_OF_LETTERS))
    return "".join(letter for letter in spread if not unicodedata.combining(letter))
