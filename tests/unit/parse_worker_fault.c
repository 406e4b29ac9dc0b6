/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The faults of lycosa-worker-faulty: a page that holds <!--fault:NAME--> makes it happen. In the jail, as if a page had
 * taken the reader over.
 */
#include "config.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "parse/worker/serve.h"

static bool
fault_is(struct str body, const char *name)
{
	return memmem(body.p, body.len, name, strlen(name)) != NULL;
}

/* As a reader would that runs into the limit: its -ENOMEM is the worker's exit. */
static void
fault_eat(void)
{
	const size_t chunk = 16u << 20;

	for (;;) {
		char *p = malloc(chunk);

		if (p == NULL)
			_exit(WIRE_EXIT_MEMORY);
		memset(p, 1, chunk);
	}
}

/* Memory that is only read is no data: its tables would be without limit. */
static void
fault_map_read(void)
{
	if (mmap(NULL, (size_t)1 << 30, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED)
		_exit(WIRE_EXIT_MEMORY);
}

/* Each must be death by SIGSYS; when it is not, the test sees an answer and fails. */
static void
fault_escape(struct str body)
{
	if (fault_is(body, "<!--fault:escape-open-->"))
		(void)syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY);
	if (fault_is(body, "<!--fault:escape-socket-->"))
		(void)socket(AF_INET, SOCK_STREAM, 0);
	if (fault_is(body, "<!--fault:escape-fork-->"))
		(void)fork();
	if (fault_is(body, "<!--fault:escape-exec-->"))
		(void)execl("/bin/true", "true", (char *)NULL);
	if (fault_is(body, "<!--fault:escape-kill-->"))
		(void)kill(getppid(), SIGCONT);
	if (fault_is(body, "<!--fault:escape-code-->"))
		(void)mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (fault_is(body, "<!--fault:escape-grow-->"))
		(void)mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN, -1, 0);
	if (fault_is(body, "<!--fault:escape-huge-->"))
		(void)mmap(NULL, 2u << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
	if (fault_is(body, "<!--fault:escape-lock-->"))
		(void)mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0);
	if (fault_is(body, "<!--fault:escape-oob-->"))
		(void)send(WIRE_FD_SOCKETS, "x", 1, MSG_OOB | MSG_DONTWAIT | MSG_NOSIGNAL);
	if (fault_is(body, "<!--fault:escape-peek-->"))
		(void)recv(WIRE_FD_SOCKETS, &(char){ 0 }, 1, MSG_PEEK | MSG_DONTWAIT);
	if (fault_is(body, "<!--fault:escape-requeue-->"))
		(void)syscall(SYS_futex, &(int){ 0 }, FUTEX_CMP_REQUEUE, 1, 1, &(int){ 0 }, 0);
	if (fault_is(body, "<!--fault:escape-advice-->"))
		(void)madvise((void *)((uintptr_t)body.p & ~(uintptr_t)4095), 4096, MADV_WILLNEED);
	if (fault_is(body, "<!--fault:escape-twice-->"))
		(void)mremap((void *)((uintptr_t)body.p & ~(uintptr_t)4095), 0, 4096, MREMAP_MAYMOVE);
	if (fault_is(body, "<!--fault:escape-round-->"))
		(void)mremap((void *)((uintptr_t)body.p & ~(uintptr_t)4095), SIZE_MAX, 4096, MREMAP_MAYMOVE);
	if (fault_is(body, "<!--fault:escape-map-->"))
		(void)mmap(NULL, 4096, PROT_READ, MAP_SHARED, WIRE_FD_SOCKETS, 0);
}

bool
serve_fault_worn(struct str body)
{
	return fault_is(body, "<!--fault:worn-->");
}

void
serve_fault_before(struct str body, struct wire_status *status)
{
	if (!fault_is(body, "<!--fault:"))
		return;
	/* Lies about what it is reading, then dies: a page of a loop that there is, but none that is under way. */
	if (fault_is(body, "<!--fault:frame-->"))
		atomic_store(&status->reading, wire_reading(0, 0xffffff00u));
	/* A loop that there is not. */
	if (fault_is(body, "<!--fault:deny-->"))
		atomic_store(&status->reading, UINT64_MAX);
	/* Another loop, which has nothing to do with it. */
	if (fault_is(body, "<!--fault:other-->"))
		atomic_store(&status->reading, wire_reading(1, 1));
	if (fault_is(body, "<!--fault:other-->") || fault_is(body, "<!--fault:frame-->") || fault_is(body, "<!--fault:deny-->"))
		_exit(0);
	if (fault_is(body, "<!--fault:crash-->"))
		(void)syscall(SYS_tgkill, getpid(), getpid(), SIGABRT); /* which no sanitizer handles */
	/* As somebody else would, each time. */
	if (fault_is(body, "<!--fault:killed-->"))
		(void)syscall(SYS_tgkill, getpid(), getpid(), SIGKILL);
	if (fault_is(body, "<!--fault:exit-->"))
		_exit(0);
	if (fault_is(body, "<!--fault:unready-->")) {
		atomic_store(&status->ready, 0);
		_exit(0);
	}
	if (fault_is(body, "<!--fault:spin-->"))
		for (;;)
			__asm__ volatile("");
	if (fault_is(body, "<!--fault:restless-->"))
		for (uint32_t i = 1;; i++)
			atomic_store(&status->reading, wire_reading(0, i));
	if (fault_is(body, "<!--fault:hang-->"))
		for (;;)
			(void)poll(NULL, 0, -1);
	if (fault_is(body, "<!--fault:eat-->"))
		fault_eat();
	if (fault_is(body, "<!--fault:map-read-->"))
		fault_map_read();
	fault_escape(body);
}

void
serve_fault_after(struct str body, struct buf *out, size_t frame_off)
{
	static bool is_poisoned;
	char *p = out->data + frame_off;
	struct wire_reply_head h;

	if (is_poisoned)
		memset(p, 0xa5, sizeof(h));
	/* This one's answer is as it should be. */
	is_poisoned = fault_is(body, "<!--fault:poison-->");
	if (fault_is(body, "<!--fault:tail-->")) {
		const struct wire_reply_head more = { .bytes = WIRE_REPLY_MAX, .type = WIRE_PAGE, .id = 12345 };

		(void)buf_add(out, &more, sizeof(more));
		return;
	}
	if (!fault_is(body, "<!--fault:nonsense") && !fault_is(body, "<!--fault:clock"))
		return;
	memcpy(&h, p, sizeof(h));
	if (fault_is(body, "<!--fault:nonsense-length-->"))
		h.bytes = 0xfffffff8u;
	if (fault_is(body, "<!--fault:nonsense-id-->"))
		h.id++;
	if (fault_is(body, "<!--fault:nonsense-count-->"))
		h.n_links += 1000;
	if (fault_is(body, "<!--fault:nonsense-url-->"))
		p[h.bytes - 16] = '\n';
	if (fault_is(body, "<!--fault:clock-slow-->"))
		h.start_us = 0;
	if (fault_is(body, "<!--fault:clock-fast-->"))
		h.start_us = INT64_MAX;
	if (fault_is(body, "<!--fault:clock"))
		h.parse_us = UINT32_MAX;
	if (fault_is(body, "<!--fault:nonsense-all-->"))
		memset(&h, 0xa5, sizeof(h));
	memcpy(p, &h, sizeof(h));
}
