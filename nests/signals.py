"""What the floors above may want to hear; sent with `nest`, a nest id."""

from django.dispatch import Signal

listeners_changed = Signal()
nest_emptied = Signal()
nest_woken = Signal()
dj_left = Signal()
dj_returned = Signal()
nest_ending = Signal()
nest_set = Signal()
