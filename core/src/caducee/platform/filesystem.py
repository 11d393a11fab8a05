"""Which kind of file system holds a folder: locks and shared memory cannot be trusted over a network."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

NETWORK = frozenset(
    {
        "afpfs",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "davfs",
        "fuse.ceph",
        "fuse.davfs2",
        "fuse.glusterfs",
        "fuse.rclone",
        "fuse.sshfs",
        "glusterfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "prl_fs",
        "smb2",
        "smb3",
        "smbfs",
        "vboxsf",
        "webdav",
    }
)


def is_network(folder: Path) -> bool:
    """Say whether the folder is on a network file system. An unknown kind counts as local."""
    resolved = folder.resolve()
    if sys.platform == "win32":
        return _is_remote_drive(resolved)
    if sys.platform == "linux":
        mounts = _linux_mounts(Path("/proc/mounts").read_text(encoding="utf-8", errors="replace"))
    else:
        listing = subprocess.run(["/sbin/mount"], capture_output=True, text=True, check=False)
        mounts = _bsd_mounts(listing.stdout)
    return kind_of(PurePosixPath(resolved), mounts) in NETWORK


def kind_of(path: PurePosixPath, mounts: Iterable[tuple[str, str]]) -> str:
    """Return the kind of the deepest mount that holds the path; the last one wins where two share a folder."""
    best = ("", "")
    for point, kind in mounts:
        if path.is_relative_to(point) and len(point) >= len(best[0]):
            best = (point, kind)
    return best[1]


def _linux_mounts(table: str) -> list[tuple[str, str]]:
    lines = (line.split() for line in table.splitlines())
    return [(_unescaped(fields[1]), fields[2]) for fields in lines if len(fields) > 2]


def _unescaped(point: str) -> str:
    for code, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        point = point.replace(code, character)
    return point


def _bsd_mounts(listing: str) -> list[tuple[str, str]]:
    """Read lines such as ``//user@server/share on /Volumes/share (smbfs, nodev)``."""
    mounts: list[tuple[str, str]] = []
    for line in listing.splitlines():
        place, opened, options = line.rpartition(" (")
        _, on, point = place.partition(" on ")
        if opened and on:
            mounts.append((point, options.rstrip(")").split(",")[0].strip()))
    return mounts


def _is_remote_drive(folder: Path) -> bool:
    if sys.platform == "win32":
        import ctypes

        remote = 4
        anchor = folder.anchor
        return anchor.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(anchor) == remote
    return False
