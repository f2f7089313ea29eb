"""Files and folders that a command is given: whether they can be read and written, said before any work is done."""

import errno
import os
import re
from collections.abc import Iterable
from pathlib import Path

from .errors import BadInput, Trouble

REASONS = {
    errno.ENOENT: ("不存在", "it is not there"),
    errno.EACCES: ("没有权限", "no permission"),
    errno.EPERM: ("没有权限", "no permission"),
    errno.ENOSPC: ("磁盘满了", "the disk is full"),
    errno.EFBIG: ("文件大得写不下", "the file is too large for this place"),
    errno.EDQUOT: ("配额用完了", "the quota is used up"),
    errno.EROFS: ("这里只能读", "it can only be read here"),
    errno.EISDIR: ("是文件夹", "it is a folder"),
    errno.ENOTDIR: ("上一级不是文件夹", "what it lies in is not a folder"),
    errno.EEXIST: ("已经存在", "it is there already"),
    errno.ENAMETOOLONG: ("名字太长", "its name is too long"),
    errno.ELOOP: ("链接绕回自己", "its links lead back to it"),
}
ROOM = ("换一个有写权限、有空间的地方", "choose a place with room that may be written to")


def reason(error: OSError) -> tuple[str, str]:
    """What the system said, in plain words as (zh, en)."""
    said = error.strerror or type(error).__name__
    return REASONS.get(error.errno or 0, (said, said))


def told_by(error: Exception) -> OSError | None:
    """What the system said, where a library tells of it in the words of an error of its own; else None."""
    said = re.search(r"\(os error (\d+)\)", str(error))
    return OSError(int(said[1]), os.strerror(int(said[1]))) if said else None


def unreadable(path: object, error: OSError) -> BadInput:
    """The refusal of a file that cannot be read."""
    zh, en = reason(error)
    remedy = ("看看路径和权限", "look at its path and permissions")
    return BadInput(Trouble("unreadable", str(path), (f"读不到文件（{zh}）", f"the file cannot be read ({en})"), remedy=remedy))


def not_writable(path: object, error: OSError) -> BadInput:
    """The refusal of a place that cannot be written."""
    zh, en = reason(error if error.errno is not None else told_by(error) or error)
    return BadInput(Trouble("not_writable", str(path), (f"写不了（{zh}）", f"cannot be written ({en})"), remedy=ROOM))


def may_write(path: Path, apart_from: Iterable[Path] = ()) -> None:
    """Raises BadInput where a file of that name could not be put there, or would take the place of something else than an older one of its
    kind: a folder, a device, one of the files `apart_from`."""
    try:
        _may_write(path, apart_from)
    except OSError as error:  # of a folder that may not even be looked into
        raise not_writable(path, error) from None


def _may_write(path: Path, apart_from: Iterable[Path]) -> None:
    if not path.parent.is_dir():
        remedy = ("先建好文件夹", "make the folder first")
        raise BadInput(Trouble("no_folder", str(path), ("所在的文件夹不存在", "its folder does not exist"), remedy=remedy))
    if path.exists() and not path.is_file():
        found, wanted = ("不是普通文件", "not an ordinary file"), ("文件名", "the name of a file")
        raise BadInput(Trouble("not_a_file", str(path), found, wanted, ("换一个名字", "choose another name")))
    for other in apart_from:
        if path.absolute() == other.absolute() or (path.exists() and other.exists() and path.samefile(other)):
            found = (f"和 {other} 是同一个文件", f"it is the same file as {other}")
            raise BadInput(Trouble("same_file", str(path), found, remedy=("换一个名字", "choose another name")))
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise not_writable(path, PermissionError(errno.EACCES, ""))
