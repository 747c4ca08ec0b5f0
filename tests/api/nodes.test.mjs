// SPDX-License-Identifier: GPL-3.0-or-later
// Two app nodes on one database with one telephone process (the real one, with the practice carrier): one leads it and dials, either takes what
// a seat commands, and when the leader dies the other goes on within seconds; nobody is dialled twice. tests/cluster has the whole house.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeProject } from '../lib/house.mjs'
import { engines, program, serve } from '../lib/server.mjs'

const within = async (what, see, ms = 30000) => {
  const from = Date.now()
  for (; Date.now() < from + ms; await sleep(20)) {
    const found = await see()
    if (found) return { found, ms: Date.now() - from }
  }
  throw new Error(`not within ${ms} ms: ${what}`)
}

async function tel(t, dir) {
  const socket = join(dir, 'tel.sock')
  const child = spawn(program, ['serve', '--role', 'tel', '--data', join(dir, 'tel'), '--tel', socket, '--sip', 'off', '--name', 'tel-1'], { stdio: ['ignore', 'ignore', 'pipe'] })
  const it = { socket, child, log: '' }
  child.stderr.setEncoding('utf8').on('data', (text) => (it.log += text))
  t.after(async () => {
    child.kill('SIGTERM')
    await new Promise((done) => (child.exitCode !== null || child.signalCode !== null ? done() : child.once('exit', done)))
    assert.doesNotMatch(it.log, /Sanitizer|runtime error/)
  })
  return it
}

// Speak to tel as an app would: { send, wait } of frames.
async function listener(path) {
  const socket = net.connect(path)
  const seen = []
  let rest = Buffer.alloc(0)
  socket.on('error', () => {})
  socket.on('data', (bytes) => {
    rest = Buffer.concat([rest, bytes])
    for (; rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE(0); rest = rest.subarray(4 + rest.readUInt32BE(0)))
      seen.push(JSON.parse(rest.subarray(4, 4 + rest.readUInt32BE(0)).toString('utf8')))
  })
  const send = (m) => {
    const body = Buffer.from(JSON.stringify(m))
    const head = Buffer.alloc(4)
    head.writeUInt32BE(body.length)
    socket.write(Buffer.concat([head, body]))
  }
  return { socket, seen, send, wait: async (fits) => (await within(fits.toString(), () => seen.find(fits))).found }
}

const led = (s) => s.rows("SELECT n.name, l.epoch FROM lease l JOIN node n ON n.id = l.app_id")[0]

if (engines.includes('postgres'))
  test('two app nodes, one leads', async (t) => {
    const dir = mkdtempSync(join(tmpdir(), 'zvonar-nodes-'))
    t.after(() => rmSync(dir, { recursive: true, force: true }))
    const node = await tel(t, dir)
    const a = await serve(t, { engine: 'postgres', args: ['--role', 'app', '--tel', node.socket, '--name', 'app-a'] })
    const b = await serve(t, { engine: 'postgres', beside: a, args: ['--role', 'app', '--tel', node.socket, '--name', 'app-b'] })
    const apps = { 'app-a': a, 'app-b': b }
    const p = makeProject(a, { mode: 'manual' })
    const who = a.person('operator', { project_ids: [p.project_id] })
    const seat = async (s) => (await s.call('GET', '/api/seat', { as: who })).body

    await t.test('what a seat commands goes through either, and both hear what comes of it', async () => {
      const other = led(a).name === 'app-a' ? b : a
      const stream = await led(a)
      assert.ok(stream.epoch >= 1)
      const events = await apps[led(a).name].events({ as: who })
      const r = await other.call('POST', '/api/seat/start', { as: who, body: { project_id: p.project_id } })
      assert.equal(r.status, 200, r.text)
      await events.next((e) => e.entity === 'seat')
      events.close()
      await within('the seat is known to tel', async () => (await seat(a)).state === 'pause' && (await seat(b)).state === 'pause')
    })

    await t.test('a command of an epoch that is over is refused, and the call it was for is closed', async () => {
      const old = await listener(node.socket)
      const hello = await old.wait((m) => m.kind === 'node')
      assert.deepEqual([hello.name, hello.up], ['tel-1', true])
      const contact_id = p.contact('+79990000001')
      const uuid = '00000000-0000-4000-8000-00000000abcd'
      a.insert('call', {
        ...{ uuid, project_id: p.project_id, base_id: p.base_id, contact_id, operator_id: who.id, mode: 'manual', number: '+79990000001' },
        ...{ state: 'created', asked_at: Date.now(), dialled_at: Date.now(), tel_boot: hello.boot }
      })
      old.send({ kind: 'dial', epoch: hello.epoch - 1, call: uuid, project: p.project_id, number: '+79990000001', trunk: p.trunk_id, ring_ms: 20000, operator: 0 })
      await within('it is closed', () => a.rows(`SELECT cause FROM call WHERE uuid = '${uuid}'`)[0].cause === 'cancelled')
      old.send({ kind: 'hello', app_boot: '00000000-0000-4000-8000-000000000009', epoch: hello.epoch - 1 })
      await within('it is told who leads', () => old.seen.filter((m) => m.kind === 'node').length > 1)
      assert.equal(old.seen.find((m) => m.kind === 'hello'), undefined)
      old.socket.destroy()
    })

    await t.test('the leader dies: the other leads within seconds, and the dead one comes back as a guest', async () => {
      const was = led(a)
      const other = apps[was.name === 'app-a' ? 'app-b' : 'app-a']
      process.kill(apps[was.name].pidOf('app'), 'SIGSTOP') // it sleeps through its lease, and wakes later believing it leads
      const took = await within('another leads', () => led(other).name !== was.name)
      assert.ok(led(other).epoch > was.epoch)
      await within('it may command', async () => (await other.call('POST', '/api/seat/stop', { as: who })).status === 200)
      await within('the seat is left', async () => (await seat(other)).state === 'offline')
      process.kill(apps[was.name].pidOf('app'), 'SIGCONT')
      await within('it knows', () => apps[was.name].log.includes('is not led from here any more'))
      await within('and commands as a guest', async () => (await apps[was.name].call('POST', '/api/seat/start', { as: who, body: { project_id: p.project_id } })).status === 200)
      t.diagnostic(`another led after ${took.ms} ms`)
      const now = led(a)
      apps[now.name].kill()
      const back = await within('the other leads again', () => led(a)?.name !== now.name)
      assert.ok(back.ms < 5000, `a dead process is noticed at once, not after its lease: ${back.ms} ms`)
    })
  })

for (const engine of engines)
  test(`a project moves to another telephone node by hand, when nothing goes on in it (${engine})`, async (t) => {
    const s = await serve(t, { engine })
    const p = makeProject(s, { mode: 'manual' })
    const admin = s.person('admin')
    const now = Date.now()
    const node = (more) => s.insert('node', { uid: more.name, role: 'tel', started_at: now, seen_at: now, ...more })
    const [was, second, gone, app] = [node({ name: 'tel-1' }), node({ name: 'tel-2' }), node({ name: 'tel-3', lost_at: now }), node({ name: 'app-2', role: 'app' })]
    const runs = makeProject(s, { customer_id: p.customer_id })
    for (const x of [p, runs]) s.run(`DELETE FROM placement WHERE project_id = ${x.project_id}; INSERT INTO placement (project_id, node_id, since_at) VALUES (${x.project_id}, ${was}, ${now})`)
    const move = (id, project_id = p.project_id) => s.call('POST', `/api/nodes/${id}/projects`, { as: admin, body: { project_id } })
    const refused = async (r, status, code) => assert.deepEqual([(await r).status, (await r).body.error.code], [status, code], (await r).text)
    await refused(move(second), 409, 'works')
    s.run(`UPDATE project SET state = 'stopped' WHERE id = ${p.project_id}`)
    const uuid = '00000000-0000-4000-8000-00000000abce'
    const call = s.insert('call', { uuid, project_id: p.project_id, base_id: p.base_id, contact_id: p.contact('+79990000002'), mode: 'manual', number: '+79990000002', state: 'created', asked_at: now })
    await refused(move(second), 409, 'works')
    s.run(`UPDATE call SET state = 'ended', cause = 'failed', ended_at = ${now} WHERE id = ${call}`)
    await refused(move(gone), 409, 'node_away')
    assert.equal((await move(app)).status, 404)
    await refused(move(second, 999999), 400, 'reference')
    assert.equal((await move(second)).status, 204)
    assert.deepEqual(s.rows(`SELECT node_id FROM placement WHERE project_id = ${p.project_id}`), [{ node_id: second }])
    for (const id of [was, second]) assert.ok(s.rows(`SELECT moved_at FROM node WHERE id = ${id}`)[0].moved_at > 0, 'who leads them compares')
    assert.deepEqual(s.rows(`SELECT user_id, verb FROM audit WHERE entity = 'project' AND row_id = ${p.project_id} AND verb = 'moved'`), [{ user_id: admin.id, verb: 'moved' }])
    const { places } = (await s.call('GET', '/api/nodes', { as: admin })).body
    const both = [[p.project_id, second, 'stopped'], [runs.project_id, was, 'running']]
    assert.deepEqual(places.map((x) => [x.project_id, x.node_id, x.state]).sort((x, y) => x[0] - y[0]), both)
  })

// On SQLite there is one node, and nobody to lose it.
if (engines.includes('postgres'))
  test('a lost node keeps none of its projects, however many', async (t) => {
    const s = await serve(t, { engine: 'postgres' })
    const p = makeProject(s, { mode: 'manual' })
    const node = (name) => s.insert('node', { uid: name, name, role: 'tel', started_at: 1, seen_at: Date.now() })
    const [dead] = [node('tel-1'), node('tel-2')]
    s.run(`INSERT INTO project (customer_id, name, type, created_at) SELECT ${p.customer_id}, 'P' || g, 'cold_calls', 1 FROM generate_series(1, 501) g;
      INSERT INTO placement (project_id, node_id, since_at) SELECT id, ${dead}, 1 FROM project ON CONFLICT (project_id) DO UPDATE SET node_id = ${dead};
      INSERT INTO lease (node_id) VALUES (${dead})`)
    for (let i = 0; !s.rows(`SELECT lost_at FROM node WHERE id = ${dead}`)[0].lost_at; i++) {
      assert.ok(i < 300, s.log)
      await sleep(100)
    }
    assert.deepEqual(s.rows(`SELECT project_id FROM placement WHERE node_id = ${dead}`), [])
  })
