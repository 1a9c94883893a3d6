"""On the path of a house whose clocks disagree: SHIFTED_CLOCKS says which process is wrong by what.

{"part of a command line": seconds}; Python imports this before anything else.
"""

import json
import os
import sys
import time

import time_machine

for part, seconds in json.loads(os.environ.get("SHIFTED_CLOCKS", "{}")).items():
    if part in " ".join(sys.orig_argv):
        time_machine.travel(time.time() + seconds, tick=True).start()
