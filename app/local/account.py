"""The operating system account under which the embedded PostgreSQL runs.

PostgreSQL refuses to run as root, for good reason. An ordinary user runs it as themself; root runs it as an
account without rights. Nothing on the machine is created or opened up for that: no new account, no chmod
on the folders above the project.
"""

from __future__ import annotations

import os
import pwd
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.local.errors import NoAccountError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

UNPRIVILEGED_ACCOUNTS = ("postgres", "nobody")
"""Accounts that root lends to the server, in order of preference; every Unix has at least the second."""

EXECUTE_BY_OTHERS = 0o001


@dataclass(frozen=True, slots=True)
class Account:
    """Who the server's processes are."""

    uid: int
    gid: int
    name: str

    @property
    def is_self(self) -> bool:
        """Whether this is the account the present process already runs under."""
        return self.uid == os.geteuid()

    def own(self, path: Path) -> None:
        """Hand a file or folder of ours over to this account."""
        if not self.is_self:
            os.chown(path, self.uid, self.gid)

    def command(self, command: list[str], reaching: Iterable[Path]) -> list[str]:
        """Return `command` as it must be called to run under this account and reach the paths in `reaching`.

        A project in a folder that only root may enter (root's home, a private temporary folder) is out of an
        ordinary account's reach. Then, and only then, the server keeps one of root's capabilities, to pass
        over file permissions (`CAP_DAC_OVERRIDE`). It keeps no other.

        Raises:
            NoAccountError: the account is another one, and the machine lacks `setpriv` to change to it.
        """
        if self.is_self:
            return command
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            msg = "root needs setpriv (util-linux) to start the embedded database; or start as an ordinary user"
            raise NoAccountError(msg)
        become = [setpriv, f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups"]
        if not all(_others_may_enter(path) for path in reaching):
            become += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
            become += ["--securebits=+no_setuid_fixup"]  # else access(2), which initdb asks, ignores the capability
        return [*become, "--", *command]


def server_account(cluster: Path) -> Account:
    """Choose the account for the server on the folder `cluster`, which need not exist yet.

    Root keeps to the owner of an existing cluster, so that a folder made by an ordinary user stays theirs.

    Raises:
        NoAccountError: root finds none of `UNPRIVILEGED_ACCOUNTS`.
    """
    if os.geteuid() != 0:
        return _account(os.geteuid())
    if cluster.exists() and cluster.stat().st_uid != 0:
        return _account(cluster.stat().st_uid)
    for name in UNPRIVILEGED_ACCOUNTS:
        try:
            return _account(pwd.getpwnam(name).pw_uid)
        except KeyError:
            continue
    msg = f"root needs one of the accounts {', '.join(UNPRIVILEGED_ACCOUNTS)} for the embedded database"
    raise NoAccountError(msg)


def _account(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return Account(uid, os.getegid() or uid, f"uid {uid}")
    return Account(uid, entry.pw_gid, entry.pw_name)


def _others_may_enter(path: Path) -> bool:
    return all(parent.stat().st_mode & EXECUTE_BY_OTHERS for parent in path.resolve().parents)
