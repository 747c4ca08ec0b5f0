// SPDX-License-Identifier: GPL-3.0-or-later
// report - what a project's pages cost when its calls grow tenfold and a hundredfold: the figures of the overview (by day and in total), the
// totals by result, the first page of the live report, plain and filtered, with its totals as the screen asks for them, and the first page of the
// journal, each over HTTP with log-in, rights and scope. Beside them the totals by plain SQL over the calls, which grows with them.
// Then two hundred people of the customer look at the report, each at the end of an event stream, and one of them edits: from the request sent until
// the new value is in the hands of each. A cell comes in its event; for another change the row is read again, as the screen does it.
// A quarter as many rows as calls. Aims: flat (at the largest ≤ 1.3 × the smallest); p99 < 20 ms, first page 30 ms, filtered with totals 60 ms; an edit
// 250 ms.
// usage: bench/run report [CALLS …]     (100000 1000000 10000000)
import { createHash, randomBytes } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { bench, fixed, print, quantile, run, times, withServer } from './lib.mjs'

const sizes = process.argv.slice(2).map(Number).filter(Boolean)
if (!sizes.length) sizes.push(1e5, 1e6, 1e7)
const project = '/api/projects/1'
const filtered = (filter) => ({ paths: [`${project}/report?limit=60&${filter}`, `${project}/report/totals?${filter}`], limit: 60 })
const pages = {
  overview: { paths: [`${project}/overview`], limit: 20 },
  totals: { paths: [`${project}/report/totals`], limit: 20 },
  sheet: { paths: [`${project}/report?limit=60`], limit: 30 },
  leads: filtered('counts_as=lead'),
  result: filtered('result_id=3'),
  today: filtered(`last_at>=${Date.now() - 86400e3}`),
  leads_today: filtered(`counts_as=lead&last_at>=${Date.now() - 86400e3}`),
  base: filtered('base_id=1'),
  journal: { paths: ['/api/calls?project_id=1&limit=50'], limit: 20 }
}
const VIEWERS = 200
const EDITS = 30
const FIRST = 3 // of them, while the connections see these statements for the first time: not counted
const GATHER_MS = 50 // as in web/src/report/useReport.ts
const engine = process.env.ZVONAR_TEST_PG ? 'postgres' : 'sqlite'
const plain =
  'SELECT operator_id, result_id, count(*), sum(is_dialogue), sum(talk_ms), min(asked_at / 86400000) FROM call WHERE project_id = 1 ' +
  'GROUP BY asked_at / 86400000, operator_id, result_id'
const now = () => Number(process.hrtime.bigint()) / 1e6

function plainSql(s) {
  const from = now()
  const r = engine === 'sqlite' ? spawnSync('sqlite3', [`${s.dir}/zvonar.db`, plain]) : spawnSync('psql', ['-XqAt', s.db.url, '-c', plain])
  if (r.status !== 0) throw new Error(r.stderr)
  return now() - from
}

async function get(s, path, as) {
  const r = await s.send('GET', path, { as })
  if (r.status !== 200) throw new Error(`${path}: ${r.status} ${r.text}`)
  return r.body
}

const found = {}
async function readings(s, size) {
  const who = s.person('admin')
  const sql = plainSql(s)
  for (const [name, { paths, limit }] of Object.entries(pages)) {
    const ask = () => Promise.all(paths.map((path) => get(s, path, who)))
    await times(100, ask) // each of the connections has seen it
    const t = await times(300, ask)
    const p50 = quantile(t, 0.5)
    ;(found[name] ??= []).push(p50)
    const growth = found[name].length > 1 ? `, ${fixed(p50 / found[name][0], 2)} × at ${sizes[0]}` : ''
    print(`report_${name}_${size}`, fixed(p50, 2), 'ms', `p99 ${fixed(quantile(t, 0.99))} of ${limit} ms${growth}; plain SQL over the calls ${fixed(sql, 0)} ms, ratio ${fixed(p50 / sql, 4)}`)
  }
}

// People of the customer with a session each, at once.
function peopleOf(s, n) {
  const people = Array.from({ length: n }, (_, i) => ({ login: `viewer${i}`, cookie: randomBytes(32).toString('base64url') }))
  const at = Date.now()
  const hash = (p) => createHash('sha256').update(p.cookie).digest('hex')
  s.run(`INSERT INTO "user" (login, name, role, customer_id, created_at) VALUES ${people.map((p) => `('${p.login}', '${p.login}', 'customer', 1, ${at})`).join(', ')};
    ${people.map((p) => `INSERT INTO session (token_hash, kind, user_id, peer, created_at, seen_at, expires_at) SELECT '${hash(p)}', 'person', id, '127.0.0.1', ${at}, ${at}, ${at + 36e5} FROM "user" WHERE login = '${p.login}';`).join('\n')}`)
  return people
}

async function edits(s, size) {
  const people = peopleOf(s, VIEWERS)
  const column = s.insert('mark_column', { project_id: 1, position: 1, name: 'Статус', type: 'text' })
  const leads = (await get(s, `${project}/report?limit=60&counts_as=lead`, people[0])).rows
  const streams = []
  for (const as of people) streams.push(await s.events({ as }))
  const kinds = {
    cell: {
      put: (id) => [`/api/contacts/${id}/marks/${column}`, { value: 'Договор подписан', version: 0 }],
      heard: (e, id) => e.entity === 'mark' && e.body.contact_id === id && e.body.value === 'Договор подписан'
    },
    verdict: {
      put: (id) => [`/api/contacts/${id}/verdict`, { verdict: 'rejected', reason: 'Не тот город', version: 0 }],
      heard: (e, id) => e.entity === 'report_row' && e.id === id,
      async read(id, as) {
        await sleep(GATHER_MS)
        const { rows } = await get(s, `${project}/report?id=${id}&limit=500`, as)
        if (rows[0].verdict !== 'rejected') throw new Error(JSON.stringify(rows))
      }
    }
  }
  for (const [name, { put, heard, read }] of Object.entries(kinds)) {
    const all = []
    for (const { id } of leads.slice(0, EDITS + FIRST)) {
      const from = now()
      const arrive = async (stream, i) => {
        await stream.next((e) => heard(e, id))
        await read?.(id, people[i])
        all.push(now() - from)
      }
      const arrived = streams.map(arrive)
      const [path, body] = put(id)
      const r = await s.send('PUT', path, { as: people[0], body })
      if (r.status !== 200) throw new Error(r.text)
      await Promise.all(arrived)
      await sleep(200)
    }
    all.splice(0, FIRST * VIEWERS)
    all.sort((a, b) => a - b)
    print(`report_edit_${name}_${size}`, fixed(quantile(all, 0.99)), 'ms', `p99 until each of ${VIEWERS} viewers has it, p50 ${fixed(quantile(all, 0.5))} ms; limit 250 ms, ratio ${fixed(quantile(all, 0.99) / 250, 2)}`)
  }
  for (const stream of streams) stream.close()
}

for (const size of sizes)
  await withServer({ engine }, async (s) => {
    await s.stop()
    run(bench('fill'), s.db.url, String(size))
    await s.start()
    await readings(s, size)
    await edits(s, size)
  })
