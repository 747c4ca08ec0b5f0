// SPDX-License-Identifier: GPL-3.0-or-later
// Trial W6: whoever names an address to the program cannot have it speak to what is closed to him. A network and a mount space of the test's own hold
// the closed addresses (this machine, link-local, private), a name server that answers otherwise each time, and a house outside that leads back in; on every
// closed address a trap counts connections. Each form by which a person names an address gets all of them. Skipped where the test is not root.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import dgram from 'node:dgram'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import https from 'node:https'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { patience, serve, sleep } from '../lib/server.mjs'

const PORTS = [8443, 5060]
const OUTSIDE = ['93.184.216.34', '2a02:6b8::34']
const CLOSED = ['127.0.0.1', '127.8.8.8', '10.1.2.3', '169.254.169.254', '::1', 'fd00::1']
const NAMES = { 'localhost': '127.0.0.1', 'metadata.google.internal': '169.254.169.254', 'inside.outside.test': '127.0.0.1', 'private.outside.test': 'fd00::1', 'hook.outside.test': OUTSIDE[0] }
const HOSTS = [
  '127.0.0.1', '127.8.8.8', '127.1', '0', '0.0.0.0', '0x7f.1', '0x7f000001', '017700000001', '2130706433', '10.1.2.3', '169.254.169.254', '::1', '::', '::ffff:127.0.0.1', '::ffff:7f00:1', 'fd00::1',
  'localhost', 'metadata.google.internal', 'inside.outside.test', 'private.outside.test', 'rebind.outside.test'
]
const dir = process.env.ZVONAR_TRAP
const possible = process.getuid() === 0

async function becomes(ask, wanted, ms = 30000 * patience) {
  let last
  for (const until = Date.now() + ms; Date.now() < until; await sleep(50)) {
    last = await ask()
    if (wanted(last)) return last
  }
  throw new Error(`it did not come to that: ${JSON.stringify(last).slice(0, 2000)}`)
}

// Who came to a closed address, as address and port.
async function trap(t) {
  const came = []
  for (const host of CLOSED)
    for (const port of PORTS) {
      const server = net.createServer((c) => {
        came.push(`${host} ${port}`)
        c.on('error', () => {}).destroy()
      })
      await new Promise((done, failed) => server.once('error', failed).listen(port, host, done))
      t.after(() => server.close())
    }
  return came
}

// A house of the internet that leads whoever asks to this machine, and lets go of who says nothing.
async function house(t) {
  const seen = []
  const tls = { cert: readFileSync(join(dir, 'ca.pem')), key: readFileSync(join(dir, 'key.pem')), handshakeTimeout: 500 }
  const server = https.createServer(tls, (q, a) => {
    seen.push(q.url)
    a.writeHead(302, { Location: `https://127.0.0.1:${PORTS[0]}/`, Connection: 'close' }).end()
  })
  server.on('secureConnection', (c) => setTimeout(() => c.destroy(), 1000)).on('tlsClientError', (_, c) => c.destroy())
  await new Promise((done) => server.listen(PORTS[0], OUTSIDE[0], done))
  t.after(() => server.close())
  return seen
}

// Names that are not in the hosts file: every second answer is this machine, and none is to be kept.
async function names(t) {
  let asked = 0
  const server = dgram.createSocket('udp4')
  server.on('message', (m, from) => {
    const end = m.indexOf(0, 12) + 5
    const four = m.readUInt16BE(end - 4) === 1
    const address = four && (asked++ % 2 ? [127, 0, 0, 1] : OUTSIDE[0].split('.').map(Number))
    const head = Buffer.from([m[0], m[1], 0x81, 0x80, 0, 1, 0, four ? 1 : 0, 0, 0, 0, 0])
    const answer = four ? Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...address]) : Buffer.alloc(0)
    server.send(Buffer.concat([head, m.subarray(12, end), answer]), from.port, from.address)
  })
  await new Promise((done) => server.bind(53, '127.0.0.1', done))
  t.after(() => server.close())
  return () => asked
}

// What the house's own documents call an address, and what becomes of it. A new one must be put here, and tried below.
const addressed = {
  tried: ['mailboxes imap_host', 'mailboxes smtp_host', 'mailboxes oauth_url', 'webhooks url'],
  ofTheHouse: ['settings smtp_host', 'settings sms_url', 'trunks host'], // an administrator's own servers: the house's configuration
  shown: ['settings public_url', 'settings sms_callback_url', 'settings turn_urls', 'customers site', 'handovers site', 'contacts site'] // the program goes to none of them
}
function everyForm(doc) {
  const found = new Set()
  for (const [path, ways] of Object.entries(doc.paths))
    for (const way of Object.values(ways))
      for (const { schema = {} } of Object.values(way.requestBody?.content ?? {})) {
        const { properties = {} } = schema.$ref ? doc.components.schemas[schema.$ref.split('/').at(-1)] : schema
        for (const name of Object.keys(properties))
          if (/(^|_)(host|url|site|server|endpoint|uri)s?$/.test(name)) found.add(`${path.split('/').filter((p) => p && !p.startsWith('{')).at(-1)} ${name}`)
      }
  return [...found].sort()
}

const inUrl = (host) => `https://${host.includes(':') ? `[${host}]` : host}:${PORTS[0]}/`

async function everyWay(s, admin, pm, contact) {
  const at = PORTS[0]
  let n = 0
  const refused = []
  const make = async (path, body, as) => {
    const r = await s.call('POST', `/api/${path}`, { as, body })
    if (r.status === 201) return r.body
    assert.equal(r.status, 400, r.text)
    refused.push(JSON.stringify(body))
  }
  const box = (more) => make('mailboxes', { name: `Ящик ${++n}`, address: `b${n}@example.test`, imap_host: 'nothing.invalid', imap_port: at, smtp_host: 'nothing.invalid', smtp_port: at, any_certificate: true, login: 'x', password: 'x', ...more }, admin)
  const oauth = { auth: 'oauth', oauth_client_id: 'x', oauth_client_secret: 'x', oauth_refresh_token: 'x' }
  const boxes = []
  const hooks = []
  for (const host of HOSTS) {
    boxes.push(await box({ imap_host: host, smtp_host: host, imap_port: n % 2 ? at : PORTS[1] }), await box({ ...oauth, oauth_url: inUrl(host) }))
    hooks.push(await make('webhooks', { name: host, url: inUrl(host), kinds: ['contact_created'] }, pm))
  }
  boxes.push(await box({ ...oauth, oauth_url: inUrl('hook.outside.test') }))
  hooks.push(await make('webhooks', { name: 'away', url: inUrl('hook.outside.test'), kinds: ['contact_created'] }, pm))
  const whole = { boxes: boxes.filter(Boolean), hooks: hooks.filter(Boolean) }
  // The buttons that try it, the mailboxes' own reading, the event on its way, and a letter.
  const tried = []
  for (const b of whole.boxes) tried.push((await s.call('POST', `/api/mailboxes/${b.id}/test`, { as: admin, timeout: 60000 })).body)
  for (const h of whole.hooks) tried.push((await s.call('POST', `/api/webhooks/${h.id}/test`, { as: pm, timeout: 60000 })).body)
  await contact()
  await becomes(() => s.rows('SELECT id FROM webhook_delivery WHERE error IS NULL'), (left) => left.length === 0)
  await becomes(() => s.rows("SELECT id FROM mailbox WHERE state_code IS NULL"), (left) => left.length === 0)
  const words = { to_list: 'anna@example.test', subject: 'Отчёт за неделю готов', text: 'Добрый день.\n\nОтчёт готов.', reason: 'проба' }
  const letter = await s.call('POST', `/api/mailboxes/${whole.boxes[0].id}/letters`, { as: admin, body: words })
  assert.equal(letter.status, 201, letter.text)
  await becomes(() => s.rows('SELECT error FROM mail_letter')[0].error, Boolean)
  return { tried, refused }
}

if (dir)
  test('nobody is sent where it is closed', async (t) => {
    const came = await trap(t)
    const seen = await house(t)
    const asked = await names(t)
    const s = await serve(t)
    assert.deepEqual(everyForm(s.doc), Object.values(addressed).flat().sort())
    const admin = s.person('admin')
    const customer_id = s.insert('customer', { name: 'Ромашка', created_at: 1 })
    const project_id = s.insert('project', { customer_id, name: 'Звонки', type: 'cold_calls', created_at: 1 })
    const base_id = s.insert('base', { project_id, name: 'База', created_at: 1 })
    const pm = s.person('project_manager', { project_ids: [project_id] })
    const set = async (body) => {
      const r = await s.call('PUT', '/api/settings', { as: admin, body: { mail_from: 'centre@example.test', public_url: inUrl('127.0.0.1'), ...body } })
      assert.equal(r.status, 200, r.text)
    }
    const contact = async () => {
      const r = await s.call('POST', `/api/projects/${project_id}/contacts`, { as: admin, body: { base_id, company: 'Вектор', site: inUrl('127.0.0.1') } })
      assert.equal(r.status, 201, r.text)
    }
    await set({})
    const { tried, refused } = await everyWay(s, admin, pm, contact)
    assert.deepEqual(came, [], 'somebody came to what is closed')
    assert.ok(tried.length > HOSTS.length * 2, `${tried.length} tried, refused at once: ${refused}`)
    assert.deepEqual(tried.filter((p) => p.ok), [])
    assert.ok(seen.length > 2, 'the house that leads back in was asked')
    assert.ok(asked() > 5, 'the name that is now here, now there was asked for')

    // The trap holds: where the administrator lets the program in, it comes, and to link-local addresses not even then.
    await set({ mail_inside: true, webhook_inside: true })
    s.run('DELETE FROM mailbox; DELETE FROM webhook_delivery; DELETE FROM webhook;')
    await everyWay(s, admin, pm, contact)
    for (const host of ['127.0.0.1', '127.8.8.8', '10.1.2.3', '::1', 'fd00::1']) assert.ok(came.includes(`${host} ${PORTS[0]}`), `nobody came to ${host}`)
    assert.ok(came.some((c) => c.endsWith(String(PORTS[1]))))
    assert.ok(!came.some((c) => c.startsWith('169.254')))
  })
else
  test('W6: the trap on every closed address stays empty', { skip: !possible && 'needs root' }, async (t) => {
    const at = mkdtempSync(join(tmpdir(), 'zvonar-trap-'))
    t.after(() => rmSync(at, { recursive: true, force: true }))
    writeFileSync(join(at, 'hosts'), Object.entries(NAMES).map(([name, address]) => `${address} ${name}\n`).join(''))
    writeFileSync(join(at, 'resolv.conf'), 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n')
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=outside.test', '-addext', 'subjectAltName=DNS:*.outside.test',
      '-keyout', join(at, 'key.pem'), '-out', join(at, 'ca.pem')], { stdio: 'ignore' })
    const addresses = [...CLOSED, ...OUTSIDE].filter((a) => a !== '127.0.0.1' && a !== '::1').map((a) => `ip addr add ${a}/${a.includes(':') ? '128' : '32'} dev lo`)
    const mounts = [['hosts', '/etc/hosts'], ['resolv.conf', '/etc/resolv.conf'], ['ca.pem', '/etc/ssl/certs/ca-certificates.crt']].map(([from, to]) => `mount --bind ${at}/${from} "$(readlink -f ${to})"`)
    const script = ['ip link set lo up', ...addresses, ...mounts, 'exec "$@"'].join(' && ')
    const { NODE_TEST_CONTEXT: _, ZVONAR_TEST_PG: __, ...env } = process.env
    const child = spawn('unshare', ['-n', '-m', 'sh', '-c', script, 'sh', process.execPath, '--test-force-exit', fileURLToPath(import.meta.url)], { env: { ...env, ZVONAR_TRAP: at }, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const way of [child.stdout, child.stderr]) way.setEncoding('utf8').on('data', (text) => (said += text))
    const code = await new Promise((done) => child.once('close', done))
    assert.equal(code, 0, said.slice(-4000))
  })
