/* arena.c -- see arena.h. */
#include "base/arena.h"

#include <assert.h>
#include <string.h>

#define ALIGNMENT 16u

void arena_init(struct arena *arena, void *block, size_t size)
{
	assert(((uintptr_t)block & (ALIGNMENT - 1)) == 0);
	*arena = (struct arena){ block, size, 0, 0 };
}

void *arena_room(struct arena *arena, size_t count, size_t size)
{
	size_t bytes, start = (arena->used + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);

	if (__builtin_mul_overflow(count, size, &bytes) ||
	    start > arena->size || bytes > arena->size - start)
		return NULL;
	arena->used = start + bytes;
	if (arena->used > arena->peak)
		arena->peak = arena->used;
	return arena->base + start;
}

void *arena_allocate(struct arena *arena, size_t count, size_t size)
{
	void *block = arena_room(arena, count, size);

	if (block)
		memset(block, 0, count * size);
	return block;
}

size_t arena_mark(const struct arena *arena)
{
	return arena->used;
}

void arena_reset(struct arena *arena, size_t mark)
{
	assert(mark <= arena->used);
	arena->used = mark;
}
