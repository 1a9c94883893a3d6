"""What the history has just written, for those who pass it on."""

from django.dispatch import Signal

plays_recorded = Signal()  # plays: of each the JSON that Redis kept
