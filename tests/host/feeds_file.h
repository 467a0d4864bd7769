/* feeds_file.h -- a file of feeds for one test program, in a folder of its own
 * that ends with it. */
#ifndef TESTS_HOST_FEEDS_FILE_H
#define TESTS_HOST_FEEDS_FILE_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char feeds_folder[] = "/tmp/plimsoll-feeds-XXXXXX";
static char feeds_path[64];

static inline void feeds_put(const char *name, const char *content)
{
	char path[96];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", feeds_folder, name);
	file = fopen(path, "w");
	if (!file || fputs(content, file) < 0 || fclose(file)) {
		perror(path);
		exit(1);
	}
}

static inline void feeds_end(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s", feeds_folder);
	if (system(command))
		perror(feeds_folder);
}

/** feeds_write - its path is feeds_path; other files lie beside it. */
static inline void feeds_write(const char *content)
{
	if (!*feeds_path) {
		if (!mkdtemp(feeds_folder)) {
			perror("mkdtemp");
			exit(1);
		}
		snprintf(feeds_path, sizeof(feeds_path), "%s/feeds.ini",
			 feeds_folder);
		atexit(feeds_end);
	}
	feeds_put("feeds.ini", content);
}

#endif
