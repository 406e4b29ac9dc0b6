/* SPDX-License-Identifier: GPL-3.0-or-later */
/* joblist.h: jobs of one owner, first in first out, through job->next. Zeroed: empty. */
#ifndef CRAWLER_JOBLIST_H
#define CRAWLER_JOBLIST_H

#include <stddef.h>

#include "url/job.h"

struct job_list {
	struct job *head, *tail;
	size_t n;
};

static inline void
job_list_push(struct job_list *l, struct job *j)
{
	j->next = NULL;
	if (l->tail != NULL)
		l->tail->next = j;
	else
		l->head = j;
	l->tail = j;
	l->n++;
}

static inline struct job *
job_list_pop(struct job_list *l)
{
	struct job *j = l->head;

	if (j == NULL)
		return NULL;
	l->head = j->next;
	if (l->head == NULL)
		l->tail = NULL;
	l->n--;
	j->next = NULL;
	return j;
}

#endif
