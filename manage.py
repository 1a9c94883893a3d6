#!/usr/bin/env python
"""Django's command line."""

import os
import sys

from django.core.management import execute_from_command_line

from andre import __version__

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "andre.settings")
    if sys.argv[1:] in (["version"], ["--version"]):  # Django would say its own.
        sys.stdout.write(f"{__version__}\n")
        sys.exit()
    execute_from_command_line(sys.argv)
