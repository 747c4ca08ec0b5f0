// SPDX-License-Identifier: GPL-3.0-or-later
// connect.mjs - the called party answers: how long until audio flows both ways with the operator? Aim: p99 under 100 ms with 20 calls at once.
// tel alone, a carrier on loopback, and one Chromium with 20 legs whose microphones hum. Counted from the moment the carrier sends its 200
// until it hears the hum, and until tel says `connected` (from the same tick on the operator hears the other side).
// usage: bench/run connect [ROUNDS]
import { execFileSync, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const SEATS = 20
if (!process.env.CONNECT_INSIDE) {
  // a network of its own, as tests/sip/run makes it
  execFileSync('ninja', ['-C', fileURLToPath(new URL('../build', import.meta.url)), 'tel-alone'], { stdio: 'ignore' })
  const inside = 'ip link set lo up && exec "$@"'
  const r = spawnSync('unshare', ['-n', 'sh', '-c', inside, 'sh', process.execPath, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, CONNECT_INSIDE: '1' },
  })
  process.exit(r.status ?? 1)
}

const { Carrier } = await import('../tests/sip/lib/carrier.mjs')
const { openSeat } = await import('../tests/sip/lib/browser.mjs')
const { dial, telWithTrunk } = await import('../tests/sip/lib/lines.mjs')
const { fixed, print, quantile } = await import('./lib.mjs')
const rounds = Number(process.argv[2] ?? 5)

const carriers = new Map() // by number: each call has RTP of its own
const carrier = await Carrier.start(5080, async (c, r) => {
  if (r.method === 'INVITE') {
    const one = carriers.get(/sip:(\+\d+)@/.exec(r.line)[1])
    c.reply(r, 180, 'Ringing')
    await new Promise((done) => setTimeout(done, 300))
    one.answered = performance.now()
    c.reply(r, 200, 'OK', { sdp: one.media.sdp() })
    one.media.speak(r)
  } else c.reply(r, 200, 'OK')
})
const tel = await telWithTrunk(5080, { channels: 100, calls_per_s: 100 })
for (let i = 1; i <= SEATS; i++) tel.send({ kind: 'operator_start', operator: i, wrap_up_ms: 100, preview_ms: 1000 })
const seat = await openSeat({ codec: 'pcma', seats: SEATS, offer: (sdp, i) => tel.sdp({ kind: 'operator_leg', operator: i + 1, sdp }) })
const audio = []
const told = []

try {
  for (let i = 1; i <= SEATS; i++) {
    await tel.wait((e) => e.kind === 'leg' && e.operator === i && e.up, 30000)
    tel.send({ kind: 'operator_ready', operator: i })
    await tel.operator(i, 'ready')
  }
  for (let round = 0; round < rounds; round++) {
    const calls = []
    for (let i = 1; i <= SEATS; i++) {
      const number = `+7495${1000000 + round * 1000 + i}`
      const media = await Carrier.start(0)
      const one = { media }
      media.rtp.on('message', (d) => {
        if (one.answered && !one.heard && (d[1] & 0x7f) === 8 && d.subarray(12).some((b) => (b & 0x7f ^ 0x55) > 0x30)) one.heard = performance.now()
      })
      carriers.set(number, one)
      calls.push({ one, id: dial(tel, { operator: i, number }), operator: i })
    }
    for (const c of calls) c.connected = await tel.call(c.id, 'connected', 15000)
    await new Promise((done) => setTimeout(done, 1000))
    const seq = tel.lastSeq
    for (const c of calls) {
      if (!c.one.heard) throw new Error('a carrier never heard its operator')
      audio.push(c.one.heard - c.one.answered)
      told.push(c.connected.came - c.one.answered)
      tel.send({ kind: 'hangup', call: c.id, by: 'system' })
    }
    for (const c of calls) {
      await tel.operator(c.operator, 'ready', 5000, seq)
      c.one.media.stop()
    }
  }
} finally {
  await seat.close()
  carrier.stop()
  await tel.stop()
}
for (const [name, all] of [['the far side hears the operator', audio], ['connected is told', told]]) {
  all.sort((a, b) => a - b)
  print(`connect, ${name}, p50`, fixed(quantile(all, 0.5)), 'ms', `${all.length} calls, ${SEATS} at once`)
  print(`connect, ${name}, p99`, fixed(quantile(all, 0.99)), 'ms', `limit: 100 ms, ratio ${fixed(quantile(all, 0.99) / 100, 2)}`)
}
process.exit(0)
