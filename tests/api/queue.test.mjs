// SPDX-License-Identifier: GPL-3.0-or-later
// Figures of queues: places, how they end, the three levels of service, and what only some may see.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeProject } from '../lib/house.mjs'
import { command, engines, serve } from '../lib/server.mjs'
import { Tel } from '../lib/tel.mjs'

const LINE = '+74957654321'

async function house(t, engine) {
  const path = join('/tmp', `zvonar-tel-${process.pid}-${Math.random().toString(36).slice(2)}.sock`)
  const tel = await new Tel(path).start()
  const s = await serve(t, { engine, args: ['--tel', path] })
  t.after(() => tel.dead || tel.kill())
  const p = makeProject(s, { mode: 'manual' })
  const admin = s.person('admin')
  const ok = async (method, path, body, as = admin, more = {}) => {
    const r = await s.call(method, `/api${path}`, { as, body, ...more })
    assert.ok(r.status < 300, `${method} ${path}: ${r.status} ${r.text}`)
    return r.body
  }
  const queue = await ok('POST', `/projects/${p.project_id}/queues`, { name: 'Продажи', target_s: 20 })
  const second = await ok('POST', `/projects/${p.project_id}/queues`, { name: 'Помощь' })
  await ok('POST', `/projects/${p.project_id}/numbers`, { e164: LINE, queue_id: queue.id, source: 'Радио' })
  return { s, tel, p, admin, ok, queue, second, arrive: (from) => tel.arrive({ number: LINE, from, project: p.project_id, queue: queue.id, trunk: p.trunk_id }) }
}

async function operator(h) {
  const who = h.s.person('operator', { project_ids: [h.p.project_id] })
  await h.ok('POST', '/seat/start', { project_id: h.p.project_id }, who)
  await h.ok('POST', '/seat/leg', { sdp: `v=0\r\n${'a=x\r\n'.repeat(5)}` }, who)
  await until(() => h.ok('GET', '/seat', undefined, who), (x) => x.leg === 'up')
  await h.ok('POST', '/seat/ready', {}, who)
  await until(() => h.ok('GET', '/seat', undefined, who), (x) => x.state === 'ready')
  return who
}

async function until(get, see) {
  let now
  for (const end = Date.now() + 10000; Date.now() < end; await sleep(10)) if (see((now = await get()))) return now
  throw new Error(JSON.stringify(now))
}

const figures = async (h, queue, as = h.admin) => (await h.ok('GET', '/queues/figures', undefined, as)).rows.find((r) => r.queue_id === queue.id)
const waiting = (h, n, queue = h.queue) => until(() => figures(h, queue), (f) => f.waiting === n)
// As if he had come so long ago.
const aged = (h, call, s) => h.s.run(`UPDATE queue_place SET entered_at = entered_at - ${s * 1000} WHERE left_at IS NULL AND call_id = (SELECT id FROM call WHERE uuid = '${call}')`)

async function whole(h) {
  const { out, code } = await command('check', '--data', h.s.dir, '--db', h.s.db.url)
  assert.equal(code, 0, out)
}

for (const engine of engines) {
  test(`places in a queue and what they count as (${engine})`, async (t) => {
    const h = await house(t, engine)
    assert.deepEqual([(await figures(h, h.queue)).s1, (await figures(h, h.queue)).waiting_since], [null, null])
    const quick = h.arrive('+79160000001')
    await waiting(h, 1)
    h.tel.giveUp(quick) // within 5 s: no blame
    await waiting(h, 0)
    const [patient, late] = [h.arrive('+79160000002'), h.arrive('+79160000003')]
    await waiting(h, 2)
    aged(h, patient, 8)
    aged(h, late, 90)
    const f = await figures(h, h.queue)
    assert.ok(Date.now() - f.waiting_since > 89000)
    h.tel.giveUp(patient)
    h.tel.giveUp(late)
    await waiting(h, 0)
    const o = await operator(h)
    assert.deepEqual([(await figures(h, h.queue)).operators, (await figures(h, h.queue)).ready], [1, 1])
    const taken = h.arrive('+79160000004')
    await waiting(h, 1)
    h.tel.take(taken, o.id)
    await waiting(h, 0)
    h.tel.callState(taken, 'held')
    h.tel.callState(taken, 'connected') // a talk goes on: no second place
    h.tel.end(taken, 'hung_up', 'contact')
    const on = h.arrive('+79160000005')
    await waiting(h, 1)
    h.tel.callState(on, 'queued', { queue: h.second.id }) // its menu leads it on
    await waiting(h, 1, h.second)
    h.tel.callState(on, 'ivr', { queue: h.second.id })
    await waiting(h, 0, h.second)
    h.tel.giveUp(on)
    const end = await until(() => figures(h, h.queue), (x) => x.offered === 5 && x.overflowed === 1)
    assert.deepEqual([end.answered, end.answered_in, end.abandoned, end.abandoned_in, end.short_waits], [1, 1, 2, 2, 1])
    assert.deepEqual([end.s1, end.s2, end.s3].map((x) => Math.round(x * 10) / 10), [33.3, 100, 60])
    const other = await figures(h, h.second)
    assert.deepEqual([other.offered, other.overflowed, other.s1], [1, 1, null])
    await whole(h)
    h.s.run('UPDATE queue_hour SET answered = answered + 1')
    assert.notEqual((await command('check', '--data', h.s.dir, '--db', h.s.db.url)).code, 0, 'a wrong sum is found')
    h.s.run('UPDATE queue_hour SET answered = answered - 1')
  })

  test(`figures are of the asker's own projects (${engine})`, async (t) => {
    const h = await house(t, engine)
    const stranger = makeProject(h.s, { customer_id: h.p.customer_id })
    const mine = h.s.person('supervisor', { project_ids: [h.p.project_id] })
    const other = h.s.person('supervisor', { project_ids: [stranger.project_id] })
    assert.equal((await h.ok('GET', '/queues/figures', undefined, mine)).rows.length, 2)
    assert.deepEqual((await h.ok('GET', '/queues/figures', undefined, other)).rows, [])
    const events = await h.s.events({ as: mine })
    const foreign = await h.s.events({ as: other })
    h.arrive('+79160000001')
    await events.next((e) => e.entity === 'queue_place' && e.id === h.queue.id)
    assert.equal(foreign.seen.filter((e) => e.entity === 'queue_place').length, 0)
    events.close()
    foreign.close()
  })
}
