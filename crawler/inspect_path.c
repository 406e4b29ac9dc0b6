/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <unistd.h>

#include "base/json.h"
#include "crawler/inspect_path.h"
#include "parse/worker/inspect.h"
#include "store/store.h"
#include "url/canon.h"

static int
answer_path(void *arg, json_t *request, struct buf *out, const char **ret_error)
{
	struct str text = inspect_str(request, "url"), type = inspect_str(request, "type");
	char path[STORE_PATH_MAX_BYTES];
	const struct store_names usual = { 0 };
	struct url *url = arg;
	int r;

	if (text.p == NULL)
		return inspect_bad("url: the URL is missing", ret_error);
	r = url_parse(url, text, NULL);
	if (r == -ENOMEM)
		return r;
	if (r < 0 || !url_is_http(url))
		return inspect_bad("url: no http or https URL", ret_error);
	url_canon(url);
	json_begin(out);
	json_key(out, "path");
	json_str(out, str_n(path, store_path(&usual, url, type, path)));
	json_end(out);
	return buf_err(out);
}

int
inspect_path(bool raw)
{
	struct url url;
	int r;

	url_init(&url);
	if (raw)
		r = inspect_raw("path", &(struct inspect_raw){ answer_path, &url, NULL }, STDIN_FILENO, STDOUT_FILENO);
	else
		r = inspect_each(answer_path, &url, STDIN_FILENO, STDOUT_FILENO);
	url_release(&url);
	return r;
}
