/* log.h -- one line a happening, on stderr.
 *
 * Host only.  Never given secrets.  Also owns progress bars (terminals only). */
#ifndef BASE_HOST_LOG_H
#define BASE_HOST_LOG_H

#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_ERROR = 3, LOG_WARNING = 4, LOG_INFO = 6, LOG_DEBUG = 7 };

void log_set_level(enum log_level level);
void log_line(enum log_level level, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** progress_show - redraws `label [####    ] 42 % done/total` on a terminal
 *  at most ten times a second; prints nothing elsewhere. */
void progress_show(const char *label, uint64_t done, uint64_t total);
void progress_clear(void);

#endif
