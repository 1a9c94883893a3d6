"""Settings from files: a `.env` in the data directory, and a file per secret (`…_FILE`)."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path

ENV_FILE = ".env"
FILE_SUFFIX = "_FILE"
LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")


class FileFaults(Exception):
    """What is wrong with the files, one line each in `args`, without any value."""


def merge_env_file(
    environ: Mapping[str, str], data_dir: Path, secrets: Collection[str]
) -> dict[str, str]:
    """`environ` over the `.env` in `data_dir`, each with what its `…_FILE` names say.

    An empty value of `environ` hides nothing. Raises FileFaults.
    """
    own = read_secret_files(environ, secrets)
    path = data_dir.expanduser() / ENV_FILE
    if not path.is_file():
        return own
    read = parse_env(read_text(path, str(path)), str(path))
    if read.get("ANDRE_DATA_DIR"):
        raise FileFaults(
            f"ANDRE_DATA_DIR: a .env in the data directory ({path}) cannot name another"
        )
    said = {name: value for name, value in own.items() if value}
    return dict(environ) | read_secret_files(read, secrets) | said


def read_secret_files(environ: Mapping[str, str], secrets: Collection[str]) -> dict[str, str]:
    """`environ` with `NAME` for each `NAME_FILE` of a secret. Raises FileFaults."""
    found, faults = dict(environ), list[str]()
    for name in secrets:
        path = found.pop(name + FILE_SUFFIX, "")
        if not path:
            continue
        try:
            if found.get(name):
                raise FileFaults(
                    f"{name}: is set, and {name}{FILE_SUFFIX} too; leave one of them out"
                )
            found[name] = read_secret(Path(path), name + FILE_SUFFIX)
        except FileFaults as fault:
            faults += fault.args
    if faults:
        raise FileFaults(*faults)
    return found


def read_secret(path: Path, name: str) -> str:
    """Raises FileFaults."""
    secret = read_text(path, name).strip()
    if not secret:
        raise FileFaults(f"{name}: {path} is empty")
    return secret


def read_text(path: Path, name: str) -> str:
    """Raises FileFaults."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise FileFaults(f"{name}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise FileFaults(f"{name}: is no text in UTF-8") from error


def parse_env(text: str, where: str) -> dict[str, str]:
    """Names and values, as compose and systemd read them too: NAME=value, # a comment, quotes.

    Nothing is expanded. Raises FileFaults with the numbers of the lines that are none.
    """
    found, faults = dict[str, str](), list[str]()
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        match = LINE.fullmatch(line)
        if match:
            found[match[1]] = unquote(match[2])
        else:
            faults.append(f"{where}: line {number} is not NAME=value")
    if faults:
        raise FileFaults(*faults)
    return found


def unquote(value: str) -> str:
    """Quoted, it is what stands between the quotes; otherwise ` #` begins a comment."""
    for quote in "\"'":
        if value.startswith(quote) and value.find(quote, 1) > 0:
            return value[1 : value.find(quote, 1)]
    return re.split(r"\s#", value, maxsplit=1)[0].strip()
