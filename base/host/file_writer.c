/* file_writer.c -- see file_writer.h. */
#include "base/host/file_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A file of our own: in a folder that others write to, one may wait under
 * this name, or a link to a file of ours. */
static int create_new(const char *path)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	int descriptor = open(path, flags, 0666);

	if (descriptor < 0 && errno == EEXIST && !unlink(path))
		descriptor = open(path, flags, 0666); /* left by a crash */
	return descriptor;
}

static void forget(struct file_writer *writer)
{
	text_free(&writer->path);
	text_free(&writer->temporary);
}

enum status file_writer_open(struct file_writer *out, const char *path,
			     struct error *error)
{
	enum status status = OK;

	memset(out, 0, sizeof(*out));
	text_add_string(&out->path, path);
	text_add_format(&out->temporary, "%s.%ld.tmp", path, (long)getpid());
	out->descriptor = create_new(out->temporary.data);
	if (out->descriptor < 0) {
		status = error_set(error, E_SYSTEM, "%s: %s",
				   out->temporary.data, strerror(errno));
		forget(out);
	}
	return status;
}

void file_writer_put(struct file_writer *writer, struct bytes piece)
{
	size_t done = 0;

	while (done < piece.size && !writer->failed) {
		ssize_t wrote = write(writer->descriptor, piece.data + done,
				      piece.size - done);

		if (wrote > 0)
			done += (size_t)wrote;
		else if (wrote < 0 && errno != EINTR)
			writer->failed = errno;
	}
}

enum status file_writer_close(struct file_writer *writer, struct error *error)
{
	const char *named = writer->temporary.data;
	enum status status = OK;

	if (!writer->failed && fsync(writer->descriptor) && errno != EINVAL)
		writer->failed = errno;
	if (close(writer->descriptor) && !writer->failed)
		writer->failed = errno;
	if (!writer->failed && rename(writer->temporary.data,
				      writer->path.data)) {
		writer->failed = errno;
		named = writer->path.data;
	}
	if (writer->failed) {
		status = error_set(error, E_SYSTEM, "%s: %s", named,
				   strerror(writer->failed));
		unlink(writer->temporary.data);
	}
	forget(writer);
	return status;
}

static void take(void *user, struct bytes piece)
{
	file_writer_put(user, piece);
}

struct text_outlet file_writer_outlet(struct file_writer *writer)
{
	return (struct text_outlet){ take, writer };
}
