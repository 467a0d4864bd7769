/* parallel.h -- parallelism as a parameter.
 *
 * Pure.  Models never start threads; they hand independent tasks to a runner
 * that the host supplies, or run them one after the other.  Tasks write to
 * places of their own, so results do not depend on the runner. */
#ifndef MODELS_PARALLEL_H
#define MODELS_PARALLEL_H

#include <stddef.h>

struct parallel {
	/** Calls task(task_context, i) once for each i < count, in any order
	 *  and from any thread; returns when all are done. */
	void (*run)(void *context, void (*task)(void *, size_t),
		    void *task_context, size_t count);
	void *context;
	/** How many tasks run at once, where work that may be in vain pays: 0
	 *  or 1, nowhere. */
	unsigned hands;
};

/** parallel_hands - at least 1. */
static inline unsigned parallel_hands(const struct parallel *parallel)
{
	return parallel && parallel->hands ? parallel->hands : 1;
}

/** parallel_run - through the runner, or serially when it is NULL. */
static inline void parallel_run(const struct parallel *parallel,
				void (*task)(void *, size_t),
				void *task_context, size_t count)
{
	if (parallel) {
		parallel->run(parallel->context, task, task_context, count);
		return;
	}
	for (size_t i = 0; i < count; i++)
		task(task_context, i);
}

#endif
