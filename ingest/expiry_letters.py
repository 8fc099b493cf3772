"""The words of the letters that a certificate ends or was revoked, in the four languages of senders; decides nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from domain.languages import Language
from domain.written_dates import render_day


@dataclass(frozen=True, slots=True)
class ExpiringCertificate:
    """What the letter says: the sender's number, the certificate's SHA-256, its last day in Brussels and days until it.

    `successor` is the SHA-256 of another certificate of the sender that goes on signing, None when there is none.
    """

    sender: str
    sha256: str
    ends_on: date
    days: int
    successor: str | None


@dataclass(frozen=True, slots=True)
class _Words:
    subject: str
    ends: str
    renew: str
    succeeded: str


_WORDS: Mapping[Language, _Words] = MappingProxyType(
    {
        Language.NL: _Words(
            "Het certificaat van verzender {sender} vervalt op {ends_on}",
            "Het certificaat {sha256}, waarmee verzender {sender} zijn bestanden ondertekent, vervalt op {ends_on} "
            "({days} dagen). Wat daarna ermee ondertekend is, wordt geweigerd met ACRF-125.",
            "Vraag tijdig een nieuw certificaat aan en laat het registreren; beide mogen tegelijk gebruikt worden.",
            "Certificaat {successor} is al geregistreerd en blijft langer geldig. Onderteken er voortaan mee; meer is "
            "niet nodig.",
        ),
        Language.FR: _Words(
            "Le certificat de l'expéditeur {sender} expire le {ends_on}",
            "Le certificat {sha256}, avec lequel l'expéditeur {sender} signe ses fichiers, expire le {ends_on} "
            "({days} jours). Ce qui sera signé avec lui ensuite sera refusé avec ACRF-125.",
            "Demandez à temps un nouveau certificat et faites-le enregistrer ; les deux peuvent servir en même temps.",
            "Le certificat {successor} est déjà enregistré et reste valable plus longtemps. Signez désormais avec "
            "celui-ci ; rien d'autre n'est nécessaire.",
        ),
        Language.DE: _Words(
            "Das Zertifikat des Absenders {sender} läuft am {ends_on} ab",
            "Das Zertifikat {sha256}, mit dem Absender {sender} seine Dateien unterschreibt, läuft am {ends_on} ab "
            "({days} Tage). Was danach mit ihm unterschrieben ist, wird mit ACRF-125 abgelehnt.",
            "Beantragen Sie rechtzeitig ein neues Zertifikat und lassen Sie es registrieren; beide dürfen gleichzeitig "
            "benutzt werden.",
            "Das Zertifikat {successor} ist schon registriert und gilt länger. Unterschreiben Sie künftig damit; mehr "
            "ist nicht nötig.",
        ),
        Language.EN: _Words(
            "The certificate of sender {sender} expires on {ends_on}",
            "The certificate {sha256}, with which sender {sender} signs its files, expires on {ends_on} ({days} days). "
            "What is signed with it afterwards is refused with ACRF-125.",
            "Ask for a new certificate in time and have it registered; both may be used at the same time.",
            "Certificate {successor} is registered already and stays valid longer. Sign with that one from now on; "
            "nothing else is needed.",
        ),
    }
)


def render_expiry_letter(expiring: ExpiringCertificate, language: Language) -> tuple[str, str]:
    """Return subject and body of the letter."""
    words = _WORDS[language]
    values = {
        "sender": expiring.sender,
        "sha256": expiring.sha256[:16],
        "ends_on": render_day(expiring.ends_on, language),
        "days": expiring.days,
        "successor": (expiring.successor or "")[:16],
    }
    advice = words.renew if expiring.successor is None else words.succeeded
    return words.subject.format(**values), f"{words.ends.format(**values)}\n\n{advice.format(**values)}\n"


_REVOKED: Mapping[Language, tuple[str, str]] = MappingProxyType(
    {
        Language.NL: (
            "Verzender {sender} is geschorst: het certificaat is ingetrokken",
            (
                "Het certificaat {sha256}, waarmee verzender {sender} zijn bestanden ondertekent, werd ingetrokken door de "
                "instantie die het uitgaf. De verzender heeft geen ander geldig certificaat en is geschorst: hij kan antwoorden "
                "ophalen, niet leveren.\n\nVraag een nieuw certificaat aan en laat het registreren; de toegangsbeheerder zet de "
                "verzender daarna weer aan. Was de intrekking niet uw vraag, neem dan contact op met de instantie."
            ),
        ),
        Language.FR: (
            "L'expéditeur {sender} est suspendu : le certificat est révoqué",
            (
                "Le certificat {sha256}, avec lequel l'expéditeur {sender} signe ses fichiers, a été révoqué par l'autorité qui "
                "l'a émis. L'expéditeur n'a pas d'autre certificat valable et est suspendu : il peut retirer des réponses, non "
                "livrer.\n\nDemandez un nouveau certificat et faites-le enregistrer ; le gestionnaire d'accès réactive ensuite "
                "l'expéditeur. Si vous n'avez pas demandé la révocation, contactez l'autorité."
            ),
        ),
        Language.DE: (
            "Absender {sender} ist ausgesetzt: Das Zertifikat ist widerrufen",
            (
                "Das Zertifikat {sha256}, mit dem Absender {sender} seine Dateien unterschreibt, wurde von der Stelle widerrufen, "
                "die es ausgestellt hat. Der Absender hat kein anderes gültiges Zertifikat und ist ausgesetzt: Er kann Antworten "
                "abholen, nicht liefern.\n\nBeantragen Sie ein neues Zertifikat und lassen Sie es registrieren; der "
                "Zugangsverwalter schaltet den Absender danach wieder ein. Haben Sie den Widerruf nicht verlangt, so fragen Sie "
                "die Stelle."
            ),
        ),
        Language.EN: (
            "Sender {sender} is suspended: its certificate is revoked",
            (
                "The certificate {sha256}, with which sender {sender} signs its files, was revoked by the authority that issued "
                "it. The sender has no other valid certificate and is suspended: it may collect answers, not deliver.\n\nAsk "
                "for a new certificate and have it registered; the access manager then lets the sender go on. If you did not "
                "ask for the revocation, talk to the authority."
            ),
        ),
    }
)


def render_revocation_letter(sender: str, sha256: str, language: Language) -> tuple[str, str]:
    """Return subject and body of the letter that the last certificate of a sender was revoked by its authority."""
    subject, body = (text.format(sender=sender, sha256=sha256[:16]) for text in _REVOKED[language])
    return subject, f"{body}\n"
