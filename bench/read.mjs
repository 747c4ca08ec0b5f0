// SPDX-License-Identifier: GPL-3.0-or-later
// read - one contact card as JSON, with log-in, rights and row scope, to 32 operators at once. Beside it a constant of the same size through
// the same path (epoll thread, queue, worker, resume), and libmicrohttpd alone. Each load is measured three times in turn; the best of
// each counts, since the machine is noisy. Aim: ≥ 0.7 of the constant. What the ratio can be at best is told by the floor: a constant, and what SQLite
// alone needs to step through the statements of a card (bench-read-limit).
// usage: bench/run read [SECONDS]     (3)
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { bench, fixed, print, run, withServer } from './lib.mjs'
import { cpuOf } from './process.mjs'

const seconds = process.argv[2] ?? '3'
const load = (pid, port, path, ...headers) => {
  const before = cpuOf(pid)
  const [perSecond, p50, p99, bad] = run(bench('http'), 'load', String(port), '32', seconds, path, ...headers).trim().split(' ').map(Number)
  if (bad) throw new Error(`${path}: ${bad} answers were not 200`)
  return { perSecond, p50, p99, cpu: (cpuOf(pid) - before) / 1e3 / (perSecond * seconds) }
}
// A server of bench-http: { pid, port, stop }.
async function serving(kind, bytes) {
  const p = spawn(bench('http'), [kind, String(bytes)], { stdio: ['pipe', 'pipe', 'ignore'] })
  const [line] = await once(p.stdout, 'data')
  return { pid: p.pid, port: Number(line), stop: () => p.stdin.end() }
}

// A contact as operators see them: two persons, three phones, ten calls, a callback.
function makeContact(s) {
  const at = Date.now()
  const customer_id = s.insert('customer', { name: 'ООО «Ромашка»', created_at: at })
  const project_id = s.insert('project', { customer_id, name: 'Обзвон', type: 'cold_calls', state: 'running', created_at: at })
  const operators = Array.from({ length: 32 }, () => s.person('operator', { project_ids: [project_id] }))
  const base_id = s.insert('base', { project_id, name: 'База', state: 'active', created_at: at })
  const result_id = s.insert('result', { project_id, name: 'Перезвонить', effect: 'callback' })
  const contact = { project_id, base_id, company: 'Завод металлоконструкций', last_result_id: result_id, last_at: at, created_at: at }
  const contact_id = s.insert('contact', contact)
  for (const name of ['Иванов Пётр Сергеевич', 'Сидорова Анна']) s.insert('person', { project_id, contact_id, name })
  const phones = [1, 2, 3].map((i) => s.insert('phone', { project_id, base_id, contact_id, e164: `+7812448345${i}` }))
  for (let i = 0; i < 10; i++)
    s.insert('call', {
      ...{ uuid: `bench-${i}`, project_id, base_id, contact_id, phone_id: phones[i % 3], operator_id: operators[0].id, mode: 'manual', number: '+78124483451' },
      ...{ state: 'ended', asked_at: at - i * 1e6, dialled_at: at - i * 1e6, ended_at: at - i * 1e6 + 6e4, cause: 'no_answer', result_id, comment: 'не берут трубку' }
    })
  s.insert('callback', { project_id, contact_id, due_at: at + 1e7, created_at: at })
  return { contact_id, operators }
}

await withServer({}, async (s) => {
  const { contact_id, operators } = makeContact(s)
  const path = `/api/contacts/${contact_id}/card`
  const card = await s.call('GET', path, { as: operators[0] })
  if (card.status !== 200) throw new Error(`${path}: ${card.status} ${card.text}`)
  const constant = await serving('constant', card.buffer.length)
  const bare = await serving('bare', card.buffer.length)
  const best = { card: null, constant: null, bare: null }
  for (let round = 0; round < 3; round++)
    for (const [name, pid, port, headers] of [
      ['card', s.pidOf('app'), s.port, operators.map((o) => `Cookie: sid=${o.cookie}`)],
      ['constant', constant.pid, constant.port, []],
      ['bare', bare.pid, bare.port, []]
    ]) {
      const r = load(pid, port, path, ...headers)
      if (!best[name] || r.perSecond > best[name].perSecond) best[name] = r
    }
  constant.stop()
  bare.stop()
  const limit = [0, 1, 2].map(() => run(bench('read-limit'), `${s.dir}/zvonar.db`, String(contact_id), operators[0].cookie).trim().split(' ').map(Number))
  const [stepped, made] = [0, 1].map((i) => Math.min(...limit.map((l) => l[i])))
  const ratio = best.card.perSecond / best.constant.perSecond
  print('read', best.card.perSecond, 'cards/s', `${card.buffer.length} bytes, p99 ${fixed(best.card.p99 / 1000)} ms, ${fixed(best.card.cpu)} µs of processor each; a constant through the same path: ${best.constant.perSecond} at ${fixed(best.constant.cpu)} µs, ratio ${fixed(ratio, 2)}; libmicrohttpd alone: ${best.bare.perSecond}`)
  const floor = best.constant.cpu + stepped
  print('read_floor', fixed(floor), 'µs of processor', `a constant, and SQLite alone stepping through the statements: ${fixed(stepped)} µs; the ratio at that: ${fixed(best.constant.cpu / floor, 2)}; the card made in one process without HTTP: ${fixed(made)} µs; a card over HTTP is ${fixed(best.card.cpu / floor, 2)} × the floor`)
})
