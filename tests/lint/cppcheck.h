/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cppcheck.h: put before every file that cppcheck reads: macros of libraries whose headers it does not see. */
#ifndef TESTS_CPPCHECK_H
#define TESTS_CPPCHECK_H

#define HASH_ITER(hh, head, el, tmp) for ((el) = (head), (tmp) = (el); (el); (el) = (tmp))
#define DL_FOREACH(head, el)         for ((el) = (head); (el); (el) = (el)->next)
#define DL_FOREACH_SAFE(head, el, tmp) for ((el) = (head); (el) && ((tmp) = (el)->next, 1); (el) = (tmp))
#define assert_non_null(p)           do { if ((p) == 0) abort(); } while (0)
#define STR_ARG(s)                   (int)(s).len, (s).p
#define json_array_foreach(array, i, value)                                                        \
	for ((i) = 0; (i) < json_array_size(array) && ((value) = json_array_get(array, i)) != 0; (i)++)

#endif
