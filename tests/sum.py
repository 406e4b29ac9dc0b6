#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""sum.py: adds up the single cases behind the log files of a test run.

Usage: sum.py LOG...      (automake's NAME.log, each with NAME.trs beside it)

Understands what cmocka, pytest and our own scripts print; a program that prints no counts is one case. A test that
failed (by its .trs) without a failed case in its log counts as one failure, and so does one that left no log. Skips
are listed with their reasons. The last line is "N passed, N failed"; exit 1 when something failed.
"""
import os
import re
import sys

CMOCKA = {
    'passed': re.compile(r'^\[  PASSED  \] (\d+) test\(s\)', re.M),
    'failed': re.compile(r'^\[  FAILED  \] (\d+) test\(s\)', re.M),
    'skipped': re.compile(r'^\[  SKIPPED \] (\d+) test\(s\)', re.M),
}
CMOCKA_SKIP = re.compile(r'^\[  SKIPPED \] (?!\d+ test)(\S+)', re.M)
PYTEST_LINE = re.compile(r'^=*\s*((?:\d+ (?:passed|failed|errors?|skipped|deselected|xfailed|xpassed|warnings?)(?:, )?)+) in [\d.]+s.*$', re.M)
OURS = re.compile(r'^(\d+) passed, (\d+) failed', re.M)


def count(text):
    """(passed, failed, skipped) of one log, or None where it tells no counts."""
    lines = PYTEST_LINE.findall(text)
    if lines:
        n = {'passed': 0, 'failed': 0, 'error': 0, 'skipped': 0, 'xpassed': 0}
        for line in lines:
            for number, word in re.findall(r'(\d+) (\w+?)s?\b', line):
                n[word] = n.get(word, 0) + int(number)
        return n['passed'], n['failed'] + n['error'] + n['xpassed'], n['skipped']
    if '[==========]' in text:
        passed, failed, skipped = (sum(int(x) for x in CMOCKA[k].findall(text)) for k in ('passed', 'failed', 'skipped'))
        return passed, failed, skipped
    ours = OURS.findall(text)
    if ours:
        return int(ours[-1][0]), int(ours[-1][1]), 0
    return None


def result_of(log):
    try:
        with open(re.sub(r'\.log$', '', log) + '.trs', encoding='utf-8', errors='replace') as f:
            m = re.search(r'^:global-test-result: (\w+)', f.read(), re.M)
    except OSError:
        return None
    return m.group(1) if m else None


def main():
    passed = failed = 0
    for log in sys.argv[1:]:
        name = re.sub(r'\.log$', '', log)
        result = result_of(log)
        if result is None or not os.path.exists(log):
            print('did not run: %s' % name)
            failed += 1
            continue
        with open(log, encoding='utf-8', errors='replace') as f:
            text = f.read()
        if result == 'SKIP':
            words = text.strip().splitlines()
            print('skipped: %s: %s' % (name, words[0] if words else 'no reason given'))
            continue
        p, f, s = count(text) or (0, 0, 0)
        if s:
            print('%d skipped in %s: %s' % (s, name, ', '.join(sorted(set(CMOCKA_SKIP.findall(text)))) or 'see its log'))
        ok = result in ('PASS', 'XFAIL')
        if ok and p + f + s == 0:
            p = 1
        if not ok and f == 0:
            f = 1
        if f:
            print('failed: %s (%d)' % (name, f))
        passed += p
        failed += f
    print('%d passed, %d failed' % (passed, failed))
    return 1 if failed or passed == 0 else 0


if __name__ == '__main__':
    sys.exit(main())
