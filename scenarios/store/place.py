"""Where the store of this user is, when no address is given."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import tempfile
import weakref
from collections.abc import Mapping
from pathlib import Path

from scenarios.store.keep import Store, open_store

STORE = "plans.sqlite"
SECRET = "session.key"  # noqa: S105 - the name of a file


def data_folder(environment: Mapping[str, str] = os.environ, system: str = sys.platform) -> Path:
    """Return the folder for this user's data: where the system keeps such."""
    if system == "win32":
        return Path(environment.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "jianpai"
    return Path(environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "jianpai"


def default_url(folder: Path) -> str:
    """Return the address of the store in a folder, which is made if it is not there. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{folder / STORE}"


def kept_secret(folder: Path) -> str:
    """Return the secret in a folder, drawn when there is none, readable by this user alone. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / SECRET
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return path.read_text(encoding="ascii").strip()


def temporary_store() -> Store:
    """Return an empty store in a folder that goes with the program."""
    folder = tempfile.mkdtemp(prefix="jianpai-")
    store = open_store(f"sqlite:///{folder}/{STORE}")
    weakref.finalize(store.engine, shutil.rmtree, folder, ignore_errors=True)
    return store
