/* test_backtest_page.c -- the page of a made backtest, read back as XML, and
 * the charts in it; who is better, there and in the text. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "agent/backtest_text.h"
#include "backtest/report_html.h"
#include "backtest/svg.h"
#include "backtest/thin_line.h"
#include "tests/host/known_backtest.h"

static const struct summary_options options = { .replicates = 100 };
static struct known_backtest sample;
static struct backtest_summary *summary;
static struct report_input input;
static struct error error;

static int setup(void **state)
{
	(void)state;
	known_backtest_make(&sample, KNOWN_DAYS);
	assert_int_equal(summary_new(&summary, &sample.record, &options,
				     &error), OK);
	input.summary = summary;
	input.command = "plimsoll backtest run --plan a<b> & \"c\"";
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	summary_free(summary);
	known_backtest_free(&sample);
	return 0;
}

/* The page as XML: every element closed, every attribute quoted. */

#define DEPTH_MAX 64

struct page {
	const char *at;
	const char *open[DEPTH_MAX];
	size_t sizes[DEPTH_MAX], depth, elements;
};

static void read_entity(const struct page *p)
{
	static const char *const known[] = { "&amp;", "&lt;", "&gt;",
					     "&quot;" };

	for (size_t i = 0; i < 4; i++)
		if (strncmp(p->at, known[i], strlen(known[i])) == 0)
			return;
	fail_msg("bare & at %.40s", p->at);
}

static void read_attributes(struct page *p)
{
	while (*p->at == ' ') {
		p->at++;
		assert_true(islower((unsigned char)*p->at));
		while (isalnum((unsigned char)*p->at) || *p->at == '-')
			p->at++;
		assert_memory_equal(p->at, "=\"", 2);
		for (p->at += 2; *p->at != '"'; p->at++) {
			assert_true(*p->at && *p->at != '<');
			if (*p->at == '&')
				read_entity(p);
		}
		p->at++;
	}
}

static void read_tag(struct page *p)
{
	bool shut = p->at[1] == '/';
	const char *name = p->at + 1 + shut;
	size_t size = strspn(name, "abcdefghijklmnopqrstuvwxyz123456789");

	assert_true(size > 0);
	p->at = name + size;
	if (shut) {
		assert_true(p->depth > 0);
		p->depth--;
		assert_int_equal(p->sizes[p->depth], size);
		assert_memory_equal(p->open[p->depth], name, size);
	} else {
		read_attributes(p);
		p->elements++;
	}
	if (*p->at == '/') {
		p->at++;
	} else if (!shut) {
		assert_true(p->depth < DEPTH_MAX);
		p->open[p->depth] = name;
		p->sizes[p->depth++] = size;
	}
	assert_int_equal(*p->at++, '>');
}

static size_t check_page(const char *html)
{
	static const char head[] = "<!DOCTYPE html>\n";
	struct page p = { .at = html + sizeof(head) - 1 };

	assert_memory_equal(html, head, sizeof(head) - 1);
	while (*p.at) {
		if (*p.at == '<') {
			read_tag(&p);
			continue;
		}
		if (*p.at == '&')
			read_entity(&p);
		assert_true(*p.at == '\n' || (*p.at >= ' ' && *p.at <= '~'));
		p.at++;
	}
	assert_int_equal(p.depth, 0);
	return p.elements;
}

/* References inside the page name an element that is there once. */
static void check_ids(const char *html)
{
	for (const char *at = html; (at = strstr(at, " id=\"")); at++) {
		char id[64];
		const char *again;

		assert_int_equal(sscanf(at, " id=\"%60[^\"]\"", id), 1);
		again = strstr(at + 1, " id=\"");
		while (again && strncmp(again + 5, id, strlen(id) + 0) == 0 &&
		       again[5 + strlen(id)] == '"')
			fail_msg("id %s twice", id);
	}
	for (const char *at = html; (at = strstr(at, "href=\"#")); at++) {
		char id[64], wanted[80];

		assert_int_equal(sscanf(at, "href=\"#%60[^\"]\"", id), 1);
		snprintf(wanted, sizeof(wanted), " id=\"%s\"", id);
		assert_non_null(strstr(html, wanted));
	}
}

static void test_page(void **state)
{
	static const char *const parts[] = {
		"prefers-color-scheme:dark", "Would it have kept",
		"WETH: price and liquidations", "collateral liquidated under",
		"WETH: decisions by what bound each parameter", "a-loss-market",
		"traffic light", "Deepest falls within it: WETH 25",
		"What should have been done", "after 17 h, and the day before",
		"Some prices", "seed", "0x5e5e",
		"--plan a&lt;b&gt; &amp; &quot;c&quot;" };
	static const char *const never[] = { "<script", "http", "src=",
					     "url(", "@import", "nan",
					     "inf\"" };
	struct text page = { 0 }, again = { 0 };

	(void)state;
	sample.store.plan.assets[1].synthetic = summary->synthetic = true;
	report_html(&page, &input);
	report_html(&again, &input);
	assert_int_equal(page.size, again.size);
	assert_memory_equal(page.data, again.data, page.size);
	assert_true(check_page(page.data) > 500);
	check_ids(page.data);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (!strstr(page.data, parts[i]))
			fail_msg("the page lacks %s", parts[i]);
	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		if (strstr(page.data, never[i]))
			fail_msg("the page has %s", never[i]);
	sample.store.plan.assets[1].synthetic = summary->synthetic = false;
	text_free(&page);
	text_free(&again);
}

/* Whatever a plan calls its assets, it stays words. */
static void test_page_escapes(void **state)
{
	struct text page = { 0 };

	(void)state;
	strcpy(sample.store.plan.assets[0].symbol, "<b>&\"x");
	strcpy(sample.record.runs[0].decisions[0].assets[0].binding[0],
	       "</table><i>");
	report_html(&page, &input);
	check_page(page.data);
	assert_null(strstr(page.data, "<b>"));
	assert_null(strstr(page.data, "<i>"));
	assert_non_null(strstr(page.data, "&lt;b&gt;&amp;&quot;x"));
	strcpy(sample.store.plan.assets[0].symbol, "WETH");
	strcpy(sample.record.runs[0].decisions[0].assets[0].binding[0],
	       "d-touch");
	text_free(&page);
}

/* A p of nought is a victory or a defeat: a mark tells which. */
static void test_who_is_better(void **state)
{
	struct forecast_tests *t = summary->runs[0].tests[0];
	const struct test_result were[2] = { t[1].dm, t[2].dm };
	struct text page = { 0 }, text = { 0 };

	(void)state;
	t[1].dm = (struct test_result){ 4.5, 0.00001 };
	t[2].dm = (struct test_result){ -2.5, 0.0124 };
	report_html(&page, &input);
	backtest_text(&text, summary);
	assert_non_null(strstr(page.data, "4.500 (p 0.0000-)"));
	assert_non_null(strstr(page.data, "-2.500 (p 0.0124+)"));
	assert_non_null(strstr(page.data, "+ plimsoll better, - worse"));
	assert_non_null(strstr(text.data, "  0.0000-  0.0124+  "));
	assert_non_null(strstr(text.data, "+ plimsoll better, - worse"));
	assert_string_equal(forecast_dm_mark(&(struct test_result){
				    9.0, 0.05 }), "");
	assert_string_equal(forecast_dm_mark(&(struct test_result){
				    9.0, (double)NAN }), "");
	t[1].dm = were[0];
	t[2].dm = were[1];
	text_free(&page);
	text_free(&text);
}

/* Five years of hours are a page that a browser opens at once. */
static void test_page_size(void **state)
{
	struct known_backtest years;
	struct backtest_summary *long_summary;
	struct text page = { 0 };

	(void)state;
	known_backtest_make(&years, 1826);
	assert_int_equal(summary_new(&long_summary, &years.record, &options,
				     &error), OK);
	report_html(&page, &(struct report_input){ long_summary, NULL });
	check_page(page.data);
	assert_true(page.size < 800000); /* of two assets; 2 MB for five */
	text_free(&page);
	summary_free(long_summary);
	known_backtest_free(&years);
}

static void test_thin_line(void **state)
{
	double y[1000];
	size_t kept[1000], n, seen = 0;

	(void)state;
	for (size_t i = 0; i < 1000; i++)
		y[i] = (double)((i * 7919) % 101);
	y[123] = 1e6;
	y[456] = -1e6;
	y[700] = (double)NAN;
	n = thin_line(kept, 50, y, 1000);
	assert_true(n <= 50 && n >= 30);
	for (size_t i = 0; i < n; i++) {
		assert_true(!i || kept[i] > kept[i - 1]);
		seen += kept[i] == 123 || kept[i] == 456 || kept[i] == 700 ||
			kept[i] == 0 || kept[i] == 999;
	}
	assert_int_equal(seen, 5);
	assert_int_equal(thin_line(kept, 1000, y, 1000), 1000);
	for (size_t i = 0; i < 1000; i++)
		y[i] = i < 300 ? 1.0 : i < 310 ? (double)NAN : 2.0;
	assert_int_equal(thin_steps(kept, y, 1000), 4);
	assert_int_equal(kept[1], 300);
	assert_int_equal(kept[2], 310);
	assert_int_equal(kept[3], 999);
	assert_int_equal(thin_steps(kept, y, 0), 0);
}

static void test_numbers(void **state)
{
	static const struct { double value; const char *words; } cases[] = {
		{ 0.0, "0" }, { 1234.0, "1234" }, { 12345.0, "12.3k" },
		{ 999999.0, "1000k" }, { 1234567.0, "1.23M" },
		{ -2.5e9, "-2.5B" }, { 0.00012, "0.00012" }, { 0.5, "0.5" } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char words[32];

		svg_number(words, cases[i].value);
		assert_string_equal(words, cases[i].words);
	}
}

/* A chart of nothing, of one point, and of one value has sound numbers. */
static void test_odd_charts(void **state)
{
	const double x[3] = { 0.0, 3600.0, 7200.0 };
	const double same[3] = { 5.0, 5.0, 5.0 }, huge[3] = { 1e199, (double)NAN, 1.0 };
	const double tiny[3] = { 0.0, 4e-320, 0.0 };
	const double never[3] = { (double)INFINITY, 1e300, -(double)INFINITY };
	const double *const ys[] = { same, huge, same, never, tiny };
	const size_t counts[] = { 3, 3, 0, 3, 3 };

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		struct svg_line line = { "l", x, ys[i], counts[i], i == 1, 0 };
		struct svg_chart chart = { .id = "c", .title = "t",
					   .description = "d", .lines = &line,
					   .line_count = 1 };
		struct text out = { 0 };

		svg_chart(&out, &chart);
		assert_null(strstr(out.data, "nan"));
		assert_null(strstr(out.data, "inf"));
		text_free(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_page),
		cmocka_unit_test(test_page_escapes),
		cmocka_unit_test(test_who_is_better),
		cmocka_unit_test(test_page_size),
		cmocka_unit_test(test_thin_line),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_odd_charts),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
