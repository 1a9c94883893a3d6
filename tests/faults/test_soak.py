"""A minute of everything at once; `make soak` goes on for ten."""

import subprocess
import sys

from tests.support.whole_house import ROOT, surroundings

SECONDS = 60


def test_a_minute_of_everything_at_once_leaves_no_leak_and_no_error():  # F4
    soak = subprocess.run(
        [sys.executable, "-m", "bench.soak", str(SECONDS)],
        cwd=ROOT,
        env=surroundings(),
        capture_output=True,
        text=True,
        timeout=280,
    )

    print(soak.stdout)
    assert soak.returncode == 0, soak.stderr
