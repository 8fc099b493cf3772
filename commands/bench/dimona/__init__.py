"""Measure how fast student-day declarations go from the GO to the last notification, beside a bare rig on the same file."""

from commands.bench.dimona.measuring import measure

__all__ = ["measure"]
