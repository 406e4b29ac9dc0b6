/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/clock.h"
#include "crawler/human.h"

void
human_count(struct buf *b, uint64_t n)
{
	if (n >= 1000) {
		human_count(b, n / 1000);
		buf_addf(b, ",%03u", (unsigned)(n % 1000));
	} else {
		buf_add_u64(b, n);
	}
}

void
human_things(struct buf *b, uint64_t n, const char *thing)
{
	human_count(b, n);
	buf_addf(b, " %s%s", thing, n == 1 ? "" : "s");
}

void
human_bytes(struct buf *b, uint64_t bytes)
{
	static const char units[][3] = { "kB", "MB", "GB", "TB", "PB" };
	double v = (double)bytes / 1000;
	size_t i = 0;

	if (bytes < 1000) {
		buf_addf(b, "%u B", (unsigned)bytes);
		return;
	}
	while (v >= 999.95 && i + 1 < ARRAY_LEN(units)) {
		v /= 1000;
		i++;
	}
	buf_addf(b, "%.1f %s", v, units[i]);
}

void
human_time(struct buf *b, int64_t us)
{
	int64_t s = us / CLOCK_US_PER_SEC;

	if (us < 0)
		us = s = 0;
	if (us < CLOCK_US_PER_SEC)
		buf_addf(b, "%d ms", (int)(us / CLOCK_US_PER_MS));
	else if (s < 60)
		buf_addf(b, "%.1f s", (double)us / 1e6);
	else if (s < 3600)
		buf_addf(b, "%d min %02d s", (int)(s / 60), (int)(s % 60));
	else
		buf_addf(b, "%lld h %02d min", (long long)(s / 3600), (int)(s / 60 % 60));
}

void
human_rate(struct buf *b, uint64_t n, int64_t us)
{
	double rate = us > 0 ? (double)n * 1e6 / (double)us : 0;

	if (rate >= 100)
		human_count(b, (uint64_t)(rate + 0.5));
	else
		buf_addf(b, "%.*f", rate >= 10 || rate < 0.05 ? 0 : 1, rate);
}
