/* input_file.c -- see input_file.h. */
#include "tests/fuzz/host/input_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int input_file_open(const uint8_t *data, size_t size)
{
	int descriptor = memfd_create("input", MFD_CLOEXEC);
	size_t done = 0;

	if (descriptor < 0)
		abort();
	while (done < size) {
		ssize_t wrote = write(descriptor, data + done, size - done);

		if (wrote <= 0)
			abort();
		done += (size_t)wrote;
	}
	if (lseek(descriptor, 0, SEEK_SET))
		abort();
	return descriptor;
}

const char *input_file(const uint8_t *data, size_t size)
{
	static int descriptor = -1;
	static char path[64];

	if (descriptor >= 0)
		close(descriptor);
	descriptor = input_file_open(data, size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", descriptor);
	return path;
}
