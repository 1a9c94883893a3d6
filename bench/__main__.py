"""`python -m bench` measures everything, one after the other; `python -m bench fanout` one thing.

Each bench is a process of its own: a house is furnished once, and what one has eaten is no
burden to the next.
"""

import subprocess
import sys
from collections.abc import Sequence

from bench import plots

BENCHES = (
    *("fanout", "chat", "nests", "commands", "connections", "storm", "tick", "sync", "heard"),
    *("media", "library", "fairness", "bender", "bender_far", "own_players", "page", "shelf"),
    *("start", "soak"),
)


def main(names: Sequence[str]) -> int:
    unknown = sorted(set(names) - set(BENCHES))
    if unknown:
        print(f"There is no bench {', '.join(unknown)}; there are {', '.join(BENCHES)}.")
        return 2
    failed = [name for name in names or BENCHES if measured(name) != 0]
    print(f"The page of plots: {plots.write()}")
    if failed:
        print(f"Not measured: {', '.join(failed)}.")
    return 1 if failed else 0


def measured(name: str) -> int:
    return subprocess.call([sys.executable, "-m", f"bench.{name}"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
