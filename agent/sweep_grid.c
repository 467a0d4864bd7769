/* sweep_grid.c -- see sweep_grid.h. */
#include "agent/sweep_grid.h"

#include <stdio.h>
#include <string.h>

#include "agent/policy_file.h"

static enum status refuse(const char *text, const char *what,
			  struct error *error)
{
	error_set(error, E_USAGE, "--vary %.120s: %s", text, what);
	return error_hint(error, "KEY=V1,V2,...; KEY is a number of [policy], "
			  "SYMBOL.KEY of an asset, *.KEY of every asset.");
}

static bool has_value(const struct sweep_axis *axis, const char *value)
{
	for (size_t v = 0; v < axis->count; v++)
		if (!strcmp(axis->values[v], value))
			return true;
	return false;
}

/* One value, tried on a copy of the policy. */
static enum status add_value(struct sweep_axis *axis, const struct sweep *sweep,
			     struct bytes value, struct error *error)
{
	struct policy *trial;
	char *at = axis->values[axis->count];
	char text[SWEEP_VALUE_MAX];
	enum status status;

	if (!value.size || value.size >= SWEEP_VALUE_MAX)
		return refuse(axis->key, "a value is missing, or too long",
			      error);
	if (axis->count == SWEEP_VALUES_MAX)
		return refuse(axis->key, "too many values", error);
	snprintf(text, sizeof(text), "%.*s", (int)value.size,
		 (const char *)value.data);
	if (has_value(axis, text))
		return refuse(axis->key, "the same value twice", error);
	trial = memory_allocate(1, sizeof(*trial));
	*trial = *sweep->base->policy;
	status = sweep->set(trial, axis->key, text, error);
	memory_free(trial);
	memcpy(at, text, sizeof(text));
	axis->count += !status;
	return status;
}

static bool has_key(const struct sweep *sweep, const char *key)
{
	for (size_t a = 0; a < sweep->axis_count; a++)
		if (!strcmp(sweep->axes[a].key, key))
			return true;
	return false;
}

enum status sweep_grid_add(struct sweep *sweep, const char *text,
			   struct error *error)
{
	const char *equals = strchr(text, '=');
	size_t size = equals ? (size_t)(equals - text) : 0;
	struct sweep_axis *axis = &sweep->axes[sweep->axis_count];
	enum status status = OK;

	if (!size || size >= SWEEP_KEY_MAX)
		return refuse(text, "not KEY=V1,V2,...", error);
	if (sweep->axis_count == SWEEP_AXES_MAX)
		return refuse(text, "too many members vary", error);
	memset(axis, 0, sizeof(*axis));
	memcpy(axis->key, text, size);
	if (has_key(sweep, axis->key))
		return refuse(text, "this member varies already", error);
	for (const char *at = equals; *at && !status;) {
		size_t length = strcspn(++at, ",");

		status = add_value(axis, sweep,
				   bytes_of((const uint8_t *)at, length),
				   error);
		at += length;
	}
	sweep->axis_count += !status;
	return status;
}

enum status sweep_grid_read(struct sweep *sweep,
			    const struct invocation *invocation,
			    struct error *error)
{
	const char *text;
	enum status status = OK;

	for (size_t i = 0; !status && (text = option_at(invocation, "vary", i));
	     i++)
		status = sweep_grid_add(sweep, text, error);
	if (status)
		return status;
	if (!sweep->axis_count)
		return refuse("", "nothing varies", error);
	if (sweep_points(sweep) > SWEEP_POINTS_MAX)
		return error_set(error, E_USAGE, "--vary: more than %d points",
				 SWEEP_POINTS_MAX);
	return OK;
}
