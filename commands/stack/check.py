"""Tell whether one process of the list works: `python -m commands.stack.check NAME`, for a container's health check."""

import sys

from commands.stack.configuration import StackConfiguration, StackError
from commands.stack.probes import NotHealthy
from commands.stack.processes import find_process


def main(arguments: list[str]) -> int:
    """Probe the named process: 0 when it works, else 1 and why."""
    try:
        (name,) = arguments
        find_process(name).probe(StackConfiguration.from_environment())
    except ValueError:
        sys.stderr.write("usage: python -m commands.stack.check NAME\n")
        return 2
    except (NotHealthy, StackError) as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
