/* input_file.h -- a fuzzer's input under a path, for readers of files.
 *
 * The bytes stand in memory: nothing is left behind when a target dies. */
#ifndef TESTS_FUZZ_HOST_INPUT_FILE_H
#define TESTS_FUZZ_HOST_INPUT_FILE_H

#include <stddef.h>
#include <stdint.h>

/** input_file_open - descriptor of a memory file, at its beginning. */
int input_file_open(const uint8_t *data, size_t size);

/** input_file - path of a file that holds the bytes; good until the next call. */
const char *input_file(const uint8_t *data, size_t size);

#endif
