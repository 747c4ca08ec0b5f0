// SPDX-License-Identifier: GPL-3.0-or-later
// web.mjs - what a browser fetches before the seat and the live report with 10 000 rows can be used, and how smoothly the sheet scrolls.
// Bytes are those of the bodies as they travel (compressed at build), with an empty cache. Aims: < 300 kB, interactive < 1 s, no task over 100 ms on the
// main thread while scrolling.
// usage: bench/run web [ROWS]
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { makeProject } from '../tests/lib/house.mjs'
import { fixed, print, quantile, root, withServer } from './lib.mjs'

const { chromium } = createRequire(join(root, 'web/package.json'))('playwright-core')
const ROWS = Number(process.argv[2] ?? 10000)
const ROUNDS = 5

function fill(s) {
  const h = makeProject(s)
  const now = Date.now()
  const contacts = Array.from({ length: ROWS }, (_, i) => `(${h.project_id}, ${h.base_id}, 'ООО «Компания ${i}»', 'closed', ${h.results.lead}, ${now - i * 60000}, 'Просит прайс', ${now})`)
  s.run('BEGIN;' + `INSERT INTO contact (project_id, base_id, company, state, last_result_id, last_at, last_comment, created_at) VALUES ${contacts.join(',\n')};` + 'COMMIT;')
  s.run(`INSERT INTO contact_state (project_id, base_id, state, last_result_id, contacts) VALUES (${h.project_id}, ${h.base_id}, 'closed', ${h.results.lead}, ${ROWS});`)
  return h
}

// One load in a fresh window: { bytes, ms } until something of the page's own is there.
async function load(browser, s, person, path, settled, after) {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'ru-RU' })
  await context.addCookies([{ name: 'sid', value: person.cookie, url: s.origin, httpOnly: true, sameSite: 'Strict' }])
  const page = await context.newPage()
  const from = performance.now()
  await page.goto(s.origin + path, { waitUntil: 'commit' })
  await page.getByText(settled).first().waitFor()
  const ms = performance.now() - from
  await page.waitForTimeout(500)
  const bytes = await page.evaluate(() =>
    [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
      .filter((e) => !e.name.includes('/api/'))
      .reduce((sum, e) => sum + e.encodedBodySize, 0)
  )
  const result = { bytes, ms, ...(after ? await after(page) : {}) }
  await context.close()
  return result
}

// Scroll to the end in steps; the longest task of the main thread meanwhile.
async function scroll(page) {
  await page.evaluate(() => {
    window.tasks = [0]
    new PerformanceObserver((list) => list.getEntries().forEach((e) => window.tasks.push(e.duration))).observe({ entryTypes: ['longtask'] })
  })
  await page.mouse.move(700, 500)
  for (let i = 0; i < 60; i++) {
    await page.mouse.wheel(0, 1200)
    await page.waitForTimeout(50)
  }
  return { longest: await page.evaluate(() => Math.max(...window.tasks)) }
}

const median = (rows, key) => quantile(rows.map((r) => r[key]).sort((a, b) => a - b), 0.5)

await withServer({ args: ['--web', join(root, 'web/dist')] }, async (s) => {
  const h = fill(s)
  const operator = s.person('operator', { project_ids: [h.project_id] })
  const customer = s.person('customer', { customer_id: h.customer_id })
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync']
  })
  const seat = []
  const report = []
  for (let i = 0; i < ROUNDS; i++) {
    seat.push(await load(browser, s, operator, '/seat', 'Начать смену'))
    report.push(await load(browser, s, customer, `/projects/${h.project_id}/report`, 'ООО «Компания 0»', scroll))
  }
  await browser.close()
  for (const [name, rows] of [['seat', seat], [`report of ${ROWS} rows`, report]]) {
    const kb = median(rows, 'bytes') / 1000
    print(`web ${name}: first load`, fixed(kb, 0), 'kB', `limit: 300 kB, ratio ${fixed(kb / 300, 2)}`)
    print(`web ${name}: usable after`, fixed(median(rows, 'ms'), 0), 'ms', `limit: 1000 ms, ratio ${fixed(median(rows, 'ms') / 1000, 2)}`)
  }
  print('web report: longest task while scrolling', fixed(median(report, 'longest'), 0), 'ms', `limit: 100 ms, ratio ${fixed(median(report, 'longest') / 100, 2)}`)
})
