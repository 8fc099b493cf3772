"""What a client process of the bench hears and says: a line of JSON each time, until its standard input ends."""

import json
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


def messages() -> Iterator[Any]:
    """Yield what this process is told."""
    for line in sys.stdin:
        yield json.loads(line)


def say(answer: object) -> None:
    """Answer."""
    sys.stdout.write(f"{json.dumps(answer)}\n")
    sys.stdout.flush()


def at_once(work: Callable[[T], object], things: Sequence[T]) -> None:
    """Do the work for each thing in a thread of its own; raise what the first that failed raised."""
    failed: list[BaseException] = []

    def guarded(thing: T) -> None:
        try:
            work(thing)
        except BaseException as error:  # noqa: BLE001 - told by the main thread
            failed.append(error)

    threads = [threading.Thread(target=guarded, args=(thing,)) for thing in things]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
