/* log.c -- see log.h. */
#include "base/host/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/host/clock.h"

#define BAR_WIDTH 30
#define REDRAW_MS 100

static enum log_level threshold = LOG_INFO;
static bool bar_shown;
static int64_t bar_drawn_ms;

void log_set_level(enum log_level level)
{
	threshold = level;
}

void log_line(enum log_level level, const char *format, ...)
{
	va_list arguments;

	if (level > threshold)
		return;
	progress_clear();
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}

void progress_show(const char *label, uint64_t done, uint64_t total)
{
	int64_t now = clock_monotonic_ms();
	char bar[BAR_WIDTH + 1];
	int filled;

	if (threshold < LOG_INFO || !isatty(STDERR_FILENO) ||
	    (done < total && now - bar_drawn_ms < REDRAW_MS))
		return;
	filled = total ? (int)(done * BAR_WIDTH / total) : 0;
	for (int i = 0; i < BAR_WIDTH; i++)
		bar[i] = i < filled ? '#' : ' ';
	bar[BAR_WIDTH] = 0;
	fprintf(stderr, "\r%s [%s] %3d %% %llu/%llu\033[K", label, bar,
		total ? (int)(done * 100 / total) : 0,
		(unsigned long long)done, (unsigned long long)total);
	bar_drawn_ms = now;
	bar_shown = true;
}

void progress_clear(void)
{
	if (bar_shown)
		fprintf(stderr, "\r\033[K");
	bar_shown = false;
}
