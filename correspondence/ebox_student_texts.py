"""Subjects and texts of what a student's e-Box tells of declarations, in four languages. Data only.

They name the employer and the days, which are the student's own to know, and no number of a person.
"""

from collections.abc import Mapping
from types import MappingProxyType

from correspondence.ebox_tables import EboxKind
from domain.languages import Language

_NL, _FR, _DE, _EN = Language.NL, Language.FR, Language.DE, Language.EN

STUDENT_TEXTS: Mapping[EboxKind, Mapping[Language, tuple[str, str]]] = MappingProxyType(
    {
        EboxKind.STUDENT_EMPLOYER: {
            _NL: (
                "Nieuwe werkgever: {employer}",
                (
                    "{employer} gaf voor het eerst studentenarbeid voor u aan: {hours}, van {first} tot {last}. Klopt "
                    "dat niet, spreek de werkgever dan aan. Alle periodes staan onder Student@work."
                ),
            ),
            _FR: (
                "Nouvel employeur : {employer}",
                (
                    "{employer} a déclaré pour la première fois du travail étudiant pour vous : {hours}, du {first} au "
                    "{last}. Si ce n'est pas exact, parlez-en à l'employeur. Toutes les périodes sont sous Student@work."
                ),
            ),
            _DE: (
                "Neuer Arbeitgeber: {employer}",
                (
                    "{employer} hat zum ersten Mal Studentenarbeit für Sie gemeldet: {hours}, vom {first} bis zum {last}. "
                    "Stimmt das nicht, wenden Sie sich an den Arbeitgeber. Alle Perioden stehen unter Student@work."
                ),
            ),
            _EN: (
                "New employer: {employer}",
                (
                    "{employer} declared student work for you for the first time: {hours}, from {first} to {last}. If "
                    "this is not right, ask the employer. All periods are shown under Student@work."
                ),
            ),
        },
        EboxKind.STUDENT_OVER_LIMIT: {
            _NL: (
                "Uren boven uw contingent: {employer}",
                (
                    "{employer} gaf {hours} aan, van {first} tot {last}. Daarvan buiten uw contingent: {outside}. Daarop betaalt "
                    "u de gewone sociale bijdragen."
                ),
            ),
            _FR: (
                "Heures au-delà de votre contingent : {employer}",
                (
                    "{employer} a déclaré {hours}, du {first} au {last}. Hors de votre contingent : {outside}. Vous y payez les "
                    "cotisations sociales ordinaires."
                ),
            ),
            _DE: (
                "Stunden über Ihrem Kontingent: {employer}",
                (
                    "{employer} hat {hours} gemeldet, vom {first} bis zum {last}. Davon außerhalb Ihres Kontingents: {outside}. "
                    "Darauf zahlen Sie die gewöhnlichen Sozialbeiträge."
                ),
            ),
            _EN: (
                "Hours above your contingent: {employer}",
                (
                    "{employer} declared {hours}, from {first} to {last}. Outside your contingent: {outside}. You pay the "
                    "ordinary social contributions on what lies outside."
                ),
            ),
        },
        EboxKind.STUDENT_LATE: {
            _NL: (
                "Te laat aangegeven: {employer}",
                (
                    "{employer} gaf {hours}, van {first} tot {last}, te laat aan. Alles ligt buiten uw contingent: u betaalt er "
                    "de gewone sociale bijdragen op."
                ),
            ),
            _FR: (
                "Déclaré trop tard : {employer}",
                (
                    "{employer} a déclaré trop tard {hours}, du {first} au {last}. Tout est hors de votre contingent : vous y "
                    "payez les cotisations sociales ordinaires."
                ),
            ),
            _DE: (
                "Zu spät gemeldet: {employer}",
                (
                    "{employer} hat {hours}, vom {first} bis zum {last}, zu spät gemeldet. Alles liegt außerhalb Ihres "
                    "Kontingents: Sie zahlen darauf die gewöhnlichen Sozialbeiträge."
                ),
            ),
            _EN: (
                "Declared too late: {employer}",
                (
                    "{employer} declared {hours}, from {first} to {last}, too late. All of it lies outside your contingent: you "
                    "pay the ordinary social contributions on it."
                ),
            ),
        },
        EboxKind.STUDENT_CANCELLED: {
            _NL: (
                "Geannuleerd: {employer}",
                ("{employer} annuleerde de afspraak van {hours}, van {first} tot {last}. {contingent}"),
            ),
            _FR: (
                "Annulé : {employer}",
                ("{employer} a annulé l'accord de {hours}, du {first} au {last}. {contingent}"),
            ),
            _DE: (
                "Annulliert: {employer}",
                ("{employer} hat die Vereinbarung über {hours}, vom {first} bis zum {last}, annulliert. {contingent}"),
            ),
            _EN: (
                "Cancelled: {employer}",
                ("{employer} cancelled the agreement of {hours}, from {first} to {last}. {contingent}"),
            ),
        },
        EboxKind.STUDENT_NEAR_LIMIT: {
            _NL: (
                "Uw contingent van {year} is bijna op",
                (
                    "Van uw {limit} in {year} zijn er {granted} gewerkt of gereserveerd. Nog over: {left}. Op uren daarboven "
                    "betaalt u de gewone sociale bijdragen. Alle periodes staan onder Student@work."
                ),
            ),
            _FR: (
                "Votre contingent de {year} est presque épuisé",
                (
                    "De vos {limit} en {year}, {granted} sont prestées ou réservées. Reste : {left}. Au-delà, vous payez "
                    "les cotisations sociales ordinaires. Toutes les périodes sont sous Student@work."
                ),
            ),
            _DE: (
                "Ihr Kontingent von {year} ist fast aufgebraucht",
                (
                    "Von Ihren {limit} in {year} sind {granted} geleistet oder vorgemerkt. Noch frei: {left}. Auf Stunden "
                    "darüber zahlen Sie die gewöhnlichen Sozialbeiträge. Alle Perioden stehen unter Student@work."
                ),
            ),
            _EN: (
                "Your contingent of {year} is nearly used up",
                (
                    "Of your {limit} in {year}, {granted} are worked or reserved. Left: {left}. You pay the ordinary "
                    "social contributions on hours above them. All periods are shown under Student@work."
                ),
            ),
        },
    }
)

STUDENT_WORDS: Mapping[str, Mapping[Language, str]] = MappingProxyType(
    {
        "CONTINGENT_FREED": {
            _NL: "Dat maakt {freed} van uw contingent weer vrij.",
            _FR: "Cela libère {freed} de votre contingent.",
            _DE: "Das gibt {freed} Ihres Kontingents wieder frei.",
            _EN: "That frees {freed} of your contingent.",
        },
        "CONTINGENT_UNTOUCHED": {
            _NL: "Daarvoor was niets van uw contingent gereserveerd.",
            _FR: "Rien de votre contingent n'y était réservé.",
            _DE: "Dafür war nichts von Ihrem Kontingent vorgemerkt.",
            _EN: "Nothing of your contingent was reserved for it.",
        },
    }
)
"""What a cancellation did to the contingent, each a sentence."""
