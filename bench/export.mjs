// SPDX-License-Identifier: GPL-3.0-or-later
// export - the contacts of a project to XLSX and CSV over HTTP, beside libxlsxwriter alone writing the same cells (bench/export_bare.cpp). Seconds
// of processor, since the machine is not ours alone, and of the clock; the peak of memory. Aim: XLSX ≤ 1.5 × the bare library.
// usage: bench/run export [ROWS …]     (100000 1000000)
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs'
import http from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { bench, fixed, print, run, withServer } from './lib.mjs'

const sizes = process.argv.slice(2).map(Number).filter(Boolean)
if (!sizes.length) sizes.push(1e5, 1e6)
const engine = process.env.ZVONAR_TEST_PG ? 'postgres' : 'sqlite'

// Seconds of processor that a process has used, and its peak of memory in MB.
function used(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return { cpu: (Number(stat[11]) + Number(stat[12])) / 100, mb: Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024 }
}

async function fetchFile(s, who, format, file) {
  const pid = s.pidOf('app'), before = used(pid), from = process.hrtime.bigint()
  const answer = await new Promise((done, failed) =>
    http.get({ host: '127.0.0.1', port: s.port, path: `/api/projects/1/contacts?format=${format}`, headers: { Authorization: `Bearer ${who.bearer}`, Host: `127.0.0.1:${s.port}` } }, done).on('error', failed)
  )
  if (answer.statusCode !== 200) throw new Error(`${format}: ${answer.statusCode}`)
  await pipeline(answer, createWriteStream(file))
  const after = used(pid)
  return { cpu: after.cpu - before.cpu, mb: after.mb, seconds: Number(process.hrtime.bigint() - from) / 1e9 }
}

async function bare(csv, xlsx, tmp) {
  const from = process.hrtime.bigint()
  const p = spawn(bench('export_bare'), [csv, xlsx, tmp], { stdio: 'inherit' })
  let cpu = 0
  const look = setInterval(() => {
    try {
      cpu = used(p.pid).cpu
    } catch {}
  }, 20)
  const [code] = await once(p, 'exit')
  clearInterval(look)
  if (code !== 0) throw new Error(`export_bare: ${code}`)
  return { cpu, seconds: Number(process.hrtime.bigint() - from) / 1e9 }
}

for (const rows of sizes)
  await withServer({ engine }, async (s) => {
    await s.stop()
    run(bench('fill'), s.db.url, String(rows * 4)) // a quarter as many contacts as calls
    await s.start()
    const who = s.person('director'), at = (name) => join(s.dir, name)
    mkdirSync(at('bare'))
    const csv = await fetchFile(s, who, 'csv', at('all.csv'))
    const alone = await bare(at('all.csv'), at('bare.xlsx'), at('bare'))
    const xlsx = await fetchFile(s, who, 'xlsx', at('all.xlsx'))
    print(`export_xlsx_${rows}`, fixed(xlsx.cpu), 's', `of processor, ${fixed(xlsx.seconds)} s by the clock, ${fixed(xlsx.mb, 0)} MB; libxlsxwriter alone ${fixed(alone.cpu)} s, ${fixed(alone.seconds)} s, ratio ${fixed(xlsx.cpu / alone.cpu, 2)}`)
    print(`export_csv_${rows}`, fixed(csv.cpu), 's', `of processor, ${fixed(csv.seconds)} s by the clock`)
  })
