/* html.c -- see html.h. */
#include "backtest/html.h"

#include <stdarg.h>
#include <stdio.h>

#define WORDS_MAX 2048

static const char style[] =
	":root{color-scheme:light dark;--back:#fff;--ink:#1b1f24;--soft:#57606a;"
	"--rule:#d8dee4;--c0:#0b5cad;--c1:#6e7781;--c2:#b35900;--c3:#1a7f37;"
	"--c4:#8250df;--c5:#bf3989;--c6:#9a6700;--bad:#b42318}\n"
	"@media(prefers-color-scheme:dark){:root{--back:#0d1117;--ink:#e6edf3;"
	"--soft:#9da7b3;--rule:#30363d;--c0:#6cb6ff;--c1:#adbac7;--c2:#f0a35e;"
	"--c3:#6bc46d;--c4:#bc8cff;--c5:#ff8fc7;--c6:#daaa3f;--bad:#ff8077}}\n"
	"body{background:var(--back);color:var(--ink);font:16px/1.5 system-ui,"
	"sans-serif;max-width:72rem;margin:0 auto;padding:1rem}\n"
	"h1,h2,h3{line-height:1.2}h2{border-top:1px solid var(--rule);"
	"padding-top:1rem;margin-top:2.5rem}\n"
	"table{border-collapse:collapse;margin:1rem 0;font-size:.875rem}"
	".wide{overflow-x:auto}\n"
	"caption,figcaption{text-align:left;font-weight:600;padding:.25rem 0}\n"
	"th,td{padding:.25rem .6rem;border-bottom:1px solid var(--rule);"
	"text-align:left;vertical-align:top}\n"
	"td.n{text-align:right;font-variant-numeric:tabular-nums;"
	"white-space:nowrap}thead th{vertical-align:bottom}\n"
	"code{overflow-wrap:anywhere}.note,.key{color:var(--soft);"
	"font-size:.875rem}.key span{margin-right:1rem;white-space:nowrap}\n"
	"figure{margin:1rem 0}figure>svg{width:100%;height:auto}\n"
	".warn{border-left:.3rem solid var(--bad);padding:.25rem .75rem}\n"
	"svg text{fill:var(--ink);font:12px system-ui,sans-serif}\n"
	"svg .grid{stroke:var(--rule);stroke-width:1}svg .bar{stroke:"
	"var(--soft);stroke-width:1}\n"
	"svg path[class^=line]{fill:none;stroke-width:1.6;"
	"vector-effect:non-scaling-stroke}\n"
	"svg path[class^=mark]{fill-opacity:.35;stroke-width:1.5}\n"
	".line0,.mark0{stroke:var(--c0)}.line1,.mark1{stroke:var(--c1)}"
	".line2,.mark2{stroke:var(--c2)}.line3,.mark3{stroke:var(--c3)}"
	".line4,.mark4{stroke:var(--c4)}.line5,.mark5{stroke:var(--c5)}"
	".line6,.mark6{stroke:var(--c6)}.line7,.mark7{stroke:var(--ink)}"
	".line8,.mark8{stroke:var(--soft)}\n"
	".mark0{fill:var(--c0)}.mark1{fill:var(--c1)}.mark2{fill:var(--c2)}"
	".mark3{fill:var(--c3)}.mark4{fill:var(--c4)}.mark5{fill:var(--c5)}"
	".mark6{fill:var(--c6)}.mark7{fill:var(--ink)}"
	".mark8{fill:var(--soft)}\n"
	".line1{stroke-dasharray:7 3}.line2{stroke-dasharray:2 2}"
	".line3{stroke-dasharray:9 3 2 3}.line4{stroke-dasharray:5 5}"
	".line5{stroke-dasharray:1 4}.line6{stroke-dasharray:12 4}\n";

/* Neither < nor & is in the style: HTML and XML read it alike. */
void html_open(struct text *out, const char *title)
{
	text_add_string(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
			"<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" "
			"content=\"width=device-width, initial-scale=1\"/>\n"
			"<title>");
	svg_text(out, title);
	text_add_string(out, "</title>\n<style>\n");
	text_add_string(out, style);
	text_add_string(out, "</style>\n</head>\n<body>\n");
}

void html_close(struct text *out)
{
	text_add_string(out, "</body>\n</html>\n");
}

void html_heading(struct text *out, int level, const char *id,
		  const char *words)
{
	text_add_format(out, "<h%d", level);
	if (id)
		text_add_format(out, " id=\"%s\"", id);
	text_add_string(out, ">");
	svg_text(out, words);
	text_add_format(out, "</h%d>\n", level);
}

static void element(struct text *out, const char *open, const char *words,
		    const char *shut)
{
	text_add_string(out, open);
	svg_text(out, words);
	text_add_string(out, shut);
}

void html_paragraph(struct text *out, const char *words)
{
	element(out, "<p>", words, "</p>\n");
}

void html_note(struct text *out, const char *words)
{
	element(out, "<p class=\"note\">", words, "</p>\n");
}

void html_warning(struct text *out, const char *words)
{
	element(out, "<p class=\"warn\">", words, "</p>\n");
}

void html_code(struct text *out, const char *words)
{
	element(out, "<p><code>", words, "</code></p>\n");
}

void html_format(struct text *out, const char *format, ...)
{
	char words[WORDS_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(words, sizeof(words), format, arguments);
	va_end(arguments);
	html_paragraph(out, words);
}

void html_table(struct text *out, const char *caption,
		const char *const *heads)
{
	element(out, "<div class=\"wide\"><table><caption>", caption, "</caption>\n<thead><tr>");
	for (size_t i = 0; heads[i]; i++)
		element(out, "<th scope=\"col\">", heads[i], "</th>");
	text_add_string(out, "</tr></thead>\n<tbody>\n");
}

void html_table_close(struct text *out)
{
	text_add_string(out, "</tbody></table></div>\n");
}

void html_row(struct text *out, const char *name)
{
	element(out, "<tr><th scope=\"row\">", name, "</th>");
}

void html_row_close(struct text *out)
{
	text_add_string(out, "</tr>\n");
}

void html_cell(struct text *out, const char *words)
{
	element(out, "<td>", words, "</td>");
}

void html_cell_format(struct text *out, const char *format, ...)
{
	char words[WORDS_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(words, sizeof(words), format, arguments);
	va_end(arguments);
	element(out, "<td class=\"n\">", words, "</td>");
}

void html_details(struct text *out, const char *summary, bool open)
{
	text_add_string(out, open ? "<details open=\"open\"><summary>"
				  : "<details><summary>");
	svg_text(out, summary);
	text_add_string(out, "</summary>\n");
}

void html_details_close(struct text *out)
{
	text_add_string(out, "</details>\n");
}
