#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# sanitize.sh: the tests of `make check` that can tell, in two more builds below the build directory, both by clang, warnings
# errors. Called by `make sanitize`; ends with "N passed, N failed".
#
#	asan	AddressSanitizer and UndefinedBehaviorSanitizer: all but lint, and of the end-to-end tests what the web may send.
#		Instrumented for libFuzzer too: `make fuzz-smoke` builds its targets there.
#	tsan	ThreadSanitizer: what has threads, and of the end-to-end tests what threads and processes do.
#
# With SANITIZE_FEW in the environment, as in ./quickstart check, fewer: not the fuzz targets, nor what they do with the same sanitizers
# (`make fuzz-smoke`), nor those of the frontier that take longest, nor what only kills processes, and of the end-to-end tests those of
# hostile sites, and of what comes and goes while it runs.
# PYTEST_ADDOPTS in the environment replaces the choice of end-to-end tests (`PYTEST_ADDOPTS= make sanitize`: all of them, an hour).
# Arguments: kinds to run instead of both; --configure KIND only makes its directory.
set -eu
: "${top_srcdir:?}" "${top_builddir:?}"
jobs=$(nproc 2>/dev/null || echo 1)
status=0
passed=0
failed=0

# A hundred programs with a sanitizer's library in each: binutils' linker takes half as long again for them.
quick_linker() {
	[ -n "${SANITIZE_CC-}" ] || ! command -v ld.lld >/dev/null || echo -fuse-ld=lld
}

configure_kind() {
	mkdir -p "$top_builddir/sanitize/$1"
	cd "$top_builddir/sanitize/$1"
	case $1 in
	asan) flags="--enable-developer --enable-fuzzing" ;;
	tsan) flags="--enable-developer --enable-sanitizers=thread" ;;
	*) echo "sanitize.sh: what is $1?" && return 99 ;;
	esac
	# Made by an older version of this script it may be of another kind.
	! grep -q -e "${flags#* }" config.status 2>/dev/null || return 0
	# shellcheck disable=SC2086 # a list
	"$top_srcdir/configure" CC="${SANITIZE_CC:-clang}" CFLAGS="-O1 -gline-tables-only" LDFLAGS="$(quick_linker)" $flags --quiet
}

if [ "${1-}" = --configure ]; then
	configure_kind "$2"
	exit
fi
[ $# -gt 0 ] || set -- asan tsan
# To configure is work for one processor. What it says, it says again below, if it was not done.
for kind; do
	(configure_kind "$kind") >/dev/null 2>&1 &
done
wait
for kind; do
	leave_out='' only=%
	case $kind in
	asan)
		some='test_hostile or test_workers or test_robots or test_mirror_nasty'
		if [ -n "${SANITIZE_FEW-}" ]; then
			leave_out='tests/unit/url_% tests/unit/worker_% tests/unit/frontier_order% tests/unit/frontier_rules% tests/vectors.py'
			leave_out="$leave_out tests/unit/frontier_dead% tests/unit/frontier_places% tests/unit/frontier_cost% tests/unit/frontier_move%"
			leave_out="$leave_out tests/unit/frontier_tail% tests/unit/frontier_visited% tests/unit/parse_faults% tests/unit/parse_killed% tests/fuzz/%"
			some='test_hostile and not serial'
		fi
		;;
	*)
		only='tests/unit/base_chan% tests/unit/base_loop% tests/unit/base_prefault% tests/unit/base_thread% tests/unit/fetch_%'
		only="$only tests/unit/frontier_loops% tests/unit/frontier_visited% tests/unit/parse_% tests/unit/store_bodies%"
		only="$only tests/unit/store_calls% tests/unit/store_divide% tests/unit/store_download% tests/unit/store_hold% tests/unit/store_resume%"
		only="$only tests/unit/store_skipped% tests/unit/store_store% tests/unit/url_scope% tests/e2e/%"
		some='test_workers or test_live_storm or test_loops or (graphs and threads)'
		if [ -n "${SANITIZE_FEW-}" ]; then
			leave_out='tests/unit/parse_faults% tests/unit/parse_killed% tests/unit/store_skipped%'
			some='test_live_storm or test_loops'
		fi
		;;
	esac
	dir=$top_builddir/sanitize/$kind
	mkdir -p "$dir"
	echo "== $kind"
	(
		configure_kind "$kind"
		PYTEST_ADDOPTS=${PYTEST_ADDOPTS-"-k '$some'"}
		export PYTEST_ADDOPTS
		make -s -j "$jobs" V=0 check-dynamic LEAVE_OUT="$leave_out" ONLY="$only"
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
