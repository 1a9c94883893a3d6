"""On the path of a house whose clocks disagree: SHIFTED_CLOCKS says which process is wrong by what.

{"part of a command line": seconds}; Python imports this before anything else. A process that is a
fork says what it is by its title.
"""

import json
import os
import time

import setproctitle
import time_machine

name_process = setproctitle.setproctitle
shifted = False  # Celery names its processes once more.


def shift_and_name(title: str) -> None:
    global shifted
    name_process(title)
    if shifted:
        return
    shifted = True
    for part, seconds in json.loads(os.environ.get("SHIFTED_CLOCKS", "{}")).items():
        if part in title:
            time_machine.travel(time.time() + seconds, tick=True).start()


setproctitle.setproctitle = shift_and_name
