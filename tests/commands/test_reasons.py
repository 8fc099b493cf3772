"""Whatever an operator types as a reason, no command sees a national number in it."""

from argparse import ArgumentParser
from collections.abc import Callable

import pytest

from commands.reasons import add_reason_of_event, add_reason_of_look


@pytest.mark.parametrize("add", [add_reason_of_event, add_reason_of_look])
def test_every_reason_hides_a_national_number(add: Callable[[ArgumentParser], None]):
    parser = ArgumentParser()
    add(parser)

    said = parser.parse_args(["--reason", "period 610000000192 of 05.07.14-001.53"]).reason
    assert said == "period 610000000192 of [number]"
