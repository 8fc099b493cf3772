"""What the agent says of each trouble, and what helps, in the four languages of the counter."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.languages import Language
from eid_agent.troubles import Trouble

_ORDER = (Language.EN, Language.NL, Language.FR, Language.DE)


def _in_each(*sentences: str) -> Mapping[Language, str]:
    return MappingProxyType(dict(zip(_ORDER, sentences, strict=True)))


_TRY_AGAIN = _in_each("Try again.", "Probeer opnieuw.", "Réessayez.", "Versuchen Sie es noch einmal.")

WHAT: Mapping[Trouble, Mapping[Language, str]] = MappingProxyType(
    {
        Trouble.NO_SUPPORT: _in_each(
            "The software for card readers is not installed here.",
            "De software voor kaartlezers is hier niet geïnstalleerd.",
            "Le logiciel pour lecteurs de cartes n'est pas installé ici.",
            "Die Software für Kartenleser ist hier nicht installiert.",
        ),
        Trouble.NO_SERVICE: _in_each(
            "The service for card readers does not answer.",
            "De dienst voor kaartlezers antwoordt niet.",
            "Le service des lecteurs de cartes ne répond pas.",
            "Der Dienst für Kartenleser antwortet nicht.",
        ),
        Trouble.NO_READER: _in_each(
            "No card reader was found.",
            "Er werd geen kaartlezer gevonden.",
            "Aucun lecteur de cartes n'a été trouvé.",
            "Es wurde kein Kartenleser gefunden.",
        ),
        Trouble.NO_CARD: _in_each(
            "There is no card in the reader.",
            "Er zit geen kaart in de lezer.",
            "Il n'y a pas de carte dans le lecteur.",
            "Im Leser ist keine Karte.",
        ),
        Trouble.OTHER_CARD: _in_each(
            "The card in the reader is no Belgian eID or foreigner's card.",
            "De kaart in de lezer is geen Belgische eID of vreemdelingenkaart.",
            "La carte dans le lecteur n'est ni une eID belge ni une carte d'étranger.",
            "Die Karte im Leser ist weder eine belgische eID noch eine Ausländerkarte.",
        ),
        Trouble.NO_CERTIFICATE: _in_each(
            "There is no certificate for signing in on this card, as on a Kids-ID.",
            "Er staat geen certificaat om u aan te melden op deze kaart, zoals op een Kids-ID.",
            "Cette carte n'a pas de certificat pour se connecter, comme une Kids-ID.",
            "Auf dieser Karte ist kein Zertifikat zum Anmelden, wie auf einer Kids-ID.",
        ),
        Trouble.IN_USE: _in_each(
            "Another program is using the card.",
            "Een ander programma gebruikt de kaart.",
            "Un autre programme utilise la carte.",
            "Ein anderes Programm benutzt die Karte.",
        ),
        Trouble.REMOVED: _in_each(
            "The card was taken out too early.",
            "De kaart werd te vroeg uitgenomen.",
            "La carte a été retirée trop tôt.",
            "Die Karte wurde zu früh herausgenommen.",
        ),
        Trouble.PIN_BLOCKED: _in_each(
            "The PIN of this card is blocked.",
            "De pincode van deze kaart is geblokkeerd.",
            "Le code PIN de cette carte est bloqué.",
            "Die PIN dieser Karte ist gesperrt.",
        ),
        Trouble.STOPPED: _in_each(
            "Stopped at your request; the card was not asked again.",
            "Op uw vraag gestopt; de kaart werd niet meer bevraagd.",
            "Arrêté à votre demande ; la carte n'a plus été consultée.",
            "Auf Ihren Wunsch beendet; die Karte wurde nicht mehr gefragt.",
        ),
        Trouble.CARD_FAILED: _in_each(
            "The card did not answer as it should.",
            "De kaart antwoordde niet zoals het hoort.",
            "La carte n'a pas répondu comme prévu.",
            "Die Karte hat nicht geantwortet, wie sie sollte.",
        ),
        Trouble.NOT_AN_ADDRESS: _in_each(
            "The address of the portal must be https:// and a name, nothing behind it.",
            "Het adres van het portaal moet https:// en een naam zijn, met niets erachter.",
            "L'adresse du portail doit être https:// et un nom, sans rien derrière.",
            "Die Adresse des Portals muss https:// und ein Name sein, nichts dahinter.",
        ),
        Trouble.NOT_REACHED: _in_each(
            "The portal cannot be reached.",
            "Het portaal is niet bereikbaar.",
            "Le portail est injoignable.",
            "Das Portal ist nicht erreichbar.",
        ),
        Trouble.NOT_TRUSTED: _in_each(
            "The portal's certificate is not to be trusted; nothing was sent.",
            "Het certificaat van het portaal is niet te vertrouwen; er werd niets verstuurd.",
            "Le certificat du portail n'est pas fiable ; rien n'a été envoyé.",
            "Dem Zertifikat des Portals ist nicht zu trauen; nichts wurde gesendet.",
        ),
        Trouble.TOO_MANY: _in_each(
            "Too many attempts failed from this network.",
            "Vanuit dit netwerk zijn te veel pogingen mislukt.",
            "Trop d'essais ont échoué depuis ce réseau.",
            "Aus diesem Netz sind zu viele Versuche misslungen.",
        ),
        Trouble.CODE_REFUSED: _in_each(
            "The portal does not know this code, or it is over.",
            "Het portaal kent deze code niet, of ze is verlopen.",
            "Le portail ne connaît pas ce code, ou il a expiré.",
            "Das Portal kennt diesen Code nicht, oder er ist abgelaufen.",
        ),
        Trouble.NOT_SIGNED_IN: _in_each(
            "Signing in with this card did not succeed.",
            "Aanmelden met deze kaart is niet gelukt.",
            "La connexion avec cette carte n'a pas réussi.",
            "Die Anmeldung mit dieser Karte ist nicht gelungen.",
        ),
    }
)

NEXT_STEPS: Mapping[Trouble, Mapping[Language, str]] = MappingProxyType(
    {
        Trouble.NO_SUPPORT: _in_each(
            "Install pyscard, as the help page says.",
            "Installeer pyscard, zoals de hulppagina zegt.",
            "Installez pyscard, comme l'explique la page d'aide.",
            "Installieren Sie pyscard, wie die Hilfeseite es sagt.",
        ),
        Trouble.NO_SERVICE: _in_each(
            "Start it (on Linux: pcscd), then try again.",
            "Start hem (op Linux: pcscd) en probeer opnieuw.",
            "Démarrez-le (sous Linux : pcscd), puis réessayez.",
            "Starten Sie ihn (unter Linux: pcscd), dann versuchen Sie es noch einmal.",
        ),
        Trouble.NO_READER: _in_each(
            "Connect the reader, then try again.",
            "Sluit de lezer aan en probeer opnieuw.",
            "Branchez le lecteur, puis réessayez.",
            "Schließen Sie den Leser an, dann versuchen Sie es noch einmal.",
        ),
        Trouble.NO_CARD: _in_each(
            "Put the card in, chip first, and try again.",
            "Steek de kaart in, chip vooraan, en probeer opnieuw.",
            "Introduisez la carte, puce en avant, et réessayez.",
            "Stecken Sie die Karte mit dem Chip voran ein und versuchen Sie es noch einmal.",
        ),
        Trouble.OTHER_CARD: _in_each(
            "Put in your eID or foreigner's card.",
            "Steek uw eID of vreemdelingenkaart in.",
            "Introduisez votre eID ou votre carte d'étranger.",
            "Stecken Sie Ihre eID oder Ausländerkarte ein.",
        ),
        Trouble.NO_CERTIFICATE: _in_each(
            "Ask your municipality, or choose another digital key.",
            "Vraag het aan uw gemeente, of kies een andere digitale sleutel.",
            "Demandez à votre commune, ou choisissez une autre clé numérique.",
            "Fragen Sie Ihre Gemeinde, oder wählen Sie einen anderen digitalen Schlüssel.",
        ),
        Trouble.IN_USE: _in_each(
            "Close it, then try again.",
            "Sluit het af en probeer opnieuw.",
            "Fermez-le, puis réessayez.",
            "Schließen Sie es, dann versuchen Sie es noch einmal.",
        ),
        Trouble.REMOVED: _in_each(
            "Leave it in until the browser goes on, and try again.",
            "Laat ze zitten tot de browser verdergaat en probeer opnieuw.",
            "Laissez-la jusqu'à ce que le navigateur continue, et réessayez.",
            "Lassen Sie sie stecken, bis der Browser weitermacht, und versuchen Sie es noch einmal.",
        ),
        Trouble.PIN_BLOCKED: _in_each(
            "Your municipality unblocks it or gives a new PIN.",
            "Uw gemeente deblokkeert ze of geeft een nieuwe pincode.",
            "Votre commune le débloque ou vous donne un nouveau code.",
            "Ihre Gemeinde entsperrt sie oder gibt Ihnen eine neue PIN.",
        ),
        Trouble.STOPPED: _in_each(
            "Run the same command again when you know the PIN.",
            "Voer hetzelfde commando opnieuw uit als u de pincode kent.",
            "Relancez la même commande quand vous connaissez le code.",
            "Rufen Sie denselben Befehl wieder auf, wenn Sie die PIN wissen.",
        ),
        Trouble.CARD_FAILED: _in_each(
            "Take the card out, clean its chip, put it in again and retry.",
            "Neem de kaart uit, maak de chip schoon, steek ze opnieuw in en probeer nog eens.",
            "Retirez la carte, nettoyez la puce, remettez-la et réessayez.",
            "Nehmen Sie die Karte heraus, reinigen Sie den Chip, stecken Sie sie wieder ein und versuchen Sie es noch einmal.",
        ),
        Trouble.NOT_AN_ADDRESS: _in_each(
            "Copy the command from the sign-in page.",
            "Kopieer het commando van de aanmeldpagina.",
            "Copiez la commande de la page de connexion.",
            "Kopieren Sie den Befehl von der Anmeldeseite.",
        ),
        Trouble.NOT_REACHED: _TRY_AGAIN,
        Trouble.NOT_TRUSTED: _in_each(
            "Do not type your PIN. Check the address; where the portal has an authority of its own, name it with --authority.",
            "Typ uw pincode niet. Controleer het adres; heeft het portaal een eigen autoriteit, noem die met --authority.",
            "Ne tapez pas votre code. Vérifiez l'adresse ; si le portail a sa propre autorité, indiquez-la avec --authority.",
            "Tippen Sie Ihre PIN nicht. Prüfen Sie die Adresse; hat das Portal eine eigene Stelle, nennen Sie sie mit --authority.",
        ),
        Trouble.TOO_MANY: _in_each(
            "Wait five minutes, then try again.",
            "Wacht vijf minuten en probeer opnieuw.",
            "Attendez cinq minutes, puis réessayez.",
            "Warten Sie fünf Minuten, dann versuchen Sie es noch einmal.",
        ),
        Trouble.CODE_REFUSED: _in_each(
            "Ask for a new code on the sign-in page; one lasts five minutes.",
            "Vraag een nieuwe code op de aanmeldpagina; ze blijft vijf minuten geldig.",
            "Demandez un nouveau code sur la page de connexion ; il dure cinq minutes.",
            "Verlangen Sie einen neuen Code auf der Anmeldeseite; er gilt fünf Minuten.",
        ),
        Trouble.NOT_SIGNED_IN: _in_each(
            "Ask for a new code and try again; if it fails again, see the help page about cards.",
            "Vraag een nieuwe code en probeer opnieuw; lukt het weer niet, zie de hulppagina over kaarten.",
            "Demandez un nouveau code et réessayez ; sinon, voyez la page d'aide sur les cartes.",
            "Verlangen Sie einen neuen Code und versuchen Sie es noch einmal; sonst siehe die Hilfeseite über Karten.",
        ),
    }
)
