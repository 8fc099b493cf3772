"""Measure the check-in register: single check-ins over REST beside a full register, and the questions asked of it.

Easier than in years of use: the register spans 500 working days and not seven years, a person has one number, and what
it was filled with has one version each; the DAGs of validations and missing check-outs stand still meanwhile; single check-ins
carry no key that makes them repeatable and no reference, and are of the sender's own staff, for whom no mandate is asked about. Harder: all
that it was filled with came from one sender, and a quarter of it is one company's.
"""

from commands.bench.checkins.measuring import measure

__all__ = ["measure"]
