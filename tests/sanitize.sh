#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# sanitize.sh: the tests of `make check` (but lint) in two more builds below the build directory: AddressSanitizer with
# UndefinedBehaviorSanitizer (gcc), and ThreadSanitizer (clang); warnings are errors in both. Called by `make sanitize`.
# Of the end-to-end tests those that can tell: what the web may send for the former, what threads and processes do for
# the latter; PYTEST_ADDOPTS in the environment replaces this choice.
# Arguments: kinds to run instead of both (asan, tsan). Ends with "N passed, N failed".
set -eu
: "${top_srcdir:?}" "${top_builddir:?}"
jobs=$(nproc 2>/dev/null || echo 1)
status=0
passed=0
failed=0

[ $# -gt 0 ] || set -- asan tsan
for kind; do
	case $kind in
	asan)
		cc=${ASAN_CC:-gcc} list=address,undefined
		some='hostile or workers or robots or net or output or test_run'
		;;
	tsan)
		cc=${TSAN_CC:-clang} list=thread
		some='docs or workers or live or scope or (graphs and (threads or 1-events))'
		;;
	*) echo "sanitize.sh: what is $kind?" && exit 99 ;;
	esac
	dir=$top_builddir/sanitize/$kind
	mkdir -p "$dir"
	echo "== $kind: $cc -fsanitize=$list"
	(
		cd "$dir"
		[ -f config.status ] ||
			"$top_srcdir/configure" CC="$cc" --enable-developer --enable-sanitizers="$list" --quiet
		PYTEST_ADDOPTS=${PYTEST_ADDOPTS-"-k '$some'"}
		export PYTEST_ADDOPTS
		make -s -j "$jobs" V=0 && make -s -j "$jobs" V=0 check-dynamic
	) >"$dir/sanitize.log" 2>&1 || status=1
	grep -E '^(PASS|FAIL|ERROR|SKIP|XPASS|did not run|skipped|failed|.*warning:|.*error:)' "$dir/sanitize.log" || true
	line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$dir/sanitize.log" | tail -n 1)
	if [ -z "$line" ]; then
		tail -n 40 "$dir/sanitize.log"
		failed=$((failed + 1))
		continue
	fi
	passed=$((passed + ${line%% passed*}))
	line=${line#*, }
	failed=$((failed + ${line%% failed*}))
done
echo "$passed passed, $failed failed"
[ "$status" = 0 ] && [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
