/* memory.c -- see memory.h. */
#include "base/host/memory.h"

#include "base/host/file_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define READ_CHUNK 65536u
#define DRAIN_SIZE 65536u

static void *or_die(void *block)
{
	if (!block) {
		fputs("error: out of memory\n", stderr);
		_exit(6);
	}
	return block;
}

void *memory_allocate(size_t count, size_t size)
{
	return or_die(calloc(count ? count : 1, size ? size : 1));
}

void *memory_resize(void *block, size_t count, size_t size)
{
	return or_die(reallocarray(block, count ? count : 1, size ? size : 1));
}

char *memory_copy_string(const char *text)
{
	return or_die(strdup(text));
}

void memory_free(void *block)
{
	free(block);
}

struct arena *arena_new(size_t size)
{
	struct arena *arena = memory_allocate(1, sizeof(*arena));
	void *block = mmap(NULL, size, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	arena_init(arena, or_die(block == MAP_FAILED ? NULL : block), size);
	return arena;
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	munmap(arena->base, arena->size);
	free(arena);
}

static void text_reserve(struct text *text, size_t more)
{
	size_t needed = text->size + more + 1;

	if (needed <= text->capacity)
		return;
	text->capacity = needed * 2 > 64 ? needed * 2 : 64;
	text->data = memory_resize(text->data, text->capacity, 1);
}

void text_add(struct text *text, const char *data, size_t size)
{
	text_reserve(text, size);
	if (size)
		memcpy(text->data + text->size, data, size);
	text->size += size;
	text->data[text->size] = 0;
}

void text_add_string(struct text *text, const char *string)
{
	text_add(text, string, strlen(string));
}

void text_add_format(struct text *text, const char *format, ...)
{
	va_list arguments;
	int size;

	va_start(arguments, format);
	size = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (size < 0)
		return;
	text_reserve(text, (size_t)size);
	va_start(arguments, format);
	vsnprintf(text->data + text->size, (size_t)size + 1, format, arguments);
	va_end(arguments);
	text->size += (size_t)size;
}

void text_flush(struct text *text)
{
	if (!text->outlet || !text->size)
		return;
	text->outlet->take(text->outlet->user,
			   bytes_of(text->data, text->size));
	text->size = 0;
}

void text_drain(struct text *text)
{
	if (text->size >= DRAIN_SIZE)
		text_flush(text);
}

void text_free(struct text *text)
{
	free(text->data);
	*text = (struct text){ 0 };
}

static enum status read_all(uint8_t **data, size_t *size, int descriptor,
			    size_t limit)
{
	uint8_t *block = NULL;
	size_t used = 0, capacity = 0;

	for (;;) {
		ssize_t got;

		if (capacity - used < READ_CHUNK) {
			capacity = capacity ? capacity * 2 : 2 * READ_CHUNK;
			block = memory_resize(block, capacity, 1);
		}
		got = read(descriptor, block + used, READ_CHUNK);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 || used + (size_t)got > limit) {
			free(block);
			return got < 0 ? E_SYSTEM : E_LIMIT;
		}
		if (!got)
			break;
		used += (size_t)got;
	}
	*data = block;
	*size = used;
	return OK;
}

/* The input is missing: another one may be there. */
static bool is_missing(int error_number)
{
	return error_number == ENOENT || error_number == ENOTDIR ||
	       error_number == EISDIR || error_number == EACCES;
}

enum status file_read(uint8_t **data, size_t *size, const char *path,
		      size_t limit, struct error *error)
{
	bool standard = !strcmp(path, "-");
	int descriptor = standard ? STDIN_FILENO
				  : open(path, O_RDONLY | O_CLOEXEC);
	enum status status;

	if (descriptor < 0)
		return error_set(error, is_missing(errno) ? E_MISSING
							  : E_SYSTEM,
				 "%s: %s", path, strerror(errno));
	status = read_all(data, size, descriptor, limit);
	if (!standard)
		close(descriptor);
	if (status == E_LIMIT)
		return error_set(error, E_LIMIT, "%s: larger than %zu bytes",
				 path, limit);
	if (status)
		return error_set(error, is_missing(errno) ? E_MISSING : status,
				 "%s: %s", path, strerror(errno));
	return OK;
}

enum status file_write(const char *path, struct bytes content,
		       struct error *error)
{
	struct file_writer writer;
	enum status status = file_writer_open(&writer, path, error);

	if (status)
		return status;
	file_writer_put(&writer, content);
	return file_writer_close(&writer, error);
}
