"""What the floors above may want to hear; sent with `nest`, a nest id."""

from django.dispatch import Signal

nest_emptied = Signal()
nest_woken = Signal()
nest_ending = Signal()
nest_set = Signal()
