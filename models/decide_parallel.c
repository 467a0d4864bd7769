/* decide_parallel.c -- work on all assets at once: a task each, with scratch of
 * its own, so that nothing depends on the order they run in; and one more task
 * beside them, of which no asset knows. */
#include "models/decide_work.h"

struct each_asset {
	struct decide_work *work;
	decide_asset_task *task;
	decide_beside_task *beside; /* the first of all, or NULL */
	struct arena scratch[ASSETS_MAX];
	enum status statuses[ASSETS_MAX];
};

static void run_one(void *context, size_t index)
{
	struct each_asset *each = context;
	size_t asset = each->beside ? index - 1 : index;

	if (each->beside && !index) {
		each->beside(each->work);
		return;
	}
	each->statuses[asset] =
		each->task(each->work, asset, &each->scratch[asset]);
}

enum status decide_each_asset(struct decide_work *work, size_t scratch_bytes,
			      decide_asset_task *task)
{
	return decide_each_asset_beside(work, scratch_bytes, task, NULL);
}

enum status decide_each_asset_beside(struct decide_work *work,
				     size_t scratch_bytes,
				     decide_asset_task *task,
				     decide_beside_task *beside)
{
	size_t mark = arena_mark(work->arena);
	struct each_asset *each = ARENA_NEW(work->arena, struct each_asset, 1);
	enum status status = each ? OK : E_LIMIT;

	for (size_t i = 0; i < work->asset_count && !status; i++) {
		void *block = arena_room(work->arena, scratch_bytes, 1);

		if (!block)
			status = E_LIMIT;
		else
			arena_init(&each->scratch[i], block, scratch_bytes);
	}
	if (!status) {
		each->work = work;
		each->task = task;
		each->beside = beside;
		parallel_run(work->parallel, run_one, each,
			     work->asset_count + (beside ? 1 : 0));
	}
	for (size_t i = 0; i < work->asset_count && !status; i++)
		status = each->statuses[i];
	if (status == E_LIMIT)
		work->detail = "memory is too small";
	arena_reset(work->arena, mark);
	return status;
}
