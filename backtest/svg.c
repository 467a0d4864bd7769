/* svg.c -- see svg.h. */
#include "backtest/svg.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "backtest/thin_line.h"
#include "base/time.h"

#define WIDTH 860.0
#define HEIGHT 270.0
#define LEFT 76.0
#define RIGHT 16.0
#define TOP 12.0
#define BOTTOM 40.0
#define ROW_LEFT 150.0
#define TICKS_X 6
#define TICKS_Y 5

/* From figures to places. */
struct frame {
	double x_low, x_high, y_low, y_high, left;
};

void svg_text(struct text *out, const char *text)
{
	for (const char *at = text; *at; at++) {
		char c = *at;

		if (c == '&')
			text_add_string(out, "&amp;");
		else if (c == '<')
			text_add_string(out, "&lt;");
		else if (c == '>')
			text_add_string(out, "&gt;");
		else if (c == '"')
			text_add_string(out, "&quot;");
		else
			text_add(out, c < 0x20 || c > 0x7e ? "?" : at, 1);
	}
}

/* Six significant digits are enough for an axis; zeros at the end are cut. */
void svg_number(char out[32], double value)
{
	static const struct { double from; char letter; } scales[] = {
		{ 1e9, 'B' }, { 1e6, 'M' }, { 1e4, 'k' } };
	double size = fabs(value);

	for (size_t i = 0; i < sizeof(scales) / sizeof(scales[0]); i++)
		if (size >= scales[i].from) {
			double unit = scales[i].letter == 'k' ? 1e3
							      : scales[i].from;

			snprintf(out, 32, "%.3g%c", value / unit,
				 scales[i].letter);
			if (!strchr(out, 'e'))
				return;
			snprintf(out, 32, "%.0f%c", value / unit,
				 scales[i].letter);
			return;
		}
	snprintf(out, 32, "%.4g", size < 1e-12 ? 0.0 : value);
}

static double place_x(const struct frame *f, double x)
{
	double room = WIDTH - f->left - RIGHT;

	return f->left + room * (x - f->x_low) / (f->x_high - f->x_low);
}

static double place_y(const struct frame *f, double y)
{
	double room = HEIGHT - TOP - BOTTOM;

	return TOP + room * (f->y_high - y) / (f->y_high - f->y_low);
}

static void widen(double *low, double *high, double value)
{
	if (value != value)
		return;
	*low = value < *low ? value : *low;
	*high = value > *high ? value : *high;
}

static void widen_all(struct frame *f, const double *x, const double *y,
		      size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (x)
			widen(&f->x_low, &f->x_high, x[i]);
		if (y)
			widen(&f->y_low, &f->y_high, y[i]);
	}
}

/* Room around a range; a single value gets some. */
static void pad(double *low, double *high, double part)
{
	double room = (*high - *low) * part;

	if (!(*low <= *high)) {
		*low = 0.0;
		*high = 1.0;
		room = 0.0;
	} else if (*high - *low <= 1e-9 * (fabs(*low) + fabs(*high))) {
		room = fabs(*high) > 0.0 ? fabs(*high) * 0.1 : 1.0;
	}
	*low -= room;
	*high += room;
}

static struct frame frame_of(const struct svg_chart *c)
{
	struct frame f = { INFINITY, -INFINITY, INFINITY, -INFINITY,
			   c->rows ? ROW_LEFT : LEFT };

	for (size_t i = 0; i < c->line_count; i++)
		widen_all(&f, c->lines[i].x, c->lines[i].y, c->lines[i].count);
	for (size_t i = 0; i < c->marks_count; i++) {
		const struct svg_marks *m = &c->marks[i];

		widen_all(&f, m->x, m->y, m->count);
		widen_all(&f, m->x_low, m->y_low, m->count);
		widen_all(&f, m->x_high, m->y_high, m->count);
	}
	if (c->rows) {
		f.y_low = -0.5;
		f.y_high = (double)c->row_count - 0.5;
	} else {
		if (c->from_zero)
			widen(&f.y_low, &f.y_high, 0.0);
		pad(&f.y_low, &f.y_high, 0.04);
	}
	pad(&f.x_low, &f.x_high, c->x_name ? 0.06 : 0.0);
	return f;
}

/* A step of 1, 2 or 5 times a power of ten, of which `count` cover a range. */
static double nice_step(double range, int count)
{
	static const double steps[] = { 1.0, 2.0, 5.0, 10.0 };
	double least = range / count, power = 1.0;

	while (power * 10.0 <= least)
		power *= 10.0;
	while (power > least)
		power /= 10.0;
	for (size_t i = 0; i < 4; i++)
		if (steps[i] * power >= least)
			return steps[i] * power;
	return 10.0 * power;
}

static void rule(struct text *out, const struct frame *f, double y)
{
	text_add_format(out, "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" "
			"y1=\"%.1f\" y2=\"%.1f\"/>", f->left, WIDTH - RIGHT, y,
			y);
}

static void label(struct text *out, double x, double y, const char *anchor,
		  const char *words)
{
	text_add_format(out, "<text class=\"axis\" x=\"%.1f\" y=\"%.1f\" "
			"text-anchor=\"%s\">", x, y, anchor);
	svg_text(out, words);
	text_add_string(out, "</text>");
}

static void draw_rows(struct text *out, const struct svg_chart *c,
		      const struct frame *f)
{
	for (size_t i = 0; i < c->row_count; i++) {
		double y = place_y(f, (double)i);

		rule(out, f, y);
		label(out, f->left - 6.0, y + 4.0, "end", c->rows[i]);
	}
}

/* The number of a first tick at or above a bound, without libm. */
static double first_tick(double low, double step)
{
	double k = (double)(int64_t)(low / step);

	while (k * step < low)
		k += 1.0;
	return k;
}

static void draw_y(struct text *out, const struct frame *f)
{
	double step = nice_step(f->y_high - f->y_low, TICKS_Y);

	for (double k = first_tick(f->y_low, step); k * step <= f->y_high;
	     k += 1.0) {
		char words[32];

		svg_number(words, k * step);
		rule(out, f, place_y(f, k * step));
		label(out, f->left - 6.0, place_y(f, k * step) + 4.0, "end",
		      words);
	}
}

static void draw_times(struct text *out, const struct frame *f)
{
	for (int i = 0; i <= TICKS_X; i++) {
		double at = f->x_low + (f->x_high - f->x_low) * i / TICKS_X;
		char words[TIME_TEXT_MAX];

		time_format(words, (int64_t)at);
		words[10] = 0; /* the day */
		label(out, place_x(f, at), HEIGHT - BOTTOM + 16.0,
		      i == 0 ? "start" : i == TICKS_X ? "end" : "middle",
		      words);
	}
}

static void draw_x(struct text *out, const struct frame *f)
{
	double step = nice_step(f->x_high - f->x_low, TICKS_X);

	for (double k = first_tick(f->x_low, step); k * step <= f->x_high;
	     k += 1.0) {
		char words[32];

		svg_number(words, k * step);
		label(out, place_x(f, k * step), HEIGHT - BOTTOM + 16.0,
		      "middle", words);
	}
}

static void draw_axes(struct text *out, const struct svg_chart *c,
		      const struct frame *f)
{
	if (c->rows)
		draw_rows(out, c, f);
	else
		draw_y(out, f);
	if (c->x_name)
		draw_x(out, f);
	else
		draw_times(out, f);
	label(out, WIDTH - RIGHT, HEIGHT - 6.0, "end",
	      c->x_name ? c->x_name : "time, UTC");
	if (c->y_name)
		label(out, 4.0, HEIGHT - 6.0, "start", c->y_name);
}

/* One path; a gap lifts the pen. */
static void draw_path(struct text *out, const struct svg_line *line,
		      const struct frame *f, const size_t *points, size_t count)
{
	bool down = false;

	text_add_format(out, "<path class=\"line%u\" d=\"",
			(unsigned)(line->style % SVG_STYLES));
	for (size_t i = 0; i < count; i++) {
		double x = line->x[points[i]], y = line->y[points[i]];

		if (y != y) {
			if (down && line->steps)
				text_add_format(out, "H%.1f", place_x(f, x));
			down = false;
			continue;
		}
		if (!down)
			text_add_format(out, "M%.1f %.1f", place_x(f, x),
					place_y(f, y));
		else if (line->steps)
			text_add_format(out, "H%.1fV%.1f", place_x(f, x),
					place_y(f, y));
		else
			text_add_format(out, "L%.1f %.1f", place_x(f, x),
					place_y(f, y));
		down = true;
	}
	text_add_string(out, "\"/>");
}

static void draw_line(struct text *out, const struct svg_line *line,
		      const struct frame *f, size_t most)
{
	size_t *points = memory_allocate(line->count, sizeof(*points));
	size_t count = line->count;

	if (line->steps)
		count = thin_steps(points, line->y, line->count);
	if (!line->steps || count > most)
		count = thin_line(points, most, line->y, line->count);
	if (count)
		draw_path(out, line, f, points, count);
	memory_free(points);
}

static void draw_bar(struct text *out, const struct frame *f,
		     const double from[2], const double to[2])
{
	text_add_format(out, "<line class=\"bar\" x1=\"%.1f\" y1=\"%.1f\" "
			"x2=\"%.1f\" y2=\"%.1f\"/>", place_x(f, from[0]),
			place_y(f, from[1]), place_x(f, to[0]),
			place_y(f, to[1]));
}

/* Circle, square, triangles, diamond, cross, plus: told apart without colour. */
static void draw_shape(struct text *out, double x, double y, unsigned style)
{
	static const char *const shapes[SVG_STYLES] = {
		"m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z",
		"m-3.5 -3.5h7v7h-7z", "m0 -4.5l4 7h-8z", "m0 4.5l4 -7h-8z",
		"m0 -5l4.5 5l-4.5 5l-4.5 -5z", "m-4 -4l8 8m0 -8l-8 8",
		"m-5 0h10m-5 -5v10" };

	text_add_format(out, "<path class=\"mark%u\" d=\"M%.1f %.1f%s\"/>",
			style, x, y, shapes[style]);
}

static void draw_marks(struct text *out, const struct svg_marks *m,
		       const struct frame *f)
{
	for (size_t i = 0; i < m->count; i++) {
		double x = place_x(f, m->x[i]), y = place_y(f, m->y[i]);

		if (m->x_low)
			draw_bar(out, f, (double[2]){ m->x_low[i], m->y[i] },
				 (double[2]){ m->x_high[i], m->y[i] });
		if (m->y_low)
			draw_bar(out, f, (double[2]){ m->x[i], m->y_low[i] },
				 (double[2]){ m->x[i], m->y_high[i] });
		draw_shape(out, x, y, (unsigned)(m->style % SVG_STYLES));
		if (m->labels)
			label(out, x + 7.0, y - 6.0, "start", m->labels[i]);
	}
}

/* The key stands below the picture, so that names of any length fit. */
static void draw_key(struct text *out, const struct svg_chart *c)
{
	text_add_string(out, "<p class=\"key\">");
	for (size_t i = 0; i < c->line_count; i++) {
		text_add_format(out, "<span><svg class=\"sample\" width=\"34\" "
				"height=\"10\" aria-hidden=\"true\"><path "
				"class=\"line%u\" d=\"M0 5H34\"/></svg> ",
				(unsigned)(c->lines[i].style % SVG_STYLES));
		svg_text(out, c->lines[i].name);
		text_add_string(out, "</span> ");
	}
	for (size_t i = 0; i < c->marks_count; i++) {
		if (!c->marks[i].name)
			continue;
		text_add_string(out, "<span><svg class=\"sample\" width=\"14\" "
				"height=\"12\" aria-hidden=\"true\">");
		draw_shape(out, 7.0, 6.0,
			   (unsigned)(c->marks[i].style % SVG_STYLES));
		text_add_string(out, "</svg> ");
		svg_text(out, c->marks[i].name);
		text_add_string(out, "</span> ");
	}
	text_add_string(out, "</p>\n");
}

void svg_chart(struct text *out, const struct svg_chart *c)
{
	struct frame f = frame_of(c);

	text_add_format(out, "<figure><figcaption>");
	svg_text(out, c->title);
	text_add_format(out, "</figcaption>\n<svg viewBox=\"0 0 %.0f %.0f\" "
			"role=\"img\" aria-labelledby=\"%s-t %s-d\">"
			"<title id=\"%s-t\">", WIDTH, HEIGHT, c->id, c->id,
			c->id);
	svg_text(out, c->title);
	text_add_format(out, "</title><desc id=\"%s-d\">", c->id);
	svg_text(out, c->description);
	text_add_string(out, "</desc>");
	draw_axes(out, c, &f);
	for (size_t i = 0; i < c->line_count; i++)
		draw_line(out, &c->lines[i], &f,
			  c->points_max ? c->points_max : SVG_POINTS_MAX);
	for (size_t i = 0; i < c->marks_count; i++)
		draw_marks(out, &c->marks[i], &f);
	text_add_string(out, "</svg>\n");
	draw_key(out, c);
	text_add_string(out, "</figure>\n");
}
