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
for package in gcc make autoconf automake pkg-config libcurl4-openssl-dev libc-ares-dev libxml2-dev libicu-dev \
	libxxhash-dev libpsl-dev libinih-dev libjansson-dev libseccomp-dev; do
	grep -q "missing.*[ :]$package " "$dir/out" || fail "quickstart does not name $package"
done
[ ! -s "$dir/stdout" ] || fail "quickstart wrote to stdout"
[ ! -e "$dir/clone/build" ] || fail "quickstart began to build without a compiler"

# configure where pkg-config knows no library: all of them are named, with the command that mends it.
mkdir "$dir/b"
if (cd "$dir/b" && PKG_CONFIG_LIBDIR=$dir PKG_CONFIG_PATH='' "$top_srcdir/configure" --quiet) >"$dir/out" 2>&1; then
	fail "configure succeeded without libraries"
fi
grep -q 'libcurl >= .*: install the Debian package libcurl4-openssl-dev' "$dir/out" || fail "configure does not name libcurl's package"
grep -q 'apt-get install .*libcurl4-openssl-dev.* libseccomp-dev' "$dir/out" || fail "configure does not say what to install"

[ "$failures" = 0 ]
