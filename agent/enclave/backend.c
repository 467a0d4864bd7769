/* backend.c -- see backend.h: the table of platforms. */
#include "agent/enclave/backend.h"

#include <string.h>

#include "agent/enclave/nsm_dev.h"
#include "agent/enclave/nsm_device.h"

/* One back-end a process, as long as it lives. */
static struct nsm nsm;
static struct nsm_dev dev;
static int device;

static enum status open_dev(struct backend *out, struct bytes program,
			    const char **detail)
{
	struct certificate_chain chain;
	enum status status = nsm_dev_open(&dev, program);

	if (status) {
		*detail = "OpenSSL cannot make the development keys";
		return status;
	}
	nsm = (struct nsm){ nsm_dev_exchange, &dev };
	certificate_issuer_chain(&chain, dev.issuer);
	out->root_certificate = chain.certificates[0];
	return OK;
}

static enum status open_nitro(struct backend *out, struct bytes program,
			      const char **detail)
{
	enum status status = nsm_device_open(&device);

	(void)program; /* the hypervisor measured it */
	if (status) {
		*detail = status == E_MISSING
			? "no /dev/nsm: not inside a Nitro enclave"
			: "/dev/nsm cannot be opened";
		return status;
	}
	nsm = (struct nsm){ nsm_device_exchange, &device };
	out->descriptor = device;
	out->device_request = nsm_device_request();
	return OK;
}

static const struct {
	const char *name;
	enum status (*open)(struct backend *out, struct bytes program,
			    const char **detail);
} backends[] = {
	{ "dev", open_dev },
	{ "nitro", open_nitro },
};

enum status backend_open(struct backend *out, const char *name,
			 struct bytes program, const char **detail)
{
	for (size_t i = 0; i < sizeof(backends) / sizeof(*backends); i++) {
		struct backend opened = { .name = backends[i].name,
					  .descriptor = -1 };
		enum status status;

		if (strcmp(name, backends[i].name))
			continue;
		nsm_bind(&opened, &nsm);
		status = backends[i].open(&opened, program, detail);
		if (!status)
			*out = opened;
		return status;
	}
	*detail = "no such back-end: dev or nitro";
	return E_USAGE;
}
