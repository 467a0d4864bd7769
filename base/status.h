/* status.h -- the one vocabulary of expected failures.
 *
 * Pure.  Programmer errors assert; everything that can happen to a correct
 * program is one of these values, and outputs are untouched unless OK. */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

#define MUST_CHECK __attribute__((warn_unused_result))

enum status {
	OK = 0,
	E_USAGE,       /* the command line or the configuration is wrong */
	E_INPUT,       /* an argument lies outside its documented range */
	E_MISSING,     /* required input is absent or stale */
	E_MALFORMED,   /* bytes that do not parse */
	E_RANGE,       /* a number does not fit its type */
	E_LIMIT,       /* a stated bound (arena, buffer, count) is exhausted */
	E_AUTHENTIC,   /* signature, proof, digest or attestation mismatch */
	E_REFUSED,     /* a check ran and said no */
	E_CONVERGENCE, /* a numerical method did not reach its criterion */
	E_PEER,        /* PostgreSQL, RPC or enclave unreachable or broken */
	E_SYSTEM,      /* local resource or internal error */
	E_INTERRUPTED, /* the user asked to stop */
};

/** status_name - stable lower-case word for a status, never NULL. */
const char *status_name(enum status status);

/** status_exit_code - the process exit code of a status:
 *  0 OK; 1 refused, convergence; 2 usage, input; 3 missing, malformed, range;
 *  4 authentic; 5 peer; 6 limit, system; 130 interrupted. */
int status_exit_code(enum status status);

#endif
