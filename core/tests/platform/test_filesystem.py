from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from caducee.platform.filesystem import NETWORK, _bsd_mounts, _linux_mounts, is_network, kind_of

LINUX = """
/dev/sda1 / ext4 rw 0 0
server:/export /mnt/share nfs4 rw 0 0
//server/share /mnt/with\\040space cifs rw 0 0
tmpfs /mnt/share/local tmpfs rw 0 0
"""
BSD = """
/dev/disk1s1 on / (apfs, local, journaled)
//user@server/share on /Volumes/Dossier (partage) (smbfs, nodev, nosuid)
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/data", "ext4"),
        ("/mnt/share/data", "nfs4"),
        ("/mnt/sharedata", "ext4"),
        ("/mnt/with space/data", "cifs"),
        ("/mnt/share/local/data", "tmpfs"),
    ],
)
def test_the_deepest_mount_tells_the_kind(path: str, kind: str) -> None:
    assert kind_of(PurePosixPath(path), _linux_mounts(LINUX)) == kind


def test_the_listing_of_a_mac_is_read() -> None:
    mounts = _bsd_mounts(BSD)
    assert kind_of(PurePosixPath("/Volumes/x"), mounts) == "apfs"
    assert kind_of(PurePosixPath("/Volumes/Dossier (partage)/data"), mounts) == "smbfs"


def test_shares_are_network_file_systems() -> None:
    assert {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs"} <= NETWORK


def test_a_temporary_folder_is_local(tmp_path: Path) -> None:
    assert not is_network(tmp_path)
