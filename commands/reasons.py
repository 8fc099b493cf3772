"""The option that says why an operator does or looks at something: it says itself how long that is kept, and what not to write.

A national number that is written all the same is hidden here, before any command sees it.
"""

from argparse import ArgumentParser, ArgumentTypeError

from domain.kept_reasons import without_national_numbers

_WHAT = "why, in one line, such as the number of a case; no names or numbers of persons"


def add_reason_of_event(action: ArgumentParser) -> None:
    """Declare the option of what goes into the event log, out of which nothing can be taken again."""
    action.add_argument("--reason", type=_reason, required=True, help=f"{_WHAT}: it stays in the event log for ever")


def add_reason_of_look(action: ArgumentParser) -> None:
    """Declare the option of a look at personal data, which goes into the log of looks."""
    action.add_argument(
        "--reason", type=_reason, required=True, help=f"{_WHAT}: it stays in the log of looks for years"
    )


def _reason(text: str) -> str:
    if not text.strip():
        message = "say why"
        raise ArgumentTypeError(message)
    return without_national_numbers(text)
