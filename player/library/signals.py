"""What a scan of the library finds out that queues and players have to know."""

from django.dispatch import Signal

tracks_gone = Signal()  # uris: their files are not there any more
tracks_silent = Signal()  # uris: hardly any sound is in their files
lengths_corrected = Signal()  # lengths: URI to ms
library_changed = Signal()
