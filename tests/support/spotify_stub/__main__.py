"""`make stub`: a Spotify for development, with two accounts and a device each."""

import argparse
import threading
from contextlib import suppress

from tests.support.spotify_stub.server import running

parser = argparse.ArgumentParser(prog="python -m tests.support.spotify_stub")
parser.add_argument("--port", type=int, default=8765)
arguments = parser.parse_args()

with running(arguments.port) as stub:
    for name in ("alice", "bob"):
        stub.world.account(name).gets("Kitchen", "Speaker")
    stub.world.account("frida", product="free").gets("Phone", "Smartphone")
    stub.world.account("una", is_listed=False).gets("Laptop")
    print("A stub of Spotify is running. Start Andre beside it with:\n")
    print("  " + " ".join(f"{name}={value}" for name, value in stub.settings.items()), "make run\n")
    print(f"Its calls: GET {stub.url}/stub/ledger; faults: POST a list to {stub.url}/stub/faults")
    with suppress(KeyboardInterrupt):
        threading.Event().wait()
