// SPDX-License-Identifier: GPL-3.0-or-later
// media.mjs - G.711 calls between two SIP ends, bridged: what each costs, how late its packets leave, with and without a recording.
// bench-calls (engine/tel as it runs, one process on one core) between the two ends of bench-talkers (another process, another core).
// Beside it the relay alone (bench-relay): the same packets read and sent on, and nothing else.
// Aims: 500 recorded calls on one core, p99 of the added delay under 20 ms, at most 0.09 % of a core and 150 kB each; 1000 on two (their loops
// on the first two cores, the far ends on the third: on a machine of two cores the far ends share the second, and the delay is theirs).
// usage: bench/run media [CALLS…]   (100 250 500 1000, then 1000 on two cores)
import { bench, fixed, print } from './lib.mjs'
import { inside, Process, sleep } from './process.mjs'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'

inside()
const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [100, 250, 500, 1000]
const SECONDS = 10
const [serverCore, loadCore] = [0, 1]
const thirdCore = cpus().length > 2 ? 2 : 1
const ASTERISK = { recorded: '0.50–0.65', relayed: '0.16–0.24' }

// Percent of a core each, of reading and sending alone.
async function floor(n) {
  const relay = new Process(serverCore, bench('relay'), n, 5, loadCore)
  try {
    return (await relay.line()).share / n
  } finally {
    relay.stop()
  }
}

// As many calls as two cores should carry: the busiest thread is what would fill its core.
async function two(n, port) {
  const dir = mkdtempSync(join(tmpdir(), 'media-'))
  const talkers = new Process(thirdCore, bench('talkers'), port + 1, 'speak')
  const calls = new Process('0,1', bench('calls'), port, port + 1, dir, 2)
  try {
    await calls.line()
    await calls.ask(`calls ${n}`)
    await sleep(1500)
    talkers.say('reset')
    const [from, at] = [calls.threads(), process.hrtime.bigint()]
    await sleep(SECONDS * 1000)
    const elapsed = Number(process.hrtime.bigint() - at)
    const shares = calls.threads().map((ns, i) => ((ns - from[i]) / elapsed) * 100)
    const heard = await talkers.ask('report')
    const each = shares.reduce((sum, s) => sum + s, 0) / n
    const name = `media, ${n} calls recorded on two cores`
    print(`${name}, the busiest thread`, fixed(Math.max(...shares)), '% of a core', `all threads: ${shares.map((s) => fixed(s)).join(' + ')}`)
    print(`${name}, CPU each`, fixed(each, 3), '% of a core', `limit 0.09 %, ratio ${fixed(each / 0.09, 2)}`)
    print(`${name}, added delay p99`, fixed(heard.p99), 'ms', `limit: 20 ms, ratio ${fixed(heard.p99 / 20, 2)}; p50 ${fixed(heard.p50)} ms${thirdCore > 1 ? '' : '; the far ends share a core with a loop'}`)
    print(`${name}, packets lost`, heard.lost, `of ${heard.got}`)
  } finally {
    calls.stop()
    talkers.stop()
    rmSync(dir, { recursive: true })
  }
}

async function measure(kind, port) {
  const dir = mkdtempSync(join(tmpdir(), 'media-'))
  const talkers = new Process(loadCore, bench('talkers'), port + 1, 'speak')
  const calls = new Process(serverCore, bench('calls'), port, port + 1, kind === 'recorded' ? dir : '-')
  try {
    await calls.line()
    const empty = calls.rss()
    for (const n of sizes) {
      await calls.ask(`calls ${n}`)
      await sleep(1500) // jitter buffers settle
      talkers.say('reset')
      const from = calls.cpu()
      const at = process.hrtime.bigint()
      await sleep(SECONDS * 1000)
      const share = ((calls.cpu() - from) / Number(process.hrtime.bigint() - at)) * 100
      const heard = await talkers.ask('report')
      const each = share / n
      const alone = await floor(n)
      print(`media, ${n} calls ${kind}, CPU each`, fixed(each, 3), '% of a core', `Asterisk: ${ASTERISK[kind]} %, limit 0.09 %, ratio ${fixed(each / 0.09, 2)}; relay alone: ${fixed(alone, 3)} %, ratio ${fixed(each / alone, 2)}`)
      print(`media, ${n} calls ${kind}, added delay p99`, fixed(heard.p99), 'ms', `limit: 20 ms, ratio ${fixed(heard.p99 / 20, 2)}; p50 ${fixed(heard.p50)} ms, most ${fixed(heard.max)} ms`)
      print(`media, ${n} calls ${kind}, packets lost`, heard.lost, `of ${heard.got}`, `all ${fixed(share)} % of one core`)
      print(`media, ${n} calls ${kind}, memory each`, fixed((calls.rss() - empty) / n / 1000), 'kB', 'limit: 150 kB')
    }
  } finally {
    calls.stop()
    talkers.stop()
    rmSync(dir, { recursive: true })
  }
}

await measure('relayed', 15060)
await measure('recorded', 15070)
await two(sizes.at(-1), 15080)
process.exit(0)
