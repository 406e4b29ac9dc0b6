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

# A machine with apt, nothing missing but a tool of the tests that apt has not (chromium on Ubuntu): said, and nobody has to become root.
rm "$dir/bin/id" # a link to the real one
cat >"$dir/bin/apt-cache" <<'END'
#!/bin/sh
[ "$2" != chromium ]
END
cat >"$dir/bin/apt-get" <<'END'
#!/bin/sh
echo "apt-get $*"
exit 1
END
cat >"$dir/bin/id" <<'END'
#!/bin/sh
echo 1000
END
chmod +x "$dir/bin/apt-cache" "$dir/bin/apt-get" "$dir/bin/id"
sed '/^case ${1-} in/,$d; s/^missing() {/missing_here() {/' "$top_srcdir/quickstart" >"$dir/clone/part"
for lacks in chromium "chromium valgrind"; do
	cat >"$dir/clone/ask" <<END
. "$dir/clone/part"
missing() { [ "\$*" = build_needs ] || printf '%s\\n' $lacks; }
install_missing build_needs check_needs
echo "left out: \$left_out"
END
	PATH=$dir/bin "$dir/bin/sh" "$dir/clone/ask" >"$dir/out" 2>&1 </dev/null
	status=$?
	grep -q 'tests that need them are skipped: chromium *$' "$dir/out" || fail "what apt has not is not named ($lacks)"
	if [ "$lacks" = chromium ]; then
		{ [ "$status" = 0 ] && grep -q 'left out: chromium' "$dir/out" && ! grep -q apt-get "$dir/out"; } || fail "it does not go on without"
	else
		{ [ "$status" = 1 ] && grep -q 'as root.*valgrind *$' "$dir/out"; } || fail "what apt has is not asked for"
	fi
done

# A machine with apt that has no lists and cannot get any: that is said, not what could not be installed because of it.
cat >"$dir/bin/apt-cache" <<'END'
#!/bin/sh
[ -e "$0.lists" ] && [ "$2" != chromium ]
END
cat >"$dir/bin/id" <<'END'
#!/bin/sh
echo 0
END
cat >"$dir/clone/ask" <<END
. "$dir/clone/part"
missing() { echo valgrind; }
install_missing build_needs check_needs
END
PATH=$dir/bin "$dir/bin/sh" "$dir/clone/ask" >"$dir/out" 2>&1 </dev/null
{ [ $? = 1 ] && grep -q 'apt-get update failed, and without it' "$dir/out" && ! grep -q 'apt-get install' "$dir/out"; } ||
	fail "that apt has no lists is not said"
: >"$dir/bin/apt-cache.lists"
PATH=$dir/bin "$dir/bin/sh" "$dir/clone/ask" >"$dir/out" 2>&1 </dev/null
{ grep -q 'going on with the lists' "$dir/out" && grep -q '^apt-get install .*valgrind' "$dir/out"; } || fail "it does not go on with the lists there are"

# A tool that was left out excuses the tests that need it, and no others.
mkdir "$dir/make"
cat >"$dir/make/make" <<'END'
#!/bin/sh
echo "CI=$CI LYCOSA_LEFT_OUT=$LYCOSA_LEFT_OUT"
echo "1 passed, 0 failed"
END
chmod +x "$dir/make/make"
cat >"$dir/clone/ask" <<END
. "$dir/clone/part"
build=$dir/built
mkdir -p "\$build"
suites() { echo lint lint; }
left_out='chromium wget2 '
check
END
PATH=$dir/make:$PATH sh "$dir/clone/ask" >"$dir/out" 2>&1 </dev/null
grep -q '^CI=true LYCOSA_LEFT_OUT=chromium wget2 *$' "$dir/out" || fail "what was left out is not told to the tests"

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
