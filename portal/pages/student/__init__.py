"""Student@work: what remains of the contingent, the calendar, agreed and worked hours, attestations, and who looked."""
