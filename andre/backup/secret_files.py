"""The secrets of a data directory, sealed with a passphrase for their way in an archive.

scrypt (RFC 7914) makes the passphrase dear to guess; Fernet keeps what it seals secret and whole.
"""

import base64
import json
import os
import re
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from andre.backup.archive import BackupFault
from andre.core.env_files import ENV_FILE

MEMBER = "secrets.sealed"
FOLDER = "secrets"
NAME = re.compile(rf"{re.escape(ENV_FILE)}|{FOLDER}/[a-z0-9_]{{1,60}}")
SHORTEST_PASSPHRASE = 12
SALT_BYTES = 16
SCRYPT_COST = 2**16  # 64 MB and a fifth of a second for each guess

TOO_SHORT = f"The passphrase must have {SHORTEST_PASSPHRASE} characters or more."
NONE_HERE = (
    "There are no secrets in {}: they come from elsewhere (with docker compose from .env beside "
    "docker-compose.yml). Keep a copy of that, and make the backup without --with-secrets."
)
WRONG = "The secrets of this backup cannot be opened: the passphrase is another."


def seal_secrets(data_dir: Path, passphrase: str) -> bytes:
    """Raises BackupFault."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise BackupFault(TOO_SHORT)
    paths = [data_dir / ENV_FILE, *sorted((data_dir / FOLDER).glob("[a-z]*"))]
    found = {
        str(path.relative_to(data_dir)): path.read_text(encoding="utf-8")
        for path in paths
        if path.is_file()
    }
    if not found:
        raise BackupFault(NONE_HERE.format(data_dir))
    salt = secrets.token_bytes(SALT_BYTES)
    return salt + fernet(passphrase, salt).encrypt(json.dumps(found).encode())


def open_secrets(sealed: bytes, passphrase: str) -> dict[str, str]:
    """What each file below the data directory says. Raises BackupFault."""
    salt, token = sealed[:SALT_BYTES], sealed[SALT_BYTES:]
    try:
        found: dict[str, str] = json.loads(fernet(passphrase, salt).decrypt(token))
    except InvalidToken as error:
        raise BackupFault(WRONG) from error
    if not all(map(NAME.fullmatch, found)):
        raise BackupFault("The secrets of this backup are under names that Andre does not have.")
    return found


def fernet(passphrase: str, salt: bytes) -> Fernet:
    key = Scrypt(salt=salt, length=32, n=SCRYPT_COST, r=8, p=1).derive(passphrase.encode())
    return Fernet(base64.urlsafe_b64encode(key))


def write_secrets(data_dir: Path, found: dict[str, str]) -> list[Path]:
    """Where they are now: a `.env` that is there already stays, and has the other beside it."""
    written = []
    for name, text in found.items():
        path = data_dir / name
        if name == ENV_FILE and path.exists() and path.read_text(encoding="utf-8") != text:
            path = data_dir / f"{ENV_FILE}.from-backup"
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.unlink(missing_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
        written.append(path)
    return written
