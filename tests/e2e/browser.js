// SPDX-License-Identifier: GPL-3.0-or-later
// Opens pages in headless Chromium and says what became of them. Driven by browser.py.
//
//	node browser.js PLAYWRIGHT-CORE CHROMIUM PROXY refused|direct
//	stdin   a line of JSON for each page: {"url": ..., "shot": file or null}
//	stdout  a line of JSON for each: {"url", "loaded", "title", "requests": [[url, failure or null], ...], "errors": [...]}
//
// Nothing is asked for but through the PROXY; loopback (the last argument) by the same way, or directly.
const readline = require('readline');
const [library, executablePath, proxy, loopback] = process.argv.slice(2);
const { chromium } = require(library);

async function open(context, task) {
	const page = await context.newPage();
	const seen = new Map();
	const answer = { url: task.url, loaded: false, title: '', errors: [] };
	page.on('request', (r) => seen.set(r, null));
	page.on('requestfailed', (r) => seen.set(r, (r.failure() || {}).errorText || 'failed'));
	page.on('response', (r) => { if (r.status() >= 400) seen.set(r.request(), 'status ' + r.status()); });
	page.on('pageerror', (e) => answer.errors.push(String(e)));
	try {
		await page.goto(task.url, { waitUntil: 'load' });
		await page.evaluate(() => document.fonts.ready);
		answer.loaded = true;
		answer.title = await page.title();
		if (task.shot)
			await page.screenshot({ path: task.shot, animations: 'disabled', caret: 'hide' });
	} catch (e) {
		answer.errors.push(String(e));
	}
	answer.requests = [...seen].map(([r, failure]) => [r.url(), failure]);
	await page.close();
	return answer;
}

(async () => {
	const options = { executablePath, args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none',
		'--disable-component-update', '--disable-background-networking', '--disable-sync', '--disable-features=OptimizationHints,MediaRouter', '--no-first-run'] };
	options.proxy = { server: proxy, bypass: loopback === 'direct' ? '127.0.0.1' : '<-loopback>' };
	const browser = await chromium.launch(options);
	const context = await browser.newContext({ viewport: { width: 1000, height: 1400 } });
	for await (const line of readline.createInterface({ input: process.stdin }))
		console.log(JSON.stringify(await open(context, JSON.parse(line))));
	await browser.close();
})().catch((e) => { console.error(String(e)); process.exit(1); });
