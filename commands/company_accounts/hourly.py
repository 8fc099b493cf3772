"""The hour's upkeep of company accounts, for who wires it; imports no table until Django is set up."""

from commands.compose import set_up_django


def keep_up_now() -> str:
    """Do what time asks for at this instant, and tell how much there was; OutageError when the database is away."""
    set_up_django()
    from commands.company_accounts.upkeep import keep_up  # noqa: PLC0415 - Django must be set up first
    from evidence.clock import SystemClock  # noqa: PLC0415
    from evidence.outages import outages  # noqa: PLC0415

    with outages():
        return keep_up(at=SystemClock().now())
