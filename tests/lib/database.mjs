// SPDX-License-Identifier: GPL-3.0-or-later
// database.mjs - a database of its own for a test: a file, or a new one in the cluster of ZVONAR_TEST_PG. Each is a copy of one that was
// migrated once, since migrations take longer than most tests; it is known by what the migrations say.
import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client } from './client.mjs'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const migrations = join(root, 'migrations')
const said = createHash('sha256')
for (const file of readdirSync(migrations).sort()) said.update(file).update(readFileSync(join(migrations, file)))
const name = `migrated_${said.digest('hex').slice(0, 16)}`

const psql = (url, sql) => execFileSync('psql', ['-XqAt', '-v', 'ON_ERROR_STOP=1', url], { input: sql, encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['pipe', 'pipe', 'pipe'] }).trim()
const pause = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

function migrate(program, use) {
  const dir = mkdtempSync(join(tmpdir(), 'zvonar-test-'))
  try {
    return use(dir, (url) => execFileSync(program, ['migrate', '--data', dir, '--db', url], { stdio: 'pipe' }))
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

// Two who make it at once make the same.
function migratedFile(program) {
  const file = join(root, 'build-test', `${name}.db`)
  if (existsSync(file)) return file
  mkdirSync(dirname(file), { recursive: true })
  return migrate(program, (dir, run) => {
    run(`sqlite:${join(dir, 'zvonar.db')}`)
    copyFileSync(join(dir, 'zvonar.db'), `${file}.${process.pid}`)
    renameSync(`${file}.${process.pid}`, file)
    return file
  })
}

// Whoever makes its database migrates it; the others wait until it may be copied.
function migratedName(program, admin, urlOf) {
  const ready = () => psql(admin, `SELECT 1 FROM pg_database WHERE datname = '${name}' AND datistemplate`) === '1'
  if (ready()) return name
  try {
    psql(admin, `CREATE DATABASE ${name}`)
  } catch {
    for (let i = 0; !ready(); i++) {
      if (i > 1200) throw new Error(`${name} is never migrated`)
      pause(50)
    }
    return name
  }
  migrate(program, (_, run) => run(urlOf(name)))
  psql(admin, `ALTER DATABASE ${name} IS_TEMPLATE true`)
  return name
}

// A file may be replaced when its server does not run: then nobody holds it for long.
function sqlite(file) {
  const client = new Client(['stdbuf', '-oL', 'sqlite3', '-batch', '-bail', '-cmd', '.timeout 10000', file], '.print', 100)
  return {
    url: `sqlite:${file}`,
    run: (sql) => client.ask(sql).trim(),
    rows: (sql) => JSON.parse(client.ask(`.mode json\n${sql}\n;\n.mode list`) || '[]'),
    eventId: '(SELECT coalesce(max(id), 0) + 1 FROM event)',
    rest: () => client.hangUp(),
    drop: () => client.close()
  }
}

let count = 0
function postgres(program) {
  const admin = process.env.ZVONAR_TEST_PG
  const urlOf = (name) => admin.replace(/^(postgres(?:ql)?:\/\/[^/]*\/)[^?]*/, `$1${name}`)
  const own = `t${process.pid}_${++count}_${randomBytes(3).toString('hex')}`
  const url = urlOf(own)
  psql(admin, `CREATE DATABASE ${own} TEMPLATE ${migratedName(program, admin, urlOf)} STRATEGY FILE_COPY`)
  const client = new Client(['psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', url], '\\echo')
  return {
    url,
    run: (sql) => client.ask(sql).trim(),
    rows: (sql) => JSON.parse(client.ask(`SELECT coalesce(json_agg(t), '[]') FROM (${sql}) t`)),
    eventId: 'pg_current_xact_id()::text::bigint * 65536 + 1', // as docs/sql.md says: a smaller one nobody hears
    rest: () => client.hangUp(),
    drop: () => {
      client.close()
      psql(admin, `DROP DATABASE IF EXISTS ${own} WITH (FORCE)`)
    }
  }
}

// Its URL, and how to speak SQL to it past the server. eventId: what the next event is called; rest: nobody holds it; drop: it is needed no more.
export function makeDatabase(program, engine, dir) {
  if (engine !== 'sqlite') return postgres(program)
  const file = join(dir, 'zvonar.db')
  if (!existsSync(file)) copyFileSync(migratedFile(program), file)
  return sqlite(file)
}
