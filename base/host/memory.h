/* memory.h -- the host's memory: allocation that never returns NULL, growing
 * text, and whole files.  Host only.
 *
 * Three lifetimes are named by who frees: process, cycle, request. */
#ifndef BASE_HOST_MEMORY_H
#define BASE_HOST_MEMORY_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/host/error.h"

/** Out of memory prints one line and exits 6: nothing else can be done. */
void *memory_allocate(size_t count, size_t size);
void *memory_resize(void *block, size_t count, size_t size);
char *memory_copy_string(const char *text);
void memory_free(void *block);

struct arena *arena_new(size_t size);
void arena_free(struct arena *arena);

/** Where the text of a long file goes meanwhile; it remembers what fails. */
struct text_outlet {
	void (*take)(void *user, struct bytes piece);
	void *user;
};

struct text {
	char *data;      /* always terminated once something was added */
	size_t size;
	size_t capacity;
	const struct text_outlet *outlet; /* NULL: it is all kept */
};

void text_add(struct text *text, const char *data, size_t size);
void text_add_string(struct text *text, const char *string);
void text_add_format(struct text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void text_free(struct text *text);

/** text_drain - what was added so far may go to the outlet, if there is one and
 *  it is long; text_flush - it goes, however short. */
void text_drain(struct text *text);
void text_flush(struct text *text);

/** file_read - whole file ("-" is stdin), at most `limit` bytes; the caller
 *  frees data.  E_MISSING not there or not readable, E_LIMIT too large,
 *  E_SYSTEM else. */
MUST_CHECK enum status file_read(uint8_t **data, size_t *size,
				 const char *path, size_t limit,
				 struct error *error);
/** file_write - whole file, atomically (temporary beside it, then rename). */
MUST_CHECK enum status file_write(const char *path, struct bytes content,
				  struct error *error);

#endif
