"""A Spotify of our own, with state: accounts, consents, devices, players that really advance.

Tests run it in a thread (`running()`), people who develop Andre as a process (`make stub`).
Faults come on demand, and a ledger keeps every call.
"""

from tests.support.spotify_stub.faults import Fault
from tests.support.spotify_stub.server import Stub, running
from tests.support.spotify_stub.state import Account, World

__all__ = ["Account", "Fault", "Stub", "World", "running"]
