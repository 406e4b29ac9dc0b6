// SPDX-License-Identifier: GPL-3.0-or-later
// Opens pages in headless Chromium and says what became of them. Driven by browser.py.
//
//	node browser.js PLAYWRIGHT-CORE CHROMIUM PROXY refused|direct
//	stdin   a line of JSON for each page: {"url": ..., "shot": file or null, "styles": what the frame's address ends with, "" for the page, or null}
//	stdout  a line of JSON for each: {"url", "loaded", "title", "requests": [[url, failure or null], ...], "errors": [...],
//		"styles": of each visible element its name, and how it looks}
//
// Nothing is asked for but through the PROXY; loopback (the last argument) by the same way, or directly.
const readline = require('readline');
const [library, executablePath, proxy, loopback] = process.argv.slice(2);
const { chromium } = require(library);

const PATIENCE = 60000;

// The frame within frames that a player shows a page in: in its own time, and once it has loaded.
async function frame(page, end) {
	const until = Date.now() + PATIENCE;
	while (Date.now() < until) {
		const found = page.frames().find((f) => f.url().endsWith(end));
		if (found) {
			await found.waitForLoadState('load');
			return found;
		}
		await page.waitForTimeout(50);
	}
	throw new Error('no frame shows ' + end);
}

function looks() {
	return [...document.body.querySelectorAll('*')].filter((e) => e.getClientRects().length > 0).map((e) => {
		const s = getComputedStyle(e);
		return [e.tagName, s.color, s.backgroundColor, s.fontFamily, s.fontSize, s.fontWeight, s.display, s.float, s.paddingLeft,
			e.tagName === 'IMG' ? e.naturalWidth : 0];
	});
}

async function open(context, task) {
	const page = await context.newPage();
	const seen = new Map();
	const answer = { url: task.url, loaded: false, title: '', errors: [], styles: null };
	page.on('request', (r) => seen.set(r, null));
	page.on('requestfailed', (r) => seen.set(r, (r.failure() || {}).errorText || 'failed'));
	page.on('response', (r) => { if (r.status() >= 400) seen.set(r.request(), 'status ' + r.status()); });
	page.on('pageerror', (e) => answer.errors.push(String(e)));
	try {
		await page.goto(task.url, { waitUntil: 'load' });
		await page.evaluate(() => document.fonts.ready);
		answer.loaded = true;
		answer.title = await page.title();
		if (task.styles !== null) {
			const shown = await frame(page, task.styles);
			await shown.evaluate(() => document.fonts.ready);
			answer.title = await shown.title();
			answer.styles = await shown.evaluate(looks);
		}
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
