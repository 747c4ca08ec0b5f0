// SPDX-License-Identifier: GPL-3.0-or-later
// client.mjs - a database's own client (psql, sqlite3) that stays for many questions: starting it costs more than most answers do.
// It reads a pipe and writes one, both of them files, so that a test may ask without awaiting.
import { execFileSync, spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const END = 'zvonar.test.end'
const MOST = 60000 // bytes of a question: what a pipe surely takes while nobody reads yet
const room = Buffer.alloc(1 << 16)

// words: the client and its options; it must end at the first error. echo: its command that prints a line.
// For a file that may be replaced between two questions: stays only idle_ms after the last one (0: until it is closed).
export class Client {
  constructor(words, echo, idle_ms = 0) {
    Object.assign(this, { words, echo, idle_ms })
  }

  open() {
    if (!this.dir) {
      this.dir = mkdtempSync(join(tmpdir(), 'zvonar-test-'))
      execFileSync('mkfifo', [join(this.dir, 'in'), join(this.dir, 'out')])
    }
    const child = spawn('sh', ['-c', 'exec "$@" <in >out 2>&1', 'sh', ...this.words], { cwd: this.dir, stdio: 'ignore' })
    child.unref()
    this.in = openSync(join(this.dir, 'in'), 'w')
    this.out = openSync(join(this.dir, 'out'), 'r')
  }

  // What it answers; throws what it says is wrong. A long question goes to a client of its own.
  ask(sql) {
    if (Buffer.byteLength(sql) > MOST) return execFileSync(this.words[0], this.words.slice(1), { input: sql, encoding: 'utf8', maxBuffer: 1 << 28 })
    clearTimeout(this.timer)
    if (this.in === undefined) this.open()
    writeSync(this.in, `${sql}\n;\n${this.echo} ${END}\n`)
    const parts = []
    for (let answer = ''; ; ) {
      const n = readSync(this.out, room)
      if (n) parts.push(Buffer.from(room.subarray(0, n)))
      answer = parts.length ? Buffer.concat(parts.slice(-2)).toString('latin1') : ''
      if (n && !answer.endsWith(`${END}\n`)) continue
      const text = Buffer.concat(parts).toString('utf8')
      if (!n) {
        this.hangUp()
        throw new Error(`${text}\n${sql.slice(0, 2000)}`)
      }
      if (this.idle_ms) this.timer = setTimeout(() => this.hangUp(), this.idle_ms).unref()
      return text.slice(0, -END.length - 1)
    }
  }

  // It has ended, and holds nothing, when this returns.
  hangUp() {
    clearTimeout(this.timer)
    if (this.in === undefined) return
    closeSync(this.in)
    while (readSync(this.out, room));
    closeSync(this.out)
    this.in = this.out = undefined
  }

  close() {
    this.hangUp()
    if (this.dir) rmSync(this.dir, { recursive: true, force: true })
    this.dir = undefined
  }
}
