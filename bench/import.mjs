// SPDX-License-Identifier: GPL-3.0-or-later
// import - contacts from a CSV as `zvonar import` takes them (mapping guessed, phones normalised, duplicates looked for in the file and in the
// base) against `sqlite3 .import` of the same file into a bare table, and the same indexes made on it. Aim: ≤ 3 × the time, memory under
// 200 MB whatever the size.
// usage: bench/run import [ROWS …]     (100000 1000000)
import { spawn, spawnSync } from 'node:child_process'
import { createWriteStream, readFileSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { fixed, print, withServer } from './lib.mjs'

const sizes = process.argv.slice(2).map(Number).filter(Boolean)
if (!sizes.length) sizes.push(1e5, 1e6)

async function makeCsv(file, rows) {
  const out = createWriteStream(file)
  out.write('Компания;Город;Отрасль;Контактное лицо;Телефон;E-mail;Сайт\n')
  for (let i = 0, part = ''; i < rows; i++) {
    part += `ООО «Компания ${i}»;Тверь;Оптовая торговля;Иванова Ирина, директор;8 (${900 + (i % 90)}) ${String(1000000 + Math.floor(i / 90)).replace(/^(...)(..)(..)/, '$1-$2-$3')};info${i}@example.ru;www.company${i}.ru\n`
    if (part.length > 1e6 || i === rows - 1) {
      if (!out.write(part)) await once(out, 'drain')
      part = ''
    }
  }
  out.end()
  await once(out, 'finish')
}

// Seconds and the peak of memory of a command.
async function timed(command, args) {
  const from = process.hrtime.bigint()
  const p = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let mb = 0
  let said = ''
  p.stderr.on('data', (d) => (said += d))
  const look = setInterval(() => {
    try {
      mb = Math.max(mb, Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${p.pid}/status`, 'utf8'))[1]) / 1024)
    } catch {}
  }, 20)
  const [code] = await once(p, 'exit')
  clearInterval(look)
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: ${said}`)
  return { seconds: Number(process.hrtime.bigint() - from) / 1e9, mb }
}

const bare = (file) => [
  'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;',
  'CREATE TABLE bare (company TEXT, city TEXT, industry TEXT, person TEXT, phone TEXT, email TEXT, site TEXT);',
  '.mode csv',
  '.separator ;',
  `.import --skip 1 ${file} bare`,
  'CREATE INDEX bare_phone ON bare(phone); CREATE INDEX bare_company ON bare(company); CREATE INDEX bare_email ON bare(email);',
  'SELECT count(*) FROM bare;'
]

for (const rows of sizes)
  await withServer({}, async (s) => {
    const csv = join(s.dir, 'contacts.csv')
    await makeCsv(csv, rows)
    const now = Date.now()
    const customer_id = s.insert('customer', { name: 'Замер', created_at: now })
    const project_id = s.insert('project', { customer_id, name: 'Замер', type: 'cold_calls', created_at: now })
    const base_id = s.insert('base', { project_id, name: 'Основная', created_at: now })
    await s.stop()
    const ours = await timed(process.env.ZVONAR, ['import', '--data', s.dir, '--base', String(base_id), csv])
    const got = s.rows(`SELECT count(*) AS n FROM contact WHERE base_id = ${base_id} AND state <> 'hidden'`)[0].n
    if (got !== rows) throw new Error(`${got} contacts of ${rows} rows`)
    const from = process.hrtime.bigint()
    const r = spawnSync('sqlite3', [join(s.dir, 'bare.db')], { input: bare(csv).join('\n'), encoding: 'utf8' })
    const theirs = Number(process.hrtime.bigint() - from) / 1e9
    if (!r.stdout.trim().endsWith(String(rows))) throw new Error(`sqlite3: ${r.stdout} ${r.stderr}`)
    print(`import_${rows}`, fixed(ours.seconds), 's', `sqlite3 .import and indexes ${fixed(theirs)} s, ratio ${fixed(ours.seconds / theirs, 2)}; peak ${fixed(ours.mb, 0)} MB`)
  })
