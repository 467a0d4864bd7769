/* revert_signatures.h -- error signatures and what they mean: data only. */
#ifndef FEEDS_WIRE_REVERT_SIGNATURES_H
#define FEEDS_WIRE_REVERT_SIGNATURES_H

struct revert_signature {
	const char *signature; /* "Name(type,type)" as hashed; NULL ends */
	const char *meaning;   /* a sentence, or NULL */
};

extern const struct revert_signature revert_signatures[];

#endif
