// SPDX-License-Identifier: GPL-3.0-or-later
// Every fuzzer of tests/fuzz for ZVONAR_FUZZ_S seconds (60), from the seeds beside it, under ASan and UBSan: no finding. What a run
// leaves behind on a finding is printed in base64 by libFuzzer, to become a seed and a unit test.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { root } from '../lib/server.mjs'

const seconds = process.env.ZVONAR_FUZZ_S ?? '60'
const build = join(root, 'build-test/fuzz')
const names = readdirSync(join(root, 'tests/fuzz'))
  .filter((f) => f.endsWith('_fuzz.c'))
  .map((f) => f.replace('_fuzz.c', ''))
const run = (file, args, options = {}) => {
  const r = spawnSync(file, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28, ...options })
  assert.equal(r.status, 0, `${file} ${args.join(' ')}\n${r.stdout?.slice(-3000)}\n${r.stderr?.slice(-6000)}`)
}

test('fuzzers', async (t) => {
  const env = { ...process.env, CC: 'clang', CXX: 'clang++' }
  if (!existsSync(join(build, 'build.ninja')))
    run('meson', ['setup', '-Dfuzz=true', '-Db_sanitize=address,undefined', '-Db_lundef=false', build], { env })
  else run('meson', ['setup', '--reconfigure', build], { env })
  run('ninja', ['-C', build, ...names.map((n) => `fuzz-${n}`)])
  for (const name of names)
    await t.test(name, () => {
      const work = mkdtempSync(join(tmpdir(), 'zvonar-fuzz-'))
      const seeds = join(root, 'tests/fuzz/seeds', name)
      run(join(build, `fuzz-${name}`), [`-max_total_time=${seconds}`, '-max_len=4096', '-timeout=10', `-artifact_prefix=${work}/`, work, ...(existsSync(seeds) ? [seeds] : [])])
      rmSync(work, { recursive: true })
    })
})
