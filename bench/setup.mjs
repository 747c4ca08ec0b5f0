// SPDX-License-Identifier: GPL-3.0-or-later
// setup.mjs - calls set up, bridged and hung up at a rate, each of two SIP ends: what one costs, and whether it costs more when the ended
// transactions of the last half minute lie about, as they do in life. bench-calls (engine/tel as it runs, one process on one core)
// dials the silent ends of bench-talkers (another core). A call stands for 200 ms, so sound is little of the figure.
// Aims: at most 1.5 ms of processor a call; 350 a second on one core, held for 60 s.
// usage: bench/run setup [RATE [SECONDS]]   (350 60)
import { bench, fixed, print } from './lib.mjs'
import { inside, Process, sleep } from './process.mjs'

inside()
const [rate, seconds] = [Number(process.argv[2] ?? 350), Number(process.argv[3] ?? 60)]
const [serverCore, loadCore] = [0, 1]
const [LIMIT_MS, HOLD_MS, PIECE_S] = [1.5, 200, 10]
const ASTERISK = 'Asterisk: 5–6 ms, 350/s on two full cores'

const talkers = new Process(loadCore, bench('talkers'), 15081, 'silent')
const calls = new Process(serverCore, (process.env.BENCH_CALLS ?? bench('calls')), 15080, 15081, '-')
const pieces = []
try {
  await calls.line()
  const done = calls.ask(`rate ${rate} ${seconds} ${HOLD_MS}`)
  let [cpu, at] = [calls.cpu(), process.hrtime.bigint()]
  for (let i = 0; i < seconds / PIECE_S; i++) {
    await sleep(PIECE_S * 1000)
    const [c, t] = [calls.cpu(), process.hrtime.bigint()]
    pieces.push({ ms: (c - cpu) / 1e6 / ((rate * Number(t - at)) / 1e9), share: ((c - cpu) / Number(t - at)) * 100 })
    ;[cpu, at] = [c, t]
  }
  const r = await done
  const each = pieces.reduce((sum, p) => sum + p.ms, 0) / pieces.length
  const most = Math.max(...pieces.map((p) => p.share))
  const [first, last] = [pieces[0].ms, pieces.at(-1).ms]
  print(`setup, ${rate} calls a second, CPU each`, fixed(each, 2), 'ms', `${ASTERISK}, limit ${LIMIT_MS} ms, ratio ${fixed(each / LIMIT_MS, 2)}; at most ${fixed(most)} % of one core`)
  print(`setup, ${rate} calls a second, CPU each in the last ${PIECE_S} s`, fixed(last, 2), 'ms', `the first: ${fixed(first, 2)}, ratio ${fixed(last / first, 2)}`)
  print(`setup, ${rate} calls a second, dial to bridge p99`, r.p99, 'ms', `p50 ${r.p50} ms`)
  print(`setup, ${rate} calls a second, failed`, r.failed, `of ${r.stood + r.failed}`, `in ${fixed(r.seconds)} s`)
} finally {
  calls.stop()
  talkers.stop()
}
process.exit(0)
