// SPDX-License-Identifier: GPL-3.0-or-later
// webrtc.mjs - a browser and a SIP trunk, bridged and recorded: what each call costs, in PCMA (passed on, but decrypted and encrypted) and in
// Opus (decoded and encoded). bench-calls (engine/tel as it runs, one process on one core) between bench-browsers (ICE, DTLS-SRTP) and
// bench-talkers (another core). Aims: at most 0.3 % of a core in PCMA and 0.8 % in Opus, 150 kB each.
// usage: bench/run webrtc [CALLS…]   (20 100)
import { bench, fixed, print } from './lib.mjs'
import { inside, Process, sleep } from './process.mjs'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

inside()
const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [20, 100]
const SECONDS = 10
const [serverCore, loadCore] = [0, 1]
const LIMITS = { pcma: 0.3, opus: 0.8 }

// One more browser's call; its bridge stands a moment later.
async function join_in(browsers, calls) {
  const { offer } = await browsers.ask('offer')
  const { answer } = await calls.ask(`browser ${offer}`)
  await browsers.ask(`answer ${answer}`)
}

async function all_up(browsers, n) {
  for (let i = 0; i < 200; i++) {
    if ((await browsers.ask('report')).up === n) return
    await sleep(100)
  }
  throw new Error('not all browsers came up')
}

async function measure(codec, port) {
  const dir = mkdtempSync(join(tmpdir(), 'webrtc-'))
  const talkers = new Process(loadCore, bench('talkers'), port + 1, 'speak')
  const browsers = new Process(loadCore, bench('browsers'), codec)
  const calls = new Process(serverCore, process.env.BENCH_CALLS ?? bench('calls'), port, port + 1, dir)
  try {
    await calls.line()
    const empty = calls.rss()
    for (let [i, up] = [0, 0]; i < sizes.length; i++) {
      const n = sizes[i]
      for (; up < n; up++) await join_in(browsers, calls)
      await all_up(browsers, n)
      await sleep(2000) // answers, jitter buffers
      const before = await browsers.ask('report')
      const [from, at] = [calls.cpu(), process.hrtime.bigint()]
      await sleep(SECONDS * 1000)
      const share = ((calls.cpu() - from) / Number(process.hrtime.bigint() - at)) * 100
      const heard = (await browsers.ask('report')).heard - before.heard
      const limit = LIMITS[codec]
      print(`webrtc, ${n} calls in ${codec}, CPU each`, fixed(share / n, 3), '% of a core', `limit: ${limit} %, ratio ${fixed(share / n / limit, 2)}; all ${fixed(share)} % of one core`)
      print(`webrtc, ${n} calls in ${codec}, packets heard by each browser`, fixed(heard / n / SECONDS), 'a second', 'all: 50')
      print(`webrtc, ${n} calls in ${codec}, memory each`, fixed((calls.rss() - empty) / n / 1000), 'kB', 'limit: 150 kB')
    }
  } finally {
    calls.stop()
    browsers.stop()
    talkers.stop()
    rmSync(dir, { recursive: true })
  }
}

await measure('pcma', 15160)
await measure('opus', 15170)
process.exit(0)
