/* secret.c -- see secret.h. */
#include "agent/enclave/secret.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE_BYTES 4096

#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447
#endif

static void *map_hidden(void)
{
	long descriptor = syscall(SYS_memfd_secret, 0);
	void *page = MAP_FAILED;

	if (descriptor < 0)
		return MAP_FAILED;
	if (!ftruncate((int)descriptor, PAGE_BYTES))
		page = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE,
			    MAP_SHARED, (int)descriptor, 0);
	close((int)descriptor);
	return page;
}

static void *map_locked(void)
{
	void *page = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page != MAP_FAILED && mlock(page, PAGE_BYTES)) {
		munmap(page, PAGE_BYTES);
		page = MAP_FAILED;
	}
	return page;
}

enum status secret_page_new(struct secret_page *out)
{
	void *page = map_hidden();
	bool hidden = page != MAP_FAILED;

	if (!hidden)
		page = map_locked();
	if (page == MAP_FAILED)
		return E_SYSTEM;
	madvise(page, PAGE_BYTES, MADV_DONTDUMP);
	madvise(page, PAGE_BYTES, MADV_DONTFORK);
	*out = (struct secret_page){ page, PAGE_BYTES, hidden };
	return OK;
}

void secret_page_free(struct secret_page *page)
{
	if (!page->data)
		return;
	explicit_bzero(page->data, page->size);
	munmap(page->data, page->size);
	page->data = NULL;
}
