"""Which folder the library was read from, so that another one, or none, withdraws nothing."""

from pathlib import Path

from player.models import LibraryRoot


def former_root(root: Path) -> Path | None:
    """The folder that the library was read from, if it is another than this one."""
    kept = LibraryRoot.objects.first()
    return Path(kept.path) if kept is not None and kept.path != str(root) else None


def remember_root(root: Path) -> None:
    LibraryRoot.objects.update_or_create(pk=1, defaults={"path": str(root)})
