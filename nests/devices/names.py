"""Which device and which tab of it a connection says it is, in its address."""

import re
from typing import NamedTuple

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


class DeviceTab(NamedTuple):
    """Empty where it is not said: a program, a wall, or a page of an older version."""

    device: str = ""
    tab: str = ""


NO_DEVICE = DeviceTab()


def device_named(device: str, tab: str = "") -> DeviceTab:
    """What is no name counts as not said."""
    if not NAME.fullmatch(device):
        return NO_DEVICE
    return DeviceTab(device, tab if NAME.fullmatch(tab) else "")
