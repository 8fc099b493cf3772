"""`guichet eid-agent`: sign in with the card in this machine's reader, for a browser page that shows a code."""

import getpass
import sys
import webbrowser
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography import x509

from domain.languages import Language
from eid_agent.cards import BelgianCard, CardChannel, signing_way_of
from eid_agent.portals import Portal, read_code
from eid_agent.readers import WAIT_SECONDS, find_card, open_readers
from eid_agent.signing_in import HeldCard, PinPad, holder_of, sign_in
from eid_agent.texts import Texts
from eid_agent.troubles import AgentError, Trouble
from sender.troubles import ExitCode

_EXIT_CODES = {
    Trouble.NOT_AN_ADDRESS: ExitCode.WRONG_USE,
    Trouble.NO_SUPPORT: ExitCode.WRONG_USE,
    Trouble.NOT_REACHED: ExitCode.NO_CONNECTION,
    Trouble.NOT_TRUSTED: ExitCode.NO_CONNECTION,
    Trouble.STOPPED: ExitCode.INTERRUPTED,
}


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the two actions; a PIN is no option: it is typed when it is asked for, and never shown."""
    parser.description = (
        "Signs in with an eID or foreigner's card in a reader of this machine. The sign-in page of the portal shows a "
        "code; `login` names the site, asks for the PIN and sends the browser on. `show` tells whether reader and card "
        "work, without a PIN."
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    login = actions.add_parser("login", help="sign in the browser that shows a code")
    login.add_argument("--portal", required=True, metavar="URL", help="address of the portal, https://host[:port]")
    login.add_argument("--code", required=True, metavar="ABCD-EFGH", help="the code that the sign-in page shows")
    login.add_argument(
        "--authority", type=Path, metavar="FILE", help="PEM file with the portal's own authority, trusted alone"
    )
    login.add_argument("--no-browser", action="store_true", help="print the address to go on at, open nothing")
    show = actions.add_parser("show", help="tell whether the reader and the card work")
    for action in (login, show):
        action.add_argument("--reader", metavar="NAME", help="part of the name of the reader to use")
        action.add_argument(
            "--wait",
            type=float,
            default=WAIT_SECONDS,
            metavar="SECONDS",
            help="how long to wait for a card (default: %(default).0f)",
        )
        action.add_argument(
            "--language", type=Language, choices=tuple(Language), default=Language.EN, help="nl, fr, de or en (default)"
        )
        action.add_argument(
            "--demo-card", type=Path, metavar="FILE", help="a card of the demonstration, in place of a reader"
        )


def run(arguments: Namespace) -> int:
    """Do what was asked for; 0 when the browser can go on, or when the card works."""
    texts = Texts(arguments.language)
    dialogue = TerminalDialogue(texts)
    try:
        hold_card = _card_source(arguments, dialogue=dialogue, texts=texts)
        if arguments.action == "show":
            return _show(hold_card, dialogue=dialogue, texts=texts)
        return _login(arguments, hold_card, dialogue=dialogue, texts=texts)
    except AgentError as trouble:
        sys.stdout.flush()
        code = f"{trouble.trouble}, {trouble.detail}" if trouble.detail else str(trouble.trouble)
        sys.stderr.write(f"{texts.what(trouble.trouble)} ({code})\n{texts.next_step(trouble.trouble)}\n")
        return _EXIT_CODES.get(trouble.trouble, ExitCode.REFUSED)


def _login(
    arguments: Namespace, hold_card: Callable[[], HeldCard], *, dialogue: "TerminalDialogue", texts: Texts
) -> int:
    portal = Portal.at(arguments.portal, authority=arguments.authority)
    code = read_code(arguments.code)
    address = sign_in(code, portal=portal, hold_card=hold_card, dialogue=dialogue, texts=texts)
    dialogue.show(texts.go_on(address))
    if not arguments.no_browser:
        webbrowser.open(address)
    return ExitCode.DONE


def _show(hold_card: Callable[[], HeldCard], *, dialogue: "TerminalDialogue", texts: Texts) -> int:
    with hold_card() as (channel, _):
        card = BelgianCard(channel)
        certificate = x509.load_der_x509_certificate(card.read_authentication_certificate())
        signing_way_of(certificate)
        version = card.read_applet_version()
        left = card.tries_left()
    dialogue.show(texts.applet(f"{version >> 4}.{version & 0x0F}"))
    dialogue.show(texts.holder(holder_of(certificate), certificate.not_valid_after_utc))
    if left == 0:
        raise AgentError(Trouble.PIN_BLOCKED)
    if left is not None:
        dialogue.show(texts.tries_left(left))
    dialogue.show(texts.ready())
    return ExitCode.DONE


def _card_source(arguments: Namespace, *, dialogue: "TerminalDialogue", texts: Texts) -> Callable[[], HeldCard]:
    if arguments.demo_card is not None:
        return lambda: _hold_demo_card(arguments.demo_card)
    return lambda: _hold_real_card(
        arguments.reader, seconds=arguments.wait, tell_to_insert=lambda: dialogue.show(texts.insert_card())
    )


@contextmanager
def _hold_real_card(
    wanted: str | None, *, seconds: float, tell_to_insert: Callable[[], None]
) -> Iterator[tuple[CardChannel, PinPad | None]]:
    with open_readers() as readers:
        name = find_card(readers, wanted=wanted, tell_to_insert=tell_to_insert, seconds=seconds)
        with readers.hold(name) as line:
            yield line, line.find_pin_pad()


@contextmanager
def _hold_demo_card(path: Path) -> Iterator[tuple[CardChannel, PinPad | None]]:
    from eid_agent.virtual_card import CardContent, VirtualCard  # noqa: PLC0415 - for demonstrations alone

    try:
        content = CardContent.read(path)
    except ValueError as error:
        raise AgentError(Trouble.OTHER_CARD, str(error)) from error
    yield VirtualCard(content), None


class TerminalDialogue:
    """Talks on this terminal; fulfils `signing_in.Dialogue`."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def show(self, sentence: str) -> None:
        """Print a sentence."""
        sys.stdout.write(f"{sentence}\n")
        sys.stdout.flush()

    def ask_secretly(self, question: str) -> str:
        """Read what is typed, without showing it; empty at the end of the input."""
        try:
            return getpass.getpass(question).strip()
        except EOFError:
            return ""

    def is_agreed(self, question: str) -> bool:
        """Whether the word that agrees was typed."""
        try:
            return input(question).strip().lower() == self._texts.yes()
        except EOFError:
            return False
