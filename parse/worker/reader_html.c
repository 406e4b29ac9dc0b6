/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Phase 2: from tokens to references.
 *
 * Two ways through a page. The quick one keeps no stack: outside of svg, math, template and frameset every start tag
 * becomes an element, but for parts of tables (which only matter when they carry a link) and nested forms. A plain svg it
 * knows (foreign.h). When it meets one of the others, the page is read again from its beginning with the tree kept
 * (tree.h): at most twice the work.
 */
#include "config.h"

#include <errno.h>

#include "base/ifind.h"
#include "parse/worker/entities.h"
#include "parse/worker/foreign.h"
#include "parse/worker/meta.h"
#include "parse/worker/reader_impl.h"
#include "parse/worker/scan.h"
#include "parse/worker/scan_tag.h"
#include "parse/worker/span.h"

enum capture { CAPTURE_NONE, CAPTURE_TITLE, CAPTURE_STYLE, CAPTURE_LD };

struct html {
	struct reader *r;
	struct scan scan;
	bool keep_tree;
	bool form_open;          /* the quick way's form element pointer */
	struct foreign foreign;  /* the quick way's svg */
	unsigned want;           /* of tokens, but while text is captured */
	bool text_only;          /* the next end tag ends text, and is no matter of the tree's */
	bool shown_text_only;    /* that text is shown */
	enum capture capture;    /* what the next text is */
	struct links_mark before_body; /* the links when the body began (keep_tree) */
};

static void
meta_refresh_fact(struct reader *r, struct str content)
{
	struct str url;
	uint32_t seconds;

	if (r->page.has_refresh || !meta_refresh(reader_decode(r, content, false, false), &seconds, &url))
		return;
	r->page.has_refresh = true;
	r->page.refresh_seconds = seconds;
	if (url.p == NULL)
		return;
	r->page.refresh_url = url;
	links_add(&r->links, &(struct ref){ .raw = content, .kind = LINK_PAGE, .syntax = SYNTAX_REFRESH,
				     .tag = TAG_META, .attr = ATTR_CONTENT });
}

/* Properties whose content is the URL of something that stands for the page elsewhere. */
static bool
is_url_property(struct str name)
{
#define NAME(s) { s, sizeof(s) - 1 }
	static const struct str names[] = { NAME("og:image"), NAME("og:image:url"), NAME("og:image:secure_url"),
		NAME("og:video"), NAME("og:video:url"), NAME("og:video:secure_url"), NAME("og:audio"), NAME("og:url"),
		NAME("twitter:image"), NAME("twitter:image:src"), NAME("twitter:player"),
		NAME("msapplication-tileimage"), NAME("msapplication-config"), NAME("image"), NAME("thumbnailurl"),
		NAME("thumbnail"), NAME("contenturl"), NAME("embedurl") };
#undef NAME
	size_t i;

	for (i = 0; i < ARRAY_LEN(names); i++)
		if (name.len == names[i].len && str_ieq(name, names[i]))
			return true;
	return false;
}

/* As written: with a reference in it, it may be anything. */
static bool
may_be_policy(struct str name)
{
	return name.len > 0 && (str_ifind(name, 0, STR("policy")) < name.len || memchr(name.p, '&', name.len) != NULL);
}

void
reader_meta(struct reader *r, uint64_t seen, const struct str *value)
{
	struct str v[ATTR_COUNT] = { { NULL, 0 } };
	static const enum attr used[] = { ATTR_CHARSET, ATTR_CONTENT, ATTR_HTTP_EQUIV, ATTR_ITEMPROP, ATTR_NAME,
		ATTR_PROPERTY };
	enum charset cs;
	size_t i;

	for (i = 0; i < ARRAY_LEN(used); i++)
		if ((seen & ATTR_BIT(used[i])) != 0)
			v[used[i]] = value[used[i]];
	r->facts.guarded = r->facts.guarded || may_be_policy(v[ATTR_HTTP_EQUIV]);
	if (!r->facts.charset_certain && (!r->facts.utf8 || r->facts.charset_open) &&
		charset_from_meta(v[ATTR_CHARSET], v[ATTR_HTTP_EQUIV], v[ATTR_CONTENT], &cs)) {
		r->charset = cs;
		r->facts.charset_certain = true;
	}
	if (v[ATTR_CONTENT].p == NULL)
		return;
	if (str_ieq(v[ATTR_HTTP_EQUIV], STR("refresh")))
		meta_refresh_fact(r, v[ATTR_CONTENT]);
	if (str_ieq(v[ATTR_NAME], STR("robots")) || meta_is_us(v[ATTR_NAME], r->in->token))
		meta_robots(v[ATTR_CONTENT], r->in->token, &r->page.noindex, &r->page.nofollow);
	if (is_url_property(v[ATTR_PROPERTY]) || is_url_property(v[ATTR_NAME]) || is_url_property(v[ATTR_ITEMPROP]))
		links_add(&r->links, &(struct ref){ .raw = v[ATTR_CONTENT], .kind = LINK_HINT,
					     .syntax = SYNTAX_URL, .tag = TAG_META, .attr = ATTR_CONTENT });
}

static void
enter_text(struct html *h, unsigned flags)
{
	scan_enter(&h->scan, scan_state_behind(flags));
	h->text_only = true;
}

static void
want_capture(struct html *h, enum tag tag)
{
	if (tag == TAG_STYLE)
		h->capture = CAPTURE_STYLE;
	else if (tag == TAG_TITLE && !h->r->facts.have_title)
		h->capture = CAPTURE_TITLE;
	else if (tag == TAG_SCRIPT)
		h->capture = CAPTURE_LD;
	else
		return;
	h->scan.want |= SCAN_WANT_TEXT;
}

/* <script type="application/ld+json">: a data block, not a program. */
static bool
is_ld(const struct html *h, uint64_t attrs)
{
	struct str type, rest;

	if ((attrs & ATTR_BIT(ATTR_TYPE)) == 0)
		return false;
	type = h->scan.value[ATTR_TYPE];
	(void)str_cut(type, ';', &type, &rest);
	return str_ieq(str_trim(type), STR("application/ld+json"));
}

/* An element of the document, not foreign: what it says besides its links. */
static void
html_element(struct html *h, enum tag tag, uint64_t attrs)
{
	struct reader *r = h->r;

	if (tag == TAG_META) {
		reader_meta(r, attrs, h->scan.value);
	} else if (tag == TAG_BASE) {
		r->facts.guarded = true;
		if (!r->facts.have_base && (attrs & ATTR_BIT(ATTR_HREF)) != 0) {
			r->facts.have_base = true;
			r->facts.base = h->scan.value[ATTR_HREF];
		}
	} else if (tag == TAG_TITLE || tag == TAG_STYLE || (tag == TAG_SCRIPT && is_ld(h, attrs))) {
		want_capture(h, tag);
	} else if (tag == TAG_HTML && !r->facts.have_language && (attrs & ATTR_BIT(ATTR_LANG)) != 0) {
		r->facts.have_language = true;
		reader_language(r, h->scan.value[ATTR_LANG]);
	}
}

static inline void
add_links(struct html *h, enum tag tag, uint64_t attrs, bool foreign)
{
	if ((attrs & link_attrs) == 0)
		return;
	links_tag(&h->r->links, &(struct link_tag){ .tag = tag, .name = h->scan.name, .seen = attrs,
					.value = h->scan.value, .foreign = foreign });
}

/* A start tag that is or stands in svg. False: the tree is needed. */
static bool
start_quick_foreign(struct html *h)
{
	struct scan *s = &h->scan;
	bool known = foreign_inside(&h->foreign) ? foreign_start(&h->foreign, s->tag, s->name, s->self_closing)
		: foreign_open(&h->foreign, s->tag, s->name, s->self_closing);

	if (!known)
		return false;
	s->foreign = foreign_inside(&h->foreign);
	add_links(h, s->tag, s->seen, true);
	return true;
}

/* The quick way. False: the tree is needed. */
static inline bool
start_quick(struct html *h)
{
	enum tag tag = h->scan.tag;
	unsigned flags = tag_flags[tag];

	if (UNLIKELY(foreign_inside(&h->foreign)))
		return start_quick_foreign(h);
	if (LIKELY((flags & (TAG_CONTEXT | TAG_TABLEPART | TAG_NOTED | TAG_TEXT_ONLY)) == 0)) {
		add_links(h, tag, h->scan.seen, false);
		return true;
	}
	if ((flags & TAG_CONTEXT) != 0)
		return start_quick_foreign(h);
	if ((flags & TAG_TABLEPART) != 0)
		return links_likely(h->scan.seen, h->scan.value) == 0;
	switch (tag) {
	case TAG_FORM:
		if (h->form_open)
			return true;
		h->form_open = true;
		break;
	case TAG_FRAME:
		return true;
	case TAG_HTML:
		html_element(h, tag, h->scan.seen);
		/* fall through */
	case TAG_BODY: /* a second one is no element */
	case TAG_HEAD:
	case TAG_NOSCRIPT: /* one in another is none */
	case TAG_SELECT:
		if (links_likely(h->scan.seen, h->scan.value) != 0)
			return false;
		break;
	case TAG_IMAGE:
		tag = TAG_IMG;
		break;
	case TAG_META:
	case TAG_BASE:
	case TAG_TITLE:
	case TAG_STYLE:
	case TAG_SCRIPT:
		html_element(h, tag, h->scan.seen);
		break;
	default:
		break;
	}
	add_links(h, tag, h->scan.seen, false);
	if ((flags & TAG_TEXT_ONLY) != 0)
		enter_text(h, flags);
	return true;
}

static void
start_with_tree(struct html *h)
{
	struct reader *r = h->r;
	bool had_body = r->tree.in_body;
	struct tree_tag tag = { .tag = h->scan.tag, .name = h->scan.name, .self_closing = h->scan.self_closing,
		.seen = h->scan.seen, .value = h->scan.value };
	struct tree_verdict v = tree_start(&r->tree, &tag);

	h->scan.foreign = tree_is_foreign(&r->tree);
	if (!had_body && r->tree.in_body)
		h->before_body = links_mark(&r->links);
	if (v.takes_over)
		links_cut_back(&r->links, &h->before_body);
	if (v.exists) {
		if (!v.foreign)
			html_element(h, v.tag, v.attrs);
		else if (v.tag == TAG_STYLE && !h->scan.self_closing)
			want_capture(h, TAG_STYLE);
		add_links(h, v.tag, v.attrs, v.foreign);
	}
	if (v.text_only)
		enter_text(h, tag_flags[v.tag]);
}

static void
take_text(struct html *h)
{
	struct reader *r = h->r;

	switch (h->capture) {
	case CAPTURE_TITLE:
		r->facts.have_title = true;
		r->facts.title = h->scan.text;
		break;
	case CAPTURE_STYLE:
		links_add(&r->links, &(struct ref){ .raw = h->scan.text, .kind = LINK_REQUISITE,
					     .flags = LINK_IN_STYLE, .syntax = SYNTAX_SHEET, .text = !h->scan.text_refs });
		break;
	case CAPTURE_LD:
		links_add(&r->links, &(struct ref){ .raw = h->scan.text, .kind = LINK_HINT, .syntax = SYNTAX_LD,
					     .text = true });
		break;
	case CAPTURE_NONE:
		if (h->keep_tree && !h->text_only)
			tree_text(&r->tree, h->scan.text);
	}
}

/* False: the tree is needed. */
static inline bool
end_tag(struct html *h)
{
	struct reader *r = h->r;

	if (h->capture != CAPTURE_NONE) {
		if (h->capture == CAPTURE_TITLE)
			r->facts.have_title = true;
		h->capture = CAPTURE_NONE;
		h->scan.want = h->want;
	}
	if (h->text_only) {
		h->text_only = false;
		return true;
	}
	if (h->keep_tree) {
		tree_end(&r->tree, &(struct tree_tag){ .tag = h->scan.tag, .name = h->scan.name });
		h->scan.foreign = tree_is_foreign(&r->tree);
	} else if (UNLIKELY(foreign_inside(&h->foreign))) {
		if (!foreign_end(&h->foreign, h->scan.tag, h->scan.name))
			return false;
		h->scan.foreign = foreign_inside(&h->foreign);
	} else if (h->scan.tag == TAG_FORM) {
		h->form_open = false;
	}
	return true;
}

/* Text that a browser shows stands between tags, but in these elements. */
static bool
is_shown_text_only(enum tag tag)
{
	return tag == TAG_XMP || tag == TAG_PLAINTEXT;
}

/* What svg holds besides what it shows. */
static bool
is_foreign_aside(enum tag tag)
{
	return tag == TAG_TITLE || tag == TAG_DESC || tag == TAG_STYLE || tag == TAG_SCRIPT;
}

/*
 * The visible text up to this token, and what the token does to it; before the token is dealt with. behind: where the
 * token before it has ended. Text that is no token of its own is whatever stands between two.
 */
static void
html_visible(struct html *h, enum scan_type type, const char *behind)
{
	struct text *t = &h->r->visible;
	const struct scan *s = &h->scan;

	if (!h->text_only || h->shown_text_only) {
		if (type == SCAN_TEXT)
			text_add(t, s->text.p, s->text.p + s->text.len, s->end);
		else
			text_add(t, behind, s->start, s->end);
	}
	if (type == SCAN_START) {
		h->shown_text_only = is_shown_text_only(s->tag);
		text_start(t, s->tag, s->seen, s->value);
		if (UNLIKELY(s->foreign) && !s->self_closing && is_foreign_aside(s->tag))
			text_hide(t, s->tag);
	} else if (type == SCAN_END) {
		text_end(t, s->tag);
	}
}

/* As html_visible(), but for the sketch: whether it is shown is not looked at. */
static inline void
html_sketch(struct html *h, enum scan_type type, const char *behind)
{
	struct text *t = &h->r->visible;
	const struct scan *s = &h->scan;
	const char *to = s->start;

	if (h->text_only)
		return;
	if (UNLIKELY(type == SCAN_TEXT)) {
		behind = s->text.p;
		to = behind + s->text.len;
	}
	sketch_add(&t->sketch, behind, to, s->end);
	if (UNLIKELY(t->echoed) && to > behind)
		echo_add(&t->echo, behind, to);
}

/* One way through the page. -EAGAIN: the tree is needed. */
static int
html_pass(struct reader *r, struct str text, bool keep_tree)
{
	struct html h = { .r = r, .keep_tree = keep_tree, .before_body = links_mark(&r->links) };
	const char *behind = text.p;
	bool visible = r->visible.on, sketched = r->visible.sketched;
	enum scan_type type;

	h.want = (keep_tree ? SCAN_WANT_TEXT : 0) | (visible || sketched ? SCAN_WANT_COMMENT : 0) |
		(keep_tree || visible ? 0 : SCAN_QUICK_ENDS);
	scan_init(&h.scan, text, h.want);
	if (keep_tree)
		tree_reset(&r->tree);
	if (text_wanted(&r->visible) && text_begin(&r->visible, text.len) < 0)
		return -ENOMEM;
	while ((type = scan_step(&h.scan)) != SCAN_EOF) {
		if (sketched)
			html_sketch(&h, type, behind);
		if (visible)
			html_visible(&h, type, behind);
		behind = h.scan.p;
		if (type == SCAN_END) {
			if (!end_tag(&h))
				return -EAGAIN;
		} else if (type == SCAN_START) {
			if (h.capture != CAPTURE_NONE && !h.text_only)
				h.capture = CAPTURE_NONE;
			if (keep_tree)
				start_with_tree(&h);
			else if (!start_quick(&h))
				return -EAGAIN;
		} else if (type == SCAN_TEXT) {
			take_text(&h);
		}
		if (UNLIKELY(r->links.err != 0))
			return r->links.err;
	}
	if (sketched)
		html_sketch(&h, SCAN_EOF, behind);
	if (visible)
		html_visible(&h, SCAN_EOF, behind);
	return 0;
}

static int
html_document(struct reader *r, struct str text)
{
	struct page_facts facts = r->facts;
	struct reader_page page = r->page;
	enum charset cs = r->charset;
	struct links_mark before = links_mark(&r->links);
	int err;

	err = r->in->thorough ? -EAGAIN : html_pass(r, text, false);
	if (err != -EAGAIN)
		return err;
	r->facts = facts;
	r->page = page;
	r->charset = cs;
	links_cut_back(&r->links, &before);
	return html_pass(r, text, true);
}

/* One document of them. A base of its own counts for its own references. nested: in another one. */
static int
html_srcdoc(struct reader *r, const struct ref *ref, bool nested)
{
	struct str text = reader_decode(r, ref->raw, false, ref->utf8);
	uint32_t first = r->links.n;
	struct frame *frame = NULL;
	bool own_base = text.p != NULL && str_ifind(text, 0, STR("<base")) < text.len;
	int err;

	/* What is resolved with a base that is not its own must not be rewritten in a mirror: a copy stands nowhere in the body. */
	if (own_base && r->n_frames == FRAMES_MAX)
		text = arena_str(&r->arena, text);
	if (text.p == NULL)
		return -ENOMEM;
	r->links.utf8 = true;
	r->links.frame = ref->frame;
	if (own_base && r->n_frames < FRAMES_MAX) {
		frame = &r->frames[r->n_frames++];
		*frame = (struct frame){ .around = ref->frame };
		r->links.frame = (uint8_t)r->n_frames;
	}
	r->facts.have_base = frame == NULL;
	r->facts.have_title = r->facts.have_language = r->facts.charset_certain = true;
	r->page.has_refresh = true;
	/* Not the quick way first: cutting back costs all the page's links, and a page can have many srcdocs. */
	err = html_pass(r, text, true);
	/* What is put in at its end is escaped once. */
	for (uint32_t i = first; i < r->links.n; i++)
		if ((r->links.refs[i].flags & LINK_OF_USE) != 0)
			r->links.refs[i].flags ^= nested ? LINK_OF_USE : LINK_IN_SRCDOC;
	if (frame != NULL) {
		frame->have_base = r->facts.have_base;
		frame->base = r->facts.base;
	}
	if (err < 0 || !r->in->want_all || r->facts.decoded)
		return err;
	/* A base that is written with character references stays in a mirror as it is, and what is resolved with it must, too. */
	return own_base ? 0 : span_srcdoc(r, ref, text, first);
}

/*
 * Documents in attributes (<iframe srcdoc>): their links are the page's, their facts are not. References may be added
 * while this runs, so they are looked at by index; each level is read from the level before it.
 */
int
reader_srcdocs(struct reader *r)
{
	struct page_facts facts = r->facts;
	struct reader_page page = r->page;
	enum charset cs = r->charset;
	uint32_t i = 0, level, end;
	bool visible = r->visible.on, sketched = r->visible.sketched;
	int err = 0;

	r->n_frames = r->frame_now = 0;
	r->visible.on = r->visible.sketched = false;
	for (level = 0; level < SRCDOC_MAX_DEPTH && err == 0; level++) {
		for (end = r->links.n; i < end && err == 0; i++) {
			struct ref ref = r->links.refs[i];

			if (ref.syntax == SYNTAX_SRCDOC)
				err = html_srcdoc(r, &ref, level > 0);
		}
	}
	r->links.utf8 = false;
	r->links.frame = 0;
	r->visible.on = visible;
	r->visible.sketched = sketched;
	r->facts = facts;
	r->page = page;
	r->charset = cs;
	return err;
}

/* What a mirror would look for (store/rewrite.c) in a page that is cold by then. */
static bool
is_plain(const struct reader *r)
{
	if (r->facts.guarded || !r->facts.spans || memmem(r->text.p, r->text.len, "serviceWorker", 13) != NULL)
		return false;
	for (uint32_t i = 0; i < r->links.n; i++)
		if (r->links.refs[i].syntax == SYNTAX_SRCDOC)
			return false;
	return true;
}

int
reader_html(struct reader *r)
{
	int err = html_document(r, r->text);

	if (err < 0)
		return err;
	r->page.plain = r->in->want_all && is_plain(r);
	return reader_srcdocs(r);
}
