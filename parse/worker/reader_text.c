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
	buf_init(&t->lines, SIZE_MAX / 4);
}

void
text_release(struct text *t)
{
	buf_release(&t->raw);
	buf_release(&t->tidy);
	buf_release(&t->decode);
	buf_release(&t->lines);
}

void
text_reset(struct text *t, bool on, bool sketched)
{
	t->on = on;
	t->sketched = sketched;
	t->decoded = false;
	t->deep = 0;
	buf_reset(&t->raw, READER_KEEP_BYTES);
	buf_reset(&t->tidy, READER_KEEP_BYTES);
	buf_reset(&t->decode, READER_KEEP_BYTES);
	buf_reset(&t->lines, READER_KEEP_BYTES);
	sketch_init(&t->sketch);
	echo_begin(&t->echo);
}

int
text_begin(struct text *t, size_t max_bytes)
{
	t->raw.len = 0;
	t->has_refs = false;
	t->deep = 0;
	sketch_init(&t->sketch);
	echo_begin(&t->echo);
	return t->on ? buf_reserve(&t->raw, max_bytes + TEXT_SLACK) : 0;
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
	if (t->deep > 0)
		return;
	if (t->on)
		(void)buf_add(&t->raw, p, len);
	if (t->sketched)
		sketch_add(&t->sketch, p, p + len, p + len);
	if (t->sketched && t->echoed)
		echo_add(&t->echo, p, p + len);
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
text_start_slow(struct text *t, enum tag tag, uint64_t seen, const struct str *value)
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
text_end_slow(struct text *t, enum tag tag)
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

/* It need not be valid: what is not stands between words, and lines_of() mends it. */
static bool
is_utf8(const struct reader *r, struct str text)
{
	return r->charset == CHARSET_UTF_8 || (entity_bytes(text) & BYTES_NOT_ASCII) == 0;
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
		err = charset_decode(r->charset, *text, &t->decode);
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

static void
count_words(struct reader *r, struct str text)
{
	struct simhash hash;

	simhash_init(&hash);
	simhash_text(&hash, text.p, text.len);
	r->page.simhash = simhash_end(&hash);
	r->page.words = hash.words;
	r->page.has_words = true;
}

/* --- as it is kept --- */

/* A line that is being written; room is made for all of the text before. */
struct line_writer {
	char *begin, *p;
	bool pre, pre_begins; /* the first line end in it does not count (HTML §13.1.2.5) */
	bool space;           /* white space has come that was not written: it may be the line's last */
};

static void
end_line(struct line_writer *w)
{
	while (w->p > w->begin && w->p[-1] == ' ')
		w->p--;
	if (w->p > w->begin && w->p[-1] != '\n')
		*w->p++ = '\n';
	w->space = false;
}

static void
put_control(struct line_writer *w, char c)
{
	bool pre_begins = w->pre_begins;

	w->pre_begins = false;
	if (c == TEXT_BLOCK) {
		end_line(w);
	} else if (c == TEXT_PRE || c == TEXT_PRE_END) {
		w->pre = w->pre_begins = c == TEXT_PRE;
	} else if (w->pre && (c == '\n' || c == '\t')) {
		if (c == '\t' || !pre_begins)
			*w->p++ = c;
	} else if (ascii_is_space((unsigned char)c)) {
		w->space = !w->pre;
		w->pre_begins = pre_begins; /* CR LF */
	}
}

static void
put_run(struct line_writer *w, const char *p, size_t len)
{
	if (w->space && w->p > w->begin && w->p[-1] != '\n')
		*w->p++ = ' ';
	w->space = w->pre_begins = false;
	memcpy(w->p, p, len);
	w->p += len;
}

static bool
is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

/* text (decoded, with marks) into t->lines: no byte becomes more than one. */
static int
put_lines(struct text *t, struct str text)
{
	struct line_writer w = { .pre = false };
	const char *p = text.p, *end = text.p + text.len, *from;

	if (buf_reserve(&t->lines, text.len + 1) < 0)
		return buf_err(&t->lines);
	w.begin = w.p = t->lines.data;
	while (p < end) {
		if (is_control(*p)) {
			put_control(&w, *p++);
			continue;
		}
		if (*p == ' ' && !w.pre) {
			w.space = true;
			p++;
			continue;
		}
		for (from = p; p < end && !is_control(*p) && (*p != ' ' || w.pre); p++)
			;
		put_run(&w, from, (size_t)(p - from));
	}
	end_line(&w);
	t->lines.len = (size_t)(w.p - w.begin);
	return 0;
}

static int
lines_of(struct reader *r, struct str text, struct str *ret_lines)
{
	struct text *t = &r->visible;
	int err = put_lines(t, text);

	if (err < 0)
		return err;
	*ret_lines = buf_str(&t->lines);
	if (utf8_valid(t->lines.data, t->lines.len))
		return 0;
	buf_reset(&t->decode, READER_KEEP_BYTES);
	err = charset_decode(CHARSET_UTF_8, buf_str(&t->lines), &t->decode);
	*ret_lines = buf_str(&t->decode);
	return err;
}

static int
finish_words(struct reader *r)
{
	struct str text;
	int err;

	err = decoded(r, &text);
	if (err < 0)
		return err;
	if (r->in->want_words)
		count_words(r, text);
	if (!r->in->want_visible)
		return 0;
	r->page.has_visible = true;
	return lines_of(r, text, &r->page.visible);
}

int
text_finish(struct reader *r)
{
	struct text *t = &r->visible;

	if (t->sketched) {
		sketch_end(&t->sketch);
		r->page.has_sketch = true;
		r->page.text_hash = t->sketch.whole;
		memcpy(r->page.marks, t->sketch.marks, sizeof(r->page.marks));
		r->page.n_marks = t->sketch.n;
		r->page.mark_shift = t->sketch.shift;
		r->page.echo_hash = t->echoed ? echo_hash(&t->echo) : 0;
	}
	return t->on ? finish_words(r) : 0;
}
