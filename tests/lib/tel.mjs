// SPDX-License-Identifier: GPL-3.0-or-later
// tel.mjs - a telephone process for tests of the app process: it listens on the unix socket and speaks the protocol of
// src/callflow/message.h, with events numbered and repeated until they are acknowledged, but has no legs and no sound. What the far
// side does is decided by `far(call)`: 'answer' (default), 'busy', 'no_answer', 'ring' (rings until told), …
import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const notKept = new Set(['hello', 'sdp', 'trunk_tested', 'figures', 'refused', 'turn', 'node', 'piece'])

export class Tel {
  constructor(path, { far = () => 'answer' } = {}) {
    Object.assign(this, { path, far, boot: randomUUID(), seq: 0, kept: [], operators: new Map(), calls: new Map(), commands: [], acks: 0, connections: 0, monitors: new Map() })
    this.waiting = new Set()
  }

  async start() {
    rmSync(this.path, { force: true })
    this.server = net.createServer((socket) => this.#connected(socket))
    await new Promise((done, failed) => this.server.once('error', failed).listen(this.path, done))
    this.beat = setInterval(() => this.#write({ kind: 'figures', lag_ms: 1, legs: this.operators.size, calls: this.calls.size, rss: 1 }), 1000).unref()
    return this
  }

  // As a killed process: connections break, nothing is said.
  async kill() {
    this.dead = true
    clearInterval(this.beat)
    this.socket?.destroy()
    await new Promise((done) => this.server.close(done))
    rmSync(this.path, { force: true })
  }

  #connected(socket) {
    this.socket?.destroy()
    this.socket = socket
    this.connections++
    let rest = Buffer.alloc(0)
    this.#write({ kind: 'node', boot: this.boot })
    socket.on('error', () => {})
    socket.on('close', () => this.socket === socket && (this.socket = null))
    socket.on('data', (bytes) => {
      rest = Buffer.concat([rest, bytes])
      while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE(0)) {
        const n = rest.readUInt32BE(0)
        const m = JSON.parse(rest.subarray(4, 4 + n).toString('utf8'))
        rest = rest.subarray(4 + n)
        this.#command(m)
      }
    })
  }

  #write(m) {
    const body = Buffer.from(JSON.stringify(m))
    const head = Buffer.alloc(4)
    head.writeUInt32BE(body.length)
    this.socket?.write(Buffer.concat([head, body]))
  }

  // Say something; kept events get their number.
  tell(m) {
    if (this.dead) return
    if (notKept.has(m.kind)) return this.#write(m)
    const e = { ...m, boot: this.boot, seq: ++this.seq, at: Date.now() }
    this.kept.push(e)
    this.#write(e)
  }

  // The next command of that kind (also one already seen and not yet taken).
  async command(kind, ms = 15000) {
    for (const until = Date.now() + ms; Date.now() < until; await sleep(2)) {
      const at = this.commands.findIndex((c) => c.kind === kind)
      if (at >= 0) return this.commands.splice(at, 1)[0]
    }
    throw new Error(`no command ${kind} in ${ms} ms; waiting: ${this.commands.map((c) => c.kind)}`)
  }
  async none(kind, ms = 300) {
    await sleep(ms)
    const found = this.commands.find((c) => c.kind === kind)
    if (found) throw new Error(`a command nobody wanted: ${JSON.stringify(found)}`)
  }

  operator(id, state, more = {}) {
    const o = this.operators.get(id)
    Object.assign(o, { state, ...more })
    const m = { kind: 'operator', operator: id, state }
    if (o.up) m.up = true
    if (o.call) m.call = o.call
    if (more.until) m.until = more.until
    if (more.cause) m.cause = more.cause
    if (o.reason && state === 'pause') m.reason = o.reason
    this.tell(m)
  }
  // His time to read the card is over.
  late(id) {
    const { reads } = this.operators.get(id)
    if (reads === 'dial') this.operator(id, 'preview', { cause: 'deadline', until: Date.now() + 5000 })
    else this.operator(id, reads === 'skip' ? 'ready' : 'pause', { call: undefined, cause: 'deadline' })
  }
  callState(uuid, state, more = {}) {
    const c = this.calls.get(uuid)
    c.state = state
    this.tell({ kind: 'call', call: uuid, state, operator: c.operator, ...more })
  }
  answer(uuid) {
    const c = this.calls.get(uuid)
    this.callState(uuid, 'answered')
    this.tell({ kind: 'recording', call: uuid, state: 'open', path: `${c.record}.wav` })
    this.callState(uuid, 'connected')
    this.operator(c.operator, 'talking')
  }
  end(uuid, cause, by, more = {}) {
    const c = this.calls.get(uuid)
    const talked = c.state === 'connected' || c.state === 'held'
    const o = this.operators.get(c.operator)
    o.call = undefined
    const wrap = o.wrap_up_ms
    // In the order of exchange/lines.c: first what its operator is then, and then that it is over; in one write, as they come there.
    this.socket?.cork()
    if (talked) this.operator(c.operator, 'wrap_up', { until: Date.now() + wrap, cause: 'call' })
    else this.operator(c.operator, o.then ?? 'ready', { cause: 'call' })
    this.callState(uuid, 'ended', { cause, by, ...more })
    this.socket?.uncork()
    this.calls.delete(uuid)
  }

  // Somebody calls us and waits in a queue.
  arrive({ number, from, project, queue, trunk = 1 }) {
    const call = randomUUID()
    this.calls.set(call, { state: 'ringing', queue })
    this.tell({ kind: 'call_in', call, project, trunk, number, ...(from ? { from } : {}) })
    for (const state of ['answered', 'queued']) this.callState(call, state, { queue })
    return call
  }
  // It rings at the seats of these; one of them takes it (take), or lets it ring.
  ring(call, ...operators) {
    for (const id of operators) this.operator(id, 'offered', { call, until: Date.now() + 15000 })
  }
  stillRings(call) {
    return [...this.operators].filter(([, o]) => o.state === 'offered' && o.call === call).map(([id]) => id)
  }
  notTaken(operator) {
    this.operator(operator, 'pause', { call: undefined, cause: 'deadline' })
  }

  // An operator who is ready takes him.
  take(call, operator) {
    Object.assign(this.calls.get(call), { operator })
    this.operator(operator, 'reserved', { call })
    this.callState(call, 'connected', { wait_ms: 1500 })
    this.operator(operator, 'talking')
  }
  giveUp(call) {
    this.callState(call, 'ended', { cause: 'hung_up', by: 'contact' })
    this.calls.delete(call)
  }

  #command({ epoch, ...m }) {
    const known = {
      hello: () => {
        this.epoch = epoch
        // In pieces, as with very many calls: these are told in the first, and the operators who have none in the last.
        const calls = [...this.calls].map(([call, c]) => ({ call, state: c.state, operator: c.operator }))
        const operators = [...this.operators].map(([operator, o]) => ({ operator, state: o.state, ...(o.up ? { up: true } : {}), ...(o.call ? { call: o.call } : {}) }))
        const head = { kind: 'hello', boot: this.boot, last_seq: this.seq }
        this.#write({ ...head, calls, operators: operators.filter((o) => o.call), more: true })
        this.#write({ ...head, calls: [], operators: operators.filter((o) => !o.call) })
        for (const e of this.kept) this.#write(e)
      },
      lease: () => this.#write({ kind: 'node', boot: this.boot, epoch, up: true }),
      fetch: () => this.tell({ kind: 'piece', request: m.request, error: 'gone' }),
      ack: () => {
        this.acks++
        if (m.boot === this.boot) this.kept = this.kept.filter((e) => e.seq > m.seq)
      },
      trunks: () => {
        this.trunks = m.rows
        for (const r of m.rows) this.tell({ kind: 'trunk', trunk: r.trunk, state: 'up' })
      },
      // It keeps to them at once, and says so.
      shares: () => {
        this.shares = new Map(m.rows.map((r) => [r.trunk, r]))
        this.#write({ kind: 'load', request: m.request, rows: m.rows.map((r) => ({ trunk: r.trunk })) })
      },
      // An app of a lease that is over gets no test.
      trunk_test: () => this.outdated ? this.tell({ kind: 'refused', command: 'trunk_test', request: m.request, text: 'epoch' }) : this.tell({ kind: 'trunk_tested', request: m.request, steps: [{ what: 'options', ok: true, detail: '200 OK' }] }),
      operator_start: () => {
        if (!this.operators.has(m.operator)) this.operators.set(m.operator, {})
        const o = this.operators.get(m.operator)
        Object.assign(o, { wrap_up_ms: m.wrap_up_ms, preview_ms: m.preview_ms })
        this.operator(m.operator, this.operators.get(m.operator).state ?? 'pause')
      },
      operator_leg: () => {
        this.tell({ kind: 'sdp', request: m.request, sdp: 'v=0\r\n' })
        this.operators.get(m.operator).up = true
        this.tell({ kind: 'leg', operator: m.operator, up: true, codec: 'opus' })
      },
      echo: () => this.tell({ kind: 'sdp', request: m.request, sdp: 'v=0\r\n' }),
      operator_ready: () => this.operator(m.operator, 'ready'),
      operator_pause: () => {
        const o = this.operators.get(m.operator)
        o.reason = m.reason
        if (o.state === 'talking' || o.state === 'reserved') o.then = 'pause'
        else this.operator(m.operator, 'pause')
      },
      operator_stop: () => {
        this.operator(m.operator, 'offline', { up: false })
        this.operators.delete(m.operator)
      },
      wrap_up_done: () => {
        const o = this.operators.get(m.operator)
        o.reason = m.reason
        if (m.then === 'stop') return known.operator_stop()
        this.operator(m.operator, o.then ?? m.then)
        o.then = undefined
      },
      preview: () => this.operator(m.operator, 'preview', { call: m.call, then: undefined, reads: m.then ?? 'pause', until: Date.now() + this.operators.get(m.operator).preview_ms }),
      accept: () => {
        const { state, call } = this.operators.get(m.operator) ?? {}
        if (state !== 'offered') return this.tell({ kind: 'refused', command: 'accept', operator: m.operator, text: 'offer' })
        this.take(call, m.operator)
        for (const id of this.stillRings(call)) this.operator(id, 'ready', { call: undefined, cause: 'call' })
      },
      dial: () => this.#dial(m),
      fax: () => this.calls.set(m.call, { ...m, state: 'created' }),
      hangup: () => this.calls.has(m.call) && !this.calls.get(m.call).document && this.end(m.call, 'hung_up', m.by),
      transfer: () => this.#transfer(m),
      talk: () => this.#turn(m),
      guest_leave: () => this.guestOut([...this.calls].find(([, c]) => c.guest === m.operator)[0], 'hung_up'),
      record: () => this.tell({ kind: 'recording', call: m.call, state: m.on ? 'resumed' : 'paused', path: `${this.calls.get(m.call).record}.wav`, ms: m.on ? 5000 : 2000 }),
      monitor: () => {
        this.tell({ kind: 'sdp', request: m.request, sdp: 'v=0\r\n' })
        this.monitors.set(m.operator, m.call)
        this.tell({ kind: 'monitor', operator: m.operator, call: m.call, mode: m.mode })
        if (m.mode === 'take_over') this.callState(m.call, 'taken_over')
      },
      monitor_mode: () => {
        const call = this.monitors.get(m.operator)
        this.tell({ kind: 'monitor', operator: m.operator, call, mode: m.mode })
        if (m.mode === 'take_over') this.callState(call, 'taken_over')
        else if (this.calls.get(call)?.state === 'taken_over') this.callState(call, 'connected')
      },
      hold: () => this.callState(m.call, m.on ? 'held' : 'connected')
    }
    if (m.kind !== 'hello' && epoch !== this.epoch) throw new Error(`a command of epoch ${epoch}, not ${this.epoch}: ${m.kind}`)
    if (!['ack', 'hello', 'trunks', 'shares', 'lease'].includes(m.kind)) this.commands.push({ ...m, seen_at: Date.now() })
    known[m.kind]?.()
  }

  // An operator is there at once; somebody outside when the test says so: guestIn, guestOut. Out of a queue: take.
  #transfer(m) {
    const c = this.calls.get(m.call)
    if (m.queue) {
      const was = c.operator
      c.operator = undefined
      this.callState(m.call, 'queued', { queue: m.queue })
      return this.operator(was, 'ready', { call: undefined, cause: 'call' })
    }
    this.callState(m.call, m.how === 'blind' ? 'transferring' : 'consulting')
    Object.assign(c, { guest: m.operator, number2: m.number, how: m.how })
    this.#guest(m.call, false)
    if (m.operator) this.guestIn(m.call)
  }
  #guest(uuid, up) {
    const c = this.calls.get(uuid)
    this.tell({ kind: 'guest', call: uuid, guest: c.guest ? 'operator' : 'outside', ...(c.guest ? { operator: c.guest } : { number: c.number2 }), ...(up ? { up } : {}), ...(up && !c.guest ? { trunk: 1, dialog: 'dialog of the guest' } : {}) })
  }
  guestIn(uuid) {
    const c = this.calls.get(uuid)
    if (c.guest) this.operator(c.guest, 'talking', { call: uuid })
    if (c.how === 'blind') return this.#given(uuid)
    this.#guest(uuid, true)
  }
  guestOut(uuid, cause) {
    const c = this.calls.get(uuid)
    this.callState(uuid, c.operator ? 'connected' : 'ivr')
    if (c.guest) this.operator(c.guest, 'ready', { call: undefined, cause: 'call' })
    this.tell({ kind: 'guest', call: uuid, guest: '', cause })
    c.guest = c.number2 = undefined
  }
  // The call is the guest's: an operator's, or out of our hands.
  #given(uuid) {
    const c = this.calls.get(uuid)
    const was = c.operator
    if (c.guest) {
      c.operator = c.guest
      this.callState(uuid, 'connected')
      this.operator(was, 'ready', { call: undefined, cause: 'call' })
      this.tell({ kind: 'guest', call: uuid, guest: '' })
      c.guest = undefined
      return
    }
    c.operator = undefined
    this.callState(uuid, 'passed')
    if (was) this.operator(was, 'wrap_up', { call: undefined, until: Date.now() + this.operators.get(was).wrap_up_ms, cause: 'call' })
    this.#guest(uuid, true)
  }
  #turn(m) {
    if (m.turn === 'join') return this.callState(m.call, 'conference')
    if (m.turn === 'back') return this.guestOut(m.call, 'cancelled')
    this.#given(m.call)
  }

  #dial(m) {
    if (this.refuse) {
      this.refuse--
      return this.tell({ kind: 'refused', command: 'dial', operator: m.operator, call: m.call, text: 'operator' })
    }
    this.calls.set(m.call, { ...m, state: 'created' })
    if (m.flow) return this.#dialFlow(m)
    if (!m.operator) return this.#dialAhead(m)
    this.operator(m.operator, 'reserved', { call: m.call })
    this.callState(m.call, 'dialling')
    const what = this.far(m)
    if (what === 'silent') return
    if (what === 'busy' || what === 'wrong_number') return this.end(m.call, what, 'contact', { sip_code: what === 'busy' ? 486 : 404 })
    this.callState(m.call, 'ringing')
    this.tell({ kind: 'dialog', call: m.call, dialog: `dialog of ${m.call}` })
    if (what === 'no_answer') return this.end(m.call, 'no_answer', 'system')
    if (what === 'answer') this.answer(m.call)
  }

  // Answered, it walks through its flow; where it comes the test says (step), and how it ends (giveUp, over).
  #dialFlow(m) {
    const what = this.far(m)
    this.callState(m.call, 'dialling')
    if (what === 'answer') for (const state of ['ringing', 'answered', 'ivr']) this.callState(m.call, state)
    else {
      this.callState(m.call, 'ended', { cause: what, by: 'contact' })
      this.calls.delete(m.call)
    }
  }
  step(call, more) {
    this.tell({ kind: 'flow', call, ...more })
  }
  over(call) {
    this.callState(call, 'ended', { cause: 'hung_up', by: 'system' })
    this.calls.delete(call)
  }
  // A call with a fax: where it stands; "ended" is the last word.
  fax(call, state, more = {}) {
    this.calls.get(call).state = state
    if (state === 'ended') this.calls.delete(call)
    this.tell({ kind: 'fax', call, state, trunk: 1, ...more })
  }

  // The operator has ended the talk, the far side is asked about it.
  rate(call) {
    const c = this.calls.get(call)
    const was = c.operator
    c.operator = undefined
    this.callState(call, 'rating')
    this.operators.get(was).call = undefined
    this.operator(was, 'wrap_up', { until: Date.now() + this.operators.get(was).wrap_up_ms, cause: 'call' })
  }

  // Nobody's call: answered, it goes to the first who is ready; nobody: the message, and it was abandoned.
  #dialAhead(m) {
    this.callState(m.call, 'dialling')
    const what = this.far(m)
    if (what !== 'answer' && what !== 'abandon') {
      this.callState(m.call, 'ended', { cause: what, by: 'contact' })
      return this.calls.delete(m.call)
    }
    this.callState(m.call, 'ringing')
    this.callState(m.call, 'answered')
    const free = what === 'answer' && [...this.operators].find(([, o]) => o.state === 'ready' && o.up)
    if (!free) {
      this.callState(m.call, 'queued')
      this.callState(m.call, 'ivr')
      if (this.key) this.tell({ kind: 'dtmf', call: m.call, digits: this.key })
      this.callState(m.call, 'ended', { cause: 'abandoned', by: 'system' })
      return this.calls.delete(m.call)
    }
    this.calls.get(m.call).operator = free[0]
    this.operator(free[0], 'reserved', { call: m.call })
    this.callState(m.call, 'connected')
    this.operator(free[0], 'talking')
  }
}
