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
        EboxKind.DECLARATION_SETTLED: {
            _NL: (
                "Wat wachtte uit bestand {file}: {outcome}",
                "Aangiften uit bestand {file} die wachtten ({count}): {outcome}. Ticket: {ticket}.",
            ),
            _FR: (
                "Ce qui attendait du fichier {file} : {outcome}",
                "Déclarations du fichier {file} qui attendaient ({count}) : {outcome}. Ticket : {ticket}.",
            ),
            _DE: (
                "Was aus Datei {file} wartete: {outcome}",
                "Meldungen aus Datei {file}, die warteten ({count}): {outcome}. Ticket: {ticket}.",
            ),
            _EN: (
                "What waited of file {file}: {outcome}",
                "Declarations of file {file} that waited ({count}): {outcome}. Ticket: {ticket}.",
            ),
        },
        EboxKind.ACCESS_OF_PERSON: {
            _NL: (
                "Uw toegang bij onderneming {company}",
                "{what} Verwachtte u dit niet, neem dan contact op met een toegangsbeheerder van onderneming {company}.",
            ),
            _FR: (
                "Votre accès auprès de l'entreprise {company}",
                (
                    "{what} Si vous ne vous y attendiez pas, contactez un gestionnaire d'accès de l'entreprise {company}."
                ),
            ),
            _DE: (
                "Ihr Zugang beim Unternehmen {company}",
                (
                    "{what} Wenn Sie das nicht erwartet haben, wenden Sie sich an einen Zugangsverwalter des Unternehmens "
                    "{company}."
                ),
            ),
            _EN: (
                "Your access at company {company}",
                "{what} If you did not expect this, ask an access manager of company {company}.",
            ),
        },
    }
)

DECLARATION_WORDS: Mapping[str, Mapping[Language, str]] = MappingProxyType(
    {
        "CONFIRMED": {_NL: "bevestigd", _FR: "confirmé", _DE: "bestätigt", _EN: "confirmed"},
        "DECLINED": {_NL: "geweigerd", _FR: "refusé", _DE: "abgelehnt", _EN: "refused"},
        "LAPSED": {
            _NL: "niet tijdig bevestigd",
            _FR: "pas confirmé à temps",
            _DE: "nicht rechtzeitig bestätigt",
            _EN: "not confirmed in time",
        },
        "ACCESS_CREATE": {
            _NL: "U bent als gebruiker toegevoegd.",
            _FR: "Vous avez été ajouté comme utilisateur.",
            _DE: "Sie wurden als Benutzer hinzugefügt.",
            _EN: "You were entered as a user.",
        },
        "ACCESS_MANAGER": {
            _NL: "U bent voorgesteld als toegangsbeheerder.",
            _FR: "Vous avez été proposé comme gestionnaire d'accès.",
            _DE: "Sie wurden als Zugangsverwalter vorgeschlagen.",
            _EN: "You were proposed as an access manager.",
        },
        "ACCESS_CHANGE": {
            _NL: "Uw toegang of contactgegevens werden gewijzigd.",
            _FR: "Votre accès ou vos données de contact ont été modifiés.",
            _DE: "Ihr Zugang oder Ihre Kontaktdaten wurden geändert.",
            _EN: "Your access, or how you are reached, was changed.",
        },
        "ACCESS_STOP": {
            _NL: "Uw toegang werd geblokkeerd of verwijderd.",
            _FR: "Votre accès a été bloqué ou supprimé.",
            _DE: "Ihr Zugang wurde gesperrt oder entfernt.",
            _EN: "Your access was blocked or removed.",
        },
        "ACCESS_CONFIRMED": {
            _NL: "Wat een bestand over u als toegangsbeheerder aangaf, is bevestigd.",
            _FR: "Ce qu'un fichier a déclaré sur vous comme gestionnaire d'accès est confirmé.",
            _DE: "Was eine Datei über Sie als Zugangsverwalter meldete, ist bestätigt.",
            _EN: "What a file declared of you as an access manager is confirmed.",
        },
        "ACCESS_DECLINED": {
            _NL: "Wat een bestand over u als toegangsbeheerder aangaf, is geweigerd.",
            _FR: "Ce qu'un fichier a déclaré sur vous comme gestionnaire d'accès est refusé.",
            _DE: "Was eine Datei über Sie als Zugangsverwalter meldete, ist abgelehnt.",
            _EN: "What a file declared of you as an access manager is refused.",
        },
        "ACCESS_LAPSED": {
            _NL: "Wat een bestand over u als toegangsbeheerder aangaf, is niet tijdig bevestigd of aanvaard.",
            _FR: "Ce qu'un fichier a déclaré sur vous comme gestionnaire d'accès n'a pas été confirmé ou accepté à temps.",
            _DE: "Was eine Datei über Sie als Zugangsverwalter meldete, wurde nicht rechtzeitig bestätigt oder angenommen.",
            _EN: "What a file declared of you as an access manager was not confirmed or accepted in time.",
        },
    }
)
"""What became of declarations, and of a person's access by them, as each language says it."""
