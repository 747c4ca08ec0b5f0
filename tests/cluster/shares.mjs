// SPDX-License-Identifier: GPL-3.0-or-later
// shares.mjs - one trunk of 8 channels and 20 calls a second, and a project on each of two tel nodes that dials over it as much as it may: what the
// carrier sees is never more than that, whoever dials, dies or comes back, and all of it is used.
import assert from 'node:assert/strict'
import { makeProject } from '../lib/house.mjs'
import { Carrier } from '../sip/lib/carrier.mjs'
import { within } from './lib.mjs'

export const CHANNELS = 8
const PER_S = 20
const PORT = 5060

// Answers everything and hangs up after a while. A channel is taken from the INVITE until the BYE, from whichever node that comes.
class Counting {
  static async start(t) {
    const c = Object.assign(new Counting(), { open: new Map(), most: 0, began: [] })
    c.sip = await Carrier.start(PORT, (sip, r) => c.take(sip, r))
    t.after(() => c.sip.stop())
    return c
  }
  take(sip, r) {
    const id = r.headers['call-id']
    if (r.method === 'BYE' || r.method === 'CANCEL') {
      this.open.delete(id)
      return sip.reply(r, 200, 'OK')
    }
    if (r.method !== 'INVITE' || this.open.has(id) || r.headers.to.includes('tag=')) return
    this.open.set(id, r.from.port)
    this.most = Math.max(this.most, this.open.size)
    this.began.push(Date.now())
    sip.reply(r, 180, 'Ringing')
    sip.reply(r, 200, 'OK', { sdp: true })
    setTimeout(() => {
      if (this.open.delete(id)) sip.request(r, 'BYE')
    }, 500 + 1000 * Math.random())
  }
  of(port) {
    return [...this.open.values()].filter((p) => p === port).length
  }
  // The most calls that began within one second.
  busiest() {
    return Math.max(0, ...this.began.map((from, i) => this.began.slice(i).filter((at) => at < from + 1000).length))
  }
}

// Nobody waits for an operator: each call hears a few words.
async function agentless(a, trunk_id, i) {
  const p = makeProject(a, { mode: 'manual', trunk_id, lines_max: 30 })
  a.run(`INSERT INTO contact (project_id, base_id, company, created_at) SELECT ${p.project_id}, ${p.base_id}, 'Компания ' || i, 0 FROM generate_series(1, 900) i;
    INSERT INTO phone (project_id, base_id, contact_id, e164) SELECT project_id, base_id, id, '+7916${i}' || lpad(id::text, 6, '0') FROM contact WHERE project_id = ${p.project_id};
    INSERT INTO contact_state (project_id, base_id, state, last_result_id, contacts) VALUES (${p.project_id}, ${p.base_id}, 'fresh', 0, 900)`)
  const graph = { start: 'a', nodes: [{ id: 'a', type: 'end', title: 'Слова', x: 0, y: 0, words: 'Добрый день.', result_id: p.results.lead }] }
  const made = await a.call('POST', `/api/projects/${p.project_id}/flows`, { as: a.person('admin'), body: { name: 'Сообщение', graph } })
  assert.equal(made.status, 201, made.text)
  a.run(`UPDATE project SET flow_id = ${made.body.id}, mode = 'agentless' WHERE id = ${p.project_id}`)
  return p
}

// { carrier, projects, ports, rows, run, seen, holds }: ports: of the nodes where the projects live; seen: within, and all the while nothing is above the trunk.
export async function sharedTrunk(t, h) {
  const { a } = h
  const carrier = await Counting.start(t)
  a.run("UPDATE rule SET from_min = 0, to_min = 1440 WHERE kind LIKE 'hours%'")
  const trunk_id = a.insert('trunk', { name: 'Оператор', kind: 'sip', host: '127.0.0.1', port: PORT, channels: CHANNELS, calls_per_s: PER_S, created_at: Date.now() })
  a.event('trunk', 'created')
  const projects = [await agentless(a, trunk_id, 0), await agentless(a, trunk_id, 1)]
  a.event('project', 'changed')
  await within('both live somewhere', async () => projects.every((p) => h.place(p.project_id)))
  const ports = projects.map((p) => h.tels[h.place(p.project_id)].sip)
  assert.notEqual(ports[0], ports[1])
  const rows = () => a.rows(`SELECT n.name, s.channels, s.calls_per_s, n.lost_at FROM trunk_share s JOIN node n ON n.id = s.node_id WHERE s.trunk_id = ${trunk_id} ORDER BY n.name`)
  const holds = () => {
    const all = rows(), sum = (of) => all.reduce((n, s) => n + Number(s[of]), 0)
    assert.ok(sum('channels') <= CHANNELS && sum('calls_per_s') <= PER_S, JSON.stringify(all))
    assert.ok(carrier.most <= CHANNELS, `${carrier.most} calls at once: ${JSON.stringify(all)}`)
    assert.ok(carrier.busiest() <= 2 * PER_S, `${carrier.busiest()} calls in a second`)
  }
  const seen = async (what, see) => {
    await within(what, async () => {
      try {
        holds()
      } catch {
        return true // said below
      }
      return see()
    })
    holds()
  }
  const run = (p, state) => {
    a.run(`UPDATE project SET state = '${state}' WHERE id = ${p.project_id}`)
    a.event('project', 'changed')
  }
  return { carrier, projects, ports, rows, run, seen, holds }
}

// Both dial; one has nothing to do for a while; in the end both are stopped.
export async function tidesOfTwo({ carrier, projects, ports, run, seen }) {
  await seen('both have calls', async () => ports.every((port) => carrier.of(port) > 0))
  await seen('every channel is taken', async () => carrier.open.size === CHANNELS)
  run(projects[1], 'stopped')
  await seen('one has every channel', async () => carrier.of(ports[0]) === CHANNELS)
  run(projects[1], 'running')
  await seen('the other has calls again', async () => carrier.of(ports[1]) >= 2)
}
