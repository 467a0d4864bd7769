/* arena.h -- memory for pure code: a block from the caller, handed out once.
 *
 * Pure folders never call malloc; they take an arena.  There is no free: the
 * caller marks and resets. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>

struct arena {
	uint8_t *base;
	size_t size;  /* bytes */
	size_t used;  /* bytes, <= size */
	size_t peak;  /* highest used ever seen, bytes */
};

/** arena_init - lend `size` bytes at `block` (16-byte aligned) to the arena. */
void arena_init(struct arena *arena, void *block, size_t size);

/**
 * arena_allocate - `count` zeroed elements of `size` bytes, 16-byte aligned.
 * Returns NULL when the arena is exhausted or count * size overflows. */
void *arena_allocate(struct arena *arena, size_t count, size_t size);

/** arena_room - the same, not zeroed: for large arrays that are written whole
 *  before any of it is read, by the threads that write them. */
void *arena_room(struct arena *arena, size_t count, size_t size);

/** arena_mark / arena_reset - give back all that was allocated since. */
size_t arena_mark(const struct arena *arena);
void arena_reset(struct arena *arena, size_t mark);

#define ARENA_NEW(arena, type, count) \
	((type *)arena_allocate((arena), (size_t)(count), sizeof(type)))

#endif
