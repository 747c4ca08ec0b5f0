// SPDX-License-Identifier: GPL-3.0-or-later
// pages - every list and figure the API gives, asked as those at the house and as the customer, over a house of that many calls with all that hangs on them
// (recordings, talks, answers of a survey, a split test, refusals, letters, entries of the trail, …), a second customer with few calls beside it, and a
// third without any. Each route of the OpenAPI document whose rows exist, as it is, with total=1 and sorted by columns; what is over the limit is printed, and
// how many were asked. Each is asked once: the first answer is the one people wait for.
// Aim: none over 300 ms.
// usage: bench/run pages [CALLS]     (1000000)
//        KEEP=FOLDER: the filled database (SQLite) stays there and is used again; ONLY=hours|ratings: of these paths only
import { existsSync, renameSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { bench, fixed, print, run, withServer } from './lib.mjs'
import { furnish } from './furnish.mjs'

const size = Number(process.argv[2] ?? 1e6)
const LIMIT = 300
const engine = process.env.ZVONAR_TEST_PG ? 'postgres' : 'sqlite'
const only = new RegExp(process.env.ONLY ?? '')
const day = (back) => new Date(Date.now() - back * 86400e3).toISOString().slice(0, 10)

// What a route wants to be asked with: the widest its screen asks.
const asked = {
  '/api/hours': [`from=${Date.now() - 6 * 86400e3}&to=${Date.now()}`, `from=${Date.now() - 100 * 86400e3}&to=${Date.now()}`],
  '/api/statistics': ['operator', 'result', 'base', 'day', 'hour', 'project'].map((by) => `by=${by}&from=${day(100)}&to=${day(0)}`),
  '/api/statistics/operators/{id}': [`from=${day(100)}&to=${day(0)}`],
  '/api/statistics/operators/{id}/day': [`day=${day(1)}`],
  '/api/projects/{id}/split-plan': ['goal=lead'],
  '/api/projects/{id}/ratings': ['', 'since=0'],
  '/api/projects/{id}/replay': [`day=${day(1)}`],
  '/api/search': ['q=%D0%9A%D0%BE%D0%BC%D0%BF%D0%B0%D0%BD%D0%B8%D1%8F', 'q=9000000123'],
  '/api/audit': ['', 'entity=call', 'row_id=777', 'project_id=2'],
  '/api/calls': ['', 'project_id=1', 'project_id=2', 'counts_as=sale', 'counts_as=lead', 'result_id=3', 'operator_id=7', 'cause=busy', 'direction=in', 'recording_id=!null', 'number~=79000000123', `asked_at>=${Date.now() - 86400e3}`],
  '/api/recordings': ['', 'call_id=777'],
  '/api/projects/{id}/report': ['limit=60', 'limit=60&counts_as=lead', 'limit=60&counts_as=sale', 'limit=60&verdict=rejected', 'limit=60&operator_id=7', 'limit=60&verdict=null'],
  '/api/projects/{id}/report/totals': ['', 'counts_as=lead', 'operator_id=7', 'verdict=rejected'],
  '/api/projects/{project_id}/contacts': ['', 'state=fresh', 'state=closed', 'q=999', 'base_id=1&state=due'],
  '/api/projects/{project_id}/survey_replies': ['', 'question_id=1', 'key=null', 'counts=1', 'contact_id=7'],
  '/api/callbacks': ['', 'state=open'],
  '/api/missed_calls': ['', 'state=open'],
  '/api/letters': ['', 'state=failed', 'project_id=2'],
  '/api/do_not_call': ['', 'q=7900', 'level=all'],
  '/api/talk-figures': ['', 'project_id=2', 'operator_id=7'],
  '/api/call-sounds': ['', 'project_id=2']
}
// Sorted as a click on a column does it.
const sorted = {
  '/api/calls': ['asked_at', '-talk_ms', 'company', 'number', '-ended_at', 'operator_name', '-mos', '-rating'],
  '/api/projects/{project_id}/contacts': ['company', 'city', '-attempts', '-last_at', 'state'],
  '/api/projects/{id}/report': ['company', '-last_at', '-talk_ms', 'result'],
  '/api/projects/{project_id}/survey_replies': ['company', 'number', '-answered_at']
}
const people = [
  ['admin', {}],
  ['director', {}],
  ['customer', { customer_id: 1 }],
  ['customer', { customer_id: 2 }],
  ['customer', { customer_id: 3 }]
]
const ids = { change_id: 1, contact_id: 7, letter_id: 1, template_id: 1, queue_id: 1, project_id: 1 }
const rowOf = (path) => (/\/(calls|contacts)\/\{id\}/.test(path) ? 777 : 1)
const never = /events$|\/audio$|openapi|\/pack$|\{token\}|\/pdf$/

function variants(path) {
  const plain = asked[path] ?? ['']
  return { plain, total: plain.map((v) => [v, 'total=1'].filter(Boolean).join('&')), sorts: (sorted[path] ?? []).map((f) => `sort=${f}`) }
}

async function walk(s, who, name) {
  let n = 0, refused = 0
  for (const [path, { get }] of Object.entries(s.doc.paths)) {
    if (!get || never.test(path) || !only.test(path)) continue
    const url = path.replace(/\{(\w+)\}/g, (_, key) => ids[key] ?? rowOf(path))
    const isList = (get.parameters ?? []).some((p) => p.$ref?.endsWith('/total'))
    const { plain, total, sorts } = variants(path)
    for (const query of [...plain, ...(isList ? [...total, ...sorts] : [])]) {
      const from = process.hrtime.bigint()
      let status
      try {
        ;({ status } = await s.send('GET', query ? `${url}?${query}` : url, { as: who, timeout: 120e3 }))
      } catch (e) {
        status = e.message
      }
      const ms = Number(process.hrtime.bigint() - from) / 1e6
      n++
      if (status !== 200) refused++
      if (ms > LIMIT) print(`pages_${name}`, fixed(ms, 0), 'ms', `${url}${query && '?'}${query}: ${status}; limit ${LIMIT} ms`)
    }
  }
  print(`pages_${name}`, n, 'asked', `${refused} of them gave no rows`)
}

const kept = process.env.KEEP && join(process.env.KEEP, 'zvonar.db')
const again = kept && existsSync(kept)
await withServer({ engine, prepare: (dir) => again && symlinkSync(kept, join(dir, 'zvonar.db')) }, async (s) => {
  if (!again) {
    await s.stop()
    run(bench('fill'), s.db.url, String(size))
    furnish(s)
    if (kept) {
      s.db.rest()
      renameSync(join(s.dir, 'zvonar.db'), kept)
      symlinkSync(kept, join(s.dir, 'zvonar.db'))
    }
    await s.start()
  }
  for (const [role, more] of people) await walk(s, s.person(role, more), role + (more.customer_id ?? ''))
})
