/* spool.h -- large arrays that lie in a nameless file and not in memory: for what
 * grows with a history, is written in order and read again a few times.
 *
 * Host only.  The file is in TMPDIR, or /var/tmp, is gone with the array or with
 * the process, and has its room on the disk from the start; where none can be
 * made the array is memory like any other.  After a fork both processes see one
 * array. */
#ifndef BASE_HOST_SPOOL_H
#define BASE_HOST_SPOOL_H

#include <stdbool.h>
#include <stddef.h>

/** spool_allocate - count elements of size bytes, zeroed; never NULL: out of
 *  memory ends the process, as memory_allocate does.  spool_resize keeps what
 *  fits, and moves it; block NULL: as spool_allocate.
 *  Cost: a file each; at least two pages */
void *spool_allocate(size_t count, size_t size);
void *spool_resize(void *block, size_t count, size_t size);
void spool_free(void *block);

/** spool_rest - the first `bytes` leave memory until they are read or written
 *  again; from any thread, at any time.  Cost: one system call, then a fault for
 *  each 64 KiB that is read again */
void spool_rest(const void *block, size_t bytes);

/** spool_is_file - is it in a file, or in memory? */
bool spool_is_file(const void *block);

#endif
