# SPDX-License-Identifier: GPL-3.0-or-later
"""What a process and all below it are made of, from /proc: children, thread names, descriptors, memory."""
import contextlib
import os


def _read(path):
    try:
        with open(path, errors="replace") as f:
            return f.read()
    except OSError:  # gone meanwhile
        return ""


def children(pid):
    out = []
    try:
        tasks = os.listdir("/proc/%d/task" % pid)
    except OSError:
        return out
    for task in tasks:
        out += [int(c) for c in _read("/proc/%d/task/%s/children" % (pid, task)).split()]
    return out


def descendants(pid):
    """All below pid, parents before children."""
    out, todo = [], [pid]
    while todo:
        below = children(todo.pop())
        out += below
        todo += below
    return out


def exe(pid):
    """The name of the program a process runs; "" when it is gone."""
    try:
        return os.path.basename(os.readlink("/proc/%d/exe" % pid)).removesuffix(" (deleted)")
    except OSError:
        return ""


def workers(pid):
    return [p for p in descendants(pid) if exe(p).endswith("lycosa-worker")]


def thread_names(pid):
    try:
        tasks = os.listdir("/proc/%d/task" % pid)
    except OSError:
        return []
    return [n for n in (_read("/proc/%d/task/%s/comm" % (pid, t)).strip() for t in tasks) if n]


def descriptors(pid):
    return len(os.listdir("/proc/%d/fd" % pid))


def descriptor_targets(pid):
    """{number: what it is open on}"""
    found = {}
    for fd in os.listdir("/proc/%d/fd" % pid):
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            found[int(fd)] = os.readlink("/proc/%d/fd/%s" % (pid, fd))
    return found


def nameless_bytes(pid):
    """How long each file is that it has open and that has no name."""
    sizes = []
    for fd, target in descriptor_targets(pid).items():
        with contextlib.suppress(FileNotFoundError):
            if target.endswith(" (deleted)"):
                sizes.append(os.stat("/proc/%d/fd/%d" % (pid, fd)).st_size)
    return sizes


def _status_bytes(pid, name):
    for line in _read("/proc/%d/status" % pid).splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) * 1024
    return 0


def rss_bytes(pid):
    return _status_bytes(pid, "VmRSS")


def peak_bytes(pid):
    return _status_bytes(pid, "VmHWM")


def pss_bytes(pid):
    """Proportional: what is shared between the processes of a tree counts once in their sum."""
    for line in _read("/proc/%d/smaps_rollup" % pid).splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def first_argument(pid):
    """Of the system call that the main thread sleeps in; None when it sleeps in none."""
    fields = _read("/proc/%d/task/%d/syscall" % (pid, pid)).split()
    return int(fields[1], 16) if len(fields) > 1 and int(fields[0]) >= 0 else None
