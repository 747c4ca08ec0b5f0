// SPDX-License-Identifier: GPL-3.0-or-later
// The trial R15 of the trust page: ZVONAR_SEEDS (20,000) runs of the dialler in a world of its own (tests/simulation, docs/adr/0035), a
// thousand simulated days and more. No rule broken, and each tenth run the same when it is played again.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import test from 'node:test'
import { program } from '../lib/server.mjs'

const SEEDS = Number(process.env.ZVONAR_SEEDS ?? 20000)

test('R15: no rule is broken in any seed', { timeout: 12 * 3600e3 }, async () => {
  const p = spawn(join(dirname(program), 'simulation'), ['--seeds', SEEDS, '--jobs', Math.min(16, availableParallelism())], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  p.stdout.on('data', (part) => (said += part))
  const code = await new Promise((done) => p.once('close', done))
  console.log(said.split('\n').slice(-3).join('\n'))
  assert.equal(code, 0, said.slice(-6000))
  const days = Number(/of ([\d.]+) days/.exec(said)[1])
  if (SEEDS >= 20000) assert.ok(days >= 1000, `${days} days`)
})
