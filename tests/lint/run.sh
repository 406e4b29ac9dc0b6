#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# run.sh NAME COMMAND [NAME COMMAND]...: runs each check, shows what a failed one said, ends with "N passed, N failed".
# A check that could not run (77) counts as failed: `make lint` is for those who have the tools.
set -u
passed=0
failed=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
while [ $# -ge 2 ]; do
	if sh -c "$2" >"$log" 2>&1; then
		echo "PASS: lint/$1"
		passed=$((passed + 1))
	else
		status=$?
		cat "$log"
		echo "FAIL: lint/$1 (exit status $status)"
		failed=$((failed + 1))
	fi
	shift 2
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
