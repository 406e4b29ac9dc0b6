#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# quickstart.sh: what ./quickstart and configure say on a machine that has nothing: every missing package, and no harm done.
set -u
: "${top_srcdir:?}"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failures=0

fail() {
	echo "$1"
	sed 's/^/    /' "$dir/out"
	failures=$((failures + 1))
}

# A machine with the usual small tools, but no compiler, no pkg-config and no apt-get.
mkdir "$dir/bin" "$dir/clone"
for tool in sh cat cp mkdir dirname id nproc rm sort tail tr uname env; do
	path=$(command -v "$tool") && ln -s "$path" "$dir/bin/$tool"
done
cp "$top_srcdir/quickstart" "$dir/clone/"
PATH=$dir/bin "$dir/bin/sh" "$dir/clone/quickstart" crawl http://127.0.0.1:1/ >"$dir/stdout" 2>"$dir/out" </dev/null
status=$?
[ "$status" = 1 ] || fail "quickstart without apt-get: exit status $status instead of 1"
# Name and package of every library that configure.ac asks pkg-config for, a line each.
sed -n 's/^LYCOSA_LIB(\[[A-Z0-9]*\], \[\(.*\)\], \[\(.*\)\])$/\2 \1/p' "$top_srcdir/configure.ac" >"$dir/libraries"
[ "$(wc -l <"$dir/libraries")" -ge 10 ] || fail "configure.ac's libraries were not found"
[ -z "$(cut -d' ' -f1 "$dir/libraries" | sort | uniq -d)" ] || fail "configure.ac asks for a library twice"
for package in gcc make autoconf automake pkg-config $(cut -d' ' -f1 "$dir/libraries"); do
	grep -q "missing.*[ :]$package " "$dir/out" || fail "quickstart does not name $package"
done
[ ! -s "$dir/stdout" ] || fail "quickstart wrote to stdout"
[ ! -e "$dir/clone/build" ] || fail "quickstart began to build without a compiler"

# configure where pkg-config knows no library: all of them are named, with the command that mends it.
mkdir "$dir/b"
if (cd "$dir/b" && PKG_CONFIG_LIBDIR=$dir PKG_CONFIG_PATH='' "$top_srcdir/configure" --quiet) >"$dir/out" 2>&1; then
	fail "configure succeeded without libraries"
fi
while read -r package module; do
	grep -q "^ *$module: install the Debian package $package\$" "$dir/out" || fail "configure does not name $package for $module"
	grep -q "apt-get install .* *$package\( .*\)*\$" "$dir/out" || fail "configure does not say to install $package"
done <"$dir/libraries"

[ "$failures" = 0 ]
