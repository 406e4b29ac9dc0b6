/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run.h: what any thread may say to the whole run. */
#include "config.h"

#include <unistd.h>

#include "crawler/pipeline.h"
#include "crawler/run.h"

void
run_tell(struct run *r)
{
	uint64_t one = 1;

	if (write(r->wakefd, &one, sizeof(one)) < 0) {
		/* EAGAIN: it is awake */
	}
}

static void
run_wake(struct run *r)
{
	unsigned i;

	for (i = 0; i < r->n_loops; i++)
		if (r->loops[i] != NULL)
			pipeline_wake(r->loops[i]);
	run_tell(r);
}

void
run_stop(struct run *r, enum outcome why)
{
	int goes_on = RUN_GOES_ON;

	if (atomic_compare_exchange_strong(&r->stop, &goes_on, (int)why))
		run_wake(r);
}

void
run_stop_budget(struct run *r, const char *option)
{
	const char *none = NULL;

	atomic_compare_exchange_strong(&r->budget, &none, option);
	run_stop(r, OUTCOME_BUDGET);
}

void
run_write_failed(struct run *r, int error)
{
	int none = 0;

	atomic_compare_exchange_strong(&r->write_error, &none, error);
	run_stop(r, OUTCOME_WRITE_FAILED);
}

void
run_backed_off(struct run *r, int64_t due_wall_us)
{
	int64_t last = atomic_load(&r->backed_off_wall_us);

	while (due_wall_us > last && !atomic_compare_exchange_weak(&r->backed_off_wall_us, &last, due_wall_us))
		continue;
}

void
run_finish(struct run *r)
{
	atomic_store(&r->finished, true);
	run_wake(r);
}

void
run_abort(struct run *r)
{
	atomic_store(&r->aborted, true);
	run_wake(r);
}

void
run_pause(struct run *r, bool paused)
{
	atomic_store(&r->paused, paused);
	run_wake(r);
}

void
run_divide(struct run *r, enum run_division how)
{
	atomic_store(&r->division, how);
	run_wake(r);
}

void
run_metrics(const struct run *r, struct metrics_sum *ret_sum)
{
	unsigned i;

	*ret_sum = r->past;
	for (i = 0; i < r->n_loops; i++)
		if (r->loops[i] != NULL)
			metrics_add(ret_sum, pipeline_metrics(r->loops[i]));
}
