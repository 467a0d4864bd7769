/* replay.c -- runs one fuzz target on given files, each in a process of its
 * own, so that a crash is one failure and not the end. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Exact size on the heap: the sanitizer then sees a read past the end. */
static uint8_t *read_file(size_t *size, const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = NULL;
	long length;

	if (!file)
		return NULL;
	if (!fseek(file, 0, SEEK_END) && (length = ftell(file)) >= 0) {
		rewind(file);
		*size = (size_t)length;
		data = malloc(*size ? *size : 1);
		if (data && fread(data, 1, *size, file) != *size) {
			free(data);
			data = NULL;
		}
	}
	fclose(file);
	return data;
}

static void run(const char *path)
{
	size_t size = 0;
	uint8_t *data = read_file(&size, path);

	if (!data) {
		perror(path);
		exit(2);
	}
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	exit(0);
}

static int passes(const char *path)
{
	int status = 0;
	pid_t child;

	fflush(stdout); /* or the child prints it once more */
	child = fork();
	if (!child)
		run(path);
	if (child < 0 || waitpid(child, &status, 0) != child)
		return 0;
	return WIFEXITED(status) && !WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
	int passed = 0, failed = 0;

	for (int i = 1; i < argc; i++) {
		if (passes(argv[i])) {
			passed++;
			continue;
		}
		printf("FAIL %s\n", argv[i]);
		failed++;
	}
	printf("%d passed, %d failed\n", passed, failed);
	return failed != 0;
}
