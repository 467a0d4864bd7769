/* nsm_device.c -- see nsm_device.h.
 *
 * The structures are those of Linux 6.8's linux/nsm.h, which Debian 12's
 * headers do not have yet. */
#include "agent/enclave/nsm_device.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>

struct nsm_iovec {
	uint64_t address, size;
};

struct nsm_raw {
	struct nsm_iovec request, response;
};

unsigned long nsm_device_request(void)
{
	return _IOWR(0x0A, 0, struct nsm_raw);
}

enum status nsm_device_open(int *descriptor)
{
	*descriptor = open(NSM_DEVICE_PATH, O_RDWR | O_CLOEXEC);
	return *descriptor >= 0 ? OK : errno == ENOENT ? E_MISSING : E_SYSTEM;
}

enum status nsm_device_exchange(void *context, struct buffer *response,
				struct bytes request)
{
	const int *descriptor = context;
	struct nsm_raw raw = {
		{ (uintptr_t)request.data, request.size },
		{ (uintptr_t)response->data, response->capacity },
	};

	if (request.size > NSM_REQUEST_MAX ||
	    response->capacity > NSM_RESPONSE_MAX)
		return E_LIMIT;
	if (ioctl(*descriptor, nsm_device_request(), &raw))
		return E_PEER;
	if (raw.response.size > response->capacity)
		return E_PEER;
	response->size = (size_t)raw.response.size;
	return OK;
}
