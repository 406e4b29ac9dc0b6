/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/check.h"
#include "fetch/wall.h"

static enum outcome
answer(unsigned status, const char *name, const char *value, const char *body, size_t pad)
{
	static char text[WALL_PREFIX_BYTES * 2];
	const char *what = NULL;
	struct wall w;
	enum outcome o;

	wall_begin(&w);
	wall_field(&w, STR("content-type"), STR("text/html"));
	wall_field(&w, str_of(name), str_of(value));
	memset(text, ' ', sizeof(text));
	memcpy(text + pad, body, strlen(body));
	/* In two pieces, wherever that cuts it. */
	wall_body(&w, status, str_n(text, pad + strlen(body) / 2));
	wall_body(&w, status, str_n(text + pad + strlen(body) / 2, strlen(body) - strlen(body) / 2));
	wall_body(&w, status, STR_NONE);
	o = wall_end(&w, status, &what);
	assert_true((o == OUTCOME_OK) == (what == NULL));
	return o;
}

static void
walls_are_recognised(void **state)
{
	assert_int_equal(answer(403, "CF-Mitigated", "challenge", "<title>Just a moment...</title>", 0), OUTCOME_BOT_WALL);
	assert_int_equal(answer(202, "x-amzn-waf-action", "challenge", "", 0), OUTCOME_BOT_WALL);
	assert_int_equal(answer(405, "x-amzn-waf-action", "captcha", "", 0), OUTCOME_BOT_WALL);
	assert_int_equal(answer(429, "x-vercel-mitigated", "challenge", "", 0), OUTCOME_BOT_WALL);
	assert_int_equal(answer(403, "server", "DDoS-Guard", "", 0), OUTCOME_BOT_WALL);
	assert_int_equal(answer(403, "server", "AkamaiGHost", "<H1>Access Denied</H1>", 0), OUTCOME_BOT_WALL);
	assert_int_equal(answer(200, "set-cookie", "techaro.lol-anubis-auth=; Path=/",
		"<script id=\"anubis_challenge\" type=\"application/json\">", 5000), OUTCOME_BOT_WALL);
	assert_int_equal(answer(200, "x-iinfo", "1-2-3", "<iframe src=\"/_Incapsula_Resource?x\">", 500), OUTCOME_BOT_WALL);
	assert_int_equal(answer(503, "x", "y", "<script src=\"/cdn-cgi/challenge-platform/h/g\">", 3000), OUTCOME_BOT_WALL);
	assert_int_equal(answer(403, "x", "y", "error code: 1015", 0), OUTCOME_HTTP_TOO_MANY);
	assert_int_equal(answer(403, "x", "y", "{\"message\":\"API rate limit exceeded for 192.0.2.1.\"}", 0), OUTCOME_HTTP_TOO_MANY);
}

static void
pages_are_not(void **state)
{
	assert_int_equal(answer(200, "server", "cloudflare", "a page", 0), OUTCOME_OK);
	assert_int_equal(answer(404, "server", "AkamaiGHost", "not here", 0), OUTCOME_OK);
	assert_int_equal(answer(403, "server", "nginx", "Access Denied", 0), OUTCOME_OK);
	assert_int_equal(answer(200, "x-datadome", "protected", "a page", 0), OUTCOME_OK);
	assert_int_equal(answer(200, "cf-mitigated", "", "a page", 0), OUTCOME_OK);
	/* A page about walls is a page. */
	assert_int_equal(answer(200, "x", "y", "how /cdn-cgi/challenge-platform/ and px-captcha work; rate limit exceeded", 0), OUTCOME_OK);
	assert_int_equal(answer(200, "x", "y", "what _Incapsula_Resource is for", WALL_SMALL_BYTES + 10), OUTCOME_OK);
	/* Though another wall's header makes it looked at further. */
	assert_int_equal(answer(200, "set-cookie", "anubis=", "what _Incapsula_Resource is for", WALL_SMALL_BYTES + 10), OUTCOME_OK);
	assert_int_equal(answer(200, "set-cookie", "anubis=", "what _Incapsula_Resource is for", 10), OUTCOME_BOT_WALL);
	assert_int_equal(answer(200, "x", "y", "what anubis_challenge is for", 10), OUTCOME_OK);
	/* Nothing is read beyond what is looked at. */
	assert_int_equal(answer(403, "x", "y", "px-captcha", WALL_PREFIX_BYTES), OUTCOME_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(walls_are_recognised),
		cmocka_unit_test(pages_are_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
