"""Read values of environment variables; a mistake is told with the variable's name and what is expected.

An empty variable is as one that is not set, whoever reads it: it often comes from a form or file with nothing filled in.
"""

import os
import re
from ipaddress import ip_network

from domain.channels import Channel
from domain.network_addresses import IpNetwork
from domain.opening_hours import OpeningHours
from domain.refusals import OutageError

MOST_KEPT_YEARS = 100
"""A larger number is a year in the place of how many; the calendar may have no day so long ago."""
MOST_KEPT_DAYS = 36_525
_PERCENTAGE = re.compile(r"\A[1-9][0-9]?\Z")


class ConfigurationError(OutageError):
    """A setting has a value that cannot be used; the message names the variable and what is expected."""


def read_number(name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
    """Return a whole number that is not below the least, nor above the most."""
    text = os.environ.get(name) or str(default)
    if not (text.isascii() and text.isdigit()):
        raise ConfigurationError(f"{name} is {text!r}; a whole number is expected")
    if int(text) < least:
        raise ConfigurationError(f"{name} is {text}; at least {least} is expected")
    if most is not None and int(text) > most:
        raise ConfigurationError(f"{name} is {text}; at most {most} is expected")
    return int(text)


def read_opening_hours(name: str, default: str) -> OpeningHours:
    """Return opening hours."""
    try:
        return OpeningHours.parse(os.environ.get(name) or default)
    except ValueError as error:
        raise ConfigurationError(f"{name}: {error}") from error


def read_kept_years(name: str, default: int, *, least: int = 1) -> int:
    """Return for how many years something is kept: not below the least, a century at most; 0 stands for ever."""
    years = read_number(name, default)
    if years and not least <= years <= MOST_KEPT_YEARS:
        raise ConfigurationError(f"{name} is {years}; {least} to {MOST_KEPT_YEARS}, or 0 for ever, is expected")
    return years


def read_kept_days(name: str, default: int) -> int:
    """Return for how many days something is kept, a century at most; 0 as the setting says."""
    return read_number(name, default, most=MOST_KEPT_DAYS)


def read_percentages(name: str, default: tuple[int, ...]) -> tuple[int, ...]:
    """Return the percentages from 1 to 99 in the variable, separated by commas, in order; none for `off`."""
    words = (os.environ.get(name) or ",".join(map(str, default))).replace(",", " ").split()
    if words == ["off"]:
        return ()
    if not all(_PERCENTAGE.match(word) for word in words):
        raise ConfigurationError(
            f"{name} is {' '.join(words)!r}; percentages from 1 to 99, like 75,90, or off are expected"
        )
    return tuple(sorted({int(word) for word in words}))


def read_channels(name: str) -> frozenset[Channel]:
    """Return the channels that are named, separated by commas or blanks."""
    texts = os.environ.get(name, "").replace(",", " ").split()
    try:
        return frozenset(map(Channel, texts))
    except ValueError:
        expected = ", ".join(Channel)
        raise ConfigurationError(f"{name} is {' '.join(texts)!r}; some of {expected} are expected") from None


def read_purpose_channels(name: str) -> dict[str, frozenset[Channel]]:
    """Return what words such as `CIAO=SFTP+WEB_SERVICE` say."""
    allowed = {}
    for word in os.environ.get(name, "").replace(",", " ").split():
        purpose, _, channels = word.partition("=")
        try:
            allowed[purpose] = frozenset(map(Channel, channels.split("+")))
        except ValueError:
            example = "+".join(Channel)
            raise ConfigurationError(f"{name} holds {word!r}; words like DIMN={example} are expected") from None
    return allowed


def read_networks(name: str) -> frozenset[IpNetwork]:
    """Return the networks that are named, separated by commas or blanks."""
    text = os.environ.get(name, "")
    try:
        return frozenset(map(ip_network, text.replace(",", " ").split()))
    except ValueError as fault:
        raise ConfigurationError(f"{name} is {text!r}: {fault}; networks like 10.1.0.0/16 are expected") from None


def read_switch(name: str, *, default: bool) -> bool:
    """Return whether the variable is on."""
    text = os.environ.get(name) or ("on" if default else "off")
    if text not in {"on", "off"}:
        raise ConfigurationError(f"{name} is {text!r}; on or off is expected")
    return text == "on"
