// SPDX-License-Identifier: GPL-3.0-or-later
// mail.mjs - a real mail server for a test: Postfix takes letters over SMTP (STARTTLS and log-in as on the internet), Dovecot keeps
// them and gives them by IMAP. All on free ports of loopback, in a temporary folder, run by processes of this test only.
// Needs root (Postfix insists) and the packages postfix, dovecot-imapd, dovecot-lmtpd.
import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, sleep } from './server.mjs'

export const mailPossible = process.getuid() === 0 && existsSync('/usr/sbin/postfix') && existsSync('/usr/sbin/dovecot')

const PASSWORD = 'почтовый-пароль-1'
const ids = new Map()
const idOf = (flag, user) => {
  const key = `${flag} ${user}`
  if (!ids.has(key)) ids.set(key, Number(execFileSync('id', [flag, user], { encoding: 'utf8' })))
  return ids.get(key)
}

// mail = await mailServer(t, ['anna@example.test']): port, login, password, inbox(address) → letters, stop(), start().
// oauth: { at, mechanisms }: passwords are taken no more, and Dovecot asks at this address what a token is worth (tokenServer).
// gone: the port of a server that gets what is for gone.test, so that Postfix takes a letter and brings it back.
export async function mailServer(t, addresses, { gone, oauth } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'zvonar-mail-'))
  const m = new MailServer(dir, addresses)
  m.gone = gone
  m.oauth = oauth
  for (const name of ['port', 'imap', 'lmtp', 'auth']) m[name] = await freePort()
  t.after(() => m.destroy())
  m.write()
  await m.startDovecot()
  await m.start()
  return m
}

class MailServer {
  constructor(dir, addresses) {
    Object.assign(this, { dir, addresses, login: addresses[0], password: PASSWORD, starts: 0, puts: 0 })
  }
  at(name) {
    return join(this.dir, name)
  }

  write() {
    const { dir } = this
    chmodSync(dir, 0o755)
    for (const name of ['postfix', 'queue', 'data', 'mail', 'run', 'state']) mkdirSync(this.at(name))
    chownSync(this.at('data'), idOf('-u', 'postfix'), idOf('-g', 'postfix'))
    chownSync(this.at('mail'), idOf('-u', 'nobody'), idOf('-g', 'nobody'))
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost',
      '-keyout', this.at('key.pem'), '-out', this.at('cert.pem')], { stdio: 'ignore' })
    writeFileSync(this.at('postfix/main.cf'), `compatibility_level = 3.6
myhostname = mx.example.test
mydestination =
mynetworks =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
queue_directory = ${dir}/queue
data_directory = ${dir}/data
maillog_file = ${dir}/mail.log
maillog_file_prefixes = ${tmpdir()}
local_recipient_maps =
alias_maps =
virtual_mailbox_domains = example.test
virtual_mailbox_maps = inline:{ ${this.addresses.map((a) => `{ ${a} = yes }`).join(' ')} }
${this.gone ? `transport_maps = inline:{ { gone.test = lmtp:inet:127.0.0.1:${this.gone} } }` : ''}
virtual_transport = lmtp:inet:127.0.0.1:${this.lmtp}
smtpd_recipient_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:${this.auth}
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_tls_cert_file = ${dir}/cert.pem
smtpd_tls_key_file = ${dir}/key.pem
`)
    const services = ['pickup unix n - n 60 1 pickup', 'cleanup unix n - n - 0 cleanup', 'qmgr unix n - n 300 1 qmgr', 'tlsmgr unix - - n 1000? 1 tlsmgr',
      'rewrite unix - - n - - trivial-rewrite', 'bounce unix - - n - 0 bounce', 'defer unix - - n - 0 bounce', 'trace unix - - n - 0 bounce',
      'lmtp unix - - n - - lmtp', 'anvil unix - - n - 1 anvil', 'scache unix - - n - 1 scache', 'postlog unix-dgram n - n - 1 postlogd',
      'error unix - - n - - error', 'retry unix - - n - - error', 'proxymap unix - - n - - proxymap']
    writeFileSync(this.at('postfix/master.cf'), [`127.0.0.1:${this.port} inet n - n - - smtpd`, ...services].join('\n') + '\n')
    if (this.oauth)
      writeFileSync(this.at('oauth.conf'), `introspection_mode = post
introspection_url = ${this.oauth.at}
force_introspection = yes
username_attribute = username
active_attribute = active
active_value = true
`)
    writeFileSync(this.at('dovecot.conf'), `base_dir = ${dir}/run
state_dir = ${dir}/state
log_path = ${dir}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_failure_delay = 0
mail_location = maildir:${dir}/mail/%u
first_valid_uid = 1
postmaster_address = postmaster@example.test
${this.oauth ? `auth_mechanisms = ${this.oauth.mechanisms}` : ''}
passdb {
  driver = ${this.oauth ? 'oauth2' : 'static'}
  args = ${this.oauth ? `${dir}/oauth.conf` : `password=${this.password}`}
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=${dir}/mail/%u allow_all_users=yes
}
service imap-login {
  inet_listener imap {
    port = ${this.imap}
  }
  inet_listener imaps {
    port = 0
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${this.lmtp}
  }
}
service auth {
  inet_listener {
    address = 127.0.0.1
    port = ${this.auth}
  }
}
`)
  }

  async startDovecot() {
    this.dovecot = spawn('dovecot', ['-F', '-c', this.at('dovecot.conf')], { stdio: 'ignore' })
    await this.listens(this.imap)
    await this.listens(this.lmtp)
  }
  // Another password at the server, as when a provider makes people change theirs. Those who are in go on until they are thrown out.
  async changePassword(password) {
    this.password = password
    const before = readFileSync(this.at('dovecot.conf'), 'utf8')
    writeFileSync(this.at('dovecot.conf'), before.replace(/args = password=.*/, `args = password=${password}`))
    await this.stopDovecot()
    await this.startDovecot()
  }
  async stopDovecot() {
    const over = new Promise((done) => this.dovecot.once('exit', done))
    if (this.dovecot.exitCode !== null) return
    this.dovecot.kill('SIGTERM')
    await over
  }
  // Postfix alone comes and goes: the mailboxes stay.
  async start() {
    this.postfix = spawn('postfix', ['-c', this.at('postfix'), 'start-fg'], { stdio: 'ignore' })
    this.gone = new Promise((done) => this.postfix.once('exit', done))
    await this.listens(this.port)
  }
  async stop() {
    execFileSync('postfix', ['-c', this.at('postfix'), 'stop'], { stdio: 'ignore' })
    await this.gone
  }
  async destroy() {
    if (this.postfix && this.postfix.exitCode === null) await this.stop().catch(() => this.postfix.kill('SIGKILL'))
    if (this.dovecot) await this.stopDovecot()
    if (process.env.ZVONAR_KEEP) console.error(`kept: ${this.dir}`)
    else rmSync(this.dir, { recursive: true, force: true })
  }

  async listens(port) {
    for (const until = Date.now() + 15000; Date.now() < until; await sleep(50)) {
      const up = await new Promise((done) => {
        const c = net.connect(port, '127.0.0.1', () => done(true))
        c.once('error', () => done(false)).once('connect', () => c.destroy())
      })
      if (up) return
    }
    const log = ['mail.log', 'dovecot.log'].map((name) => (existsSync(this.at(name)) ? readFileSync(this.at(name), 'utf8') : '')).join('\n')
    throw new Error(`nothing listens on ${port}:\n${log}`)
  }

  // A letter straight into a mailbox, as a delivery agent puts it there.
  put(address, raw, folder = '') {
    const [uid, gid] = [idOf('-u', 'nobody'), idOf('-g', 'nobody')]
    const box = join(this.dir, 'mail', address, folder ? `.${folder}` : '')
    for (const name of [join(this.dir, 'mail', address), box, join(box, 'tmp'), join(box, 'new'), join(box, 'cur')])
      if (!existsSync(name)) {
        mkdirSync(name)
        chownSync(name, uid, gid)
      }
    const name = `${Math.floor(Date.now() / 1000)}.M${String(this.puts++).padStart(9, '0')}P1.test`
    writeFileSync(join(box, 'tmp', name), raw)
    chownSync(join(box, 'tmp', name), uid, gid)
    renameSync(join(box, 'tmp', name), join(box, 'new', name))
  }

  // By IMAP, with curl: every letter of the mailbox, oldest first.
  inbox(address) {
    const imap = (path, ...more) =>
      execFileSync('curl', ['-sS', '--noproxy', '*', '-u', `${address}:${this.password}`, ...more, `imap://127.0.0.1:${this.imap}/${path}`], { encoding: 'utf8' })
    const count = Number(imap('', '-X', 'STATUS INBOX (MESSAGES)').match(/MESSAGES (\d+)/)[1])
    return Array.from({ length: count }, (_, i) => new Letter(imap(`INBOX;MAILINDEX=${i + 1}`)))
  }
  async inboxHas(address, n, ms = 15000) {
    for (const until = Date.now() + ms; Date.now() < until; await sleep(150)) {
      const letters = this.inbox(address)
      if (letters.length >= n) return letters
    }
    throw new Error(`${address} has ${this.inbox(address).length} letters, not ${n}`)
  }
}

// A letter as it arrived: header(name), text, html.
class Letter {
  constructor(raw) {
    this.raw = raw
    const cut = raw.indexOf('\r\n\r\n')
    this.headers = raw.slice(0, cut).replace(/\r\n[ \t]+/g, ' ').split('\r\n')
    const boundary = this.header('Content-Type').match(/boundary="?([^";]+)/)?.[1]
    const parts = raw.slice(cut).split(`--${boundary}`)
    const part = (type) => {
      const one = parts.find((p) => p.toLowerCase().includes(`content-type: ${type}`))
      return one && Buffer.from(one.slice(one.indexOf('\r\n\r\n')), 'base64').toString('utf8')
    }
    this.text = boundary ? part('text/plain') : Buffer.from(raw.slice(cut), 'base64').toString('utf8')
    this.html = boundary && part('text/html')
  }
  header(name) {
    const line = this.headers.find((h) => h.toLowerCase().startsWith(`${name.toLowerCase()}:`))
    return line && decodeWords(line.slice(name.length + 1).trim())
  }
}

// RFC 2047: =?utf-8?B?…?= and =?utf-8?Q?…?=; a blank between two such words is none.
function decodeWords(s) {
  return s.replace(/\?=\s+=\?/g, '?==?').replace(/=\?([^?]+)\?([BQ])\?([^?]*)\?=/gi, (_, charset, kind, body) => {
    const bytes = /b/i.test(kind)
      ? Buffer.from(body, 'base64')
      : Buffer.from(body.replaceAll('_', ' ').replace(/=([0-9A-F]{2})/gi, (__, hex) => String.fromCharCode(Number.parseInt(hex, 16))), 'latin1')
    return new TextDecoder(charset).decode(bytes)
  })
}

// A way to a server that breaks when it is told to. cut(test): the next time test(bytes so far of this connection, from the server) holds, both ends
// are closed; deaf(true): nobody gets through. made: connections so far.
export async function brokenWay(t, port) {
  const way = { made: 0, cuts: 0, test: null, deaf: false, open: new Set() }
  const server = net.createServer((c) => {
    const up = net.connect(port, '127.0.0.1')
    let heard = ''
    way.made++
    way.open.add(c)
    const end = () => {
      c.destroy()
      up.destroy()
      way.open.delete(c)
    }
    for (const s of [c, up]) s.on('error', end).on('close', end)
    if (way.deaf) return end()
    c.on('data', (b) => up.write(b))
    up.on('data', (b) => {
      heard = (heard + b.toString('latin1')).slice(-200000)
      const cut = way.test?.(heard)
      if (cut) {
        way.test = null
        way.cuts++
        c.write(b.subarray(0, Math.floor(b.length / 2)), end)
      } else c.write(b)
    })
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  way.port = server.address().port
  way.cut = (test) => (way.test = test)
  way.drop = () => { for (const c of way.open) c.destroy() }
  t.after(() => {
    way.drop()
    server.close()
  })
  return way
}

// A mail server of a bad character: replies(command) gives what it says, after wait ms. seen: the letters it took.
export async function badMailServer(t, { replies = () => undefined, wait = 0 } = {}) {
  const seen = []
  const server = net.createServer(async (c) => {
    let rest = ''
    let data = false
    const say = async (line) => {
      if (wait) await sleep(wait)
      if (!c.destroyed) c.write(`${line}\r\n`)
    }
    c.on('error', () => {})
    await say('220 bad.example.test')
    c.setEncoding('utf8').on('data', async (text) => {
      rest += text
      for (let cut; (cut = rest.indexOf(data ? '\r\n.\r\n' : '\r\n')) >= 0; ) {
        const line = rest.slice(0, cut)
        rest = rest.slice(cut + (data ? 5 : 2))
        const said = replies(data ? 'LETTER' : line)
        if (data) seen.push(line)
        const opens = !data && line.startsWith('DATA') && !said
        data = opens
        await say(said ?? (opens ? '354 go' : '250 ok'))
        if (line.startsWith('QUIT')) c.end()
      }
    })
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  t.after(() => server.close())
  return { port: server.address().port, seen }
}

// A provider's token server: POST /token gives an access token for a refresh token, POST /introspect tells Dovecot what a token is worth. life: seconds of a token;
// say() may answer in its place with { status, headers, body }; revoke() makes what was given out worthless; each renewal gives another refresh token, and the
// one before is good no more. made: tokens so far; asked: the forms that came for one.
export async function tokenServer(t, login) {
  const p = { life: 3600, refresh: 'refresh-0', tokens: new Set(), made: 0, asked: [], say: null }
  const introspect = (token) => ({ body: p.tokens.has(token) ? { active: true, username: login, scope: 'mail' } : { active: false } })
  const give = (form) => {
    p.asked.push(form)
    if (form.grant_type !== 'refresh_token' || form.refresh_token !== p.refresh || form.client_id !== 'zvonar' || form.client_secret !== 'секрет&1')
      return { status: 400, body: { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' } }
    const token = `token-${++p.made}-${'x'.repeat(1500)}`
    p.tokens.add(token)
    p.refresh = `refresh-${p.made}`
    return { body: { access_token: token, token_type: 'Bearer', expires_in: p.life, refresh_token: p.refresh } }
  }
  const server = http.createServer(async (q, a) => {
    let text = ''
    for await (const piece of q) text += piece
    const form = Object.fromEntries(new URLSearchParams(text))
    if (form.refresh_token) await p.held?.(form)
    const { status = 200, headers = {}, body = '' } = q.url === '/introspect' ? introspect(form.token) : (p.say?.(q) ?? give(form))
    a.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  p.at = (path) => `http://127.0.0.1:${server.address().port}/${path}`
  p.revoke = () => p.tokens.clear()
  return p
}
