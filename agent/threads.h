/* threads.h -- a runner of independent tasks on POSIX threads.  Host only; the
 * one user of pthreads. */
#ifndef AGENT_THREADS_H
#define AGENT_THREADS_H

#include "models/parallel.h"

/** threads_parallel - a runner with `count` threads (at most 64; 0: one per
 *  core).  Threads live only while a run lasts. */
struct parallel threads_parallel(unsigned count);

#endif
