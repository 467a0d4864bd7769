/* key_file.c -- from the file straight into a locked page. */
#include "agent/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE 4096
#define TEXT_AT 64  /* the file's text stands behind the key in the page */
#define TEXT_MAX 80 /* nothing of this length is a key */

static enum status check_file(int fd, const char *path, struct error *error)
{
	struct stat info;

	if (fstat(fd, &info))
		return error_set(error, E_SYSTEM, "%s: %s", path,
				 strerror(errno));
	if (!S_ISREG(info.st_mode))
		return error_set(error, E_REFUSED, "%s is no regular file",
				 path);
	if (info.st_uid != geteuid())
		return error_set(error, E_REFUSED,
				 "%s belongs to another user", path);
	if (info.st_mode & 077) {
		error_set(error, E_REFUSED, "%s has mode %03o: others may "
			  "read the key", path, info.st_mode & 0777);
		return error_hint(error, "chmod 600 %s, and make a new key if "
				  "others had access.", path);
	}
	return OK;
}

static enum status open_file(int *fd, const char *path, struct error *error)
{
	enum status status;

	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (*fd < 0 && errno == ENOENT) {
		error_set(error, E_MISSING, "no key file %s", path);
		return error_hint(error, "Write 64 hex digits into a file of "
				  "mode 0600.");
	}
	if (*fd < 0)
		return error_set(error, errno == ELOOP ? E_REFUSED : E_SYSTEM,
				 "%s: %s", path, strerror(errno));
	status = check_file(*fd, path, error);
	if (status)
		close(*fd);
	return status;
}

/* A page that is neither swapped nor dumped nor given to children. */
static enum status lock_page(uint8_t **page, struct error *error)
{
	void *memory = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return error_set(error, E_SYSTEM, "no memory for the key");
	if (mlock(memory, PAGE)) {
		munmap(memory, PAGE);
		error_set(error, E_SYSTEM, "memory cannot be locked: %s",
			  strerror(errno));
		return error_hint(error, "Raise the limit of locked memory "
				  "(ulimit -l) to 64 KiB at least.");
	}
	madvise(memory, PAGE, MADV_DONTDUMP);
	madvise(memory, PAGE, MADV_DONTFORK);
	*page = memory;
	return OK;
}

static void release_page(uint8_t *page)
{
	explicit_bzero(page, PAGE);
	munlock(page, PAGE);
	munmap(page, PAGE);
}

static enum status parse_key(uint8_t *page, size_t size)
{
	const uint8_t *text = page + TEXT_AT;

	if (size == TEXT_MAX)
		return E_MALFORMED;
	if (size && text[size - 1] == '\n')
		size--;
	if (size && text[size - 1] == '\r')
		size--;
	return hex_decode_fixed(page, SECRET_KEY_SIZE, bytes_of(text, size));
}

static enum status read_key(struct submission_key *key, int fd,
			    const char *path, struct error *error)
{
	ssize_t size = read(fd, key->secret + TEXT_AT, TEXT_MAX);
	uint8_t public_key[PUBLIC_KEY_SIZE], seed[32];

	if (size < 0)
		return error_set(error, E_SYSTEM, "%s: %s", path,
				 strerror(errno));
	if (parse_key(key->secret, (size_t)size))
		return error_set(error, E_MALFORMED,
				 "%s does not hold 64 hex digits", path);
	explicit_bzero(key->secret + TEXT_AT, TEXT_MAX);
	if (getrandom(seed, sizeof(seed), 0) != sizeof(seed))
		return error_set(error, E_SYSTEM, "no randomness");
	key->context = signer_context_create(seed);
	if (!key->context)
		return error_set(error, E_SYSTEM, "no memory for the key");
	if (public_key_from_secret(public_key, key->context, key->secret))
		return error_set(error, E_MALFORMED,
				 "%s holds no key of secp256k1", path);
	address_from_public_key(key->address, public_key);
	return OK;
}

enum status key_file_open(struct submission_key *out, const char *path,
			  struct error *error)
{
	struct submission_key key = { 0 };
	int fd;
	enum status status = open_file(&fd, path, error);

	if (status)
		return status;
	status = lock_page(&key.secret, error);
	if (!status)
		status = read_key(&key, fd, path, error);
	close(fd);
	if (status) {
		key_file_close(&key);
		return status;
	}
	*out = key;
	return OK;
}

void key_file_close(struct submission_key *key)
{
	if (key->secret)
		release_page(key->secret);
	if (key->context)
		signer_context_destroy(key->context);
	*key = (struct submission_key){ 0 };
}
