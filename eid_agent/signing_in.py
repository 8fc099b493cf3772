"""Lead somebody through a sign-in: the portal's name first, then the card, its PIN, and the way back to the browser.

The PIN is typed for each try anew and handed to the card alone; nothing here shows a card a PIN by itself.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from cryptography import x509

from eid_agent.cards import BelgianCard, CardChannel, PinAccepted, PinOutcome, signing_way_of, what_to_sign
from eid_agent.texts import Texts
from eid_agent.tokens import web_eid_token
from eid_agent.troubles import AgentError, Trouble

_LAST = 1


class Dialogue(Protocol):
    """Whoever talks with the person at the reader."""

    def show(self, sentence: str) -> None:
        """Show a sentence."""
        ...

    def ask_secretly(self, question: str) -> str:
        """Return what was typed, which is not shown; empty to stop."""
        ...

    def is_agreed(self, question: str) -> bool:
        """Whether the person says yes, in so many letters."""
        ...


class PinPad(Protocol):
    """A reader with keys of its own: the PIN never reaches this machine."""

    def verify(self) -> PinOutcome:
        """Let the PIN be typed on the reader and shown to the card, once; AgentError STOPPED when nobody typed."""
        ...


class SignInPortal(Protocol):
    """The portal on its verified connection."""

    @property
    def origin(self) -> str:
        """What the card signs for."""
        ...

    def fetch_nonce(self, code: str) -> str:
        """Return what the card has to sign."""
        ...

    def hand_over(self, code: str, token: "dict[str, str]") -> str:
        """Return the address at which the browser goes on."""
        ...


HeldCard = AbstractContextManager[tuple[CardChannel, PinPad | None]]


def sign_in(
    code: str, *, portal: SignInPortal, hold_card: Callable[[], HeldCard], dialogue: Dialogue, texts: Texts
) -> str:
    """Return the address at which the browser that shows `code` goes on.

    The page is asked first, so that no PIN is typed for a code that is over; the origin is shown before the card is
    touched. Raises AgentError.
    """
    nonce = portal.fetch_nonce(code)
    dialogue.show(texts.signing_in_at(portal.origin))
    with hold_card() as (channel, pad):
        card = BelgianCard(channel)
        raw = card.read_authentication_certificate()
        certificate = x509.load_der_x509_certificate(raw)
        way = signing_way_of(certificate)
        dialogue.show(texts.holder(holder_of(certificate), certificate.not_valid_after_utc))
        try:
            card.prepare(way)
            open_card(card, pad=pad, dialogue=dialogue, texts=texts)
            signature = card.sign(what_to_sign(portal.origin, nonce, digest=way.digest))
        finally:
            card.log_off()
    token = web_eid_token(certificate=raw, algorithm=way.name, signature=signature)
    return portal.hand_over(code, dict(token))


def open_card(card: BelgianCard, *, pad: PinPad | None, dialogue: Dialogue, texts: Texts) -> None:
    """Have the PIN shown to the card; after a wrong one the person is asked again, and before the last try whether to.

    Raises AgentError PIN_BLOCKED, or STOPPED at the person's wish.
    """
    left = card.tries_left()
    while True:
        if left == 0:
            raise AgentError(Trouble.PIN_BLOCKED)
        if left is not None:
            dialogue.show(texts.tries_left(left))
        if left == _LAST and not dialogue.is_agreed(texts.last_try()):
            raise AgentError(Trouble.STOPPED)
        outcome = _show_pin(card, pad=pad, dialogue=dialogue, texts=texts)
        if isinstance(outcome, PinAccepted):
            return
        left = outcome.tries_left
        if left:
            dialogue.show(texts.pin_wrong())


def _show_pin(card: BelgianCard, *, pad: PinPad | None, dialogue: Dialogue, texts: Texts) -> PinOutcome:
    if pad is not None:
        dialogue.show(texts.type_on_reader())
        return pad.verify()
    while True:
        typed = dialogue.ask_secretly(texts.ask_pin())
        if not typed:
            raise AgentError(Trouble.STOPPED)
        try:
            return card.verify(typed)
        except ValueError:
            dialogue.show(texts.pin_impossible())


def holder_of(certificate: x509.Certificate) -> str:
    """Return the names in a card's certificate, as its holder reads them; never the number."""
    subject = certificate.subject
    parts = [
        str(attribute.value)
        for kind in (x509.NameOID.GIVEN_NAME, x509.NameOID.SURNAME)
        for attribute in subject.get_attributes_for_oid(kind)
    ]
    return " ".join(parts)
