"""The archive itself: a tar.gz of a manifest and of the members it names, and of nothing else.

It is read member by member under names that are known beforehand. No path of an archive ever
becomes one of this machine's, so that none can lead anywhere.
"""

import gzip
import hashlib
import io
import json
import os
import shutil
import tarfile
import zlib
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Literal

from pydantic import BaseModel, Field, ValidationError

MANIFEST = "manifest.json"
LONGEST_MANIFEST = 4 * 2**20
BYTES_AT_ONCE = 2**20
PLAIN_FILES = (tarfile.REGTYPE, tarfile.AREGTYPE)
DAMAGE = (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile)

FOREIGN = "This is no backup of Andre, or it was changed: {}. Nothing was restored."
DAMAGED = "This backup is damaged or cut off ({}). Nothing was restored."


class BackupFault(Exception):
    """Why there is no backup, or no way back, and what to do about it, in a sentence."""


class Member(BaseModel):
    name: str
    size: int = Field(ge=0)
    sha256: str


class Sequence(BaseModel):
    """How far PostgreSQL has counted in one column, rows included that are gone since."""

    table: str
    column: str
    last_value: int
    is_called: bool


class Manifest(BaseModel):
    """What an archive says of itself; its first member."""

    format: Literal[1] = 1
    version: str = Field(pattern=r"^\d{1,9}(\.\d{1,9}){1,3}$")
    made_at: datetime
    database: str
    has_hash_tags: bool
    migrations: list[tuple[str, str]]
    columns: dict[str, list[str]] = {}
    sequences: list[Sequence] = []
    members: list[Member] = []


# Writing


def write_archive(path: Path, manifest: Manifest, folder: Path) -> None:
    """Write `path`, for its owner alone, with every file of `folder`, and wait for the disk.

    Raises OSError.
    """
    files = sorted(folder.iterdir())
    named = manifest.model_copy(update={"members": [describe_file(file) for file in files]})
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        with tarfile.open(fileobj=target, mode="w:gz", compresslevel=6) as tar:
            text = named.model_dump_json(indent=1).encode()
            add_member(tar, MANIFEST, len(text), io.BytesIO(text))
            for file, member in zip(files, named.members, strict=True):
                with file.open("rb") as source:
                    add_member(tar, member.name, member.size, source)
        target.flush()
        os.fsync(target.fileno())


def describe_file(file: Path) -> Member:
    with file.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256").hexdigest()
    return Member(name=file.name, size=file.stat().st_size, sha256=digest)


def add_member(tar: tarfile.TarFile, name: str, size: int, source: IO[bytes]) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    tar.addfile(info, source)


# Reading


def unpack(path: Path, folder: Path, accept: Callable[[Manifest], Collection[str]]) -> Manifest:
    """Write the members of an archive into `folder`, each found to be what the manifest says.

    `accept` looks at the manifest before anything else is read, and says which members there have
    to be. Raises BackupFault, also where `accept` does, and OSError.
    """
    with path.open("rb") as file, BoundedGzip(fileobj=file) as plain:
        try:
            with tarfile.open(fileobj=plain, mode="r:") as tar:
                members = read_members(tar)
                manifest = parse_manifest(read_manifest(members))
                check_names(manifest, accept(manifest))
                check_space(manifest, folder)
                for expected in manifest.members:
                    copy_member(members, expected, folder / expected.name)
                if next(members, None) is not None:
                    raise BackupFault(FOREIGN.format("it holds more than it names"))
            check_end(plain)
            return manifest
        except DAMAGE as error:
            raise BackupFault(DAMAGED.format(error)) from error


class BoundedGzip(gzip.GzipFile):
    """Gives out no more at once than is asked for here: a header may ask for gigabytes."""

    def read(self, size: int | None = -1) -> bytes:
        """Raises BackupFault."""
        if size is None or not 0 <= size <= BYTES_AT_ONCE:
            raise BackupFault(FOREIGN.format("one of its headers is too long"))
        return super().read(size)


def read_members(tar: tarfile.TarFile) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    """Plain files only. Raises BackupFault."""
    for info in tar:
        if info.type not in PLAIN_FILES or info.issparse():
            raise BackupFault(FOREIGN.format(f"{info.name!r} in it is no plain file"))
        content = tar.extractfile(info)
        assert content is not None  # noqa: S101 - It is one of a plain file.
        yield info, content


def check_end(plain: gzip.GzipFile) -> None:
    """Behind the last member there is padding, and the checksum of gzip. Raises BackupFault."""
    while padding := plain.read(tarfile.RECORDSIZE):
        if padding.strip(b"\0"):
            raise BackupFault(FOREIGN.format("something stands behind its end"))


def read_manifest(members: Iterator[tuple[tarfile.TarInfo, IO[bytes]]]) -> bytes:
    """Raises BackupFault."""
    info, content = next(members, (None, None))
    if info is None or content is None or info.name != MANIFEST:
        raise BackupFault(FOREIGN.format(f"{MANIFEST} is not its first member"))
    if info.size > LONGEST_MANIFEST:
        raise BackupFault(FOREIGN.format(f"its {MANIFEST} is too long"))
    return b"".join(iter(lambda: content.read(BYTES_AT_ONCE), b""))


def parse_manifest(text: bytes) -> Manifest:
    """Raises BackupFault."""
    try:
        said = json.loads(text)
        if isinstance(said, dict) and isinstance(said.get("format"), int) and said["format"] > 1:
            raise BackupFault(
                "This backup was made by a newer version of Andre. Upgrade this one first."
            )
        return Manifest.model_validate(said)
    except (ValidationError, ValueError, RecursionError) as error:
        raise BackupFault(FOREIGN.format(f"its {MANIFEST} cannot be read")) from error


def check_names(manifest: Manifest, wanted: Collection[str]) -> None:
    """Raises BackupFault."""
    named = [member.name for member in manifest.members]
    unknown = sorted(set(named) - set(wanted))
    if unknown:
        raise BackupFault(FOREIGN.format(f"no backup holds {unknown[0]!r}"))
    if sorted(named) != sorted(wanted):
        raise BackupFault(FOREIGN.format("it does not hold all that a backup holds"))


def check_space(manifest: Manifest, folder: Path) -> None:
    """Raises BackupFault."""
    size = sum(member.size for member in manifest.members)
    if size > shutil.disk_usage(folder).free:
        raise BackupFault(
            f"This backup needs {size // 2**20 + 1} MB, and the disk of {folder.parent} has less."
        )


def copy_member(
    members: Iterator[tuple[tarfile.TarInfo, IO[bytes]]], expected: Member, target: Path
) -> None:
    """The next member, which has to be the expected one. Raises BackupFault."""
    info, content = next(members, (None, None))
    if info is None or content is None:
        raise BackupFault(DAMAGED.format(f"{expected.name} is missing"))
    if info.name != expected.name:
        raise BackupFault(FOREIGN.format(f"{info.name!r} stands where {expected.name} should"))
    if info.size != expected.size:
        raise BackupFault(DAMAGED.format(f"{expected.name} is of another size"))
    digest = hashlib.sha256()
    with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while piece := content.read(BYTES_AT_ONCE):
            digest.update(piece)
            file.write(piece)
    if digest.hexdigest() != expected.sha256:
        raise BackupFault(DAMAGED.format(f"the checksum of {expected.name} is another"))
