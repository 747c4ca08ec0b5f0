// SPDX-License-Identifier: GPL-3.0-or-later
// people.test.mjs - the trials A6 and A7 of the trust page in full: 10,000 guesses at one account and one guess at each of 10,000, and
// whether time tells which logins exist (2 × 2,000). ZVONAR_GUESSES makes them smaller (A7 takes that number × 0.1).
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import { test } from 'node:test'
import { program, serve } from '../lib/server.mjs'
import { spawn } from 'node:child_process'

const GUESSES = Number(process.env.ZVONAR_GUESSES ?? 10000)
const PASSWORD = 'голубь сидит на крыше'

function login(s, { login, password = 'догадка', from = '127.0.0.2', cookie, agent }) {
  const body = JSON.stringify({ login, password })
  const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body), ...(cookie && { Cookie: cookie }) }
  return new Promise((done, failed) => {
    const q = http.request({ host: '127.0.0.1', port: s.port, localAddress: from, method: 'POST', path: '/api/login', headers, agent: agent ?? false }, (r) => {
      let text = ''
      r.on('data', (part) => (text += part)).on('end', () => done({ status: r.statusCode, text, cookies: r.headers['set-cookie'] ?? [] }))
    })
    q.on('error', failed).end(body)
  })
}
const address = (i) => `127.${1 + (i >> 14)}.${(i >> 7) & 127}.${1 + (i & 127)}`
async function person(s, name) {
  const p = spawn(program, ['user', 'add', '--data', s.dir, '--db', s.db.url, '--login', name, '--role', 'admin', '--password-file', '-'])
  p.stdin.end(`${PASSWORD}\n`)
  assert.equal(await new Promise((done) => p.once('close', done)), 0)
}
// Seconds of processor the app has used.
function processor(s) {
  const f = readFileSync(`/proc/${s.pidOf('app')}/stat`, 'utf8').split(') ')[1].split(' ')
  return (Number(f[11]) + Number(f[12])) / 100
}
// jobs by 16 at a time.
async function flood(n, one) {
  let next = 0
  await Promise.all(Array.from({ length: 16 }, async () => {
    while (next < n) await one(next++)
  }))
}

test('A6: guesses are few, cheap and lock nobody out', { timeout: 3600e3 }, async (t) => {
  const s = await serve(t)
  await person(s, 'anna')
  const first = await login(s, { login: 'anna', password: PASSWORD, from: '127.0.0.3' })
  const device = first.cookies.find((c) => c.startsWith('device=')).split(';')[0]
  const agent = new http.Agent({ keepAlive: true, localAddress: '127.0.0.2' })
  for (const [what, one] of [
    ['one account, one address', () => login(s, { login: 'anna', agent })],
    ['one guess at each of many accounts, one address', (i) => login(s, { login: `user${i}`, agent })],
    ['one account, many addresses', (i) => login(s, { login: 'anna', from: address(i) })]
  ]) {
    const seen = {}
    const began = Date.now()
    const used = processor(s)
    await flood(GUESSES, async (i) => {
      const { status } = await one(i)
      seen[status] = (seen[status] ?? 0) + 1
    })
    const minutes = (Date.now() - began) / 60000
    const share = (processor(s) - used) / (minutes * 60)
    const hashes = seen[401] ?? 0
    t.diagnostic(`${what}: ${JSON.stringify(seen)} in ${(minutes * 60).toFixed(1)} s, ${(share * 100).toFixed(0)} % of one processor`)
    if (!what.includes('each')) assert.ok(hashes <= 20 * Math.ceil(minutes + 1), `${what}: ${hashes} hashes in ${minutes.toFixed(1)} minutes`)
    else assert.ok(hashes <= 100 * Math.ceil(minutes / 10 + 1), `${what}: ${hashes} hashes`)
    const own = await login(s, { login: 'anna', password: PASSWORD, from: '127.0.0.3', cookie: device })
    assert.equal(own.status, 200, `${what}: the person himself gets in`)
  }
  agent.destroy()
})

// Two-sided p of the Mann-Whitney test, by its normal approximation.
function mannWhitney(a, b) {
  const all = [...a.map((v) => [v, 0]), ...b.map((v) => [v, 1])].sort((x, y) => x[0] - y[0])
  let rank = 0
  all.forEach(([, kind], i) => (rank += kind === 0 ? i + 1 : 0))
  const u = rank - (a.length * (a.length + 1)) / 2
  const z = (u - (a.length * b.length) / 2) / Math.sqrt((a.length * b.length * (a.length + b.length + 1)) / 12)
  const erfc = (x) => {
    const k = 1 / (1 + 0.3275911 * x)
    return k * (0.254829592 + k * (-0.284496736 + k * (1.421413741 + k * (-1.453152027 + k * 1.061405429)))) * Math.exp(-x * x)
  }
  return erfc(Math.abs(z) / Math.SQRT2)
}
const median = (v) => v.slice().sort((x, y) => x - y)[v.length >> 1]

test('A7: time does not tell whether a login exists', { timeout: 3600e3 }, async (t) => {
  const s = await serve(t)
  const n = Math.round(GUESSES / 5)
  await person(s, 'anna')
  const [{ password_hash }] = s.rows(`SELECT password_hash FROM "user" WHERE login = 'anna'`)
  for (let i = 0; i < n; i++) s.person('operator', { login: `known${i}`, password_hash })
  const times = { known: [], unknown: [] }
  for (let i = 0; i < n; i++)
    for (const kind of i % 2 ? ['known', 'unknown'] : ['unknown', 'known']) {
      const began = performance.now()
      assert.equal((await login(s, { login: `${kind}${i}`, from: address(i >> 5) })).status, 401)
      times[kind].push(performance.now() - began)
    }
  const p = mannWhitney(times.known, times.unknown)
  const gap = Math.abs(median(times.known) - median(times.unknown))
  t.diagnostic(`2 × ${n}: medians ${median(times.known).toFixed(2)} and ${median(times.unknown).toFixed(2)} ms, p = ${p.toFixed(3)}`)
  assert.ok(p > 0.01, `p = ${p}`)
  assert.ok(gap < 2 || n < 1000, `gap of medians ${gap.toFixed(2)} ms`)
})
