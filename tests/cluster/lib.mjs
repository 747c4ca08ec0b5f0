// SPDX-License-Identifier: GPL-3.0-or-later
// lib.mjs - a house of several nodes: two app nodes on one PostgreSQL, two tel nodes connected to both over TLS, and operators who work by
// a SIP phone (baresip) that is registered with both tel nodes, so that no browser is needed to lose and regain a leg.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import dgram from 'node:dgram'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, patience, program, root, serve } from '../lib/server.mjs'
import { Baresip } from '../sip/lib/baresip.mjs'

export const within = async (what, see, ms = 30000 * patience) => {
  const from = Date.now()
  let last
  for (; Date.now() < from + ms; await sleep(50)) {
    const found = await see().catch((e) => void (last = e))
    if (found) return { found, ms: Date.now() - from }
  }
  throw new Error(`not within ${ms} ms: ${what} ${last ?? ''}`)
}

const alive = (child) => child.exitCode === null && child.signalCode === null

// A tel node; kill takes all of it at once, as a power cut would.
class TelNode {
  constructor(t, house, i) {
    Object.assign(this, { house, name: `tel-${i}`, sip: 5070 + i, rtp: `${21000 + 1000 * i}-${21999 + 1000 * i}`, dir: join(house.dir, `tel-${i}`), log: '' })
    mkdirSync(join(this.dir, 'keys'), { recursive: true })
    copyFileSync(join(house.a.dir, 'keys/cluster'), join(this.dir, 'keys/cluster'))
    t.after(() => this.stop())
  }
  start() {
    const apps = this.house.links.flatMap((port) => ['--app', `127.0.0.1:${port}`])
    const options = ['serve', '--role', 'tel', '--data', this.dir, '--name', this.name, '--sip', `127.0.0.1:${this.sip}`, '--rtp', this.rtp, ...apps]
    this.process = spawn(program, options, { stdio: ['ignore', 'ignore', 'pipe'] })
    this.process.stderr.setEncoding('utf8').on('data', (text) => (this.log += text))
    return this
  }
  pids() {
    const children = readFileSync(`/proc/${this.process.pid}/task/${this.process.pid}/children`, 'utf8').trim()
    return [this.process.pid, ...children.split(' ').filter(Boolean).map(Number)]
  }
  signal(what) {
    for (const pid of this.pids()) process.kill(pid, what)
  }
  kill() {
    this.signal('SIGKILL')
  }
  async stop() {
    if (alive(this.process)) {
      this.process.kill('SIGTERM')
      await new Promise((done) => this.process.once('exit', done))
    }
    assert.doesNotMatch(this.log, /Sanitizer|runtime error/)
  }
}

// { a, b, apps, tels, dir }: app nodes as servers of tests/lib/server.mjs, tel nodes as above. way(url): how b reaches the database.
export async function house(t, { tels = 2, way } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'zvonar-cluster-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const links = [await freePort(), await freePort()]
  const app = (i, more) => serve(t, { engine: 'postgres', args: ['--role', 'app', '--name', `app-${'ab'[i]}`, '--cluster', `127.0.0.1:${links[i]}`], ...more })
  const a = await app(0)
  const b = await app(1, {
    beside: way ? { db: { ...a.db, url: await way(a.db.url) } } : a,
    prepare: (to) => {
      mkdirSync(join(to, 'keys'))
      for (const key of ['cluster', 'pepper']) copyFileSync(join(a.dir, 'keys', key), join(to, 'keys', key))
      symlinkSync(join(a.dir, 'files'), join(to, 'files')) // what app nodes keep is one folder for all of them
    }
  })
  const h = { dir, a, b, apps: { 'app-a': a, 'app-b': b }, links }
  h.tels = Object.fromEntries(Array.from({ length: tels }, (_, i) => [`tel-${i + 1}`, new TelNode(t, h, i + 1).start()]))
  await within('the tel nodes are led', async () => a.rows('SELECT 1 AS n FROM lease WHERE app_id IS NOT NULL').length === tels)
  h.place = (project_id) => a.rows(`SELECT n.name FROM placement p JOIN node n ON n.id = p.node_id WHERE p.project_id = ${project_id}`)[0]?.name
  h.leader = (tel) => a.rows(`SELECT p.name FROM lease l JOIN node n ON n.id = l.node_id JOIN node p ON p.id = l.app_id WHERE n.name = '${tel}'`)[0]?.name
  return h
}

const KAMAILIO = '127.0.0.3'
const CARRIER = '127.0.0.5'
// Kamailio with docs/kamailio.cfg, and the trunk it is for the nodes. call(number, times) rings by sipp as a carrier would: how many of them
// were answered and ended well, and what Kamailio and sipp said.
export async function kamailio(t, h) {
  const tels = Object.values(h.tels)
  const cfg = readFileSync(join(root, 'docs/kamailio.cfg'), 'utf8').replace('192.0.2.10:5060', `${KAMAILIO}:5060`).replaceAll('/etc/kamailio/', `${h.dir}/`)
  writeFileSync(join(h.dir, 'kamailio.cfg'), cfg)
  writeFileSync(join(h.dir, 'dispatcher.list'), tels.map((x) => `1 sip:127.0.0.1:${x.sip}\n`).join(''))
  writeFileSync(join(h.dir, 'addresses.list'), `1 ${CARRIER} 32 0\n${tels.map((x) => `2 127.0.0.1 32 ${x.sip}\n`).join('')}`)
  h.a.insert('trunk', { name: 'Kamailio', kind: 'sip', host: KAMAILIO, port: 5060, created_at: Date.now() })
  h.a.event('trunk', 'created')
  const k = { log: '' }
  k.process = spawn('kamailio', ['-DD', '-E', '-f', join(h.dir, 'kamailio.cfg'), '-Y', h.dir, '-P', join(h.dir, 'kamailio.pid'), '-m', '32', '-M', '4'], { stdio: ['ignore', 'ignore', 'pipe'] })
  k.process.stderr.setEncoding('utf8').on('data', (text) => (k.log += text))
  t.after(async () => {
    k.process.kill('SIGTERM')
    await new Promise((done) => (alive(k.process) ? k.process.once('exit', done) : done()))
  })
  k.call = async (number, times) => {
    const options = ['-sf', join(root, 'tests/cluster/caller.xml'), `${KAMAILIO}:5060`, '-i', CARRIER, '-p', '5090', '-s', number, '-d', '300', '-m', String(times), '-r', '10', '-timeout', '20', '-nostdin']
    const sipp = spawn('sipp', options, { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const out of [sipp.stdout, sipp.stderr]) out.setEncoding('utf8').on('data', (text) => (said += text))
    const code = await new Promise((done) => sipp.once('exit', done))
    return { code, said: `${said.slice(-3000)}\n${k.log.slice(-3000)}` }
  }
  // What a node answers to an INVITE from there.
  k.ask = async (tel, number) => {
    const socket = dgram.createSocket('udp4')
    await new Promise((done) => socket.bind(0, KAMAILIO, done))
    const { port } = socket.address()
    const lines = [`INVITE sip:${number}@127.0.0.1:${tel.sip} SIP/2.0`, `Via: SIP/2.0/UDP ${KAMAILIO}:${port};branch=z9hG4bKask`, `From: <sip:+79160000000@${KAMAILIO}>;tag=ask`, `To: <sip:${number}@127.0.0.1>`]
    const head = [...lines, 'Call-ID: ask', 'CSeq: 1 INVITE', 'Max-Forwards: 70', `Contact: <sip:ask@${KAMAILIO}:${port}>`, 'Content-Length: 0', '', '']
    const answer = new Promise((done) => socket.on('message', (m) => m.toString().startsWith('SIP/2.0 1') || done(m.toString())))
    socket.send(head.join('\r\n'), tel.sip, '127.0.0.1')
    const said = await Promise.race([answer, sleep(5000 * patience)])
    socket.close()
    return said ?? 'nothing'
  }
  return k
}

let phones = 0
// Somebody who works: takes the seat, is ready whenever he may be, saves a refusal after each talk. Through whichever app node answers.
export class Operator {
  static async start(t, h, p) {
    const o = Object.assign(new Operator(), { h, p, at: h.a })
    o.who = h.a.person('operator', { project_ids: [p.project_id] })
    const made = (await o.ask('POST', '/api/me/sip_phone')).body
    const n = phones++
    const lines = Object.values(h.tels).map((tel) => `<sip:${made.login}@127.0.0.1:${tel.sip}>;auth_pass=${made.secret};regint=30;answermode=auto`)
    t.after(() => o.stop())
    await o.register({ account: lines.join('\n'), port: 5100 + 10 * n, control: 4500 + n })
    await within('he takes the seat', async () => (await o.ask('POST', '/api/seat/start', { project_id: p.project_id })).status === 200)
    o.works = o.work()
    return o
  }
  // A phone that knocked before the nodes had heard of its login would try again in half a minute: it is switched on again instead.
  async register(as) {
    for (let i = 0; ; i++) {
      this.phone = await Baresip.start(as)
      const known = async () => this.phone.log.match(/200 OK \(zvonar\)/g)?.length >= 2
      try {
        return await within('his phone is known to both nodes', known, 4000 * patience)
      } catch (e) {
        if (i === 4) throw new Error(`${e.message}: ${this.phone.log.slice(-1500)}`)
        await this.phone.stop()
      }
    }
  }
  // To the node he speaks with, or to the other when that is away.
  async ask(method, path, body) {
    for (let i = 0; ; i++) {
      try {
        return await this.at.send(method, path, { as: this.who, body, timeout: 5000 })
      } catch (e) {
        if (i === 2) throw e
        this.at = this.at === this.h.a ? this.h.b : this.h.a
      }
    }
  }
  async seat() {
    return (await this.ask('GET', '/api/seat')).body
  }
  async step() {
    const s = await this.seat()
    if (s.call?.ended_at && !s.call.result_at) {
      await this.ask('POST', '/api/seat/result', { call_id: s.call.id, result_id: this.p.results.refusal, then: 'ready' })
      return
    }
    if (s.leg === 'down') await this.ask('POST', '/api/seat/phone')
    else if (s.state === 'pause') await this.ask('POST', '/api/seat/ready')
  }
  async work() {
    while (!this.stopped) {
      await this.step().catch((e) => (this.trouble = e))
      await sleep(200)
    }
  }
  async stop() {
    this.stopped = true
    await this.works
    await this.phone?.stop()
  }
}
