/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * url_vectors.h: test vectors as JSON, for the tests of url/. They are not part of the source: $LYCOSA_VECTORS names
 * the directory, else ../shared/vectors beside the source tree; where there is none, tests skip and say so.
 */
#ifndef TESTS_URL_VECTORS_H
#define TESTS_URL_VECTORS_H

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/str.h"

#define VECTORS_MAX_BYTES (64 * 1024 * 1024)

static inline const char *
vectors_path(char path[4096], const char *name)
{
	const char *dir = getenv("LYCOSA_VECTORS"), *top = getenv("top_srcdir");

	if (dir != NULL)
		snprintf(path, 4096, "%s/%s", dir, name);
	else
		snprintf(path, 4096, "%s/../shared/vectors/%s", top != NULL ? top : ".", name);
	return path;
}

/* jansson refuses a surrogate that stands alone; a decoder would have made it U+FFFD, so does this. */
static inline void
vectors_mend_surrogates(struct buf *b)
{
	size_t i;

	for (i = 0; i + 6 <= b->len; i++) {
		char *p = b->data + i;
		bool paired;

		if (p[0] != '\\')
			continue;
		if (p[1] != 'u' || (p[2] | 0x20) != 'd' || p[3] < '8') {
			i++;
			continue;
		}
		paired = ascii_hex((unsigned char)p[3]) < 12 && i + 12 <= b->len && p[6] == '\\' && p[7] == 'u' &&
			(p[8] | 0x20) == 'd' && ascii_hex((unsigned char)p[9]) >= 12;
		if (!paired)
			memcpy(p + 2, "fffd", 4);
		else
			i += 6;
		i += 5;
	}
}

/* What f gives, to its end. */
static inline bool
vectors_slurp(FILE *f, struct buf *out)
{
	char chunk[65536];
	size_t n;

	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_add(out, chunk, n);
	return buf_err(out) == 0;
}

/* The JSON file, or NULL after saying why not. */
static inline json_t *
vectors_load(const char *name)
{
	char path[4096];
	struct buf text = BUF_INIT(VECTORS_MAX_BYTES);
	FILE *f = fopen(vectors_path(path, name), "r");
	json_error_t error;
	json_t *json = NULL;

	if (f == NULL) {
		printf("skipped: no test vectors at %s\n", path);
		return NULL;
	}
	if (vectors_slurp(f, &text)) {
		vectors_mend_surrogates(&text);
		json = json_loadb(text.data, text.len, JSON_ALLOW_NUL, &error);
		if (json == NULL)
			printf("%s:%d: %s\n", path, error.line, error.text);
	}
	fclose(f);
	buf_release(&text);
	return json;
}

/* A string member; STR_NONE where it is absent or null. */
static inline struct str
vectors_str(const json_t *object, const char *key)
{
	json_t *v = json_object_get(object, key);

	return json_is_string(v) ? str_n(json_string_value(v), json_string_length(v)) : STR_NONE;
}

#endif
