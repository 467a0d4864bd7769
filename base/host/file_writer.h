/* file_writer.h -- a file written piece by piece, that is there whole or not at
 * all: a temporary beside it, which takes its name at the end.
 *
 * Host only.  For files that need not be in memory; file_write of memory.h is
 * for those that are. */
#ifndef BASE_HOST_FILE_WRITER_H
#define BASE_HOST_FILE_WRITER_H

#include "base/bytes.h"
#include "base/host/memory.h"

struct file_writer {
	struct text path, temporary;
	int descriptor;
	int failed; /* errno of the first piece that was not written; 0: none */
};

/** file_writer_open - E_SYSTEM: the folder takes no file. */
MUST_CHECK enum status file_writer_open(struct file_writer *out,
					const char *path, struct error *error);

/** file_writer_put - the next piece; what fails is told at the end. */
void file_writer_put(struct file_writer *writer, struct bytes piece);

/** file_writer_close - on the disk and under its name; E_SYSTEM: something was
 *  not written, the temporary is gone and what had the name is as it was. */
MUST_CHECK enum status file_writer_close(struct file_writer *writer,
					 struct error *error);

/** file_writer_outlet - its pieces come from a text. */
struct text_outlet file_writer_outlet(struct file_writer *writer);

#endif
