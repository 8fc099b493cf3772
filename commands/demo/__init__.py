"""`guichet demo`: start the whole stack, deliver real declarations over SFTP, verify and print the answers."""

from commands.demo.story import add_arguments, run

__all__ = ["add_arguments", "run"]
