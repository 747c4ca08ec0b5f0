// SPDX-License-Identifier: GPL-3.0-or-later
// process.mjs - what the benches of sound share: a network of their own, and processes bound to a core that are spoken to by lines, with
// their time and memory.
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { cpuOf, threadsOf } from '../tests/lib/cpu.mjs'

export { cpuOf, sleep, threadsOf }

// Run this script again where there is nothing but loopback, so that its ports are its own.
export function inside() {
  if (process.env.BENCH_INSIDE) return
  const r = spawnSync('unshare', ['-n', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh', process.execPath, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, BENCH_INSIDE: '1' },
  })
  process.exit(r.status ?? 1)
}

export const rssOf = (pid) => Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096

export class Process {
  constructor(core, file, ...args) {
    this.child = spawn('chrt', ['-f', '1', 'taskset', '-c', String(core), file, ...args.map(String)], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]()
  }
  say(line) {
    this.child.stdin.write(`${line}\n`)
  }
  async line() {
    const { value, done } = await this.lines.next()
    if (done) throw new Error(`${this.child.spawnargs.join(' ')} ended`)
    return JSON.parse(value)
  }
  ask(line) {
    this.say(line)
    return this.line()
  }
  cpu = () => cpuOf(this.child.pid)
  threads = () => threadsOf(this.child.pid)
  rss = () => rssOf(this.child.pid)
  stop() {
    this.child.kill('SIGKILL')
  }
}
