"""Subjects and texts of what check-ins put into an e-Box, in four languages. Data only; they say neither who nor when."""

from collections.abc import Mapping
from types import MappingProxyType

from correspondence.ebox_tables import EboxKind
from domain.languages import Language

_NL, _FR, _DE, _EN = Language.NL, Language.FR, Language.DE, Language.EN

CHECK_IN_TEXTS: Mapping[EboxKind, Mapping[Language, tuple[str, str]]] = MappingProxyType(
    {
        EboxKind.CHECK_IN_ERROR: {
            _NL: (
                "Een werknemer meldt een fout in een aanwezigheidsregistratie",
                "Bekijk de melding onder Check-ins, Gemelde fouten. U kunt binnen 30 dagen na de registratie een wijziging vragen.",
            ),
            _FR: (
                "Un travailleur signale une erreur dans un enregistrement de présence",
                (
                    "Consultez le signalement sous Check-ins, Erreurs signalées. Vous pouvez demander une correction dans les "
                    "30 jours suivant l'enregistrement."
                ),
            ),
            _DE: (
                "Ein Arbeitnehmer meldet einen Fehler in einer Anwesenheitsregistrierung",
                (
                    "Sehen Sie die Meldung unter Check-ins, Gemeldete Fehler an. Sie können binnen 30 Tagen nach der "
                    "Registrierung eine Berichtigung beantragen."
                ),
            ),
            _EN: (
                "A worker reports an error in a registration of presence",
                "See the report under Check-ins, Reported errors. You can ask for a correction within 30 days of the registration.",
            ),
        },
        EboxKind.MISSING_CHECK_OUT: {
            _NL: (
                "Een check-out ontbreekt",
                "Bekijk welke onder Check-ins. Alleen een wijziging met bewijsstukken, gevraagd binnen 30 dagen, sluit ze af.",
            ),
            _FR: (
                "Un check-out manque",
                "Consultez lequel sous Check-ins. Seule une correction avec preuves, demandée dans les 30 jours, le clôture.",
            ),
            _DE: (
                "Ein Check-out fehlt",
                "Sehen Sie unter Check-ins nach, welcher. Nur eine Berichtigung mit Nachweisen, binnen 30 Tagen, schließt ihn ab.",
            ),
            _EN: (
                "A check-out is missing",
                "See which one under Check-ins. Only a correction with evidence, asked for within 30 days, closes it.",
            ),
        },
        EboxKind.CORRECTION_DECIDED: {
            _NL: (
                "Over een wijziging van een aanwezigheidsregistratie is beslist",
                "Bekijk de beslissing in het portaal, onder Check-ins.",
            ),
            _FR: (
                "Une correction d'un enregistrement de présence est décidée",
                "Consultez la décision sur le portail, sous Check-ins.",
            ),
            _DE: (
                "Über die Berichtigung einer Anwesenheitsregistrierung ist entschieden",
                "Sehen Sie die Entscheidung im Portal unter Check-ins an.",
            ),
            _EN: (
                "A correction of a registration of presence is decided",
                "See the decision in the portal, under Check-ins.",
            ),
        },
    }
)
