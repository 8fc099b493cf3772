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
                    "{employer} gaf voor het eerst studentenarbeid voor u aan: {hours} uren, van {first} tot {last}. Klopt "
                    "dat niet, spreek de werkgever dan aan. Alle periodes staan onder Student@work."
                ),
            ),
            _FR: (
                "Nouvel employeur : {employer}",
                (
                    "{employer} a déclaré pour la première fois du travail étudiant pour vous : {hours} heures, du {first} au "
                    "{last}. Si ce n'est pas exact, parlez-en à l'employeur. Toutes les périodes sont sous Student@work."
                ),
            ),
            _DE: (
                "Neuer Arbeitgeber: {employer}",
                (
                    "{employer} hat zum ersten Mal Studentenarbeit für Sie gemeldet: {hours} Stunden, vom {first} bis zum {last}. "
                    "Stimmt das nicht, wenden Sie sich an den Arbeitgeber. Alle Perioden stehen unter Student@work."
                ),
            ),
            _EN: (
                "New employer: {employer}",
                (
                    "{employer} declared student work for you for the first time: {hours} hours, from {first} to {last}. If "
                    "this is not right, ask the employer. All periods are shown under Student@work."
                ),
            ),
        },
        EboxKind.STUDENT_OVER_LIMIT: {
            _NL: (
                "Uren boven uw contingent: {employer}",
                (
                    "Van de {hours} uren die {employer} aangaf van {first} tot {last}, liggen er {outside} buiten uw contingent. "
                    "Daarop betaalt u de gewone sociale bijdragen."
                ),
            ),
            _FR: (
                "Heures au-delà de votre contingent : {employer}",
                (
                    "Des {hours} heures déclarées par {employer} du {first} au {last}, {outside} sont hors de votre contingent. "
                    "Vous y payez les cotisations sociales ordinaires."
                ),
            ),
            _DE: (
                "Stunden über Ihrem Kontingent: {employer}",
                (
                    "Von den {hours} Stunden, die {employer} vom {first} bis zum {last} gemeldet hat, liegen {outside} außerhalb "
                    "Ihres Kontingents. Darauf zahlen Sie die gewöhnlichen Sozialbeiträge."
                ),
            ),
            _EN: (
                "Hours above your contingent: {employer}",
                (
                    "Of the {hours} hours that {employer} declared from {first} to {last}, {outside} lie outside your "
                    "contingent. You pay the ordinary social contributions on them."
                ),
            ),
        },
        EboxKind.STUDENT_LATE: {
            _NL: (
                "Te laat aangegeven: {employer}",
                (
                    "{employer} gaf {hours} uren, van {first} tot {last}, te laat aan. Ze liggen allemaal buiten uw contingent: u "
                    "betaalt er de gewone sociale bijdragen op."
                ),
            ),
            _FR: (
                "Déclaré trop tard : {employer}",
                (
                    "{employer} a déclaré trop tard {hours} heures, du {first} au {last}. Elles sont toutes hors de votre "
                    "contingent : vous y payez les cotisations sociales ordinaires."
                ),
            ),
            _DE: (
                "Zu spät gemeldet: {employer}",
                (
                    "{employer} hat {hours} Stunden, vom {first} bis zum {last}, zu spät gemeldet. Sie liegen alle außerhalb Ihres "
                    "Kontingents: Sie zahlen darauf die gewöhnlichen Sozialbeiträge."
                ),
            ),
            _EN: (
                "Declared too late: {employer}",
                (
                    "{employer} declared {hours} hours, from {first} to {last}, too late. All of them lie outside your "
                    "contingent: you pay the ordinary social contributions on them."
                ),
            ),
        },
        EboxKind.STUDENT_CANCELLED: {
            _NL: (
                "Geannuleerd: {employer}",
                (
                    "{employer} annuleerde de afspraak van {hours} uren, van {first} tot {last}. Daarvoor waren {freed} uren van uw "
                    "contingent gereserveerd; die zijn weer vrij."
                ),
            ),
            _FR: (
                "Annulé : {employer}",
                (
                    "{employer} a annulé l'accord de {hours} heures, du {first} au {last}. {freed} heures de votre contingent y "
                    "étaient réservées ; elles sont à nouveau libres."
                ),
            ),
            _DE: (
                "Annulliert: {employer}",
                (
                    "{employer} hat die Vereinbarung über {hours} Stunden, vom {first} bis zum {last}, annulliert. Dafür waren "
                    "{freed} Stunden Ihres Kontingents vorgemerkt; sie sind wieder frei."
                ),
            ),
            _EN: (
                "Cancelled: {employer}",
                (
                    "{employer} cancelled the agreement of {hours} hours, from {first} to {last}. For it {freed} hours of your "
                    "contingent were reserved; they are free again."
                ),
            ),
        },
        EboxKind.STUDENT_NEAR_LIMIT: {
            _NL: (
                "Uw contingent van {year} is bijna op",
                (
                    "Van uw {limit} uren in {year} zijn er {granted} gewerkt of gereserveerd: er blijven er {left} over. Op uren "
                    "daarboven betaalt u de gewone sociale bijdragen. Alle periodes staan onder Student@work."
                ),
            ),
            _FR: (
                "Votre contingent de {year} est presque épuisé",
                (
                    "De vos {limit} heures en {year}, {granted} sont prestées ou réservées : il en reste {left}. Au-delà, vous "
                    "payez les cotisations sociales ordinaires. Toutes les périodes sont sous Student@work."
                ),
            ),
            _DE: (
                "Ihr Kontingent von {year} ist fast aufgebraucht",
                (
                    "Von Ihren {limit} Stunden in {year} sind {granted} geleistet oder vorgemerkt: {left} bleiben übrig. Auf "
                    "Stunden darüber zahlen Sie die gewöhnlichen Sozialbeiträge. Alle Perioden stehen unter Student@work."
                ),
            ),
            _EN: (
                "Your contingent of {year} is nearly used up",
                (
                    "Of your {limit} hours in {year}, {granted} are worked or reserved: {left} are left. You pay the ordinary "
                    "social contributions on hours above them. All periods are shown under Student@work."
                ),
            ),
        },
    }
)
