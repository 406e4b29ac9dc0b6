/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "url/outcome.h"

struct outcome_row {
	char name[24]; /* upper case here, lowered once below */
	const char *text;
	enum outcome_retry retry;
	enum outcome_class class;
};

static const struct outcome_row rows[OUTCOME_COUNT] = {
#define OUTCOME(name, retry, class, text) { #name, text, retry, OUTCOME_CLASS_##class },
#include "url/outcome.def"
#undef OUTCOME
};

static char lower_names[OUTCOME_COUNT][sizeof(rows[0].name)];

/* Before main(): afterwards the table is immutable, so that any thread may read it. */
static void __attribute__((constructor))
outcome_lower_names(void)
{
	size_t i, k;

	for (i = 0; i < OUTCOME_COUNT; i++)
		for (k = 0; k < sizeof(rows[i].name); k++)
			lower_names[i][k] = (char)ascii_lower((unsigned char)rows[i].name[k]);
}

const char *
outcome_name(enum outcome o)
{
	CHECK((unsigned)o < OUTCOME_COUNT);
	return lower_names[o];
}

const char *
outcome_text(enum outcome o)
{
	CHECK((unsigned)o < OUTCOME_COUNT);
	return rows[o].text;
}

enum outcome_retry
outcome_retry(enum outcome o)
{
	CHECK((unsigned)o < OUTCOME_COUNT);
	return rows[o].retry;
}

enum outcome_class
outcome_class(enum outcome o)
{
	CHECK((unsigned)o < OUTCOME_COUNT);
	return rows[o].class;
}

bool
outcome_by_name(struct str name, enum outcome *ret_outcome)
{
	size_t i;

	for (i = 0; i < OUTCOME_COUNT; i++) {
		if (str_eq(name, str_of(lower_names[i]))) {
			*ret_outcome = (enum outcome)i;
			return true;
		}
	}
	return false;
}
