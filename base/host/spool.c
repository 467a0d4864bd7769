/* spool.c -- see spool.h. */
#include "base/host/spool.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define PIECE ((size_t)1 << 18)
#define PAGE 4096u /* at least the system's, or a file is not used */

/** The page before the elements. */
struct head {
	size_t mapped; /* bytes, this page too */
	bool is_file;
};

static struct head *head_of(const void *block)
{
	return (struct head *)((uintptr_t)block - PAGE);
}

/* Without a name from the start, or from right after it. */
static int open_nameless(void)
{
	const char *folder = getenv("TMPDIR");
	char path[4096];
	int descriptor;

	if (!folder || !*folder)
		folder = "/var/tmp";
	descriptor = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (descriptor >= 0 ||
	    snprintf(path, sizeof(path), "%s/plimsoll-XXXXXX", folder) >=
		    (int)sizeof(path))
		return descriptor;
	descriptor = mkostemp(path, O_CLOEXEC);
	if (descriptor >= 0)
		unlink(path);
	return descriptor;
}

/* Beyond the limit of a file's size the kernel ends the process. */
static bool may_be_file(size_t bytes)
{
	struct rlimit limit;

	return sysconf(_SC_PAGESIZE) == PAGE &&
	       !getrlimit(RLIMIT_FSIZE, &limit) && bytes <= limit.rlim_cur;
}

/* NULL: no folder, no room, a limit, or pages larger than ours. */
static void *map_file(size_t bytes)
{
	int descriptor = may_be_file(bytes) ? open_nameless() : -1;
	void *block = MAP_FAILED;

	if (descriptor < 0)
		return NULL;
	/* A page without room on the disk would end the process later. */
	if (!posix_fallocate(descriptor, 0, (off_t)bytes))
		block = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
			     descriptor, 0);
	close(descriptor);
	return block == MAP_FAILED ? NULL : block;
}

static void *map_memory(size_t bytes)
{
	void *block = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (block == MAP_FAILED) {
		fputs("error: out of memory\n", stderr);
		_exit(6);
	}
	return block;
}

void *spool_allocate(size_t count, size_t size)
{
	size_t bytes = 0;
	struct head *head;
	void *block;

	if (__builtin_mul_overflow(count, size, &bytes) ||
	    bytes > SIZE_MAX / 2 - 2 * PAGE)
		bytes = SIZE_MAX / 2 - 2 * PAGE; /* there is not so much */
	bytes = (bytes + 2 * PAGE - 1) / PAGE * PAGE;
	block = map_file(bytes);
	head = block ? block : map_memory(bytes);
	*head = (struct head){ bytes, block != NULL };
	return (uint8_t *)head + PAGE;
}

/* A piece at a time, so that neither is in memory whole. */
static void move(uint8_t *to, const uint8_t *from, size_t bytes)
{
	for (size_t done = 0; done < bytes;) {
		size_t left = bytes - done, piece = left < PIECE ? left : PIECE;

		memcpy(to + done, from + done, piece);
		done += piece;
		spool_rest(to, done);
		spool_rest(from, done);
	}
}

void *spool_resize(void *block, size_t count, size_t size)
{
	uint8_t *larger = spool_allocate(count, size);

	if (block) {
		size_t had = head_of(block)->mapped - PAGE;
		size_t has = head_of(larger)->mapped - PAGE;

		move(larger, block, had < has ? had : has);
		spool_free(block);
	}
	return larger;
}

void spool_free(void *block)
{
	if (block)
		munmap(head_of(block), head_of(block)->mapped);
}

void spool_rest(const void *block, size_t bytes)
{
	if (block && head_of(block)->is_file)
		madvise((void *)(uintptr_t)block, bytes / PAGE * PAGE,
			MADV_DONTNEED);
}

bool spool_is_file(const void *block)
{
	return head_of(block)->is_file;
}
