#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# package.sh: `make distcheck` (what is packed builds, installs, and uninstalls without a trace, in a tree that cannot be
# written to, with nothing beside it), and nothing git knows is missing from the package. Called by `make check-package`,
# in the build directory, with the tests to run inside as arguments. Ends with "N passed, N failed".
set -u
: "${top_srcdir:?}" "${MAKE:=make}"
passed=0
failed=0

if "$MAKE" distcheck DISTCHECK_CONFIGURE_FLAGS="CFLAGS=-O0" check_PROGRAMS= check_LIBRARIES= TESTS="$*" >distcheck.log 2>&1; then
	echo "PASS: package/distcheck"
	passed=1
else
	tail -n 60 distcheck.log
	echo "FAIL: package/distcheck"
	failed=1
fi

if git -C "$top_srcdir" rev-parse --git-dir >/dev/null 2>&1; then
	git -C "$top_srcdir" -c core.quotepath=off ls-files | sort >package.git
	xz -dc lycosa-[0-9]*.tar.xz | tar -t | sed 's,^[^/]*/,,' | sort >package.tar
	comm -23 package.git package.tar >package.missing
	if [ -s package.missing ]; then
		cat package.missing
		echo "FAIL: package/complete: these files are not packed (EXTRA_DIST)"
		failed=$((failed + 1))
	else
		echo "PASS: package/complete"
		passed=$((passed + 1))
	fi
	rm -f package.git package.tar package.missing
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
