/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>

#include "parse/worker/entities.h"
#include "parse/worker/reader_impl.h"
#include "parse/worker/reader_text.h"

void
text_init(struct text *t)
{
	*t = (struct text){ .on = false };
	buf_init(&t->raw, SIZE_MAX / 4);
	buf_init(&t->tidy, SIZE_MAX / 4);
	buf_init(&t->decode, SIZE_MAX / 4);
}

void
text_release(struct text *t)
{
	buf_release(&t->raw);
	buf_release(&t->tidy);
	buf_release(&t->decode);
}

void
text_reset(struct text *t, bool on)
{
	t->on = on;
	t->decoded = false;
	t->deep = 0;
	buf_reset(&t->raw, READER_KEEP_BYTES);
	buf_reset(&t->tidy, READER_KEEP_BYTES);
	buf_reset(&t->decode, READER_KEEP_BYTES);
}

int
text_begin(struct text *t, size_t max_bytes)
{
	t->raw.len = 0;
	t->has_refs = false;
	t->deep = 0;
	return buf_reserve(&t->raw, max_bytes + TEXT_SLACK);
}

void
text_cut(struct text *t, const char *p, const char *to)
{
	const char *at = to;

	while (at > p && (ascii_is_alnum((unsigned char)at[-1]) || at[-1] == '#'))
		at--;
	if (at > p && at[-1] == '&')
		text_mark(t, TEXT_CUT);
}

void
text_add_slow(struct text *t, const char *p, size_t len)
{
	if (t->deep == 0)
		(void)buf_add(&t->raw, p, len);
}

/* style="display:none", however it is spaced. */
static bool
is_not_displayed(struct str style)
{
	static const char want[] = "display:none";
	size_t i, n = 0;

	for (i = 0; i < style.len && n < sizeof(want) - 1; i++) {
		unsigned char c = ascii_lower((unsigned char)style.p[i]);

		if (ascii_is_space(c))
			continue;
		n = c == (unsigned char)want[n] ? n + 1 : c == 'd';
	}
	return n == sizeof(want) - 1;
}

/* Elements whose end tags may be left out: they end with the block they are in, or where the next of them begins. */
static bool
may_stay_open(enum tag tag)
{
	return (tag_flags[tag] & (TAG_IMPLIED | TAG_TABLEPART)) != 0;
}

static bool
is_hidden(enum tag tag, uint64_t seen, const struct str *value)
{
	if (tag == TAG_TEMPLATE)
		return true;
	return (seen & ATTR_BIT(ATTR_HIDDEN)) != 0 ||
		((seen & ATTR_BIT(ATTR_STYLE)) != 0 && is_not_displayed(value[ATTR_STYLE]));
}

static void
start_hidden(struct text *t, enum tag tag)
{
	bool open = (tag_flags[tag] & TAG_VOID) == 0;

	if (tag == t->hidden && may_stay_open(tag) && t->blocks == 0)
		t->deep = 0;
	else if (tag == t->hidden)
		t->deep++;
	else if (open && (tag_flags[tag] & TAG_BLOCK) != 0 && !may_stay_open(tag))
		t->blocks++;
}

void
text_hide(struct text *t, enum tag tag)
{
	if (t->deep > 0)
		return;
	t->hidden = tag;
	t->deep = 1;
	t->blocks = 0;
}

void
text_start(struct text *t, enum tag tag, uint64_t seen, const struct str *value)
{
	if (t->deep > 0)
		start_hidden(t, tag);
	if (t->deep > 0)
		return;
	if ((tag_flags[tag] & TAG_BLOCK) != 0)
		text_mark(t, TEXT_BLOCK);
	if (tag == TAG_PRE || tag == TAG_LISTING || tag == TAG_XMP)
		text_mark(t, TEXT_PRE);
	if ((tag_flags[tag] & TAG_VOID) == 0 && is_hidden(tag, seen, value))
		text_hide(t, tag);
}

void
text_end(struct text *t, enum tag tag)
{
	if (t->deep > 0) {
		if (tag == t->hidden) {
			t->deep--;
		} else if ((tag_flags[tag] & TAG_BLOCK) != 0 && !may_stay_open(tag)) {
			if (t->blocks > 0)
				t->blocks--;
			else if (may_stay_open(t->hidden) || tag == TAG_BODY || tag == TAG_HTML)
				t->deep = 0;
		}
		if (t->deep > 0)
			return;
	}
	if (tag == TAG_PRE || tag == TAG_LISTING || tag == TAG_XMP)
		text_mark(t, TEXT_PRE_END);
	if ((tag_flags[tag] & TAG_BLOCK) != 0)
		text_mark(t, TEXT_BLOCK);
}

/* As entity_decode(), but quicker where references are rare, which they are in text; and line ends stay as they are. */
static int
decode_references(struct str s, struct buf *out)
{
	const char *p = s.p, *from = s.p, *end = s.p + s.len;
	char text[ENTITY_TEXT_MAX];
	size_t taken, len;

	while ((p = find_byte(p, end, '&')) < end) {
		taken = entity_next(str_n(p, (size_t)(end - p)), false, text, &len);
		if (taken == 0) {
			p++;
			continue;
		}
		(void)buf_add(out, from, (size_t)(p - from));
		(void)buf_add(out, text, len);
		from = p += taken;
	}
	(void)buf_add(out, from, (size_t)(end - from));
	return buf_err(out);
}

/* For the words alone it need not be valid. */
static bool
is_utf8(const struct reader *r, struct str text)
{
	if (r->charset == CHARSET_UTF_8)
		return !r->in->want_text || utf8_valid(text.p, text.len);
	return (entity_bytes(text) & BYTES_NOT_ASCII) == 0;
}

/* What was gathered, as UTF-8 without references. Whatever the charset, the marks between are ASCII, and stay. */
static int
decoded(struct reader *r, struct str *text)
{
	struct text *t = &r->visible;
	int err;

	*text = buf_str(&t->raw);
	if (buf_err(&t->raw) < 0)
		return buf_err(&t->raw);
	if (t->decoded)
		return 0;
	if (!r->facts.utf8 && !is_utf8(r, *text)) {
		err = charset_decode(&r->converters, r->charset, *text, &t->decode);
		if (err == -ENOTSUP || err == -EIO)
			err = charset_decode(&r->converters, CHARSET_WINDOWS_1252, *text, &t->decode);
		if (err < 0)
			return err;
		*text = buf_str(&t->decode);
	}
	if (!t->has_refs)
		return 0;
	err = decode_references(*text, &t->tidy);
	*text = buf_str(&t->tidy);
	return err;
}

int
text_finish(struct reader *r)
{
	struct simhash hash;
	struct str text;
	int err;

	if (!r->visible.on)
		return 0;
	err = decoded(r, &text);
	if (err < 0)
		return err;
	simhash_init(&hash);
	simhash_text(&hash, text.p, text.len);
	r->page.simhash = simhash_end(&hash);
	r->page.words = hash.words;
	r->page.has_words = true;
	return 0;
}
