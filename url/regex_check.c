/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "url/regex_check.h"

#define REGEX_DEPTH_MAX 256
#define REGEX_SIZE_MAX  4096 /* characters and operators, with repetitions written out: some 40 MiB at worst */

/* Behind the [...] that begins at p[i]. */
static size_t
bracket_end(const char *p, size_t i)
{
	i += p[i + 1] == '^' ? 2 : 1;
	if (p[i] == ']')
		i++;
	while (p[i] != '\0' && p[i] != ']') {
		char kind = p[i] == '[' ? p[i + 1] : '\0';

		if (kind == ':' || kind == '.' || kind == '=') {
			for (i += 2; p[i] != '\0' && !(p[i] == kind && p[i + 1] == ']'); i++)
				;
			i += p[i] != '\0' ? 2 : 0;
		} else
			i++;
	}
	return i + (p[i] != '\0');
}

static uint64_t
count(const char *p, size_t *i)
{
	uint64_t n = 0;

	for (; ascii_is_digit((unsigned char)p[*i]); ++*i)
		n = n > REGEX_SIZE_MAX ? n : n * 10 + (uint64_t)(p[*i] - '0');
	return n;
}

/* How many copies p[i], a '{', makes, those that may be left out twice; 0 = it is no repetition. *ret_end: behind it. */
static uint64_t
repetitions(const char *p, size_t i, size_t *ret_end)
{
	uint64_t least, most;

	i++;
	least = most = count(p, &i);
	if (p[i] == ',') {
		i++;
		most = p[i] == '}' ? least + 1 : count(p, &i);
	}
	if (p[i] != '}')
		return 0;
	*ret_end = i + 1;
	most += most > least ? most - least : 0;
	return most > 0 ? most : 1;
}

/*
 * regcomp() recurses over parentheses, writes repetitions out ("+" is two), and takes memory by the square of that: what would need more of the
 * stack, or of memory, than a pattern is worth is refused. NULL: it is not too large.
 */
static const char *
too_large(const char *p)
{
	uint64_t size[REGEX_DEPTH_MAX + 1] = { 0 }, last = 0; /* of each open group; of what a repetition is of */
	size_t depth = 0, i = 0;

	while (p[i] != '\0') {
		size_t end = i + 1;
		uint64_t times;

		if (p[i] == '(') {
			if (depth == REGEX_DEPTH_MAX)
				return "too many parentheses within each other";
			size[++depth] = 1;
			i++;
			last = 0;
			continue;
		}
		if (p[i] == ')' && depth > 0) {
			last = size[depth--];
			size[depth] += last;
		} else if (p[i] == '{' && (times = repetitions(p, i, &end)) > 0) {
			size[depth] += last * (times - 1);
			last *= times;
		} else if (p[i] == '+') {
			size[depth] += last + 1;
			last += last + 1;
		} else if (p[i] == '*' || p[i] == '?') {
			size[depth]++;
			last++;
		} else {
			end = p[i] == '[' ? bracket_end(p, i) : p[i] == '\\' && p[i + 1] != '\0' ? i + 2 : i + 1;
			size[depth]++;
			last = 1;
		}
		if (size[depth] > REGEX_SIZE_MAX)
			return "too large, with its repetitions written out: give it in several";
		i = end;
	}
	return NULL;
}

/* How POSIX says what others say by a backslash and this letter; NULL: not at all. */
static const struct {
	char letter;
	const char *outside, *within; /* of [...] */
} escapes[] = {
	{ 'd', "[0-9]", "0-9" },
	{ 'D', "[^0-9]", NULL },
	{ 'w', NULL, "[:alnum:]_" },
	{ 's', NULL, "[:space:]" },
	{ 'A', "^", NULL },
	{ 'Z', "$", NULL },
	{ 'z', "$", NULL },
};

static bool
is_known(char c)
{
	return strchr("wWsSbB123456789", c) != NULL;
}

/* A backslash before c; within: of [...]. */
static void
say_escape(char c, bool within, char ret_why[REGEX_CHECK_BYTES])
{
	const char *instead = NULL;

	for (size_t i = 0; i < ARRAY_LEN(escapes); i++)
		if (escapes[i].letter == c)
			instead = within ? escapes[i].within : escapes[i].outside;
	if (within)
		(void)snprintf(ret_why, REGEX_CHECK_BYTES, "within [...] POSIX knows no \\%c, but a backslash and the %s %c; %s%s", c,
			ascii_is_digit((unsigned char)c) ? "digit" : "letter", c, instead != NULL ? "write there " : "leave it out",
			instead != NULL ? instead : "");
	else
		(void)snprintf(ret_why, REGEX_CHECK_BYTES, "POSIX knows no \\%c, it would be the %s %c; write %s", c,
			ascii_is_digit((unsigned char)c) ? "digit" : "letter", c, instead != NULL ? instead : (const char[]){ c, '\0' });
}

/* In the [...] from p[i] to before p[end]. A backslash that is one itself does no harm before most, as in [\.]: no URL has one. */
static bool
bracket_check(const char *p, size_t i, size_t end, char ret_why[REGEX_CHECK_BYTES])
{
	for (i++; i + 1 < end; i++) {
		if (p[i] != '\\')
			continue;
		i++;
		if (ascii_is_alnum((unsigned char)p[i])) {
			say_escape(p[i], true, ret_why);
			return false;
		}
		if (p[i] == '-' && i + 2 < end) {
			(void)snprintf(ret_why, REGEX_CHECK_BYTES, "within [...] POSIX takes \\- for a range that begins with a backslash; write the - last, as in [a-z-]");
			return false;
		}
		if (i + 1 == end && strchr(p + end, ']') != NULL) {
			(void)snprintf(ret_why, REGEX_CHECK_BYTES, "POSIX takes the ] of \\] for the end of [...]; write the ] first, as in []a], and a backslash before others");
			return false;
		}
	}
	return true;
}

static bool
escapes_check(const char *p, char ret_why[REGEX_CHECK_BYTES])
{
	size_t i = 0, end;

	for (; p[i] != '\0'; i = end) {
		end = p[i] == '[' ? bracket_end(p, i) : i + 1;
		if (p[i] == '[' && !bracket_check(p, i, end, ret_why))
			return false;
		if (p[i] != '\\' || p[i + 1] == '\0')
			continue;
		if (ascii_is_alnum((unsigned char)p[i + 1]) && !is_known(p[i + 1])) {
			say_escape(p[i + 1], false, ret_why);
			return false;
		}
		end++;
	}
	return true;
}

bool
regex_check(const char *p, char ret_why[REGEX_CHECK_BYTES])
{
	const char *large = too_large(p);

	if (large == NULL)
		return escapes_check(p, ret_why);
	(void)snprintf(ret_why, REGEX_CHECK_BYTES, "%s", large);
	return false;
}
