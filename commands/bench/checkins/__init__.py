"""Measure the check-in register: single check-ins over REST beside a full register, and the questions asked of it."""

from commands.bench.checkins.measuring import measure

__all__ = ["measure"]
