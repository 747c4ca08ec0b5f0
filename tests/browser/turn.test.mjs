// SPDX-License-Identifier: GPL-3.0-or-later
// A headset whose network lets nothing straight through: its sound goes over a relay, a real coturn, with the credentials the server gives.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { freePort, sleep } from '../lib/server.mjs'
import { browse, hears, MICROPHONE_HZ, pageOf, serveWeb, until } from './lib.mjs'

const RELAY = '/usr/bin/turnserver'

// coturn on a free port of loopback, by its REST secret.
async function relay(t, secret) {
  const dir = mkdtempSync(join(tmpdir(), 'zvonar-turn-'))
  const port = await freePort()
  const options = ['-n', '--no-tls', '--no-dtls', '--no-cli', '--allow-loopback-peers', '--use-auth-secret', `--static-auth-secret=${secret}`, '--realm=example.test']
  const p = spawn(RELAY, [...options, '-L', '127.0.0.1', '-E', '127.0.0.1', '-p', String(port), '--log-file=stdout', '--pidfile', join(dir, 'pid'), '--userdb', join(dir, 'db')], { cwd: dir, stdio: 'ignore' })
  const ended = new Promise((done) => p.once('exit', done))
  t.after(async () => {
    p.kill('SIGKILL')
    await ended
    rmSync(dir, { recursive: true, force: true })
  })
  const open = () => new Promise((done) => net.connect(port, '127.0.0.1').once('connect', function () { this.destroy(); done(true) }).once('error', () => done(false)))
  for (let i = 0; i < 200 && !(await open()); i++) await sleep(50)
  return port
}

// A page whose browser may go over a relay only.
async function behindStrictNetwork(browser, s, person) {
  const page = await pageOf(browser, s, person)
  await page.addInitScript(() => {
    const Real = window.RTCPeerConnection
    window.RTCPeerConnection = class extends Real {
      constructor(options) {
        super({ ...options, iceTransportPolicy: 'relay' })
        window.peer = this
        this.addEventListener('icecandidateerror', (e) => (window.refused = e.errorCode))
      }
    }
  })
  return page
}

test('a headset reaches us over a relay', { skip: !existsSync(RELAY) && 'needs coturn' }, async (t) => {
  const s = await serveWeb(t)
  const [admin, operator, customer] = [s.person('admin'), s.person('operator'), s.person('customer', { customer_id: s.insert('customer', { name: 'К', created_at: 1 }) })]
  const port = await relay(t, 'общий секрет')
  const set = (body) => s.call('PUT', '/api/settings', { as: admin, body })
  const given = async () => (await s.call('GET', '/api/ice-servers', { as: operator })).body.servers
  assert.deepEqual(await given(), [])
  assert.equal((await set({ turn_urls: `turn:127.0.0.1:${port}` })).body.error.code, 'turn_secret')
  for (const bad of ['stun:a:1', 'turn:', 'turn:a/b', 'https://a', 'turn:a turn:b turn:c turn:d turn:e turn:f'])
    assert.equal((await set({ turn_urls: bad, turn_secret: 'x' })).body.error.code, 'turn_url', bad)
  const kept = await set({ turn_urls: `turn:127.0.0.1:${port}?transport=tcp`, turn_secret: 'общий секрет' })
  assert.deepEqual([kept.status, kept.body.turn_secret, kept.body.turn_secret_set], [200, undefined, true])
  const [one] = await given()
  const [expiry, user] = one.username.split(':').map(Number)
  assert.ok(Math.abs(expiry - Date.now() / 1000 - 12 * 3600) < 120)
  assert.equal(user, operator.id)
  assert.equal((await s.call('GET', '/api/ice-servers', { as: customer })).status, 403)
  assert.equal((await s.call('GET', '/api/ice-servers')).status, 401)

  const page = await behindStrictNetwork(await browse(t), s, operator)
  await page.open('/headset')
  await page.getByRole('button', { name: 'Услышать себя' }).click()
  await until('the leg over the relay', () => page.evaluate(() => window.peer?.connectionState === 'connected'), 20000)
  await hears(page, MICROPHONE_HZ)
  const ways = await page.evaluate(async () => {
    const all = [...(await window.peer.getStats()).values()]
    const pair = all.find((x) => x.type === 'candidate-pair' && x.nominated)
    return [all.find((x) => x.id === pair.localCandidateId).candidateType, all.find((x) => x.id === pair.localCandidateId).relayProtocol]
  })
  assert.deepEqual(ways, ['relay', 'tcp'])
  assert.deepEqual(page.complaints, [])

  // With another secret the relay refuses.
  await set({ turn_secret: 'другой' })
  await page.reload()
  await page.getByRole('button', { name: 'Услышать себя' }).click()
  await until('the relay refuses', () => page.evaluate(() => window.refused === 401), 20000)
  await sleep(1000)
  assert.notEqual(await page.evaluate(() => window.peer?.connectionState), 'connected')
})
