/* record.c -- see record.h. */
#include "backtest/record.h"

#include <string.h>

#include "base/host/spool.h"

#define REST_BYTES ((size_t)1 << 20)

const char *setter_name(enum setter setter)
{
	switch (setter) {
	case SETTER_PLIMSOLL: return "plimsoll";
	case SETTER_NO_CHANGE: return "no-change";
	case SETTER_DAO: return "dao";
	case SETTER_SMART_LTV: return "smart-ltv";
	case SETTER_EXCURSION: return "excursion";
	case SETTER_CAPS: return "gauntlet-caps";
	case SETTER_FORESIGHT: return "foresight";
	case SETTERS_COUNT: break;
	}
	return "?";
}

static void *reserve(void *lines, size_t *capacity, size_t wanted, size_t size)
{
	if (*capacity >= wanted)
		return lines;
	*capacity = wanted;
	return spool_resize(lines, wanted, size);
}

void run_reserve(struct run_record *run, size_t decisions, size_t hours)
{
	run->decisions = reserve(run->decisions, &run->decision_capacity,
				 decisions, sizeof(*run->decisions));
	run->hours = reserve(run->hours, &run->hour_capacity, hours,
			     sizeof(*run->hours));
}

/* Each time that a megabyte of lines has been passed, they leave memory. */
static void rest_before(const void *lines, size_t at, size_t size)
{
	if (at && at * size / REST_BYTES != (at - 1) * size / REST_BYTES)
		spool_rest(lines, at * size);
}

/* Room for one more line of `size` bytes, zeroed; those long written leave
 * memory. */
static void *add(void **lines, size_t *count, size_t *capacity, size_t size)
{
	uint8_t *line;

	if (*count == *capacity) {
		*capacity = *capacity ? 2 * *capacity : 16;
		*lines = spool_resize(*lines, *capacity, size);
	}
	rest_before(*lines, *count, size);
	line = (uint8_t *)*lines + size * (*count)++;
	return memset(line, 0, size);
}

struct decision_record *run_add_decision(struct run_record *run)
{
	void *lines = run->decisions;
	void *line = add(&lines, &run->decision_count, &run->decision_capacity,
			 sizeof(*run->decisions));

	run->decisions = lines;
	return line;
}

struct hour_record *run_add_hour(struct run_record *run)
{
	void *lines = run->hours;
	void *line = add(&lines, &run->hour_count, &run->hour_capacity,
			 sizeof(*run->hours));

	run->hours = lines;
	return line;
}

struct liquidation_record *run_add_liquidation(struct run_record *run)
{
	void *lines = run->liquidations;
	void *line = add(&lines, &run->liquidation_count,
			 &run->liquidation_capacity,
			 sizeof(*run->liquidations));

	run->liquidations = lines;
	return line;
}

void run_rest(const struct run_record *run)
{
	spool_rest(run->decisions, run->decision_count * sizeof(*run->decisions));
	spool_rest(run->hours, run->hour_count * sizeof(*run->hours));
	spool_rest(run->liquidations,
		   run->liquidation_count * sizeof(*run->liquidations));
}

const struct hour_record *run_hour(const struct run_record *run, size_t h)
{
	rest_before(run->hours, h, sizeof(*run->hours));
	return &run->hours[h];
}

const struct decision_record *run_decision(const struct run_record *run,
					   size_t i)
{
	rest_before(run->decisions, i, sizeof(*run->decisions));
	return &run->decisions[i];
}

const struct liquidation_record *run_liquidation(const struct run_record *run,
						 size_t i)
{
	rest_before(run->liquidations, i, sizeof(*run->liquidations));
	return &run->liquidations[i];
}

void run_record_free(struct run_record *run)
{
	spool_free(run->decisions);
	spool_free(run->hours);
	spool_free(run->liquidations);
	*run = (struct run_record){ .setter = run->setter };
}

void backtest_record_free(struct backtest_record *record)
{
	for (size_t i = 0; i < record->run_count; i++)
		run_record_free(&record->runs[i]);
	record->run_count = 0;
}
