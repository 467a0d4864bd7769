/* threads.c -- see threads.h. */
#include "agent/threads.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <unistd.h>

#define THREADS_MAX 64u

struct run {
	void (*task)(void *, size_t);
	void *context;
	size_t count;
	atomic_size_t next;
};

static void *work(void *argument)
{
	struct run *run = argument;

	for (;;) {
		size_t index = atomic_fetch_add(&run->next, 1);

		if (index >= run->count)
			return NULL;
		run->task(run->context, index);
	}
}

static void run_threads(void *context, void (*task)(void *, size_t),
			void *task_context, size_t count)
{
	struct run run = { task, task_context, count, 0 };
	size_t wanted = (size_t)(uintptr_t)context;
	pthread_t threads[THREADS_MAX];
	size_t started = 0;

	while (started + 1 < wanted && started + 1 < count &&
	       !pthread_create(&threads[started], NULL, work, &run))
		started++;
	work(&run); /* a failed start only means fewer hands */
	for (size_t i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
}

struct parallel threads_parallel(unsigned count)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned wanted = count ? count : cores > 0 ? (unsigned)cores : 1;

	if (wanted > THREADS_MAX)
		wanted = THREADS_MAX;
	return (struct parallel){ run_threads, (void *)(uintptr_t)wanted,
				  wanted };
}
