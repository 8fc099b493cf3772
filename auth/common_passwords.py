"""Which passwords are tried first: words that everybody uses, with what people put behind them so that a rule is kept. Pure.

The words are the thousand first that are all letters of Django's list of common passwords (in its order, by how often
leaks held them), and those below: how passwords, months, seasons, people, places and clubs are called in Dutch, French,
German and English. There is no public list of these languages that may be shipped; these were written for this file.
"""

import gzip
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path

import django.contrib.auth.password_validation as validation

_FIRST_WORDS, _SHORTEST = 1000, 4
_WORDS = """
    wachtwoord welkom welkom welkomthuis geheim paswoord toegang inloggen aanmelden hallo hallohallo goeiemorgen vrijdag
    zaterdag zondag maandag dinsdag woensdag donderdag januari februari maart april juni juli augustus september oktober
    november december lente zomer herfst winter vakantie liefde schatje moeder vader mama papa oma opa zonnetje vlinder
    konijn hond poes paard voetbal wielrennen belgie vlaanderen brussel antwerpen gent brugge leuven hasselt mechelen
    oostende kortrijk anderlecht clubbrugge beerschot genk kantoor bedrijf werken student school bakker bakkerij
    sociale zekerheid aangifte werkgever

    motdepasse bienvenue bonjour bonsoir salut secret acces connexion azerty azertyuiop qsdfgh qsdfghjklm azertyui jetaime
    amour cheri cherie doudou loulou soleil papillon chaton lapin cheval football vacances lundi mardi mercredi jeudi
    vendredi samedi dimanche janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre printemps
    hiver automne maman mamie papy famille belgique wallonie bruxelles liege namur charleroi tournai standard marseille
    bureau travail entreprise societe etudiant ecole boulanger boulangerie securite declaration employeur nicolas camille
    chocolat doudoune coucou princesse

    passwort kennwort willkommen geheim zugang anmelden hallo gutentag guten morgen qwertz qwertzuiop schatz liebe sonne
    sommer fruehling herbst winter urlaub fussball montag dienstag mittwoch donnerstag freitag samstag sonntag januar
    februar maerz juni juli oktober dezember mutter vater mausi hase schmetterling hund katze pferd belgien bruessel
    eupen deutschland bayern schalke borussia arbeit firma buero schule student baecker baeckerei sozial sicherheit
    arbeitgeber passwoerter ficken schalke

    password welcome letmein login access changeme summer autumn winter spring january february march april june july
    august september october november december monday tuesday wednesday thursday friday saturday sunday belgium brussels
    qwerty qwertyuiop asdfgh asdfghjkl zxcvbn zxcvbnm iloveyou sunshine princess football default testing temporary
    company office employer social security secret administrator admin master manager
"""
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
    stems = (lowered.removesuffix(ending) for ending in _endings() if lowered.endswith(ending))
    return any(len(set(stem)) == 1 or _plain(stem) in common_words() for stem in stems)


def each_common_password() -> Iterator[str]:
    """Yield them all in lower case, none with an accent or a figure in place of a letter; many keep no rule of ours."""
    yield from leaked_passwords()
    for word in common_words():
        for ending in _endings():
            yield word + ending


@cache
def leaked_passwords() -> frozenset[str]:
    """Return Django's list of common passwords, in lower case."""
    return frozenset(_read_leaked())


@cache
def common_words() -> frozenset[str]:
    """Return the words that are common with anything usual behind them, without accents."""
    leaked = (word for word in _read_leaked() if word.isascii() and word.isalpha() and len(word) >= _SHORTEST)
    return frozenset((*islice(leaked, _FIRST_WORDS), *_WORDS.split()))


@cache
def _endings() -> frozenset[str]:
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
