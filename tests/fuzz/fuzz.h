/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fuzz.h: what a fuzz target defines, as libFuzzer declares it. Returns 0; a bug ends the process (CHECK, a sanitizer).
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
