/* nsm_device.h -- /dev/nsm of an AWS Nitro Enclave, through its ioctl. */
#ifndef AGENT_ENCLAVE_NSM_DEVICE_H
#define AGENT_ENCLAVE_NSM_DEVICE_H

#include "agent/enclave/nsm.h"

#define NSM_DEVICE_PATH "/dev/nsm"

/** nsm_device_open - E_MISSING when the device is not there. */
MUST_CHECK enum status nsm_device_open(int *descriptor);
/** nsm_device_request - the ioctl's number, for the lock-down. */
unsigned long nsm_device_request(void);
/** nsm_device_exchange - transport of struct nsm; context is an int *. */
MUST_CHECK enum status nsm_device_exchange(void *context,
					   struct buffer *response,
					   struct bytes request);

#endif
