"""Share the memory that clients may fill ahead of us among the channels of one worker."""

import threading


class WindowBudget:
    """Receive windows in bytes: `wanted` each while `total` lasts, then `minimum` each.

    The number of channels is bounded elsewhere, hence so is what the minimum windows add to the total.
    """

    def __init__(self, *, total: int, wanted: int, minimum: int) -> None:
        self._left = total
        self._wanted = wanted
        self._minimum = minimum
        self._lock = threading.Lock()

    def take(self) -> int:
        """Return the window of a new channel, to be given back when it is gone."""
        with self._lock:
            window = max(min(self._wanted, self._left), self._minimum)
            self._left -= window
            return window

    def give_back(self, window: int) -> None:
        """Take back the window of a channel that is gone."""
        with self._lock:
            self._left += window
