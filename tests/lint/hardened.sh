#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The programs of this build, through readelf.py. A build with sanitizers has other protections: skipped.
cd "${top_builddir:?}" || exit 99
if grep -q '^#define LYCOSA_SANITIZERS' config.h; then
	echo "skipped: a build with sanitizers"
	exit 77
fi
exec "${PYTHON:-python3}" "${top_srcdir:?}/tests/lint/readelf.py" lycosa lycosa-worker
