/* sample_stream.h -- Data Streams reports made and signed with test keys. */
#ifndef TESTS_SUPPORT_SAMPLE_STREAM_H
#define TESTS_SUPPORT_SAMPLE_STREAM_H

#include "base/bytes.h"

/** sample_stream_report - of schema 3, signed by keys 0 .. count - 1: 19 words
 *  and two a signature, the blob in words 8 to 16. */
void sample_stream_report(struct buffer *out, size_t count);

#endif
