/* sweep_workers.c -- see sweep_workers.h. */
#include "agent/sweep_workers.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/command.h"
#include "base/host/clock.h"
#include "base/host/log.h"

#define LOOK_EVERY_MS 100

/* What a worker tells, in memory that all share. */
struct seat {
	atomic_size_t hours;   /* of its points so far */
	atomic_size_t skipped; /* of those, how many checkpoints had */
	struct error error;    /* read when it has ended */
	pid_t pid;             /* 0: not there, or ended */
};

struct pool {
	const struct sweep_order *order;
	int points[2];         /* pipe of uint32_t */
	struct seat *seats;
	int64_t began_ms;
	size_t hours;          /* of a point */
};

struct worker {
	struct pool *pool;
	struct seat *seat;
	bool shows;            /* progress, itself */
	bool counted;          /* of this point, what its checkpoint had */
	size_t before;         /* hours of points that are over */
	int64_t saved_ms;
};

static void show(const struct pool *pool)
{
	size_t all = pool->hours * pool->order->count, done = 0, skipped = 0;
	int64_t spent_ms = clock_monotonic_ms() - pool->began_ms;
	char label[64];

	for (unsigned k = 0; k < pool->order->jobs; k++) {
		done += atomic_load(&pool->seats[k].hours);
		skipped += atomic_load(&pool->seats[k].skipped);
	}
	if (done <= skipped || done > all)
		return;
	snprintf(label, sizeof(label), "%zu points, %" PRId64 " s left",
		 pool->order->count, spent_ms / 1000 * (int64_t)(all - done) /
					     (int64_t)(done - skipped));
	progress_show(label, done, all);
}

/* The hours of plimsoll's runs are counted; rules' take next to no time. */
static bool progress(void *user, const struct backtest_progress *now)
{
	struct worker *worker = user;
	int64_t now_ms = clock_monotonic_ms();

	if (now->setter == SETTER_PLIMSOLL) {
		if (!worker->counted)
			atomic_fetch_add(&worker->seat->skipped,
					 now->hour - 1);
		worker->counted = true;
		atomic_store(&worker->seat->hours, worker->before + now->hour);
	}
	if (worker->shows)
		show(worker->pool);
	if (now_ms - worker->saved_ms < worker->pool->order->save_every_ms)
		return false;
	worker->saved_ms = now_ms;
	return true;
}

/* A point out of the pipe; false: there are no more. */
static bool take(uint32_t *point, const struct pool *pool)
{
	ssize_t got;

	do
		got = read(pool->points[0], point, sizeof(*point));
	while (got < 0 && errno == EINTR && !command_interrupted());
	return got == sizeof(*point);
}

static enum status work(struct worker *worker, struct error *error)
{
	const struct sweep_order *order = worker->pool->order;
	const struct backtest_hooks hooks = {
		.parallel = order->jobs == 1 ? order->parallel : NULL,
		.interrupted = command_interrupted, .progress = progress,
		.user = worker };
	enum status status = OK;
	uint32_t point;

	worker->saved_ms = clock_monotonic_ms();
	while (!status && take(&point, worker->pool)) {
		worker->counted = false;
		status = sweep_play(order->sweep, point, &hooks, error);
		worker->before += worker->pool->hours;
		if (!status)
			atomic_store(&worker->seat->hours, worker->before);
	}
	if (!status && command_interrupted())
		status = error_set(error, E_INTERRUPTED, "interrupted");
	return status;
}

/* The life of a worker's process: ends with its parent. */
static _Noreturn void serve(struct pool *pool, struct seat *seat, pid_t parent)
{
	struct worker worker = { .pool = pool, .seat = seat };
	enum status status;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(1);
	status = work(&worker, &seat->error);
	_exit(status_exit_code(status));
}

static enum status start(struct pool *pool, struct error *error)
{
	pid_t parent = getpid();

	fflush(NULL);
	for (unsigned k = 0; k < pool->order->jobs; k++) {
		struct seat *seat = &pool->seats[k];
		pid_t pid = fork();

		if (!pid)
			serve(pool, seat, parent);
		if (pid < 0 && !k)
			return error_set(error, E_SYSTEM,
					 "no worker can be started: %s",
					 strerror(errno));
		if (pid < 0) /* fewer hands */
			return OK;
		seat->pid = pid;
	}
	return OK;
}

/* Of an ended worker: its own error, or that it was ended. */
static void note_end(enum status *status, struct error *error,
		     const struct seat *seat, int ended)
{
	if (WIFEXITED(ended) && !WEXITSTATUS(ended))
		return;
	if (*status && *status != E_INTERRUPTED)
		return; /* the first failure is told */
	if (WIFEXITED(ended) && seat->error.status) {
		*error = seat->error;
		*status = error->status;
		return;
	}
	*status = error_set(error, E_SYSTEM, "worker %ld was ended by %s %d",
			    (long)seat->pid,
			    WIFSIGNALED(ended) ? "signal" : "exit code",
			    WIFSIGNALED(ended) ? WTERMSIG(ended)
					       : WEXITSTATUS(ended));
	error_hint(error, "The same command goes on from its last checkpoint.");
}

/* Those that have ended since the last look; how many are left. */
static size_t look(struct pool *pool, enum status *status, struct error *error)
{
	size_t left = 0;

	for (unsigned k = 0; k < pool->order->jobs; k++) {
		struct seat *seat = &pool->seats[k];
		int ended;

		if (!seat->pid)
			continue;
		if (waitpid(seat->pid, &ended, WNOHANG) == seat->pid) {
			note_end(status, error, seat, ended);
			seat->pid = 0;
		} else {
			left++;
		}
	}
	return left;
}

static void stop_all(const struct pool *pool)
{
	for (unsigned k = 0; k < pool->order->jobs; k++)
		if (pool->seats[k].pid)
			kill(pool->seats[k].pid, SIGTERM);
}

static enum status attend(struct pool *pool, struct error *error)
{
	enum status status = OK;
	bool told = false;

	while (look(pool, &status, error)) {
		if (command_interrupted() && !told) {
			stop_all(pool);
			told = true;
		}
		show(pool);
		clock_sleep_ms(LOOK_EVERY_MS);
	}
	progress_clear();
	return status;
}

static enum status fill(const struct pool *pool, struct error *error)
{
	for (size_t i = 0; i < pool->order->count; i++) {
		uint32_t point = (uint32_t)pool->order->points[i];

		/* SWEEP_POINTS_MAX of them fit into a pipe. */
		if (write(pool->points[1], &point, sizeof(point)) !=
		    sizeof(point))
			return error_set(error, E_SYSTEM, "pipe: %s",
					 strerror(errno));
	}
	return OK;
}

static enum status play_here(struct pool *pool, struct error *error)
{
	struct worker worker = { .pool = pool, .seat = &pool->seats[0],
				 .shows = true };
	enum status status = work(&worker, error);

	progress_clear();
	return status;
}

static enum status play_all(struct pool *pool, struct error *error)
{
	enum status status = fill(pool, error);

	close(pool->points[1]);
	if (!status && pool->order->jobs == 1)
		status = play_here(pool, error);
	else if (!status)
		status = start(pool, error);
	if (!status && pool->order->jobs > 1)
		status = attend(pool, error);
	close(pool->points[0]);
	return status;
}

enum status sweep_workers(const struct sweep_order *order, struct error *error)
{
	const struct backtest_plan *plan = order->sweep->base;
	const size_t size = SWEEP_JOBS_MAX * sizeof(struct seat);
	struct pool pool = { .order = order,
			     .began_ms = clock_monotonic_ms(),
			     .hours = (size_t)(plan->to_s - plan->from_s) /
				      3600 };
	enum status status;

	if (!order->count)
		return OK;
	pool.seats = mmap(NULL, size, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (pool.seats == MAP_FAILED)
		return error_set(error, E_SYSTEM, "memory: %s",
				 strerror(errno));
	if (pipe(pool.points))
		status = error_set(error, E_SYSTEM, "pipe: %s",
				   strerror(errno));
	else
		status = play_all(&pool, error);
	munmap(pool.seats, size);
	return status;
}
