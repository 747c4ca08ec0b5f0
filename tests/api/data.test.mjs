// SPDX-License-Identifier: GPL-3.0-or-later
// data.test.mjs - the data as a whole: backup of a running server, restore, copy to the other engine, check and repair.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { engines, program, serve } from '../lib/server.mjs'

const cli = (...args) => {
  const r = spawnSync(program, args, { encoding: 'utf8' })
  return { code: r.status, out: r.stdout, err: r.stderr }
}
const good = (...args) => {
  const r = cli(...args)
  assert.equal(r.code, 0, `${args.join(' ')}: ${r.err}`)
  return r.out
}
const sqlite = (file, sql) => execFileSync('sqlite3', [file, sql], { encoding: 'utf8' }).trim()

// One hash over all rows of all tables of a SQLite file; event stays behind when a database is copied.
function hashOf(file, without = ['migration', 'event']) {
  const tables = sqlite(file, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1")
    .split('\n')
    .filter((t) => !without.includes(t))
  const hash = createHash('sha256')
  for (const t of tables) {
    const columns = sqlite(file, `SELECT group_concat('"' || name || '"', ', ') FROM (SELECT name FROM pragma_table_info('${t}') ORDER BY name)`)
    hash.update(`${t}\n${sqlite(file, `SELECT ${columns} FROM "${t}" ORDER BY ${columns}`)}\n`)
  }
  return hash.digest('hex')
}

// A little of everything that refers to something.
function fill(s) {
  const now = Date.now()
  const customer_id = s.insert('customer', { name: 'ООО «Ёлка» \\ "кавычки"', created_at: now })
  const project_id = s.insert('project', { customer_id, name: 'Обзвон', type: 'cold_calls', created_at: now })
  const result_id = s.insert('result', { project_id, name: 'Лид', effect: 'final', counts_as: 'lead' })
  const base_id = s.insert('base', { project_id, name: 'Первая', created_at: now })
  const operator = s.person('operator', { project_ids: [project_id] })
  for (let i = 0; i < 30; i++) {
    const contact_id = s.insert('contact', { project_id, base_id, company: `Компания\t${i}\nвторая строка`, created_at: now, last_result_id: result_id })
    s.insert('call', {
      ...{ uuid: `u${i}`, project_id, base_id, contact_id, operator_id: operator.id, mode: 'manual', number: '+74950000000', state: 'ended' },
      ...{ asked_at: now - i * 3600e3, dialled_at: now - i * 3600e3, ended_at: now, talk_ms: 1000, result_id, counts_as: 'lead', is_dialogue: 1 }
    })
  }
  return { project_id, base_id, result_id }
}

for (const engine of engines) {
  test(`a backup of a running server becomes the same server elsewhere (${engine})`, async (t) => {
    const s = await serve(t, { engine })
    fill(s)
    mkdirSync(join(s.dir, 'files', 'ab'), { recursive: true })
    writeFileSync(join(s.dir, 'files', 'ab', 'abcdef'), 'байты файла')
    const file = join(s.dir, 'night.tar')
    good('backup', file, '--data', s.dir, '--db', s.db.url)
    const again = cli('backup', file, '--data', s.dir, '--db', s.db.url)
    assert.equal(again.code, 1)
    assert.match(again.err, /is there already/)

    const to = join(s.dir, 'elsewhere')
    good('restore', file, '--data', to)
    assert.equal(readFileSync(join(to, 'files', 'ab', 'abcdef'), 'utf8'), 'байты файла')
    assert.deepEqual(readFileSync(join(to, 'keys', 'pepper')), readFileSync(join(s.dir, 'keys', 'pepper')))
    assert.equal(sqlite(join(to, 'zvonar.db'), 'SELECT count(*) FROM call'), '30')
    assert.equal(sqlite(join(to, 'zvonar.db'), 'PRAGMA integrity_check'), 'ok')
    assert.ok(!existsSync(join(to, 'SHA256SUMS')) && !existsSync(`${to}.part`))
    const full = cli('restore', file, '--data', to)
    assert.equal(full.code, 1)
    assert.match(full.err, /not empty/)
    await s.stop()
    if (engine === 'sqlite') {
      const moves = ['job', 'migration', 'node', 'lease', 'ledger_house', 'stop_watch'] // while it runs, and soon after its start
      assert.equal(hashOf(join(to, 'zvonar.db'), moves), hashOf(join(s.dir, 'zvonar.db'), moves))
    }
  })

  test(`a backup that would fill the disk is not begun (${engine})`, async (t) => {
    const s = await serve(t, { engine })
    fill(s)
    writeFileSync(join(s.dir, 'files', 'huge'), '')
    truncateSync(join(s.dir, 'files', 'huge'), 15e12) // sparse
    const r = cli('backup', join(s.dir, 'night.tar'), '--data', s.dir, '--db', s.db.url)
    assert.equal(r.code, 1)
    assert.match(r.err, /needs \d+ MB/)
    assert.deepEqual(
      readdirSync(s.dir).filter((n) => n.startsWith('night')),
      []
    )
  })

  test(`a damaged backup is refused and leaves nothing (${engine})`, async (t) => {
    const s = await serve(t, { engine })
    fill(s)
    const file = join(s.dir, 'night.tar')
    good('backup', file, '--data', s.dir, '--db', s.db.url)
    const bytes = readFileSync(file)
    const changed = Buffer.from(bytes)
    changed[bytes.length >> 1] ^= 1
    const cases = { cut: bytes.subarray(0, bytes.length - 9000), changed, empty: Buffer.alloc(0), text: Buffer.from('no tar at all\n'.repeat(100)) }
    for (const [name, content] of Object.entries(cases)) {
      writeFileSync(join(s.dir, `${name}.tar`), content)
      const r = cli('restore', join(s.dir, `${name}.tar`), '--data', join(s.dir, 'to'))
      assert.equal(r.code, 1, name)
      assert.ok(!existsSync(join(s.dir, 'to')) && !existsSync(join(s.dir, 'to.part')), name)
    }
  })

  test(`check finds wrong roll-ups and lost references, and repairs the former (${engine})`, async (t) => {
    const s = await serve(t, { engine })
    const { project_id } = fill(s)
    const where = ['--data', s.dir, '--db', s.db.url]
    if (engine === 'sqlite') {
      const r = cli('check', '--repair', ...where)
      assert.equal(r.code, 1)
      assert.match(r.err, /another server works/)
      await s.stop()
    }
    const found = cli('check', '--json', ...where)
    assert.equal(found.code, 1, found.err)
    assert.deepEqual(
      JSON.parse(found.out).findings.map((f) => f.what),
      ['roll-ups']
    )
    assert.equal(good('check', '--repair', ...where), 'the roll-ups were counted anew\nall in order\n')
    assert.equal(s.run(`SELECT sum(calls), sum(leads), sum(talk_ms) FROM call_hour WHERE project_id = ${project_id};`), '30|30|30000')
    assert.equal(good('check', ...where), 'all in order\n')
    s.run("UPDATE call SET contact_id = 999999 WHERE uuid = 'u3';")
    const lost = cli('check', ...where)
    assert.equal(lost.code, 1)
    assert.match(lost.out, /reference call.contact_id: refers to a row that is not there \(1\)/)
  })

  test(`one folder has one server (${engine})`, async (t) => {
    const s = await serve(t, { engine })
    const r = cli('migrate', '--data', s.dir, '--db', s.db.url)
    assert.equal(r.code, 1)
    assert.match(r.err, /another server works/)
  })
}

test('the backup of the day is made once, and the newest stay', async (t) => {
  const s = await serve(t, {})
  const admin = s.person('admin')
  const put = await s.call('PUT', '/api/settings', { as: admin, body: { backup_hour: 0, backup_keep: 3 } })
  assert.equal(put.status, 200, put.text)
  await s.stop()
  const dir = join(s.dir, 'backups')
  mkdirSync(dir, { recursive: true })
  for (let i = 1; i <= 5; i++) writeFileSync(join(dir, `zvonar-2020-01-0${i}.tar`), 'old')
  writeFileSync(join(dir, 'mine.tar'), 'not ours to remove')
  s.run("UPDATE job SET state = 'waiting', run_at = 0 WHERE kind = 'backup';")
  await s.start()
  const today = new Date()
  const name = `zvonar-${today.getFullYear()}-${String(today.getMonth() + 1).padStart(2, '0')}-${String(today.getDate()).padStart(2, '0')}.tar`
  for (const until = Date.now() + 15000; readdirSync(dir).length > 4 && Date.now() < until; ) await sleep(50)
  assert.deepEqual(readdirSync(dir).sort(), ['mine.tar', 'zvonar-2020-01-04.tar', 'zvonar-2020-01-05.tar', name])
  good('restore', join(dir, name), '--data', join(s.dir, 'to'))
})

test('a database goes to PostgreSQL and back without a difference', { skip: !engines.includes('postgres') }, async (t) => {
  const s = await serve(t, { engine: 'sqlite' })
  const pg = await serve(t, { engine: 'postgres' })
  fill(s)
  await s.stop()
  await pg.stop()
  const tables = pg.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migration'")
  pg.run(`TRUNCATE ${tables.map((r) => `"${r.tablename}"`).join(', ')} RESTART IDENTITY;`)
  good('copy', '--data', s.dir, '--to', pg.db.url)
  const back = join(s.dir, 'back.db')
  good('copy', '--data', pg.dir, '--db', pg.db.url, '--to', `sqlite:${back}`)
  assert.equal(hashOf(back), hashOf(join(s.dir, 'zvonar.db')))
  const full = cli('copy', '--data', s.dir, '--to', pg.db.url)
  assert.equal(full.code, 1)
  assert.match(full.err, /has rows already/)
  // Numbers go on where they were.
  const before = Number(sqlite(join(s.dir, 'zvonar.db'), 'SELECT max(id) FROM call'))
  const project = pg.rows('SELECT id FROM project')[0].id
  assert.equal(pg.insert('call', { uuid: 'next', project_id: project, mode: 'manual', number: '1', asked_at: 1 }), before + 1)
})
