// SPDX-License-Identifier: GPL-3.0-or-later
// server.mjs - a real server for a test: its own folder, its own database (SQLite, or a new one in the cluster of ZVONAR_TEST_PG), a
// free port. People are put straight into the database with a session and a token, so that no test waits for password hashes but
// those about passwords.
//
//   for (const engine of engines) test(`… (${engine})`, async (t) => {
//     const s = await serve(t, { engine })
//     const pm = s.person('project_manager')
//     const r = await s.call('GET', '/api/projects', { as: pm })      // r.status, r.headers, r.body (parsed JSON), r.text
//   })
import { execFileSync, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { makeDatabase } from './database.mjs'
import { answerFaults } from './schema.mjs'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
// The program under test: ZVONAR, or the checked build (ASan, UBSan) where there is one, else build/zvonar.
export const program =
  process.env.ZVONAR ?? [join(root, 'build-test/checked/zvonar'), join(root, 'build/zvonar')].find((p) => existsSync(p)) ?? 'zvonar'
// The same as people run it: on PostgreSQL, where the checked build answers the same on the other engine. ./test --long: checked on both, but for
// sweeps of thousands of requests.
const quick = existsSync(join(root, 'build/zvonar')) ? join(root, 'build/zvonar') : program
export const engines = process.env.ZVONAR_TEST_PG ? ['sqlite', 'postgres'] : ['sqlite']

// What every answer must keep to, as the program says of itself.
const doc = JSON.parse(execFileSync(program, ['openapi'], { encoding: 'utf8', maxBuffer: 1 << 28 }))

// How many times slower than the rule says the program may be: under sanitizers, beside other tests, it is.
export const patience = Number(process.env.ZVONAR_PATIENCE ?? 1)

// A port above those the kernel gives to who connects. It is this process's until it ends, also while no program of it listens there (one that was killed,
// for a second): a name in the space of abstract sockets says so to other tests.
export function freePort() {
  const port = 61000 + Math.floor(Math.random() * 4500)
  return new Promise((done) => {
    const again = () => done(freePort())
    const held = net.createServer().once('error', again)
    held.listen(`\0zvonar-test-${port}`, () => {
      held.unref()
      const s = net.createServer().once('error', again)
      s.listen(port, '127.0.0.1', () => s.close(() => done(port)))
    })
  })
}

export const sha256 = (text) => createHash('sha256').update(text).digest('hex')
export const quote = (v) => (v === null || v === undefined ? 'NULL' : typeof v === 'number' ? String(v) : `'${String(v).replaceAll("'", "''")}'`)

// Start a server; it stops, and its folder and database go, when the test t ends.
//   engine, args (more options of `serve`), env, tls: true for --tls auto, wait: false to not wait until it is ready
//   beside: another server whose database it shares; prepare(folder): before it starts
//   sweeps: it is asked thousands of things: on PostgreSQL by the program as people run it
export async function serve(t, { engine = 'sqlite', args = [], env = {}, tls = false, wait = true, beside, prepare, sweeps = false } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'zvonar-test-'))
  prepare?.(dir)
  const db = beside ? { ...beside.db, drop() {} } : makeDatabase(program, engine, dir)
  const s = new Server(dir, engine, db, await freePort(), tls, args, env)
  if (engine === 'postgres' && (sweeps || !process.env.ZVONAR_LONG)) s.program = quick
  t.after(() => s.destroy())
  await s.start(wait)
  return s
}

class Server {
  constructor(dir, engine, db, port, tls, args, env) {
    Object.assign(this, { dir, engine, db, port, tls, args, env, doc, log: '' })
    this.origin = `${tls ? 'https' : 'http'}://127.0.0.1:${port}`
    this.agent = new (tls ? https : http).Agent({ keepAlive: true, rejectUnauthorized: false })
  }

  async start(wait = true) {
    const options = ['serve', '--data', this.dir, '--db', this.db.url, '--listen', `127.0.0.1:${this.port}`, ...(this.args.includes('--sip') ? [] : ['--sip', 'off'])]
    this.process = spawn(this.program ?? program, [...options, ...(this.tls ? ['--tls', 'auto'] : []), ...this.args], {
      env: { ...process.env, ...this.env },
      stdio: ['ignore', 'ignore', 'pipe']
    })
    this.process.stderr.setEncoding('utf8').on('data', (text) => (this.log += text))
    this.ended = new Promise((done) => this.process.once('exit', (code, signal) => done({ code, signal })))
    if (wait) await this.ready()
    const tel = this.args[this.args.indexOf('--tel') + 1]
    if (wait && this.args.includes('--tel') && existsSync(tel)) await this.led()
  }

  // Until a telephone process can be commanded.
  async led(ms = 20000) {
    for (const until = Date.now() + ms; Date.now() < until; await sleep(20))
      if ((await this.send('GET', '/metrics')).text.includes('\nzvonar_tel_up 1\n')) return
    throw new Error(`no telephone process is led:\n${this.log}`)
  }

  // Until /readyz says so; what the server logged is in the error when it does not.
  async ready(ms = 20000) {
    for (const until = Date.now() + ms; Date.now() < until; await sleep(20)) {
      if (this.process.exitCode !== null) break
      const r = await this.call('GET', '/readyz').catch(() => null)
      if (r?.status === 200) {
        return
      }
    }
    throw new Error(`the server is not ready:\n${this.log}`)
  }

  // The processes by name: app, tel. 0: it does not run now.
  pidOf(name) {
    const read = (path) => {
      try {
        return readFileSync(path, 'utf8').trim()
      } catch {
        return '' // it ended while we looked
      }
    }
    const children = read(`/proc/${this.process.pid}/task/${this.process.pid}/children`).split(' ')
    return Number(children.find((pid) => pid && read(`/proc/${pid}/comm`) === `zvonar-${name}`) ?? 0)
  }

  // Ask it to stop; its exit code is 0 when all went well.
  async stop() {
    this.db.rest()
    if (this.process.exitCode === null && this.process.signalCode === null) this.process.kill('SIGTERM')
    const { code, signal } = await this.ended
    this.agent.destroy()
    return code ?? signal
  }

  // All its processes, at once and without a word.
  kill() {
    this.killed = true
    this.db.rest()
    for (const pid of [this.process.pid, this.pidOf('sign'), this.pidOf('tel'), this.pidOf('app')].filter(Boolean))
      try {
        process.kill(pid, 'SIGKILL')
      } catch (e) {
        if (e.code !== 'ESRCH') throw e // the first one takes the others along
      }
  }

  async destroy() {
    const code = await this.stop()
    const finding = this.log.match(/((ERROR|WARNING): (Address|Leak|Thread)Sanitizer|runtime error:|were not ended:|transaction was not ended)[^\n]*/)
    this.db.drop()
    if (process.env.ZVONAR_KEEP) console.error(`kept: ${this.dir}`)
    else rmSync(this.dir, { recursive: true, force: true })
    if (finding) throw new Error(`${finding[0]}\n${this.log.slice(-6000)}`)
    if (code !== 0 && !this.killed) throw new Error(`the server ended with ${code}:\n${this.log.slice(-3000)}`)
  }

  // SQL past the server: run gives text, rows objects.
  run(sql) {
    return this.db.run(sql)
  }
  rows(sql) {
    return this.db.rows(sql)
  }
  // A row straight into a table; its id.
  insert(table, values) {
    const names = Object.keys(values)
    return Number(
      this.db.run(`INSERT INTO "${table}" (${names.map((n) => `"${n}"`).join(', ')}) VALUES (${names.map((n) => quote(values[n])).join(', ')}) RETURNING id;`)
    )
  }

  // Something happened to a row that was written past the server.
  event(entity, verb, more = {}) {
    const values = { at: Date.now(), entity, verb, ...more }
    this.db.run(`INSERT INTO event (id, ${Object.keys(values)}) VALUES (${this.db.eventId}, ${Object.values(values).map(quote)});`)
  }

  // A person of that role with a session and a token. customer_id for the role customer; project_ids: member of these.
  person(role, { customer_id = null, project_ids = [], login = `${role}-${randomBytes(4).toString('hex')}`, ...more } = {}) {
    const now = Date.now()
    const id = this.insert('user', { login, name: login, role, customer_id, created_at: now, ...more })
    for (const project_id of project_ids) this.insert('member', { project_id, user_id: id, created_at: now })
    return { id, login, role, ...this.session(id), ...this.token(id) }
  }
  // A session as logging in makes one: { cookie, session_id }. Without user_id: of a signed link, for one project.
  session(user_id, { project_id = null } = {}) {
    const secret = randomBytes(32).toString('base64url')
    const now = Date.now()
    const session_id = this.insert('session', {
      token_hash: sha256(secret),
      kind: user_id ? 'person' : 'link',
      user_id,
      project_id,
      peer: '127.0.0.1',
      created_at: now,
      seen_at: now,
      expires_at: now + 12 * 3600e3
    })
    return { cookie: secret, session_id }
  }
  // An API token: { bearer, token_id }.
  token(user_id, { project_id = null, expires_at = null } = {}) {
    const secret = randomBytes(32).toString('base64url')
    const now = Date.now()
    const row = { user_id, name: 'test', prefix: secret.slice(0, 6), token_hash: sha256(secret), project_id, created_at: now, used_at: now, expires_at }
    return { bearer: secret, token_id: this.insert('api_token', row) }
  }

  // One request. as: a person (his cookie, as our own page sends it) or { bearer }. body: an object for JSON; raw: bytes as they are.
  // headers: null takes one away. The answer must be as the API's description promises.
  async call(method, path, more = {}) {
    const r = await this.send(method, path, more)
    const wrong = answerFaults(doc, method, path, r)
    if (wrong.length) throw new Error(`${method} ${path} answers otherwise than its description says:\n${wrong.join('\n')}\n${r.text.slice(0, 1000)}`)
    return r
  }

  send(method, path, { as, body, raw, headers = {}, timeout = 15000 * patience } = {}) {
    const h = { Host: `127.0.0.1:${this.port}` }
    if (as?.cookie) {
      h.Cookie = `${this.tls ? '__Host-sid' : 'sid'}=${as.cookie}`
      h['Sec-Fetch-Site'] = 'same-origin'
      h['X-Zvonar'] = '1'
    } else if (as?.bearer) h.Authorization = `Bearer ${as.bearer}`
    const bytes = raw ?? (body === undefined ? undefined : JSON.stringify(body))
    if (body !== undefined) h['Content-Type'] = 'application/json'
    if (bytes !== undefined) h['Content-Length'] = Buffer.byteLength(bytes)
    for (const [name, value] of Object.entries(headers)) {
      const known = Object.keys(h).find((n) => n.toLowerCase() === name.toLowerCase()) ?? name
      if (value === null) delete h[known]
      else h[known] = value
    }
    const { port, agent } = this
    return new Promise((done, failed) => {
      const q = (this.tls ? https : http).request({ host: '127.0.0.1', port, agent, method, path, headers: h, timeout, rejectUnauthorized: false }, (r) => {
        const parts = []
        r.on('data', (part) => parts.push(part))
        r.on('error', failed)
        r.on('end', () => {
          const buffer = Buffer.concat(parts)
          const text = buffer.toString('utf8')
          const json = /^application\/json/.test(r.headers['content-type'] ?? '') && text
          done({ status: r.statusCode, headers: r.headers, text, buffer, body: json ? JSON.parse(text) : undefined })
        })
      })
      q.on('timeout', () => q.destroy(new Error(`${method} ${path}: no answer in ${timeout} ms`)))
      q.on('error', failed)
      q.end(bytes)
    })
  }

  // The event stream: next(match, ms) gives the next event that matches; ended tells how it ended; close ends it.
  async events({ as, after, last } = {}) {
    const headers = { Host: `127.0.0.1:${this.port}`, Cookie: `${this.tls ? '__Host-sid' : 'sid'}=${as?.cookie}` }
    if (as?.bearer && !as.cookie) {
      delete headers.Cookie
      headers.Authorization = `Bearer ${as.bearer}`
    }
    if (last !== undefined) headers['Last-Event-ID'] = String(last)
    const path = `/api/events${after === undefined ? '' : `?after=${after}`}`
    const stream = { seen: [], status: 0, waiting: new Set() }
    const q = (this.tls ? https : http).request({ host: '127.0.0.1', port: this.port, path, headers, rejectUnauthorized: false })
    const answer = new Promise((done, failed) => q.on('response', done).on('error', failed))
    q.end()
    const r = await answer
    stream.status = r.statusCode
    stream.ended = new Promise((done) => r.on('close', () => done(Date.now())).on('error', () => {}))
    let rest = ''
    r.setEncoding('utf8').on('data', (text) => {
      rest += text
      for (let cut; (cut = rest.indexOf('\n\n')) >= 0; rest = rest.slice(cut + 2)) {
        const lines = rest.slice(0, cut).split('\n')
        const line = (name) => lines.find((l) => l.startsWith(`${name}: `))?.slice(name.length + 2)
        const data = line('data')
        if (!data) continue
        stream.seen.push({ position: Number(line('id')), kind: line('event'), ...JSON.parse(data) })
        for (const look of [...stream.waiting]) look()
      }
    })
    let taken = 0
    stream.next = (match = () => true, ms = 15000 * patience) =>
      new Promise((done, failed) => {
        const look = () => {
          while (taken < stream.seen.length) {
            const e = stream.seen[taken++]
            if (!match(e)) continue
            clearTimeout(timer)
            stream.waiting.delete(look)
            return done(e)
          }
        }
        const timer = setTimeout(() => {
          stream.waiting.delete(look)
          failed(new Error(`no such event in ${ms} ms; status ${stream.status}, seen: ${JSON.stringify(stream.seen)}; ${this.log.slice(-1500)}`))
        }, ms)
        stream.waiting.add(look)
        look()
      })
    stream.close = () => q.destroy()
    q.on('error', () => {})
    return stream
  }
}

// Run a command of the program to its end: { code, out, err }.
export function command(...words) {
  return new Promise((done) => {
    const p = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'] })
    const r = { code: 0, out: '', err: '' }
    p.stdout.setEncoding('utf8').on('data', (text) => (r.out += text))
    p.stderr.setEncoding('utf8').on('data', (text) => (r.err += text))
    p.once('close', (code) => done(Object.assign(r, { code })))
  })
}

export { sleep }
