// SPDX-License-Identifier: GPL-3.0-or-later
// report - what a project's pages cost when its calls grow tenfold and a hundredfold: the figures of the overview (by day and in total), the
// totals by result, the first page of the live report and of the journal, each over HTTP with log-in, rights and scope. Beside them
// the same totals by plain SQL over the calls, which grows with them. Aim: flat (at the largest ≤ 1.3 × the smallest), p99 < 20 ms.
// usage: bench/run report [CALLS …]     (100000 1000000 10000000)
import { spawnSync } from 'node:child_process'
import { bench, fixed, print, quantile, run, times, withServer } from './lib.mjs'

const sizes = process.argv.slice(2).map(Number).filter(Boolean)
if (!sizes.length) sizes.push(1e5, 1e6, 1e7)
const pages = {
  overview: '/api/projects/1/overview',
  totals: '/api/projects/1/report/totals',
  sheet: '/api/projects/1/report?limit=50',
  journal: '/api/calls?project_id=1&limit=50'
}
const engine = process.env.ZVONAR_TEST_PG ? 'postgres' : 'sqlite'
const plain =
  'SELECT operator_id, result_id, count(*), sum(is_dialogue), sum(talk_ms), min(asked_at / 86400000) FROM call WHERE project_id = 1 ' +
  'GROUP BY asked_at / 86400000, operator_id, result_id'

function plainSql(s) {
  const from = process.hrtime.bigint()
  const r = engine === 'sqlite' ? spawnSync('sqlite3', [`${s.dir}/zvonar.db`, plain]) : spawnSync('psql', ['-XqAt', s.db.url, '-c', plain])
  if (r.status !== 0) throw new Error(r.stderr)
  return Number(process.hrtime.bigint() - from) / 1e6
}

const found = {}
for (const size of sizes)
  await withServer({ engine }, async (s) => {
    await s.stop()
    run(bench('fill'), s.db.url, String(size))
    await s.start()
    const who = s.person('admin')
    const sql = plainSql(s)
    for (const [name, path] of Object.entries(pages)) {
      const get = async () => {
        const r = await s.send('GET', path, { as: who })
        if (r.status !== 200) throw new Error(`${path}: ${r.status} ${r.text}`)
      }
      await times(30, get)
      const t = await times(300, get)
      const p50 = quantile(t, 0.5)
      ;(found[name] ??= []).push(p50)
      const growth = found[name].length > 1 ? `, ${fixed(p50 / found[name][0], 2)} × at ${sizes[0]}` : ''
      print(`report_${name}_${size}`, fixed(p50, 2), 'ms', `p99 ${fixed(quantile(t, 0.99))} ms${growth}; plain SQL over the calls ${fixed(sql, 0)} ms, ratio ${fixed(p50 / sql, 4)}`)
    }
  })
