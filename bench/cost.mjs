// SPDX-License-Identifier: GPL-3.0-or-later
// cost - trial W11: a customer asks the worst he may, as much as he can, of a house of that many calls. Each question alone: until it is answered.
// Then all of them over again on 40 connections of one person and of ten colleagues, by a process of its own (at idle priority, as it would not be this machine's;
// who is refused tries again after 50 ms), while an operator's card, another customer's report and the floor are asked for, one after another: their p99
// beside what it is when nobody else asks. Ten colleagues are given 30 s to use up what each may have at once.
// Aims: 2 s or 429; 1.5 times.
// usage: bench/run cost [CALLS]     (1000000)
//        KEEP=FOLDER: the filled database (SQLite) stays there and is used again
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, renameSync, symlinkSync } from 'node:fs'
import http from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { bench, fixed, print, quantile, run, times, withServer } from './lib.mjs'

const size = Number(process.argv[2] ?? 1e6)
const engine = process.env.ZVONAR_TEST_PG ? 'postgres' : 'sqlite'
const CONNECTIONS = 40,
  ASKED = 3000
const none = encodeURIComponent('нет такого слова'),
  some = encodeURIComponent('а')
const p = '/api/projects/1'
const day = (back) => new Date(Date.now() - back * 86400e3).toISOString().slice(0, 10)
// Words that are nowhere, letters that are everywhere, orders no index has, pages far down, totals of it all.
const worst = [
  ...[none, some, 'a%20b%20c%20d%20e%20f%20g%20h', '%25_%25_%25_%25', '9'].flatMap((q) => [
    `${p}/report?limit=500&q=${q}`,
    `${p}/report/totals?q=${q}`,
    `/api/search?q=${q}`,
    `${p}/report/calls?limit=200&total=1&q=${q}`
  ]),
  ...['company', 'city', 'comment', 'number'].flatMap((f) => [
    `${p}/report?limit=500&${f}~=${none}`,
    `${p}/report/totals?${f}~=${none}`,
    `${p}/report?limit=500&sort=${f}`,
    `${p}/report?limit=500&sort=-${f}&${f}~=${some}`
  ]),
  `${p}/report/calls?total=1&limit=200&number~=999`,
  `${p}/report/calls?total=1&limit=200&sort=-talk_ms`,
  `${p}/report?limit=500&last_at>=0&last_at<=9999999999999&sort=company&q=${some}`,
  `${p}/overview`,
  `${p}/final`,
  `/api/statistics?by=day&from=${day(366)}&to=${day(0)}`,
  `/api/statistics?by=hour&from=${day(366)}&to=${day(0)}`,
  `${p}/report?format=xlsx&q=${some}`
]

// The attack: until its input ends; then how much was answered, refused, and the longest that one took.
async function attack(port, cookies) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const said = { answered: 0, refused: 0, longest: 0 }
  let on = true
  process.stdin.resume().once('end', () => (on = false))
  const ask = (path, cookie) =>
    new Promise((done, failed) => {
      http.get({ host: '127.0.0.1', port, path, agent, headers: { Cookie: `sid=${cookie}` } }, (r) => r.resume().once('end', () => done(r.statusCode))).once('error', failed)
    })
  const one = async (i) => {
    for (let n = i; on; n++) {
      const from = performance.now()
      if ((await ask(worst[n % worst.length], cookies[n % cookies.length])) === 429) {
        said.refused++
        await sleep(50)
      } else {
        said.answered++
        said.longest = Math.max(said.longest, performance.now() - from)
      }
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, (_, i) => one(i)))
  console.log(JSON.stringify(said))
  process.exit()
}
if (process.argv[2] === 'attack') await attack(Number(process.argv[3]), process.argv.slice(4))

const kept = process.env.KEEP && join(process.env.KEEP, 'zvonar.db')
const again = kept && existsSync(kept)
await withServer({ engine, prepare: (dir) => again && symlinkSync(kept, join(dir, 'zvonar.db')) }, async (s) => {
  if (!again) {
    await s.stop()
    run(bench('fill'), s.db.url, String(size))
    if (kept) {
      s.db.rest()
      renameSync(join(s.dir, 'zvonar.db'), kept)
      symlinkSync(kept, join(s.dir, 'zvonar.db'))
    }
    await s.start()
  }
  const hostile = s.person('customer', { customer_id: 1 })
  const alone = []
  for (const path of worst) {
    const from = performance.now()
    const r = await s.send('GET', path, { as: hostile, timeout: 120e3 })
    alone.push({ ms: performance.now() - from, path, status: r.status })
  }
  alone.sort((a, b) => b.ms - a.ms)
  for (const { ms, path, status } of alone.slice(0, process.env.ALL ? 99 : 3)) print('cost_alone', fixed(ms, 0), 'ms', `${path}: ${status}; limit 2000 ms`)

  const operator = s.person('operator', { project_ids: [1] }),
    customer = s.person('customer', { customer_id: 1 }),
    boss = s.person('supervisor')
  const others = [
    ['/api/contacts/777/card', operator],
    [`${p}/report?limit=60`, customer],
    ['/api/floor', boss]
  ]
  const measure = async () => {
    const all = []
    for (const [path, as] of others) {
      const t = await times(ASKED, async () => {
        const r = await s.send('GET', path, { as })
        if (r.status !== 200) throw new Error(`${path}: ${r.status} ${r.text}`)
      })
      all.push({ path, p99: quantile(t, 0.99), p50: quantile(t, 0.5) })
    }
    return all
  }
  await measure()
  const quiet = await measure()
  for (const [name, people] of [
    ['one', [hostile]],
    ['ten', Array.from({ length: 10 }, () => s.person('customer', { customer_id: 1 }))]
  ]) {
    const attacker = spawn('chrt', ['--idle', '0', process.execPath, process.argv[1], 'attack', String(s.port), ...people.map((who) => who.cookie)], { stdio: ['pipe', 'pipe', 'inherit'] })
    await sleep(people.length > 1 ? 30000 : 5000)
    const busy = await measure()
    attacker.stdin.end()
    const [text] = await once(attacker.stdout, 'data')
    const { answered, refused, longest } = JSON.parse(text)
    quiet.forEach((q, i) =>
      print(
        `cost_others_${name}`,
        fixed(busy[i].p99, 1),
        'ms',
        `p99 of ${q.path}, p50 ${fixed(busy[i].p50, 1)}; alone ${fixed(q.p99, 1)} and ${fixed(q.p50, 1)} ms; ratio ${fixed(busy[i].p99 / q.p99, 2)}, limit 1.5`
      )
    )
    print(`cost_attack_${name}`, answered, 'answered', `${refused} refused as too many; the longest took ${fixed(longest / 1000)} s`)
  }
})
