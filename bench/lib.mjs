// SPDX-License-Identifier: GPL-3.0-or-later
// lib.mjs - what the benches over HTTP share: a server of their own (tests/lib/server.mjs) on a release build, timing, and the line
// a figure is printed as.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

process.env.ZVONAR ??= new URL('../build/zvonar', import.meta.url).pathname
const { root, serve } = await import('../tests/lib/server.mjs')
export { root, serve }
export const bench = (name) => join(root, 'build', `bench-${name}`)
export const run = (file, ...args) => execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

// Servers end with the bench, also when it fails.
export async function withServer(options, work) {
  const after = []
  try {
    return await work(await serve({ after: (fn) => after.push(fn) }, options))
  } finally {
    for (const fn of after) await fn()
  }
}

// Run fn n times, one after another; milliseconds of each, sorted.
export async function times(n, fn) {
  const all = []
  for (let i = 0; i < n; i++) {
    const from = process.hrtime.bigint()
    await fn(i)
    all.push(Number(process.hrtime.bigint() - from) / 1e6)
  }
  return all.sort((a, b) => a - b)
}
export const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]

// name: value unit (beside: value, ratio R)
export const print = (name, value, unit, beside = '') => console.log(`${name}: ${value} ${unit}${beside ? ` (${beside})` : ''}`)
export const fixed = (x, n = 1) => Number(x).toFixed(n)
