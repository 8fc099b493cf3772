"""The words of letters about notices, in the four languages of senders; say nothing of what an answer holds."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from domain.counted_words import counted
from domain.languages import Language


@dataclass(frozen=True, slots=True)
class _Words:
    ready: str
    waiting: str
    often: str
    gone: str
    gone_reason: str


_WORDS: Mapping[Language, _Words] = MappingProxyType(
    {
        Language.NL: _Words(
            "Antwoorden liggen klaar voor verzender {sender}",
            "Er liggen nieuwe antwoorden klaar in {trays}. Aantal sinds het vorige bericht: {count}.",
            "Haal ze af langs een kanaal dat u gebruikt. Hoogstens om de {minutes} minuten wordt zo'n bericht gestuurd.",
            "Meldingen aan uw ontvanger zijn beëindigd (verzender {sender})",
            "De ontvanger op {address} antwoordde dat hij niet meer bestaat (410). Hij krijgt geen meldingen over "
            "antwoorden meer. Vraag ze opnieuw aan wanneer dat een vergissing was; de antwoorden zelf liggen klaar.",
        ),
        Language.FR: _Words(
            "Des réponses sont prêtes pour l'expéditeur {sender}",
            "De nouvelles réponses sont prêtes dans {trays}. Nombre depuis le message précédent : {count}.",
            "Retirez-les par un canal que vous utilisez. Un tel message est envoyé au plus toutes les {minutes} minutes.",
            "Les avis à votre récepteur sont terminés (expéditeur {sender})",
            "Le récepteur à l'adresse {address} a répondu qu'il n'existe plus (410). Il ne reçoit plus d'avis. "
            "Redemandez-les si c'était une erreur ; les réponses elles-mêmes sont prêtes.",
        ),
        Language.DE: _Words(
            "Antworten liegen bereit für Absender {sender}",
            "Neue Antworten liegen bereit in {trays}. Anzahl seit der vorigen Nachricht: {count}.",
            "Holen Sie sie über einen Kanal ab, den Sie benutzen. So eine Nachricht kommt höchstens alle {minutes} Minuten.",
            "Meldungen an Ihren Empfänger sind beendet (Absender {sender})",
            "Der Empfänger unter {address} antwortete, dass es ihn nicht mehr gibt (410). Er bekommt keine Meldungen über "
            "Antworten mehr. Beantragen Sie sie neu, wenn das ein Irrtum war; die Antworten selbst liegen bereit.",
        ),
        Language.EN: _Words(
            "Answers are ready for sender {sender}",
            "New answers are ready in {trays}. Number since the previous message: {count}.",
            "Collect them through a channel that you use. Such a message is sent every {minutes} minutes at most.",
            "Notices to your receiver have ended (sender {sender})",
            "The receiver at {address} answered that it is gone (410). It is told of no answers any more. Ask for notices "
            "anew if that was a mistake; the answers themselves are ready.",
        ),
    }
)


def render_ready_letter(
    sender: str, *, count: int, trays: Sequence[str], minutes: int, language: Language
) -> tuple[str, str]:
    """Return subject and body of the letter that answers are ready."""
    words = _WORDS[language]
    waiting = words.waiting.format(trays=", ".join(trays), count=count)
    return words.ready.format(sender=sender), f"{waiting}\n\n{words.often.format(minutes=minutes)}\n"


def render_gone_letter(sender: str, address: str, language: Language) -> tuple[str, str]:
    """Return subject and body of the letter that a receiver is told nothing any more."""
    words = _WORDS[language]
    return words.gone.format(sender=sender), f"{words.gone_reason.format(address=address)}\n"


def render_operators_letter(
    sender: str, subscription: int, address: str, given_up: int, problem: str
) -> tuple[str, str]:
    """Return subject and body of the letter to the operator that notices are given up."""
    body = _operators_body(
        subscription,
        address,
        given_up,
        problem,
        "More may be given up today without another letter.\n"
        f"See them with `guichet notices list --sender {sender}`; once the receiver works again, "
        f"`guichet notices retry {subscription}` tries them anew.\n",
    )
    return f"Notices to a receiver of sender {sender} are given up", body


def render_operators_end_letter(sender: str, subscription: int, address: str, given_up: int) -> tuple[str, str]:
    """Return subject and body of the letter to the operator that a receiver, being gone, is told nothing any more."""
    body = _operators_body(
        subscription,
        address,
        given_up,
        "it answered 410 (gone)",
        "The subscription has ended and its contact was written to. If that was a mistake,\n"
        f"`guichet notices subscribe --sender {sender} --webhook {shlex.quote(address)}` begins anew.\n",
    )
    return f"Notices to a receiver of sender {sender} have ended", body


def _operators_body(subscription: int, address: str, given_up: int, problem: str, what_next: str) -> str:
    return (
        f"{counted(given_up, 'notice', 'notices')} to {address} (subscription {subscription}) "
        f"{'is' if given_up == 1 else 'are'} given up: {problem}.\n\n"
        f"The answers themselves are in the sender's outbox. {what_next}"
    )
