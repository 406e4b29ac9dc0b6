/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * body.h: where bodies go: slots of a shared-memory region, or files.
 *
 * A region is one memfd, cut into n_slots slots: address space for the largest page each, sparse, so that only what was ever
 * written costs memory ("touched"). But what is spread over many GiB needs tables of addresses of its own for each slot, in every process
 * that has it mapped, and these cost more than the pages. So a slot has a near part, and all of these lie together; a body that outgrows
 * it moves to the slot's far part, which has slot_bytes:
 *
 *	| near 0 | near 1 | ... | near n | far 0              | far 1              | ...
 *
 * Numbered invariants:
 *
 *	B1  A slot is free (on the stack) or belongs to one job. body_take() and body_release() are the loop thread's; between
 *	    them only the job's owner writes to it.
 *	B2  Slots are reused last-in-first-out, so that the touched ones are used again. Their far part is
 *	    freed when they are given back, the near one, too, when memory is short or when they lie idle (body_trim()).
 *	B3  touched_bytes counts the pages of each part of a slot up to its highest write, a few more where that is small. Nothing else in the region is made resident by us,
 *	    nor by a reader that keeps to the bodies. Reading a hole makes it so too, though: a parser that was taken over can fill the
 *	    region, and that stays when it has ended. So body_look() holds what the kernel counts against touched_bytes.
 *	B4  The region's size is sealed, and the descriptor given to others can only be mapped for reading.
 *	B5  A page in memory is no larger than what there is room for where it is the only body: it would be refused each time, also when it
 *	    has the memory for itself. Beyond that it is too large, as it is beyond slot_bytes.
 *
 * Order of calls: body_new(); body_take(); body_sink_begin(); body_sink_wants() when the head is in; body_write() as often as
 * libcurl does; body_sink_end(); body_release(); body_free(). A sink belongs to the thread that drives the transfer.
 */
#ifndef FETCH_BODY_H
#define FETCH_BODY_H

#include <stdatomic.h>

#include "fetch/fetch.h"

/* The near part of a slot. Freeing the memory of a slot costs about 40 us: below this it is not worth it. */
#define BODY_KEEP_BYTES  (256 * 1024)
#define BODY_IDLE_US     (5 * CLOCK_US_PER_SEC)

struct body;

struct body_config {
	unsigned n_slots;
	uint64_t slot_bytes;
	uint64_t spill_bytes;
	uint64_t max_body_bytes;
	uint64_t touched_max_bytes;
	const char *tmp_dir;
	enum outcome (*stream)(void *arg, struct job *j, const char *p, size_t len); /* as in fetch.h */
	int (*file)(void *arg, struct job *j); /* as in fetch.h */
	void *stream_arg; /* of both */
};

MUST_CHECK int body_new(const struct body_config *config, struct body **ret_body);
void body_free(struct body *b);

unsigned body_free_slots(const struct body *b);
/* The largest page that is read: slot_bytes, or less (B5). */
uint64_t body_page_max_bytes(const struct body *b);
/* No further transfer should be started: memory is at its ceiling. */
bool body_is_full(const struct body *b);
int body_region_fd(const struct body *b);
uint64_t body_region_bytes(const struct body *b);
uint64_t body_touched_bytes(const struct body *b);

/* Loop thread. A slot for the job (there must be a free one: body_free_slots()). */
void body_take(struct body *b, struct job *j);
/* Loop thread. Gives slot and file back; fine on a job without either. */
void body_release(struct body *b, struct job *j, int64_t now_us);
/* Loop thread. Gives the slot back if nothing in it is of use. */
void body_settle(struct body *b, struct job *j, int64_t now_us);
/*
 * Loop thread. Frees the memory of slots that have been idle for BODY_IDLE_US; a bounded number each time. Returns when to come
 * back (monotonic), or -1 when nothing is left to trim.
 */
int64_t body_trim(struct body *b, int64_t now_us);
/* Loop thread. The same for all free slots, now. */
void body_drop_free(struct body *b);

/*
 * Loop thread, now and then. True: somebody reads where no body is (B3). What is resident without having been
 * touched is given back as far as it is in free slots, of the others when they are free; whoever reads there has to be ended by the
 * caller, and the next look clears up after it. False where the kernel cannot tell, or cannot free a part of the region.
 */
bool body_look(struct body *b);
#define BODY_LOOK_SLACK (4u << 20) /* bytes, and a page for each slot: whoever reads a body in large steps may pass its end */

enum body_mode { BODY_COUNT, BODY_MEMORY, BODY_RESUME, BODY_FILE, BODY_STREAM };

struct body_sink {
	struct body *body;
	struct job *job;
	enum body_mode mode;
	struct fetch_wants wants;
	bool is_far;         /* it is in the far part of its slot */
	uint64_t memory_max; /* beyond this a body in memory moves on */
	bool page_too_large; /* kept, but no longer to be parsed */
};

void body_sink_begin(struct body_sink *s, struct body *b, struct job *j);
void body_sink_wants(struct body_sink *s, struct fetch_wants wants);
/*
 * Before the first bytes: the body's length as announced (-1 = unknown), when it is not encoded. OUTCOME_OK, or the ceiling it
 * will pass for certain. One that is announced as large begins where it would have to move to.
 */
enum outcome body_sink_announced(struct body_sink *s, int64_t len);
/* OUTCOME_OK, or why the transfer must end. */
enum outcome body_write(struct body_sink *s, const void *data, size_t len);
/* The transfer is over: from here on job->body says where the bytes are. */
void body_sink_end(struct body_sink *s);

#endif
