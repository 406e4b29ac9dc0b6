#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a command and says what it and everything below it cost: measure.py RESULT.json COMMAND ARG...

	seconds        from start to the end of the command
	cpu_seconds    user and system, of the command and all its descendants (rusage of whom we waited for)
	cpu_seen       the same as last seen in /proc while they ran: a check that nobody was missed (it may be a bit less, never more)
	peak_bytes     the largest sum of the proportional memory (PSS) of all of them at once, sampled
	processes      the most there were at once
	status         exit status

This process makes itself the reaper of orphans, so that daemons and grandchildren whose parents went first are waited for too.
It does nothing else, and its own time does not count.
"""
import ctypes
import json
import os
import resource
import sys
import time

SAMPLE_S = 0.05
PR_SET_CHILD_SUBREAPER = 36
TICKS = os.sysconf("SC_CLK_TCK")

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "tests", "e2e"))
import proctree  # noqa: E402


def cpu_ticks(pid):
    """Its own, and that of those it waited for."""
    try:
        with open("/proc/%d/stat" % pid) as f:
            fields = f.read().rsplit(")", 1)[1].split()
    except OSError:
        return 0
    return sum(int(x) for x in fields[11:15])


def sample(peak):
    tree = proctree.descendants(os.getpid())
    memory = sum(proctree.pss_bytes(p) for p in tree)
    peak["memory"] = max(peak["memory"], memory)
    peak["processes"] = max(peak["processes"], len(tree))
    peak["ticks"] = max(peak["ticks"], sum(cpu_ticks(p) for p in tree))


def reap(command, ended):
    """Waits for whoever has ended. False: nobody is left."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return False
        if pid == 0:
            return True
        if pid == command:
            ended.append((time.monotonic(), os.waitstatus_to_exitcode(status)))


def main():
    result, argv = sys.argv[1], sys.argv[2:]
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    peak, ended = {"memory": 0, "processes": 0, "ticks": 0}, []
    start = time.monotonic()
    command = os.fork()
    if command == 0:
        try:
            os.execvp(argv[0], argv)
        except OSError as e:
            print("measure.py: %s: %s" % (argv[0], e), file=sys.stderr)
            os._exit(127)
    pidfd = os.pidfd_open(command)
    import select
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    while reap(command, ended):
        sample(peak)
        # Woken by the command's end, so that `seconds` does not depend on the sampling.
        poll.poll(SAMPLE_S * 1000 if not ended else 5)
        if ended:
            time.sleep(0.005)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    with open(result, "w") as f:
        json.dump({"seconds": ended[0][0] - start, "status": ended[0][1], "cpu_seconds": used.ru_utime + used.ru_stime,
                   "cpu_seen": peak["ticks"] / TICKS, "peak_bytes": peak["memory"], "processes": peak["processes"]}, f)


if __name__ == "__main__":
    main()
