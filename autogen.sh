#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes configure from configure.ac. Needs autoconf, automake and pkg-config (for pkg.m4).
set -eu
cd "$(dirname "$0")"
for tool in autoreconf automake; do
	command -v "$tool" >/dev/null || {
		echo "autogen.sh: $tool was not found: install the packages autoconf, automake and pkg-config" >&2
		exit 1
	}
done
exec autoreconf --install --force "$@"
