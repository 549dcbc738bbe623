"""Where PostgreSQL's programs are, who runs them, and where that user can keep a cluster."""

import hashlib
import logging
import os
import pwd
import re
import shutil
import subprocess
from pathlib import Path

from rentguy.errors import ConfigError
from rentguy.log import pairs

logger = logging.getLogger(__name__)

DEBIAN = Path("/usr/lib/postgresql")
ELSEWHERE = Path("/var/lib/rentguy")  # where the unprivileged user can enter


def binaries(version: str | None = None) -> Path:
    """Where PostgreSQL's programs are: Debian's newest that has PostGIS (or `version`), else those on PATH.

    Raises ConfigError that says what to install.
    """
    found = {
        int(place.parent.name): place
        for place in DEBIAN.glob("[0-9]*/bin")
        if Path(f"/usr/share/postgresql/{place.parent.name}/extension/postgis.control").exists()
    }
    if version and version.isdecimal() and int(version) in found:
        return found[int(version)]
    if found and not version:
        return found[max(found)]
    if (pg_config := shutil.which("pg_config")) and (place := _installed(pg_config, version)):
        return place
    wanted = f"postgresql-{version or 15}-postgis-3"
    raise ConfigError(f"PostgreSQL with PostGIS is not installed: on Debian, apt-get install {wanted}")


def _installed(pg_config: str, version: str | None) -> Path | None:
    def ask(what: str) -> str:
        return subprocess.run([pg_config, what], capture_output=True, text=True).stdout.strip()

    if not (Path(ask("--sharedir")) / "extension" / "postgis.control").exists():
        return None
    major = re.search(r"\d+", ask("--version"))
    return Path(ask("--bindir")) if version is None or (major and major[0] == version) else None


def unprivileged() -> pwd.struct_passwd | None:
    """Who owns PostgreSQL's processes; None when it can be us."""
    if os.geteuid() != 0:
        return None
    users = {user.pw_name: user for user in pwd.getpwall()}
    return users.get("postgres") or users["nobody"]


def reachable(directory: Path, user: pwd.struct_passwd | None) -> Path:
    """`directory`, made if need be; or a place elsewhere when `user` can't enter it (a checkout under /root)."""
    if user is None:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        return directory
    elsewhere = _elsewhere(directory)
    if not (elsewhere / "data").exists():  # what was begun there stays there
        _make(directory, user)
        if _may_enter(directory, user):
            return directory
        logger.info("the cluster is elsewhere %s", pairs(user=user.pw_name, can_not_enter=directory, place=elsewhere))
        _make(elsewhere, user)
    return elsewhere


def places(directory: Path) -> tuple[Path, Path]:
    """Where a cluster of `directory` can be."""
    return directory, _elsewhere(directory)


def _elsewhere(directory: Path) -> Path:
    return ELSEWHERE / hashlib.sha256(str(directory).encode()).hexdigest()[:16]


def _make(directory: Path, user: pwd.struct_passwd) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(0o700)
    os.chown(directory, user.pw_uid, user.pw_gid)


def _may_enter(directory: Path, user: pwd.struct_passwd) -> bool:
    return not subprocess.run(
        ["test", "-w", str(directory)], cwd="/", user=user.pw_uid, group=user.pw_gid, extra_groups=[]
    ).returncode
