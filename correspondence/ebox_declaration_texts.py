"""Subjects and texts of the tasks that access declarations put into an e-Box, in four languages. Data only."""

from collections.abc import Mapping
from types import MappingProxyType

from correspondence.ebox_tables import EboxKind
from domain.languages import Language

_NL, _FR, _DE, _EN = Language.NL, Language.FR, Language.DE, Language.EN

DECLARATION_TEXTS: Mapping[EboxKind, Mapping[Language, tuple[str, str]]] = MappingProxyType(
    {
        EboxKind.CONFIRM_FILE: {
            _NL: (
                "Bestand te bevestigen: {file}",
                (
                    "Het bestand {file} zou meer dan een vijfde van de actieve gebruikers blokkeren of verwijderen. Er is "
                    "niets uitgevoerd: bevestig of weiger het binnen 30 dagen onder Personen en rechten. Ticket: {ticket}."
                ),
            ),
            _FR: (
                "Fichier à confirmer : {file}",
                (
                    "Le fichier {file} bloquerait ou supprimerait plus d'un cinquième des utilisateurs actifs. Rien n'a été "
                    "exécuté : confirmez-le ou refusez-le dans les 30 jours sous Personnes et droits. Ticket : {ticket}."
                ),
            ),
            _DE: (
                "Datei zu bestätigen: {file}",
                (
                    "Die Datei {file} würde mehr als ein Fünftel der aktiven Benutzer sperren oder entfernen. Nichts wurde "
                    "ausgeführt: Bestätigen oder verweigern Sie sie innerhalb von 30 Tagen unter Personen und Rechte. "
                    "Ticket: {ticket}."
                ),
            ),
            _EN: (
                "File to confirm: {file}",
                (
                    "File {file} would block or remove more than a fifth of the active users. Nothing was done: confirm or "
                    "refuse it within 30 days under People and rights. Ticket: {ticket}."
                ),
            ),
        },
        EboxKind.CONFIRM_DECLARATION: {
            _NL: (
                "Aangifte te bevestigen: {quality}",
                (
                    "Een bestand vraagt een bevestiging voor de hoedanigheid {quality}. Bevestig of weiger ze binnen 30 dagen "
                    "onder Personen en rechten. Ticket: {ticket}."
                ),
            ),
            _FR: (
                "Déclaration à confirmer : {quality}",
                (
                    "Un fichier demande une confirmation pour la qualité {quality}. Confirmez-la ou refusez-la dans les 30 "
                    "jours sous Personnes et droits. Ticket : {ticket}."
                ),
            ),
            _DE: (
                "Meldung zu bestätigen: {quality}",
                (
                    "Eine Datei verlangt eine Bestätigung für die Eigenschaft {quality}. Bestätigen oder verweigern Sie sie "
                    "innerhalb von 30 Tagen unter Personen und Rechte. Ticket: {ticket}."
                ),
            ),
            _EN: (
                "Declaration to confirm: {quality}",
                (
                    "A file asks for a confirmation for the quality {quality}. Confirm or refuse it within 30 days under "
                    "People and rights. Ticket: {ticket}."
                ),
            ),
        },
    }
)
