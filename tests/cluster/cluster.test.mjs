// SPDX-License-Identifier: GPL-3.0-or-later
// Two app nodes and two tel nodes. A tel node is killed: its calls end as node_lost, its contacts come back once, and its operators work on the
// other within 15 s. An app node is killed: talks go on, and the other dials within 15 s.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { makeProject, rollups } from '../lib/house.mjs'
import { patience } from '../lib/server.mjs'
import { house, kamailio, Operator, within } from './lib.mjs'
import { sharedTrunk, tidesOfTwo } from './shares.mjs'

const LIMIT_MS = 15000 * patience

test('two app nodes, two tel nodes, either kind is killed', async (t) => {
  const h = await house(t)
  const { a } = h
  const projects = [makeProject(a), makeProject(a)]
  let n = 0
  for (const p of projects) for (let i = 0; i < 60; i++) p.contact(`+7999${String(++n).padStart(5, '0')}98`) // all answer, and talk long
  const calls = (p, where = '1 = 1') => a.rows(`SELECT id, uuid, state, cause, contact_id, dialled_at, connected_at, ended_at, tel_boot FROM call WHERE project_id = ${p.project_id} AND ${where} ORDER BY id`)
  const talk = (p) => calls(p, "state = 'connected'").at(-1)
  const numbers = projects.map((p, i) => {
    const queue_id = a.insert('queue', { project_id: p.project_id, name: 'Линия', created_at: Date.now() })
    const e164 = `+7495000000${i}`
    a.insert('number', { project_id: p.project_id, queue_id, e164, created_at: Date.now() })
    return e164
  })
  a.event('number', 'created') // past the server: else the nodes hear of them when something else happens
  const k = await kamailio(t, h)
  const operators = []
  for (const p of projects) operators.push(await Operator.start(t, h, p))

  await t.test('each project lives on a node of its own, and both talk', async () => {
    for (const p of projects) await within('a talk', async () => talk(p))
    assert.notEqual(h.place(projects[0].project_id), h.place(projects[1].project_id))
  })

  const came = (p) => calls(p, "direction = 'in' AND state = 'ended' AND cause = 'hung_up'").length
  await t.test('Kamailio brings each number to the node of its project', async () => {
    for (const [i, p] of projects.entries()) {
      await within('a call is taken', async () => !(await k.call(numbers[i], 1)).code)
      const r = await k.call(numbers[i], 5)
      assert.equal(r.code, 0, r.said)
      await within('they are stored', async () => came(p) >= 6)
      const boots = a.rows(`SELECT DISTINCT n.name FROM call c JOIN tel_boot b ON b.boot = c.tel_boot JOIN node n ON n.id = b.node_id WHERE c.direction = 'in' AND c.project_id = ${p.project_id}`)
      assert.deepEqual(boots, [{ name: h.place(p.project_id) }])
    }
    const [wrong, right] = [projects[1], projects[0]].map((p) => h.tels[h.place(p.project_id)])
    assert.match(await k.ask(wrong, numbers[0]), new RegExp(`^SIP/2.0 302 [^]*Contact: <sip:[^@]*@127.0.0.1:${right.sip}>`))
  })

  await t.test('a stopped project moves by hand, and back: its operator works on the other node', async () => {
    const [other, p] = projects
    const admin = a.person('admin')
    const ask = async (path, body) => (await a.call('POST', `/api/${path}`, { as: admin, body })).status
    const move = async (name) => {
      const [{ id }] = a.rows(`SELECT id FROM node WHERE name = '${name}'`)
      assert.equal(await ask(`nodes/${id}/projects`, { project_id: p.project_id }), 409, 'not while it runs')
      assert.equal(await ask(`projects/${p.project_id}/stop`, { reason: 'Переезд' }), 200)
      await operators[1].ask('POST', '/api/seat/hangup')
      await within('its calls end', async () => calls(p, 'ended_at IS NULL').length === 0)
      assert.equal(await ask(`nodes/${id}/projects`, { project_id: p.project_id }), 204)
      a.run(`UPDATE stop SET ended_at = started_at WHERE project_id = ${p.project_id}; UPDATE project SET state = 'running' WHERE id = ${p.project_id}`) // it was made without what a start asks for
    }
    const [there, home] = [h.place(other.project_id), h.place(p.project_id)]
    await move(there)
    const on = `tel_boot IN (SELECT b.boot FROM tel_boot b JOIN node n ON n.id = b.node_id WHERE n.name = '${there}')`
    await within('he talks there', async () => calls(p, `state = 'connected' AND ${on}`)[0], LIMIT_MS + 10000)
    await move(home)
  })

  await t.test('two tel nodes share a trunk: never above what it takes, and all of that', async (t) => {
    const x = await sharedTrunk(t, h)
    await tidesOfTwo(x)
    for (const p of x.projects) x.run(p, 'stopped')
    await x.seen('its calls end', async () => x.carrier.open.size === 0)
  })

  await t.test('a tel node is killed', async () => {
    const [p, other] = projects
    const name = h.place(p.project_id)
    const before = talk(p) ?? (await within('a talk', async () => talk(p))).found
    const untouched = talk(other) ?? (await within('a talk', async () => talk(other))).found
    const at = Date.now()
    h.tels[name].kill()
    const dialled = await within('its operators dial from another node', async () => calls(p, `dialled_at > ${at} AND tel_boot <> '${before.tel_boot}'`)[0], LIMIT_MS + 10000)
    t.diagnostic(`a tel node killed: dialled from the other after ${dialled.found.dialled_at - at} ms`)
    assert.ok(dialled.found.dialled_at - at < LIMIT_MS)
    const [ended] = calls(p, `id = ${before.id}`)
    assert.deepEqual([ended.state, ended.cause], ['ended', 'node_lost'])
    assert.notEqual(h.place(p.project_id), name)
    assert.equal(calls(p, `ended_at IS NULL AND tel_boot = '${before.tel_boot}'`).length, 0)
    assert.equal(a.rows(`SELECT 1 AS n FROM node WHERE name = '${name}' AND lost_at IS NOT NULL`).length, 1)
    assert.notEqual(calls(other, `id = ${untouched.id}`)[0].cause, 'node_lost')
    assert.deepEqual(calls(other, "cause IN ('node_lost', 'tel_lost')"), [])
  })

  await t.test('its number is answered by the other', async () => {
    const r = await k.call(numbers[0], 3)
    assert.equal(r.code, 0, r.said)
  })

  await t.test('it comes back: known again, and nothing it held is taken for alive', async () => {
    const name = Object.keys(h.tels).find((x) => x !== h.place(projects[0].project_id))
    h.tels[name].start()
    await within('it is led', async () => a.rows(`SELECT 1 AS n FROM node WHERE name = '${name}' AND lost_at IS NULL`).length && h.leader(name))
  })

  await t.test('an app node is killed: talks go on, another dials', async () => {
    const [p] = projects
    const leader = h.leader(h.place(p.project_id))
    const before = (await within('a talk', async () => talk(p))).found
    const at = Date.now()
    h.apps[leader].kill()
    await within('the other leads', async () => h.leader(h.place(p.project_id)) !== leader)
    const now = calls(p, `id = ${before.id}`)[0]
    assert.ok(now.state === 'connected' || ['hung_up'].includes(now.cause), JSON.stringify(now))
    // Whoever presses it before the new leader has the node in hand presses it again.
    await within('he hangs up', async () => (await operators[0].ask('POST', '/api/seat/hangup')).status < 300 && within('it ends', async () => !calls(p, `id = ${before.id} AND ended_at IS NULL`)[0], 3000).catch(() => false))
    const dialled = await within('another dials', async () => calls(p, `dialled_at > ${at}`)[0], LIMIT_MS + 10000)
    t.diagnostic(`an app node killed: dialled by the other after ${dialled.found.dialled_at - at} ms`)
    assert.ok(dialled.found.dialled_at - at < LIMIT_MS)
    assert.equal(calls(p, `id = ${before.id}`)[0].cause, 'hung_up')
  })

  await t.test('recordings come from the node that made them, are kept and heard through an app node, and gone there', async () => {
    const s = Object.values(h.apps).find((x) => !x.killed)
    const kept = (await within('one is kept', async () => s.rows("SELECT r.id, r.raw_path FROM recording r WHERE r.state = 'kept'")[0])).found
    const r = await s.call('GET', `/api/recordings/${kept.id}/audio`, { as: s.person('director') })
    assert.equal(r.status, 200)
    assert.equal(r.buffer.subarray(0, 4).toString(), 'OggS')
    const gone = async () => Object.values(h.tels).every((tel) => !existsSync(join(tel.dir, 'recordings', kept.raw_path)))
    await within('it is removed where it was made', gone)
  })

  await t.test('nobody was dialled by two, and the sums are right', async () => {
    for (const o of operators) await o.stop()
    for (const p of projects) {
      const doubled = a.rows(
        `SELECT x.id FROM call x JOIN call y ON y.contact_id = x.contact_id AND y.id > x.id AND y.dialled_at < COALESCE(x.ended_at, 9e18) WHERE x.project_id = ${p.project_id} AND x.dialled_at IS NOT NULL AND x.direction = 'out' AND y.direction = 'out'`
      )
      assert.deepEqual(doubled, [])
      assert.deepEqual(a.rows(`SELECT contact_id FROM call WHERE project_id = ${p.project_id} AND cause = 'node_lost' GROUP BY contact_id HAVING count(*) > 1`), [])
    }
    const r = rollups(a)
    assert.deepEqual(r.states, r.now)
  })
})
