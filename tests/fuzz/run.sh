#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# run.sh TARGET...: builds the fuzz targets (libFuzzer; in the build with ASan and UBSan that tests/sanitize.sh uses) and runs each
# for FUZZ_SECONDS (30), as many at once as there are processors. Called by `make fuzz-smoke`, in fuzz/ below the build directory.
# They begin with tests/fuzz/corpus/, with seeds made of the conformance vectors where those are (tests/fuzz/seed.py), and with
# what earlier runs here have grown. What a target finds is left in fuzz/found/ and said; ends with "N passed, N failed".
set -eu
: "${top_srcdir:?}" "${top_builddir:?}"
seconds=${FUZZ_SECONDS:-30}
jobs=$(nproc 2>/dev/null || echo 1)
dir=$top_builddir/fuzz

vectors=${LYCOSA_VECTORS:-$top_srcdir/../shared/vectors}
mkdir -p "$dir/found" "$dir/grown" "$dir/seeds"
cd "$dir"
if [ -d "$vectors" ]; then "${PYTHON:-python3}" "$top_srcdir/tests/fuzz/seed.py" "$vectors" seeds; fi
sh "$top_srcdir/tests/sanitize.sh" --configure asan
build=$top_builddir/sanitize/asan
make -s -C "$build" -j "$jobs" V=0 "$@"

# shellcheck disable=SC2016 # the inner shell expands it
one='
	target=$4/$1 name=${1##*/}
	mkdir -p "grown/$name" "seeds/$name"
	# grown/ collects new inputs and is kept, so that the next run begins where this one ended.
	if "$target" -max_total_time="$2" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
		-artifact_prefix="found/$name-" "grown/$name" "seeds/$name" "$3/tests/fuzz/corpus/$name" >"$name.log" 2>&1; then
		echo "PASS: fuzz/$name ($(sed -n "s/^stat::number_of_executed_units: *//p" "$name.log") inputs)"
	else
		tail -n 40 "$name.log"
		echo "FAIL: fuzz/$name (the input is in $PWD/found/)"
	fi
'
printf '%s\n' "$@" | xargs -P "$jobs" -I '{}' sh -c "$one" sh '{}' "$seconds" "$top_srcdir" "$build" >results
cat results
passed=$(grep -c '^PASS: ' results || true)
echo "$passed passed, $(($# - passed)) failed"
[ "$passed" = $# ]
