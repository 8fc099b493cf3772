"""FTP's codes for what a mailbox refuses and for our own trouble; no client is told more than one sentence."""

from domain.mailbox_refusals import MailboxRefusal, NameNotTaken, QuotaExceeded

OUTAGE = (451, "Temporary trouble on our side; try again later.")


class CommandRefused(Exception):  # noqa: N818 - a refusal
    """The door itself refuses a command, with this code and sentence."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


def reply_to(error: Exception) -> tuple[int, str]:
    """Return the code and the sentence that tell a client of the error."""
    match error:
        case CommandRefused():
            return error.code, error.text
        case QuotaExceeded():
            return 552, _sentence(error)
        case NameNotTaken():
            return 553, _sentence(error)
        case MailboxRefusal():
            return 550, _sentence(error)
        case _:
            return OUTAGE


def is_ours(error: Exception) -> bool:
    """Whether the error is our own trouble, for the operator to look at."""
    return not isinstance(error, CommandRefused | MailboxRefusal)


def _sentence(error: Exception) -> str:
    printable = "".join(letter if " " <= letter <= "~" else "?" for letter in str(error))
    return f"{printable[:1].upper()}{printable[1:]}."
