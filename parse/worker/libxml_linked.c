/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parse/worker/libxml.h"

int
libxml_load(void)
{
	return 0;
}

const char *
libxml_why(void)
{
	return "";
}
