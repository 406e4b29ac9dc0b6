/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>

#include "tune/plot.h"

#define PLOT_BAR_CHARS 30

/* The picture: a panel for each curve, in units of its viewBox. */
#define SVG_WIDTH  720
#define SVG_TOP    70
#define SVG_PANEL  240
#define SVG_LEFT   90
#define SVG_RIGHT  30
#define SVG_PLOT   150 /* height of the axes' box */

static double
curve_most(const struct search_curve *c)
{
	double most = 0;

	for (unsigned i = 0; i < c->n; i++)
		most = fmax(most, c->at[i].pages_per_s);
	return most > 0 ? most : 1;
}

/* Three digits that count, as people read them. */
static void
put_rate(struct buf *out, double v, int width)
{
	buf_addf(out, "%*.*f", width, v < 10 ? 2 : v < 100 ? 1 : 0, v);
}

void
plot_table(struct buf *out, const struct plot *p)
{
	const struct search_curve *c = &p->curve;
	double most = curve_most(c);

	buf_addf(out, "%-34s %9s %7s %11s\n", p->title, "pages/s", "times", "efficiency");
	for (unsigned i = 0; i < c->n; i++) {
		double times = c->at[0].pages_per_s > 0 ? c->at[i].pages_per_s / c->at[0].pages_per_s : 0;
		int bar = (int)lround(c->at[i].pages_per_s / most * PLOT_BAR_CHARS);

		buf_addf(out, "%34u ", c->at[i].value);
		put_rate(out, c->at[i].pages_per_s, 9);
		buf_addf(out, " %7.1f %9.0f %%  ", times, 100 * times * c->at[0].value / c->at[i].value);
		for (int k = 0; k < bar; k++)
			buf_addc(out, '#');
		if (c->at[i].value == c->bend && i + 1 < c->n)
			buf_add_str(out, STR("  < bends here"));
		if (c->at[i].value == p->chosen)
			buf_add_str(out, STR("  < chosen"));
		buf_addc(out, '\n');
	}
}

/* --- the picture --------------------------------------------------------------------------------------------------------- */

static double
svg_x(const struct search_curve *c, unsigned i)
{
	double span = c->n > 1 ? c->n - 1 : 1;

	return SVG_LEFT + (SVG_WIDTH - SVG_LEFT - SVG_RIGHT) * (i / span);
}

static double
svg_y(double top, double most, double v)
{
	return top + SVG_PLOT * (1 - v / most);
}

/* As fast as the first times the number of them, as far as that fits. */
static void
svg_ideal(struct buf *out, const struct search_curve *c, double top, double most)
{
	buf_add_str(out, STR("<polyline class=\"ideal\" points=\""));
	for (unsigned i = 0; i < c->n; i++) {
		double v = c->at[0].pages_per_s * c->at[i].value / c->at[0].value;

		if (v > most)
			break;
		buf_addf(out, "%.1f,%.1f ", svg_x(c, i), svg_y(top, most, v));
	}
	buf_add_str(out, STR("\"/>\n"));
}

static void
svg_axes(struct buf *out, const struct plot *p, double top, double most)
{
	buf_addf(out, "<text class=\"title\" x=\"%d\" y=\"%.0f\">%s</text>\n", SVG_LEFT, top - 14, p->title);
	for (int k = 0; k <= 4; k++) {
		double y = svg_y(top, 4, k);

		buf_addf(out, "<line class=\"grid\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>", SVG_LEFT, y,
			SVG_WIDTH - SVG_RIGHT, y);
		buf_addf(out, "<text class=\"y\" x=\"%d\" y=\"%.1f\">", SVG_LEFT - 8, y + 4);
		put_rate(out, most * k / 4, 0);
		buf_add_str(out, STR("</text>\n"));
	}
}

static void
svg_panel(struct buf *out, const struct plot *p, double top)
{
	const struct search_curve *c = &p->curve;
	double most = curve_most(c);

	svg_axes(out, p, top, most);
	svg_ideal(out, c, top, most);
	buf_add_str(out, STR("<polyline class=\"curve\" points=\""));
	for (unsigned i = 0; i < c->n; i++)
		buf_addf(out, "%.1f,%.1f ", svg_x(c, i), svg_y(top, most, c->at[i].pages_per_s));
	buf_add_str(out, STR("\"/>\n"));
	for (unsigned i = 0; i < c->n; i++) {
		double x = svg_x(c, i), y = svg_y(top, most, c->at[i].pages_per_s);

		buf_addf(out, "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%d\"><title>%u: ",
			c->at[i].value == p->chosen ? "chosen" : "dot", x, y, c->at[i].value == p->chosen ? 6 : 3, c->at[i].value);
		put_rate(out, c->at[i].pages_per_s, 0);
		buf_addf(out, " pages/s</title></circle><text class=\"x\" x=\"%.1f\" y=\"%.0f\">%u</text>\n", x, top + SVG_PLOT + 18,
			c->at[i].value);
		if (c->at[i].value == c->bend && i + 1 < c->n)
			buf_addf(out, "<line class=\"bend\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n", x, top, x,
				top + SVG_PLOT);
	}
}

void
plot_svg(struct buf *out, const struct plot *plots, size_t n, const char *subtitle)
{
	size_t height = SVG_TOP + n * SVG_PANEL + 20;

	buf_addf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %zu\" width=\"%d\" height=\"%zu\">\n", SVG_WIDTH, height,
		SVG_WIDTH, height);
	buf_add_str(out, STR("<style>text{font:12px sans-serif;fill:#333}.head{font-size:16px}.title{font-weight:bold}"
		".y{text-anchor:end}.x{text-anchor:middle}.grid{stroke:#ddd}.curve{fill:none;stroke:#06c;stroke-width:2}"
		".ideal{fill:none;stroke:#999;stroke-dasharray:4 4}.dot{fill:#06c}.chosen{fill:#d40}"
		".bend{stroke:#d40;stroke-dasharray:2 4}</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"));
	buf_addf(out, "<text class=\"head\" x=\"20\" y=\"26\">lycosa tune: pages a second</text><text x=\"20\" y=\"44\">%s</text>\n", subtitle);
	for (size_t i = 0; i < n; i++)
		svg_panel(out, &plots[i], (double)(SVG_TOP + i * SVG_PANEL + 24));
	buf_addf(out, "<text x=\"20\" y=\"%zu\">Dashed: as if each brought as much as the first. Dotted line: where the curve bends. Red: chosen.</text>\n",
		height - 10);
	buf_add_str(out, STR("</svg>\n"));
}
