"""The words of access: who may appoint whom, what a right covers, and what is known of a person who asks."""
