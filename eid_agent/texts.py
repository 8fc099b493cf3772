"""What the agent says, in the four languages of the counter."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from domain.languages import Language
from eid_agent.trouble_texts import NEXT_STEPS, WHAT
from eid_agent.troubles import Trouble

_EN, _NL, _FR, _DE = Language.EN, Language.NL, Language.FR, Language.DE

_SENTENCES: Mapping[str, Mapping[Language, str]] = MappingProxyType(
    {
        "signing_in_at": {
            _EN: "You are signing in at {origin}\nGo on only if this is the site in your browser.",
            _NL: "U meldt zich aan bij {origin}\nGa enkel verder als dit de site in uw browser is.",
            _FR: "Vous vous connectez à {origin}\nContinuez seulement si c'est le site dans votre navigateur.",
            _DE: "Sie melden sich an bei {origin}\nFahren Sie nur fort, wenn das die Seite in Ihrem Browser ist.",
        },
        "holder": {
            _EN: "Card of {name}, valid until {until}",
            _NL: "Kaart van {name}, geldig tot {until}",
            _FR: "Carte de {name}, valable jusqu'au {until}",
            _DE: "Karte von {name}, gültig bis {until}",
        },
        "tries_left": {
            _EN: "Tries left for the PIN: {left}",
            _NL: "Resterende pogingen voor de pincode: {left}",
            _FR: "Essais restants pour le code PIN : {left}",
            _DE: "Verbleibende Versuche für die PIN: {left}",
        },
        "last_try": {
            _EN: "This is the last try; a wrong PIN blocks the card. Use it? Type yes: ",
            _NL: "Dit is de laatste poging; een foute pincode blokkeert de kaart. Toch doen? Typ ja: ",
            _FR: "C'est le dernier essai ; un code faux bloque la carte. L'utiliser ? Tapez oui : ",
            _DE: "Das ist der letzte Versuch; eine falsche PIN sperrt die Karte. Doch versuchen? Tippen Sie ja: ",
        },
        "yes": {_EN: "yes", _NL: "ja", _FR: "oui", _DE: "ja"},
        "ask_pin": {
            _EN: "PIN of the card (it is not shown; Enter alone stops): ",
            _NL: "Pincode van de kaart (wordt niet getoond; enkel Enter stopt): ",
            _FR: "Code PIN de la carte (il n'est pas affiché ; Entrée seule arrête) : ",
            _DE: "PIN der Karte (sie wird nicht angezeigt; nur Enter beendet): ",
        },
        "type_on_reader": {
            _EN: "Type the PIN on the keys of the reader.",
            _NL: "Typ de pincode op de toetsen van de lezer.",
            _FR: "Tapez le code PIN sur les touches du lecteur.",
            _DE: "Tippen Sie die PIN auf den Tasten des Lesers.",
        },
        "pin_wrong": {
            _EN: "That PIN is wrong.",
            _NL: "Die pincode is fout.",
            _FR: "Ce code PIN est faux.",
            _DE: "Diese PIN ist falsch.",
        },
        "pin_impossible": {
            _EN: "A PIN has 4 to 12 digits; the card was not asked.",
            _NL: "Een pincode heeft 4 tot 12 cijfers; de kaart werd niet bevraagd.",
            _FR: "Un code PIN a de 4 à 12 chiffres ; la carte n'a pas été consultée.",
            _DE: "Eine PIN hat 4 bis 12 Ziffern; die Karte wurde nicht gefragt.",
        },
        "insert_card": {
            _EN: "Put your card into the reader.",
            _NL: "Steek uw kaart in de lezer.",
            _FR: "Introduisez votre carte dans le lecteur.",
            _DE: "Stecken Sie Ihre Karte in den Leser.",
        },
        "go_on": {
            _EN: "The card signed. Go on in the same browser:\n{address}",
            _NL: "De kaart heeft getekend. Ga verder in dezelfde browser:\n{address}",
            _FR: "La carte a signé. Continuez dans le même navigateur :\n{address}",
            _DE: "Die Karte hat unterschrieben. Fahren Sie im selben Browser fort:\n{address}",
        },
        "applet": {
            _EN: "Card program: {version}",
            _NL: "Programma van de kaart: {version}",
            _FR: "Programme de la carte : {version}",
            _DE: "Programm der Karte: {version}",
        },
        "ready": {
            _EN: "The card can be used to sign in; no PIN was asked.",
            _NL: "U kunt zich met de kaart aanmelden; er werd geen pincode gevraagd.",
            _FR: "La carte permet de se connecter ; aucun code PIN n'a été demandé.",
            _DE: "Mit der Karte können Sie sich anmelden; es wurde keine PIN verlangt.",
        },
    }
)


@dataclass(frozen=True, slots=True)
class Texts:
    """The agent's sentences in one language."""

    language: Language

    def signing_in_at(self, origin: str) -> str:
        """Name the site, before the card is touched."""
        return self._say("signing_in_at", origin=origin)

    def holder(self, name: str, until: datetime) -> str:
        """Show whose card it is."""
        return self._say("holder", name=name, until=f"{until:%Y-%m-%d}")

    def tries_left(self, left: int) -> str:
        """Say how many wrong PINs the card still takes."""
        return self._say("tries_left", left=left)

    def last_try(self) -> str:
        """Ask whether the last try is to be used."""
        return self._say("last_try")

    def yes(self) -> str:
        """Return the word that agrees."""
        return self._say("yes")

    def ask_pin(self) -> str:
        """Ask for the PIN."""
        return self._say("ask_pin")

    def type_on_reader(self) -> str:
        """Send to the keys of the reader."""
        return self._say("type_on_reader")

    def pin_wrong(self) -> str:
        """Say that the card refused the PIN."""
        return self._say("pin_wrong")

    def pin_impossible(self) -> str:
        """Say that what was typed cannot be a PIN."""
        return self._say("pin_impossible")

    def insert_card(self) -> str:
        """Ask for the card."""
        return self._say("insert_card")

    def go_on(self, address: str) -> str:
        """Send back to the browser."""
        return self._say("go_on", address=address)

    def applet(self, version: str) -> str:
        """Name the version of the card's program."""
        return self._say("applet", version=version)

    def ready(self) -> str:
        """Say that all is well."""
        return self._say("ready")

    def what(self, trouble: Trouble) -> str:
        """Say what went wrong."""
        return WHAT[trouble][self.language]

    def next_step(self, trouble: Trouble) -> str:
        """Say what helps."""
        return NEXT_STEPS[trouble][self.language]

    def _say(self, which: str, /, **values: object) -> str:
        return _SENTENCES[which][self.language].format(**values)
