"""Why something is not configured as it was asked for: what stands against it, and what to do next."""


class ConfigurationRefusedError(Exception):
    """A change of the configuration is refused; `what` and `next_step` are whole sentences for whoever asked for it."""

    def __init__(self, what: str, *, next_step: str) -> None:
        super().__init__(f"{what} {next_step}")
        self.what = what
        self.next_step = next_step
