/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parse/worker/srcset.h"

static bool
all_digits(struct str s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (!ascii_is_digit((unsigned char)s.p[i]))
			return false;
	return s.len != 0;
}

/* HTML §2.3.4.3 "valid floating-point number": -?(digits)?(.digits)?(e[+-]?digits)? */
bool
srcset_number(struct str s, double *ret)
{
	double value = 0, scale = 1;
	size_t i = 0, digits = 0;
	bool negative = false, exp_negative = false;
	int exponent = 0;

	if (i < s.len && s.p[i] == '-') {
		negative = true;
		i++;
	}
	for (; i < s.len && ascii_is_digit((unsigned char)s.p[i]); i++, digits++)
		value = value * 10 + (s.p[i] - '0');
	if (i < s.len && s.p[i] == '.') {
		size_t from = ++i;

		for (; i < s.len && ascii_is_digit((unsigned char)s.p[i]); i++, digits++)
			value += (s.p[i] - '0') * (scale /= 10);
		if (i == from)
			return false;
	}
	if (digits == 0)
		return false;
	if (i < s.len && (s.p[i] | 0x20) == 'e') {
		size_t from;

		i++;
		if (i < s.len && (s.p[i] == '-' || s.p[i] == '+'))
			exp_negative = s.p[i++] == '-';
		for (from = i; i < s.len && ascii_is_digit((unsigned char)s.p[i]); i++)
			if (exponent < 1000)
				exponent = exponent * 10 + (s.p[i] - '0');
		if (i == from)
			return false;
	}
	if (i != s.len)
		return false;
	for (; exponent > 0 && value != 0 && value < 1e300; exponent--)
		value = exp_negative ? value / 10 : value * 10;
	*ret = negative ? -value : value;
	return value < 1e300;
}

static double
integer_value(struct str s)
{
	double v = 0;
	size_t i;

	for (i = 0; i < s.len; i++)
		v = v * 10 + (s.p[i] - '0');
	return v;
}

/* Steps 13.1-13.4 for one descriptor. False: the candidate is in error. */
static bool
take_descriptor(struct srcset_candidate *c, struct str d)
{
	struct str number = { d.p, d.len - 1 };
	double v;

	switch (d.p[d.len - 1]) {
	case 'w':
		if (!all_digits(number) || c->has_width || c->has_density)
			return false;
		c->width = integer_value(number);
		c->has_width = true;
		return c->width > 0;
	case 'x':
		if (!srcset_number(number, &v) || c->has_width || c->has_density || c->has_height || v < 0)
			return false;
		c->density = v;
		c->has_density = true;
		return true;
	case 'h':
		if (!all_digits(number) || c->has_height || c->has_density)
			return false;
		c->height = integer_value(number);
		c->has_height = true;
		return c->height > 0;
	default:
		return false;
	}
}

/* Step 8, "descriptor tokenizer", from it->p to behind the comma that ends the candidate. False: in error. */
static bool
take_descriptors(struct srcset *it, struct srcset_candidate *c)
{
	const char *from = NULL;
	bool in_parens = false, valid = true;

	for (;; it->p++) {
		bool ends = it->p == it->end;
		unsigned char b = ends ? ',' : (unsigned char)*it->p;

		if (in_parens && !ends) {
			in_parens = b != ')';
			continue;
		}
		if (ends || b == ',' || ascii_is_space(b)) {
			if (from != NULL)
				valid = take_descriptor(c, str_n(from, (size_t)(it->p - from))) && valid;
			from = NULL;
			if (ends)
				break;
			if (b == ',') {
				it->p++;
				break;
			}
			continue;
		}
		if (from == NULL)
			from = it->p;
		in_parens = b == '(';
	}
	return valid && !(c->has_height && !c->has_width);
}

bool
srcset_next(struct srcset *it, struct srcset_candidate *ret)
{
	for (;;) {
		const char *from;

		while (it->p < it->end && (ascii_is_space((unsigned char)*it->p) || *it->p == ','))
			it->p++;
		if (it->p == it->end)
			return false;
		*ret = (struct srcset_candidate){ .url = STR_NONE };
		from = it->p;
		while (it->p < it->end && !ascii_is_space((unsigned char)*it->p))
			it->p++;
		ret->url = str_n(from, (size_t)(it->p - from));
		if (from[ret->url.len - 1] == ',') {
			while (ret->url.len > 0 && from[ret->url.len - 1] == ',')
				ret->url.len--;
			return true;
		}
		if (take_descriptors(it, ret))
			return true;
	}
}
