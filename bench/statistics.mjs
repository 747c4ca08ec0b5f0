// SPDX-License-Identifier: GPL-3.0-or-later
// statistics - the figures of a day and of a month in rows by operator, result, base, day and hour, when the calls grow tenfold and a hundredfold:
// each over HTTP with log-in, rights and scope, hours at the seat and plans with them. Beside them the same sums by plain SQL over the calls.
// Aim: any of them p99 < 30 ms, flat.
// usage: bench/run statistics [CALLS …]     (100000 1000000 10000000)
import { spawnSync } from 'node:child_process'
import { bench, fixed, print, quantile, run, times, withServer } from './lib.mjs'

const sizes = process.argv.slice(2).map(Number).filter(Boolean)
if (!sizes.length) sizes.push(1e5, 1e6, 1e7)
const engine = process.env.ZVONAR_TEST_PG ? 'postgres' : 'sqlite'
const day = (back) => new Date(Date.now() - back * 86400e3).toISOString().slice(0, 10)
const asked = { day: [1, 1], month: [30, 1] }
const bys = ['operator', 'result', 'base', 'day', 'hour']

function plainSql(s, from) {
  const sql = `SELECT operator_id, count(*), sum(is_dialogue), sum(talk_ms), sum(CASE WHEN counts_as = 'lead' THEN 1 ELSE 0 END) FROM call WHERE project_id = 1 AND asked_at >= ${from} GROUP BY operator_id`
  const start = process.hrtime.bigint()
  const r = engine === 'sqlite' ? spawnSync('sqlite3', [`${s.dir}/zvonar.db`, sql]) : spawnSync('psql', ['-XqAt', s.db.url, '-c', sql])
  if (r.status !== 0) throw new Error(r.stderr)
  return Number(process.hrtime.bigint() - start) / 1e6
}

const first = {}
for (const size of sizes)
  await withServer({ engine }, async (s) => {
    await s.stop()
    run(bench('fill'), s.db.url, String(size))
    await s.start()
    const who = s.person('director')
    const sql = plainSql(s, Date.now() - 30 * 86400e3)
    for (const [period, [from, to]] of Object.entries(asked))
      for (const by of bys) {
        const get = async () => {
          const r = await s.send('GET', `/api/statistics?by=${by}&from=${day(from)}&to=${day(to)}&project_id=1`, { as: who })
          if (r.status !== 200) throw new Error(`${by}: ${r.status} ${r.text}`)
        }
        await times(100, get) // each of the connections has seen it
        const t = await times(200, get)
        const p50 = quantile(t, 0.5), key = `${period}_${by}`
        first[key] ??= p50
        print(`statistics_${key}_${size}`, fixed(p50, 2), 'ms', `p99 ${fixed(quantile(t, 0.99))} ms, ${fixed(p50 / first[key], 2)} × at ${sizes[0]}; plain SQL over a month's calls ${fixed(sql, 0)} ms`)
      }
  })
