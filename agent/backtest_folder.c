/* backtest_folder.c -- see backtest_folder.h. */
#include "agent/backtest_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SIZE 4096

enum status backtest_folder(const char *folder, struct error *error)
{
	struct stat is;
	int reason;

	if (!*folder)
		return error_set(error, E_USAGE, "-o names no folder");
	if (!mkdir(folder, 0755))
		return OK;
	reason = errno;
	if (reason == EEXIST && !stat(folder, &is)) {
		if (S_ISDIR(is.st_mode))
			return OK;
		return error_set(error, E_USAGE, "%s is no folder", folder);
	}
	error_set(error, E_SYSTEM, "%s: cannot be made a folder: %s", folder,
		  strerror(reason));
	return reason == ENOENT ? error_hint(error, "Folders above it are not "
					    "made.")
			       : E_SYSTEM;
}

/* A folder itself can be locked: nothing is left in it. */
static enum status lock(struct folder_claim *claim, const char *folder,
			struct error *error)
{
	claim->descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (claim->descriptor < 0)
		return error_set(error, E_SYSTEM, "%s: %s", folder,
				 strerror(errno));
	if (!flock(claim->descriptor, LOCK_EX | LOCK_NB))
		return OK;
	error_set(error, E_REFUSED, "%s: another backtest writes there",
		  folder);
	return error_hint(error, "Wait for it, or give another -o.");
}

/* Results of another plan are no one's to overwrite unasked. */
static enum status check_owner(const char *folder,
			       const struct backtest_plan *plan,
			       struct error *error)
{
	char path[PATH_SIZE];
	uint8_t digest[HASH_SIZE];
	struct record_file *file;
	enum status status;
	bool same;

	snprintf(path, sizeof(path), "%s/" RECORD_FILE_NAME, folder);
	if (access(path, F_OK))
		return OK;
	status = record_file_read(&file, path, error);
	if (status)
		return error_hint(error, "--fresh replaces it.");
	plan_digest(digest, plan);
	same = !memcmp(digest, file->record.input_digest, HASH_SIZE);
	record_file_free(file);
	if (same)
		return OK;
	error_set(error, E_REFUSED, "%s holds the results of another backtest",
		  folder);
	return error_hint(error, "--fresh replaces them; or give another -o.");
}

enum status backtest_folder_claim(struct folder_claim *claim,
				  const char *folder,
				  const struct backtest_plan *plan, bool fresh,
				  struct error *error)
{
	enum status status;

	claim->descriptor = -1;
	status = backtest_folder(folder, error);
	if (!status)
		status = lock(claim, folder, error);
	return status || fresh ? status : check_owner(folder, plan, error);
}

void backtest_folder_release(struct folder_claim *claim)
{
	if (claim->descriptor >= 0)
		close(claim->descriptor);
	claim->descriptor = -1;
}
