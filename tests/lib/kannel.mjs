// SPDX-License-Identifier: GPL-3.0-or-later
// kannel.mjs - a real Kannel for a test: bearerbox, smsbox and the fake SMSC that comes with it, on free ports of loopback, in a temporary folder,
// run by processes of this test only. Needs the packages kannel and kannel-extras.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, sleep } from './server.mjs'

const FAKE = '/usr/lib/kannel/test/fakesmsc'
export const kannelPossible = existsSync('/usr/sbin/bearerbox') && existsSync(FAKE)

// k = await kannel(t): url (of sendsms), login, password; taken(): messages the SMSC has got, as { to, text }; stop(), start()
export async function kannel(t) {
  const k = new Kannel(mkdtempSync(join(tmpdir(), 'zvonar-kannel-')))
  t.after(() => k.destroy())
  for (const name of ['admin', 'box', 'smsc', 'send']) k[name] = await freePort()
  k.write()
  await k.start()
  return k
}

const bytesOf = (coded) =>
  Buffer.from(
    coded.replaceAll('+', ' ').replace(/%([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1'
  )
const utf16 = (coded) => bytesOf(coded).swap16().toString('utf16le')

// What the fake SMSC prints of one: "text …", "ucs-2 %04%1F…" or, for a part, "udh %05%00%03REFALLNO data …".
function wordsOf(rest) {
  const [, kind, more] = rest.match(/^(\S+) ?(.*)$/s)
  if (kind === 'text') return { text: more, part: 1 }
  if (kind === 'ucs-2') return { text: utf16(more), part: 1 }
  const [, udh, how, data] = more.match(/^(\S+) (\S+) (.*)$/s)
  const head = bytesOf(udh)
  return { text: how === 'text' ? bytesOf(data).toString() : utf16(data), ref: head[3], part: head[5] }
}

class Kannel {
  constructor(dir) {
    Object.assign(this, { dir, login: 'zvonar', password: 'пароль-1&?', running: [], out: '' })
  }
  get url() {
    return `http://127.0.0.1:${this.send}/cgi-bin/sendsms`
  }
  write() {
    const common = 'log-level = 1'
    writeFileSync(join(this.dir, 'kannel.conf'), `group = core
admin-port = ${this.admin}
admin-interface = 127.0.0.1
admin-password = x
smsbox-port = ${this.box}
smsbox-interface = 127.0.0.1
box-allow-ip = 127.0.0.1
dlr-storage = internal
sms-resend-retry = 1
${common}

group = smsc
smsc = fake
smsc-id = FAKE
host = 127.0.0.1
port = ${this.smsc}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = ${this.box}
sendsms-port = ${this.send}
sendsms-interface = 127.0.0.1
global-sender = 1000
${common}

group = sendsms-user
username = ${this.login}
password = "${this.password}"
concatenation = true
max-messages = 10
`)
  }
  run(file, ...args) {
    const p = spawn(file, args, { cwd: this.dir, stdio: ['pipe', 'pipe', 'pipe'] })
    for (const stream of [p.stdout, p.stderr]) stream.setEncoding('utf8').on('data', (text) => (this.out += text))
    p.over = new Promise((done) => p.once('exit', done))
    this.running.push(p)
  }
  async start() {
    this.run('/usr/sbin/bearerbox', '-v', '1', 'kannel.conf')
    await this.listens(this.smsc)
    await this.listens(this.box)
    this.run(FAKE, '-H', '127.0.0.1', '-r', String(this.smsc), '-i', '0.01', '-m', '0', '100 200 text nothing')
    this.run('/usr/sbin/smsbox', '-v', '1', 'kannel.conf')
    await this.listens(this.send)
    for (const until = Date.now() + 15000; !(await this.online()); await sleep(50)) if (Date.now() > until) throw new Error(`the fake SMSC is not there:\n${this.out}`)
  }
  // Messages as a telephone would show them: parts put together.
  taken() {
    const found = [...this.out.matchAll(/Got message \d+: <(\S+) (\S+) (.*)>$/gm)].map(([, from, to, rest]) => ({ from, to, ...wordsOf(rest) }))
    const whole = []
    for (const m of found) {
      const before = m.part > 1 && whole.find((w) => w.to === m.to && w.ref === m.ref && w.parts === m.part - 1)
      if (before) Object.assign(before, { text: before.text + m.text, parts: m.part })
      else whole.push({ ...m, parts: 1 })
    }
    return whole
  }
  // What there is once so many parts have come.
  async takes(parts, ms = 15000) {
    const came = () => this.taken().reduce((sum, m) => sum + m.parts, 0)
    for (const until = Date.now() + ms; Date.now() < until; await sleep(30)) if (came() >= parts) return this.taken()
    throw new Error(`the SMSC has ${came()} parts, not ${parts}:\n${this.out}`)
  }
  online() {
    return new Promise((done) => {
      http.get({ host: '127.0.0.1', port: this.admin, path: '/status.txt?password=x', agent: false }, (r) => {
        let text = ''
        r.on('data', (part) => (text += part)).on('end', () => done(/FAKE.*online/.test(text)))
      }).on('error', () => done(false))
    })
  }
  async listens(port) {
    for (const until = Date.now() + 15000; Date.now() < until; await sleep(30)) {
      const up = await new Promise((done) => {
        const c = net.connect(port, '127.0.0.1', () => done(true))
        c.once('error', () => done(false)).once('connect', () => c.destroy())
      })
      if (up) return
    }
    throw new Error(`nothing listens on ${port}:\n${this.out}`)
  }
  async stop() {
    for (const p of this.running.splice(0).reverse()) {
      if (p.exitCode === null) p.kill('SIGKILL') // asked, it drains its queues for seconds
      await p.over
    }
  }
  async destroy() {
    await this.stop()
    if (process.env.ZVONAR_KEEP) console.error(`kept: ${this.dir}`)
    else rmSync(this.dir, { recursive: true, force: true })
  }
}
