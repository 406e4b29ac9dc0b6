#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# analyse.sh TOOL: runs one analyser over the tree: cppcheck, clang-tidy or shellcheck.
#
# From `make lint`, which says in the environment what the compiler would be given (LINT_FLAGS). Exit 0 = nothing to
# complain about, 77 = the tool is not installed, else its complaints are on stdout.
set -eu
tool=$1
cd "${top_srcdir:-$(dirname "$0")/../..}"
jobs=$(nproc 2>/dev/null || echo 1)

command -v "$tool" >/dev/null || {
	echo "$tool was not found: install the Debian package $tool"
	exit 77
}

c_files() {
	find base url frontier fetch parse store tune crawler tests/unit tests/fuzz bench -name '*.c' | sort
}

case $tool in
shellcheck)
	{
		echo autogen.sh
		echo quickstart
		echo .ci/run
		find tests bench doc -name '*.sh'
		grep -rIlE '^#!/bin/(ba)?sh' tests bench doc || true
	} | sort -u | xargs shellcheck
	;;
cppcheck)
	# unmatchedSuppression and missing system headers would be about cppcheck, not about this tree.
	# shellcheck disable=SC2046 # no file of ours has a blank in its name
	cppcheck --quiet -j "$jobs" --std=c11 --language=c --inline-suppr --error-exitcode=1 \
		--enable=warning,portability --suppress=missingIncludeSystem --suppress=unmatchedSuppression \
		--suppressions-list=tests/lint/cppcheck.txt \
		-I . -DHAVE_CONFIG_H -DPACKAGE_VERSION='"0"' -D__linux__ -D__x86_64__ \
		--include=tests/lint/cppcheck.h $(c_files)
	;;
clang-tidy)
	# Not the tests, which run under sanitizers, nor the benchmarks: reading them takes as long as all the rest.
	# A file that was clean is read again only when it or any header has changed since; a few at once, as to start takes clang-tidy
	# as long as a file does. The analyser looks at a third of the paths it would look at by default, in a third of the time;
	# LINT_NODES=225000 for all of them.
	clean=${top_builddir:-.}/lint-clean
	c_files | sed "s,[^/]*$,,; s,^,$clean/," | sort -u | xargs mkdir -p
	newest=$(find base url frontier fetch parse store tune crawler .clang-tidy \( -name '*.[hd]*' -o -name .clang-tidy \) -print0 |
		xargs -0 ls -t | head -n 1)
	c_files | grep -v -e '^tests/unit/' -e '^bench/' | while read -r file; do
		stamp=$clean/$file.ok
		# shellcheck disable=SC3013 # dash and bash know -nt
		[ "$stamp" -nt "$file" ] && [ "$stamp" -nt "$newest" ] || echo "$file"
	done >"$clean/stale"
	# shellcheck disable=SC2016 # the inner shell expands it
	xargs -r -P "$jobs" -n 6 sh -c '
		flags=$1 clean=$2 nodes=$3
		shift 3
		if out=$(clang-tidy --quiet "$@" -- $flags -Xclang -analyzer-config -Xclang max-nodes="$nodes" 2>&1); then
			for file; do : >"$clean/$file.ok"; done
		else
			printf "%s\n" "$out"
			exit 1
		fi' sh "$LINT_FLAGS" "$clean" "${LINT_NODES:-75000}" <"$clean/stale"
	;;
*)
	echo "analyse.sh: what is $tool?"
	exit 99
	;;
esac
