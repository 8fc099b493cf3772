"""Subjects and texts of what the counter itself puts into an e-Box, in four languages. Data only.

They hold no name and no number of a person.
"""

from collections.abc import Mapping
from types import MappingProxyType

from correspondence.ebox_check_in_texts import CHECK_IN_TEXTS, CHECK_IN_WORDS
from correspondence.ebox_declaration_texts import DECLARATION_TEXTS, DECLARATION_WORDS
from correspondence.ebox_mandate_texts import MANDATE_TEXTS, MANDATE_WORDS
from correspondence.ebox_student_texts import STUDENT_TEXTS, STUDENT_WORDS
from correspondence.ebox_suspension_words import SUSPENSION_WORDS
from correspondence.ebox_tables import EboxKind
from domain.french_marks import keep_marks
from domain.languages import Language
from domain.written_values import WrittenValue, render_values

Texts = Mapping[Language, tuple[str, str]]
_NL, _FR, _DE, _EN = Language.NL, Language.FR, Language.DE, Language.EN

TEXTS: Mapping[EboxKind, Texts] = MappingProxyType(
    {
        **CHECK_IN_TEXTS,
        **DECLARATION_TEXTS,
        **MANDATE_TEXTS,
        **STUDENT_TEXTS,
        EboxKind.CONFIRM_MANAGER: {
            _NL: (
                "Aanstelling te bevestigen: {role}, {quality}",
                (
                    "Een bestand stelt iemand voor als {role} van de hoedanigheid {quality}. Bevestig of weiger dit onder "
                    "Personen en rechten."
                ),
            ),
            _FR: (
                "Désignation à confirmer : {role}, {quality}",
                (
                    "Un fichier propose quelqu'un comme {role} de la qualité {quality}. Confirmez ou refusez sous Personnes "
                    "et droits."
                ),
            ),
            _DE: (
                "Ernennung zu bestätigen: {role}, {quality}",
                (
                    "Eine Datei schlägt jemanden als {role} der Eigenschaft {quality} vor. Bestätigen oder verweigern Sie "
                    "dies unter Personen und Rechte."
                ),
            ),
            _EN: (
                "Appointment to confirm: {role}, {quality}",
                (
                    "A file proposes somebody as {role} of the quality {quality}. Confirm or refuse it under People and "
                    "rights."
                ),
            ),
        },
        EboxKind.CERTIFICATE_EXPIRES: {
            _NL: (
                "Certificaat van verzender {sender} vervalt over {days}",
                (
                    "Het certificaat van verzender {sender} vervalt op {date}. Laad op tijd een nieuw op, anders worden "
                    "bestanden geweigerd."
                ),
            ),
            _FR: (
                "Le certificat de l'expéditeur {sender} expire dans {days}",
                (
                    "Le certificat de l'expéditeur {sender} expire le {date}. Chargez-en un nouveau à temps, sinon les "
                    "fichiers seront refusés."
                ),
            ),
            _DE: (
                "Zertifikat des Absenders {sender} läuft in {days} ab",
                (
                    "Das Zertifikat des Absenders {sender} läuft am {date} ab. Laden Sie rechtzeitig ein neues hoch, sonst "
                    "werden Dateien verweigert."
                ),
            ),
            _EN: (
                "Certificate of sender {sender} expires in {days}",
                "The certificate of sender {sender} expires on {date}. Upload a new one in time, or files will be refused.",
            ),
        },
        EboxKind.ATTEST_USERS: {
            _NL: (
                "Gebruikers te bevestigen: {quality}",
                (
                    "Gebruikers van de hoedanigheid {quality} die zich al 90 dagen niet hebben aangemeld: {count}. Bevestig wie "
                    "zijn toegang nog nodig heeft, of neem die weg."
                ),
            ),
            _FR: (
                "Utilisateurs à confirmer : {quality}",
                (
                    "Utilisateurs de la qualité {quality} qui ne se sont pas connectés depuis 90 jours : {count}. Confirmez qui "
                    "a encore besoin de son accès, ou retirez-le."
                ),
            ),
            _DE: (
                "Benutzer zu bestätigen: {quality}",
                (
                    "Benutzer der Eigenschaft {quality}, die sich seit 90 Tagen nicht angemeldet haben: {count}. Bestätigen Sie, "
                    "wer seinen Zugang noch braucht, oder nehmen Sie ihn weg."
                ),
            ),
            _EN: (
                "Users to confirm: {quality}",
                (
                    "Users of the quality {quality} who have not signed in for 90 days: {count}. Confirm who still needs his "
                    "access, or take it away."
                ),
            ),
        },
        EboxKind.ACTIVATION_LAPSES: {
            _NL: (
                "Activering verloopt over {days}",
                (
                    "Het account van de onderneming is nog niet geactiveerd. Na {date} moet de verantwoordelijke van de "
                    "onderneming nieuwe codes vragen."
                ),
            ),
            _FR: (
                "L'activation expire dans {days}",
                (
                    "Le compte de l'entreprise n'est pas encore activé. Après le {date}, le responsable de l'entreprise devra "
                    "demander de nouveaux codes."
                ),
            ),
            _DE: (
                "Aktivierung läuft in {days} ab",
                (
                    "Das Unternehmenskonto ist noch nicht aktiviert. Nach dem {date} muss der Verantwortliche des "
                    "Unternehmens neue Codes anfordern."
                ),
            ),
            _EN: (
                "Activation runs out in {days}",
                (
                    "The account of the company is not activated yet. After {date} the responsible person of the company must "
                    "request new codes."
                ),
            ),
        },
        EboxKind.ORPHAN_CO_MANAGER: {
            _NL: (
                "Geen toegangsbeheerder meer: {quality}",
                "De hoedanigheid {quality} heeft alleen nog een co-toegangsbeheerder. Stel een toegangsbeheerder aan.",
            ),
            _FR: (
                "Plus de gestionnaire d'accès : {quality}",
                "La qualité {quality} n'a plus qu'un co-gestionnaire d'accès. Désignez un gestionnaire d'accès.",
            ),
            _DE: (
                "Kein Zugangsverwalter mehr: {quality}",
                "Die Eigenschaft {quality} hat nur noch einen Co-Zugangsverwalter. Ernennen Sie einen Zugangsverwalter.",
            ),
            _EN: (
                "No access manager any more: {quality}",
                "The quality {quality} has only a co-access manager left. Appoint an access manager.",
            ),
        },
        EboxKind.SENDER_SUSPENDED: {
            _NL: (
                "Verzender {sender} is opgeschort",
                "Verzender {sender} kan antwoorden ophalen, maar niets meer afleveren. Reden: {reason}.",
            ),
            _FR: (
                "L'expéditeur {sender} est suspendu",
                "L'expéditeur {sender} peut retirer des réponses, mais ne peut plus rien livrer. Raison : {reason}.",
            ),
            _DE: (
                "Absender {sender} ist ausgesetzt",
                "Absender {sender} kann Antworten abholen, aber nichts mehr abliefern. Grund: {reason}.",
            ),
            _EN: (
                "Sender {sender} is suspended",
                "Sender {sender} can collect answers, but deliver nothing. Reason: {reason}.",
            ),
        },
        EboxKind.SECOND_MANAGER_NEEDED: {
            _NL: (
                "Recht te bevestigen: {service} {right}",
                (
                    "Een beheerder gaf zichzelf (gebruiker {user}) het recht {right} in {service}. Een tweede beheerder moet "
                    "dit bevestigen of weigeren."
                ),
            ),
            _FR: (
                "Droit à confirmer : {service} {right}",
                (
                    "Un gestionnaire s'est donné (utilisateur {user}) le droit {right} dans {service}. Un deuxième "
                    "gestionnaire doit le confirmer ou le refuser."
                ),
            ),
            _DE: (
                "Recht zu bestätigen: {service} {right}",
                (
                    "Ein Verwalter gab sich selbst (Benutzer {user}) das Recht {right} in {service}. Ein zweiter Verwalter "
                    "muss dies bestätigen oder verweigern."
                ),
            ),
            _EN: (
                "Right to confirm: {service} {right}",
                (
                    "A manager gave himself (user {user}) the right {right} in {service}. A second manager has to confirm or "
                    "refuse it."
                ),
            ),
        },
        EboxKind.SECOND_MANAGER_FOR_SENDER: {
            _NL: (
                "Dienst te bevestigen voor verzender {sender}: {service}",
                "Een beheerder vroeg de dienst {service} aan voor verzender {sender}. Een tweede beheerder moet dit bevestigen.",
            ),
            _FR: (
                "Service à confirmer pour l'expéditeur {sender} : {service}",
                "Un gestionnaire a demandé {service} pour l'expéditeur {sender}. Un deuxième gestionnaire doit le confirmer.",
            ),
            _DE: (
                "Dienst zu bestätigen für Absender {sender}: {service}",
                "Ein Verwalter hat {service} für Absender {sender} beantragt. Ein zweiter Verwalter muss dies bestätigen.",
            ),
            _EN: (
                "Service to confirm for sender {sender}: {service}",
                "A manager asked for {service} for sender {sender}. A second manager has to confirm it.",
            ),
        },
        EboxKind.ACTIVATION_LOCKED: {
            _NL: (
                "Eerste aanmelding geblokkeerd",
                (
                    "Bij een eerste aanmelding werd drie keer een verkeerd rijksregisternummer ingegeven. De codes zijn "
                    "ongeldig; vraag nieuwe codes als het om een vergissing gaat."
                ),
            ),
            _FR: (
                "Première connexion bloquée",
                (
                    "Lors d'une première connexion, un numéro de registre national incorrect a été saisi trois fois. Les codes ne sont "
                    "plus valables ; demandez-en de nouveaux s'il s'agit d'une erreur."
                ),
            ),
            _DE: (
                "Erste Anmeldung gesperrt",
                (
                    "Bei einer ersten Anmeldung wurde dreimal eine falsche Nationalregisternummer eingegeben. Die Codes sind "
                    "ungültig; fordern Sie neue an, wenn es ein Versehen war."
                ),
            ),
            _EN: (
                "First sign-in locked",
                (
                    "A wrong national number was given three times at a first sign-in. The codes are void; ask for new ones "
                    "if it was a mistake."
                ),
            ),
        },
        EboxKind.NOTIFICATION: {
            _NL: (
                "Antwoord op bestand {file}",
                "De notificatie bij bestand {file} is bijgevoegd, met haar handtekening. Ticket: {ticket}.",
            ),
            _FR: (
                "Réponse au fichier {file}",
                "La notification du fichier {file} est jointe, avec sa signature. Ticket : {ticket}.",
            ),
            _DE: (
                "Antwort auf Datei {file}",
                "Die Notifikation zur Datei {file} ist beigefügt, mit ihrer Signatur. Ticket: {ticket}.",
            ),
            _EN: (
                "Answer to file {file}",
                "The notification of file {file} is attached, with its signature. Ticket: {ticket}.",
            ),
        },
        EboxKind.SECURITY_NOTICE: {
            _NL: (
                "Toegang gewijzigd door bestand {file}",
                "Een bestand wijzigde personen of rechten van de onderneming; aanvaarde aangiften: {count}. Ticket: {ticket}.",
            ),
            _FR: (
                "Accès modifiés par le fichier {file}",
                (
                    "Un fichier a modifié des personnes ou des droits de l'entreprise ; déclarations acceptées : {count}. "
                    "Ticket : {ticket}."
                ),
            ),
            _DE: (
                "Zugang durch Datei {file} geändert",
                "Eine Datei änderte Personen oder Rechte des Unternehmens; angenommene Meldungen: {count}. Ticket: {ticket}.",
            ),
            _EN: (
                "Access changed by file {file}",
                "A file changed people or rights of the company; declarations accepted: {count}. Ticket: {ticket}.",
            ),
        },
        EboxKind.REPORT: {
            _NL: ("Verslag {title}", "Het verslag {title} is klaar."),
            _FR: ("Rapport {title}", "Le rapport {title} est prêt."),
            _DE: ("Bericht {title}", "Der Bericht {title} liegt bereit."),
            _EN: ("Report {title}", "The report {title} is ready."),
        },
    }
)

WORDS: Mapping[str, Mapping[Language, str]] = MappingProxyType(
    {
        **CHECK_IN_WORDS,
        **DECLARATION_WORDS,
        **MANDATE_WORDS,
        **STUDENT_WORDS,
        **SUSPENSION_WORDS,
        "EMPLOYER": {_NL: "RSZ-werkgever", _FR: "employeur ONSS", _DE: "LSS-Arbeitgeber", _EN: "NSSO employer"},
        "LOCAL_AUTHORITY": {
            _NL: "provincie of gemeente",
            _FR: "province ou commune",
            _DE: "Provinz oder Gemeinde",
            _EN: "province or municipality",
        },
        "SERVICE_PROVIDER": {
            _NL: "dienstverlener",
            _FR: "prestataire de services",
            _DE: "Dienstleister",
            _EN: "service provider",
        },
        "SOCIAL_SECRETARIAT": {
            _NL: "sociaal secretariaat",
            _FR: "secrétariat social",
            _DE: "Sozialsekretariat",
            _EN: "social secretariat",
        },
        "MANAGER": {
            _NL: "toegangsbeheerder",
            _FR: "gestionnaire d'accès",
            _DE: "Zugangsverwalter",
            _EN: "access manager",
        },
        "CO_MANAGER": {
            _NL: "co-toegangsbeheerder",
            _FR: "co-gestionnaire d'accès",
            _DE: "Co-Zugangsverwalter",
            _EN: "co-access manager",
        },
    }
)
"""Codes that a text may hold, as each language says them, with other values where one has a place for them; else as it is."""

CODED = frozenset({"contingent", "group", "outcome", "quality", "reason", "role", "what"})
"""Places of a text that hold codes; what fills any other is told as it is, also a company that is called like a code."""


def render(kind: EboxKind, values: Mapping[str, WrittenValue]) -> tuple[dict[str, str], dict[str, str]]:
    """Return subject and text of that kind for each language; KeyError when a value is missing."""
    subjects, bodies = {}, {}
    for language, letter in TEXTS[kind].items():
        subject, body = (_unbroken(text, language) for text in letter)
        written = render_values(values, language)
        said = {
            name: _unbroken(WORDS[value][language], language).format_map(written)
            if name in CODED and value in WORDS
            else value
            for name, value in written.items()
        }
        subjects[str(language)] = subject.format_map(said)
        bodies[str(language)] = body.format_map(said)
    return subjects, bodies


def _unbroken(text: str, language: Language) -> str:
    return keep_marks(text) if language is Language.FR else text
