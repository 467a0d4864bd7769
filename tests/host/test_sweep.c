/* test_sweep.c -- a sweep of four points on the small made-up market: the same
 * bytes here, by two processes and after a kill; grids and their errors. */
#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/policy_file.h"
#include "agent/sweep_grid.h"
#include "agent/sweep_workers.h"
#include "base/host/clock.h"
#include "tests/support/sample_backtest.h"

/* Under the sanitizers a decision costs ten times as much. */
#ifdef __SANITIZE_ADDRESS__
#define DAYS 15
#else
#define DAYS 20
#endif
#define POINTS 4

static struct error error;
static char root[] = "/tmp/plimsoll-sweep-XXXXXX";
static struct backtest_plan plan;
static const size_t all[POINTS] = { 0, 1, 2, 3 };

/* A sweep into a folder of its own under the root. */
static void make(struct sweep *out, char folder[128], const char *name)
{
	char points[160];

	snprintf(folder, 128, "%s/%s", root, name);
	snprintf(points, sizeof(points), "%s/points", folder);
	mkdir(folder, 0755);
	mkdir(points, 0755);
	memset(out, 0, sizeof(*out));
	sample_backtest(&plan, 3, DAYS);
	out->base = &plan;
	out->setters = ~0u;
	out->folder = folder;
	out->set = policy_file_set;
}

static void make_grid(struct sweep *out, char folder[128], const char *name)
{
	make(out, folder, name);
	if (sweep_grid_add(out, "ltv_touch_ppm=10000,200000", &error) ||
	    sweep_grid_add(out, "COIN.lt_floor_bps=1000,7200", &error))
		fail_msg("%s", error.message);
	assert_int_equal(sweep_points(out), POINTS);
}

static enum status play(const struct sweep *sweep, unsigned jobs)
{
	const struct sweep_order order = { sweep, all, POINTS, jobs, 20000, NULL };

	return sweep_workers(&order, &error);
}

/* All that a sweep leaves, one after the other. */
static struct text results(const struct sweep *sweep)
{
	const struct summary_options options = { NULL, 100 };
	struct sweep_report_input input = { NULL, "made" };
	struct sweep_summary *summary;
	struct text out = { 0 };

	if (sweep_summary_new(&summary, sweep, &options, NULL, &error))
		fail_msg("%s", error.message);
	input.summary = summary;
	sweep_text(&out, &input);
	sweep_json(&out, &input);
	sweep_csv(&out, &input);
	sweep_html(&out, &input);
	assert_int_equal(sweep_report_write(&input, &error), OK);
	sweep_summary_free(summary);
	for (size_t p = 0; p < POINTS; p++) {
		char path[SWEEP_PATH_MAX];
		uint8_t *data;
		size_t size;

		sweep_point_path(path, sweep, p, ".cbor");
		assert_int_equal(file_read(&data, &size, path, 1u << 28,
					   &error), OK);
		text_add(&out, (const char *)data, size);
		memory_free(data);
	}
	return out;
}

static struct text serial; /* of the first test, for the others */

static void assert_as_serial(const struct sweep *sweep)
{
	struct text other = results(sweep);

	assert_int_equal(other.size, serial.size);
	assert_memory_equal(other.data, serial.data, serial.size);
	text_free(&other);
}

static void one_process_plays_all(void **state)
{
	struct sweep sweep;
	char folder[128];
	enum sweep_state how;

	(void)state;
	make_grid(&sweep, folder, "serial");
	assert_int_equal(sweep_point_state(&how, &sweep, 2, &error), OK);
	assert_int_equal(how, SWEEP_NOTHING);
	if (play(&sweep, 1))
		fail_msg("%s", error.message);
	assert_int_equal(sweep_point_state(&how, &sweep, 2, &error), OK);
	assert_int_equal(how, SWEEP_OVER);
	serial = results(&sweep);
}

/* Rules ran once; policies that ask for what cannot be had say so; the front
 * is one. */
static void the_summary_tells_points_apart(void **state)
{
	const struct summary_options options = { NULL, 100 };
	struct sweep_summary *summary;
	struct sweep sweep;
	char folder[128];
	size_t front = 0;

	(void)state;
	make_grid(&sweep, folder, "serial");
	assert_int_equal(sweep_summary_new(&summary, &sweep, &options, NULL,
					   &error), OK);
	assert_int_equal(summary->point_count, POINTS);
	assert_int_equal(summary->rule_count, 5);
	assert_int_equal(summary->rules[0].setter, SETTER_NO_CHANGE);
	assert_true(summary->synthetic);
	for (size_t p = 0; p < POINTS; p++) {
		const struct sweep_outcome *point = &summary->points[p];

		assert_int_equal(point->decisions, DAYS);
		assert_true(point->verdict.tested);
		front += point->pareto.place == PARETO_FRONT;
	}
	assert_true(front >= 1);
	assert_int_equal(summary->points[0].without_solution, 0);
	assert_true(summary->points[1].without_solution > 0);
	assert_true(summary->points[2].scores.figures[SCORE_USABLE_LTV]
			    .result.value >
		    summary->points[0].scores.figures[SCORE_USABLE_LTV]
			    .result.value);
	sweep_summary_free(summary);
}

static void two_processes_give_the_same(void **state)
{
	struct sweep sweep;
	char folder[128];

	(void)state;
	make_grid(&sweep, folder, "jobs");
	if (play(&sweep, 2))
		fail_msg("%s", error.message);
	assert_as_serial(&sweep);
}

static bool there(const struct sweep *sweep, size_t point, const char *suffix)
{
	char path[SWEEP_PATH_MAX];

	sweep_point_path(path, sweep, point, suffix);
	return !access(path, F_OK);
}

/* Killed with all its workers when a checkpoint is there: the rest is played,
 * with what is in the checkpoint. */
static void a_killed_sweep_goes_on(void **state)
{
	struct sweep sweep;
	char folder[128];
	enum sweep_state how;
	pid_t pid;

	(void)state;
	make_grid(&sweep, folder, "killed");
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	pid = fork();
	if (!pid)
		_exit((int)play(&sweep, 2));
	for (int i = 0; i < 6000 && !there(&sweep, 0, ".checkpoint"); i++)
		clock_sleep_ms(10);
	kill(pid, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0) /* its workers die of it */
		;
	assert_int_equal(sweep_point_state(&how, &sweep, 0, &error), OK);
	assert_int_equal(how, SWEEP_BEGUN);
	if (play(&sweep, 2))
		fail_msg("%s", error.message);
	assert_false(there(&sweep, 0, ".checkpoint"));
	assert_as_serial(&sweep);
}

/* The first process that another has started; 0: none yet. */
static pid_t child_of(pid_t parent)
{
	char path[64];
	long pid = 0;
	FILE *list;

	snprintf(path, sizeof(path), "/proc/%ld/task/%ld/children",
		 (long)parent, (long)parent);
	list = fopen(path, "r");
	assert_non_null(list);
	if (fscanf(list, "%ld", &pid) != 1)
		pid = 0;
	fclose(list);
	return (pid_t)pid;
}

/* One worker of two is killed: that is told, the other plays all that is left,
 * and the same again makes it whole. */
static void a_killed_worker_is_told(void **state)
{
	struct sweep sweep;
	char folder[128];
	pid_t pid, worker = 0;
	int ended, lacking = 0;

	(void)state;
	make_grid(&sweep, folder, "worker");
	pid = fork();
	if (!pid)
		_exit((int)play(&sweep, 2));
	for (int i = 0; i < 6000 && !there(&sweep, 0, ".checkpoint"); i++)
		clock_sleep_ms(10);
	worker = child_of(pid);
	assert_true(worker > 0);
	kill(worker, SIGKILL);
	assert_int_equal(waitpid(pid, &ended, 0), pid);
	assert_true(WIFEXITED(ended));
	assert_int_equal(WEXITSTATUS(ended), E_SYSTEM);
	for (size_t p = 0; p < POINTS; p++)
		lacking += !there(&sweep, p, ".cbor");
	assert_int_equal(lacking, 1);
	if (play(&sweep, 1))
		fail_msg("%s", error.message);
	assert_as_serial(&sweep);
}

static void a_broken_checkpoint_is_told(void **state)
{
	const size_t last[2] = { 3, 0 };
	struct sweep sweep;
	char folder[128], path[SWEEP_PATH_MAX];
	struct sweep_order order = { &sweep, last, 2, 2, 20000, NULL };

	(void)state;
	make_grid(&sweep, folder, "broken");
	sweep_point_path(path, &sweep, 0, ".checkpoint");
	assert_int_equal(file_write(path, bytes_of((const uint8_t *)"x", 1),
				    &error), OK);
	assert_int_equal(sweep_workers(&order, &error), E_MALFORMED);
	assert_non_null(strstr(error.message, "point 0"));
	assert_true(there(&sweep, 3, ".cbor"));
	assert_false(there(&sweep, 0, ".cbor"));
}

static void another_sweeps_folder_is_refused(void **state)
{
	struct sweep sweep;
	struct record_file *file;
	char folder[128];
	enum sweep_state how;

	(void)state;
	make_grid(&sweep, folder, "serial");
	snprintf(sweep.axes[0].values[0], SWEEP_VALUE_MAX, "30000");
	assert_int_equal(sweep_point_state(&how, &sweep, 0, &error), E_REFUSED);
	assert_non_null(strstr(error.message, "another sweep"));
	assert_non_null(strstr(error.hint, "--fresh"));
	make_grid(&sweep, folder, "serial");
	sweep.setters = 1u << SETTER_NO_CHANGE;
	assert_int_equal(sweep_point_read(&file, &sweep, 0, &error), E_REFUSED);
	assert_int_equal(sweep_point_read(&file, &sweep, 1, &error), OK);
	record_file_free(file);
}

static void points_are_counted_from_the_last_axis(void **state)
{
	static const char *const values[POINTS][2] = {
		{ "10000", "1000" }, { "10000", "7200" },
		{ "200000", "1000" }, { "200000", "7200" } };
	struct sweep_point *made = memory_allocate(1, sizeof(*made));
	struct sweep sweep;
	char folder[128], name[SWEEP_NAME_MAX];

	(void)state;
	make_grid(&sweep, folder, "none");
	for (size_t p = 0; p < POINTS; p++) {
		for (size_t a = 0; a < 2; a++)
			assert_string_equal(sweep_value(&sweep, p, a),
					    values[p][a]);
		assert_int_equal(sweep_point_make(made, &sweep, p, &error), OK);
		assert_int_equal(made->policy.ltv_touch_ppm,
				 atoi(values[p][0]));
		assert_int_equal(made->plan.policy->assets[0].lt_floor_bps,
				 atoi(values[p][1]));
		assert_int_not_equal(made->policy.assets[1].lt_floor_bps, 7200);
	}
	sweep_point_name(name, &sweep, 2);
	assert_string_equal(name, "2 (ltv_touch_ppm=200000 "
				  "COIN.lt_floor_bps=1000)");
	memory_free(made);
}

static void a_star_is_every_asset(void **state)
{
	struct sweep_point *made = memory_allocate(1, sizeof(*made));
	struct sweep sweep;
	char folder[128];

	(void)state;
	make(&sweep, folder, "none");
	assert_int_equal(sweep_grid_add(&sweep, "*.depth_ceiling_usd=7000,9000",
					&error), OK);
	assert_int_equal(sweep_grid_add(&sweep,
					"asset CALM.depth_ceiling_usd=5",
					&error), OK);
	assert_int_equal(sweep_point_make(made, &sweep, 1, &error), OK);
	assert_int_equal(made->policy.assets[0].depth_ceiling_usd, 9000);
	assert_int_equal(made->policy.assets[1].depth_ceiling_usd, 5);
	assert_int_equal(made->policy.assets[2].depth_ceiling_usd, 9000);
	memory_free(made);
}

static void bad_grids_are_refused(void **state)
{
	static const struct { const char *text, *says; } bad[] = {
		{ "", "not KEY=" }, { "=5", "not KEY=" },
		{ "ltv_touch_ppm", "not KEY=" },
		{ "ltv_touch_ppm=", "missing" },
		{ "ltv_touch_ppm=20000,", "missing" },
		{ "ltv_touch_ppm=,20000", "missing" },
		{ "ltv_touch_ppm=20000,20000", "same value twice" },
		{ "ltv_touch_ppm=soon", "whole number" },
		{ "ltv_touch_ppm=-5", "whole number" },
		{ "ltv_touch_ppm=1e5", "whole number" },
		{ "ltv_touch_ppm=1", "outside" },
		{ "ltv_touch_ppm=99999999999999999999999", "whole number" },
		{ "ltv_touch_ppm=1000000000000000000000000000", "too long" },
		{ "ltv_tuch_ppm=20000", "no number ltv_tuch_ppm" },
		{ "NONE.lt_floor_bps=1000", "no number NONE" },
		{ "COIN.none=1000", "no number COIN.none" },
		{ "*.none=1000", "no number" },
		{ ".lt_floor_bps=1000", "no number" },
		{ "COIN.lt_floor_bps=10001", "outside" },
		{ "steward=5", "no number steward" } };
	struct sweep sweep;
	char folder[128];

	(void)state;
	make(&sweep, folder, "none");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(sweep_grid_add(&sweep, bad[i].text, &error),
				 E_USAGE);
		if (!strstr(error.message, bad[i].says))
			fail_msg("%s: %s", bad[i].text, error.message);
		assert_int_equal(sweep.axis_count, 0);
	}
	assert_int_equal(sweep_grid_add(&sweep, "ltv_touch_ppm=20000", &error),
			 OK);
	assert_int_equal(sweep_grid_add(&sweep, "ltv_touch_ppm=30000", &error),
			 E_USAGE);
}

/* A floor above its ceiling cannot be: told before anything runs. */
static void a_policy_that_cannot_be_is_named(void **state)
{
	struct sweep sweep;
	char folder[128];

	(void)state;
	make(&sweep, folder, "none");
	assert_int_equal(sweep_grid_add(&sweep, "COIN.lt_floor_bps=1000,7201",
					&error), OK);
	assert_int_equal(sweep_check(&sweep, &error), E_USAGE);
	assert_non_null(strstr(error.message,
			       "point 1 (COIN.lt_floor_bps=7201)"));
	make(&sweep, folder, "none");
	assert_int_equal(sweep_grid_add(&sweep, "window_bars=1000", &error),
			 OK);
	assert_int_equal(sweep_grid_add(&sweep, "burn_in_bars=300,1000",
					&error), OK);
	assert_int_equal(sweep_check(&sweep, &error), E_MISSING);
	assert_non_null(strstr(error.message, "burn_in_bars=1000)"));
}

static void large_grids_are_counted(void **state)
{
	struct sweep sweep;
	char folder[128];

	(void)state;
	make(&sweep, folder, "none");
	sweep.axis_count = 3;
	sweep.axes[0].count = sweep.axes[1].count = SWEEP_VALUES_MAX;
	sweep.axes[2].count = 1;
	assert_int_equal(sweep_points(&sweep), SWEEP_POINTS_MAX);
	sweep.axes[2].count = 2;
	assert_int_equal(sweep_points(&sweep), SWEEP_POINTS_MAX + 1);
}

static void remove_all(const char *folder)
{
	DIR *entries = opendir(folder);
	struct dirent *entry;

	while (entries && (entry = readdir(entries))) {
		char path[512];

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (unlink(path))
			remove_all(path);
	}
	if (entries)
		closedir(entries);
	rmdir(folder);
}

static int clean(void **state)
{
	(void)state;
	text_free(&serial);
	remove_all(root);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(points_are_counted_from_the_last_axis),
		cmocka_unit_test(a_star_is_every_asset),
		cmocka_unit_test(bad_grids_are_refused),
		cmocka_unit_test(a_policy_that_cannot_be_is_named),
		cmocka_unit_test(large_grids_are_counted),
		cmocka_unit_test(one_process_plays_all),
		cmocka_unit_test(the_summary_tells_points_apart),
		cmocka_unit_test(two_processes_give_the_same),
		cmocka_unit_test(a_killed_sweep_goes_on),
		cmocka_unit_test(a_killed_worker_is_told),
		cmocka_unit_test(a_broken_checkpoint_is_told),
		cmocka_unit_test(another_sweeps_folder_is_refused),
	};

	if (!mkdtemp(root))
		return 2;
	return cmocka_run_group_tests(tests, NULL, clean);
}
