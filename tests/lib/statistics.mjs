// SPDX-License-Identifier: GPL-3.0-or-later
// statistics.mjs - a house with some weeks of calls, hours and invoices, made by chance from a seed, and its figures counted here from the rows
// themselves: what every form of the statistics must show.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { program, quote } from './server.mjs'

export const HOUR = 3600e3, DAY = 24 * HOUR

export function random(seed) {
  let x = seed >>> 0
  const next = () => {
    x = (x + 0x6d2b79f5) >>> 0
    let t = Math.imul(x ^ (x >>> 15), 1 | x)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  return { next, int: (n) => Math.floor(next() * n), one: (list) => list[Math.floor(next() * list.length)] }
}

const results = [['Лид', 'final', 'lead'], ['Встреча', 'final', 'meeting'], ['Презентация', 'final', 'presentation'], ['Продажа', 'final', 'sale'], ['Отказ', 'final', 'refusal'], ['Перезвонить', 'callback', 'nothing'], ['Нет на месте', 'retry', 'nothing']]

export function insertMany(s, table, rows) {
  const names = Object.keys(rows[0])
  for (let i = 0; i < rows.length; i += 400)
    s.run(`INSERT INTO "${table}" (${names.map((n) => `"${n}"`)}) VALUES ${rows.slice(i, i + 400).map((r) => `(${names.map((n) => quote(r[n]))})`)};`)
}

// The sums of rows that came past the program, counted by it.
export async function recounted(s) {
  await s.stop()
  // It complains of calls without a record in the log: these came past the program too.
  const { stdout } = spawnSync(program, ['check', '--repair', '--data', s.dir, '--db', s.db.url], { encoding: 'utf8' })
  if (!/roll-ups/.test(stdout)) throw new Error(stdout)
  await s.start()
}

// Three projects of two customers, five operators, n calls in the 45 days before now; the sums counted by the program.
export async function makeMonths(s, { seed = 1, n = 700, now = Date.now() } = {}) {
  const r = random(seed)
  const customers = ['Ромашка', 'Лютик'].map((name) => s.insert('customer', { name: `${name} ${seed}`, created_at: 1 }))
  const created_at = now - 60 * DAY
  const projects = [['Масла', 0, 'Europe/Moscow'], ['Окна', 0, 'America/New_York'], ['Чай', 1, 'Asia/Omsk']].map(([name, c, timezone], i) => ({
    id: s.insert('project', { customer_id: customers[c], name: `${name} ${seed}`, type: 'cold_calls', state: 'running', timezone, plan_per_day: 10 * i, created_at }),
    customer_id: customers[c], name: `${name} ${seed}`
  }))
  const operators = [1, 2, 3, 4, 5].map((i) => s.person('operator', { name: `Оператор ${seed}-${i}`, project_ids: projects.map((p) => p.id) }))
  const trees = projects.map((p) => results.map(([name, effect, counts_as]) => ({ id: s.insert('result', { project_id: p.id, name, effect, counts_as }), effect, counts_as })))
  const scripts = projects.map((p) => [1, 2].map((number) => s.insert('script_version', { project_id: p.id, number, state: 'retired', graph: '{}', created_at })))
  const bases = projects.map((p) => [1, 2].map((i) => s.insert('base', { project_id: p.id, name: `База ${i}`, state: 'active', created_at })))
  const seller_id = s.insert('seller', { name: `Центр ${seed}`, created_at })
  const calls = Array.from({ length: n }, (_, i) => {
    const at = r.int(projects.length), asked_at = now - Math.floor(r.next() * 45 * DAY) - HOUR
    const answered = r.next() < 0.6, talk_ms = answered ? 1000 + r.int(200000) : 0, result = answered && r.next() < 0.9 ? r.one(trees[at]) : null
    return {
      uuid: `${String(seed).padStart(8, '0')}-0000-4000-8000-${String(i).padStart(12, '0')}`, project_id: projects[at].id, base_id: r.next() < 0.9 ? r.one(bases[at]) : 0, operator_id: r.next() < 0.95 ? r.one(operators).id : null, direction: r.next() < 0.2 ? 'in' : 'out',
      mode: 'progressive', number: '+74951234567', script_version_id: r.next() < 0.9 ? r.one(scripts[at]) : null, state: 'ended', asked_at, dialled_at: asked_at + 100, answered_at: answered ? asked_at + 9000 : null,
      ended_at: asked_at + 9000 + talk_ms, talk_ms, is_dialogue: talk_ms >= 20000 ? 1 : 0, result_id: result?.id ?? null, counts_as: result?.counts_as ?? 'nothing'
    }
  })
  insertMany(s, 'call', calls)
  const paid = s.insert('pause_reason', { name: `Обучение ${seed}`, paid: 1 }), unpaid = s.insert('pause_reason', { name: `Обед ${seed}`, paid: 0 })
  const spans = operators.flatMap((o) => {
    const shift_id = s.insert('shift', { user_id: o.id, started_at: created_at, ended_at: now, state: 'offline', state_at: now })
    return Array.from({ length: 40 }, (_, i) => {
      const from_at = now - (44 - i) * DAY - r.int(5 * HOUR), state = r.one(['talking', 'ready', 'pause', 'wrap_up'])
      return { shift_id, user_id: o.id, project_id: r.one(projects).id, state, pause_reason_id: state === 'pause' ? r.one([paid, unpaid, null]) : null, from_at, to_at: from_at + 60000 + r.int(7 * HOUR) }
    })
  })
  insertMany(s, 'state_span', spans)
  const day = (back) => new Date(now - back * DAY).toISOString().slice(0, 10)
  const invoices = Array.from({ length: 12 }, (_, i) => {
    const state = r.one(['issued', 'paid', 'cancelled']), back = 5 + r.int(35), p = r.one(projects)
    return { project_id: p.id, customer_id: p.customer_id, seller_id, state, number: i + 1, year: 2026, issued_on: day(back), due_on: day(back - 5), what: 'Работа', sum_kop: 100000 + r.int(9e6), paid_on: state === 'paid' ? day(back - r.int(5)) : null, created_at }
  })
  insertMany(s, 'invoice', invoices)
  const sendings = Array.from({ length: 60 }, () => {
    const at = now - Math.floor(r.next() * 45 * DAY)
    return { project_id: r.one(projects).id, contact_id: 1, user_id: r.one(operators).id, kind: r.one(['letter', 'sms', 'fax']), state: r.one(['sent', 'delivered', 'failed', 'waiting']), to_address: '-', body: '-', basis: 'talk', at, state_at: at }
  })
  insertMany(s, 'sending', sendings)
  await recounted(s)
  return { projects, operators, customers, results: trees.flat(), calls, spans, invoices, sendings, paid, now }
}

// The moment a day begins in a zone: the first that its calendar shows.
export function midnight(zone, day) {
  const shown = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' })
  const noon = Date.parse(`${day}T00:00:00Z`)
  for (let at = noon - 15 * HOUR; ; at += HOUR / 2) if (shown.format(at).slice(0, 10) === day) return at
}
export const nextDay = (day) => new Date(Date.parse(`${day}T12:00:00Z`) + DAY).toISOString().slice(0, 10)

// The sums of what a filter lets through, from the rows. to: included.
export function count(h, { from, to, zone, project_id, operator_id, direction, projects }) {
  const since = midnight(zone, from), until = midnight(zone, nextDay(to))
  const mine = (row) => (!project_id || row.project_id === project_id) && (!projects || projects.includes(row.project_id))
  const calls = h.calls.filter((c) => mine(c) && c.asked_at >= since && c.asked_at < until && (!operator_id || c.operator_id === operator_id) && (!direction || c.direction === direction))
  const number = (fn) => calls.filter(fn).length, as = (word) => number((c) => c.counts_as === word)
  const effects = new Map(h.results.map((x) => [x.id, x.effect]))
  const talk = calls.reduce((n, c) => n + c.talk_ms, 0), answered = number((c) => c.answered_at), dialogues = number((c) => c.is_dialogue), incoming = number((c) => c.direction === 'in')
  const worked = h.spans.filter((x) => mine(x) && (!operator_id || x.user_id === operator_id) && (x.state !== 'pause' || x.pause_reason_id === h.paid)).reduce((n, x) => n + Math.max(0, Math.min(x.to_at, until) - Math.max(x.from_at, since)), 0)
  const money = (fn) => h.invoices.filter((i) => mine(i) && i.state !== 'cancelled' && fn(i)).reduce((n, i) => n + i.sum_kop, 0) / 100
  const sent = (kind) => (direction ? null : h.sendings.filter((x) => mine(x) && x.kind === kind && ['sent', 'delivered'].includes(x.state) && (!operator_id || x.user_id === operator_id) && x.at >= since && x.at < until).length)
  const within = (d) => d && d >= from && d <= to
  const round = (x, digits = 0) => Math.round((x + 1e-9) * 10 ** digits) / 10 ** digits
  const whole = !operator_id && !direction
  return {
    worked: direction ? null : round(worked / HOUR, 2), outgoing: calls.length - incoming, incoming, answered, dialogues, leads: as('lead'), conversion: dialogues ? round((100 * as('lead')) / dialogues, 1) : null,
    presentations: as('presentation'), meetings: as('meeting'), sales: as('sale'), callbacks: number((c) => effects.get(c.result_id) === 'callback'), refusals: as('refusal'), talk: round(talk / HOUR, 2),
    talk_mean: answered ? round(talk / answered / 1000) : null, letters: sent('letter'), sms: sent('sms'), faxes: sent('fax'), contracts: 0, contracts_paid: 0,
    invoiced: whole ? money((i) => within(i.issued_on)) : null, unpaid: whole ? money((i) => within(i.issued_on) && i.state === 'issued') : null, paid: whole ? money((i) => within(i.paid_on)) : null
  }
}

// A value as print shows it, with common spaces.
export function shown(value, unit) {
  if (value === null) return '—'
  const digits = { hours: 2, money: 2, share: 1 }[unit] ?? 0
  const [whole, part] = value.toFixed(digits).split('.')
  return whole.replace(/\B(?=(\d{3})+$)/g, ' ') + (part ? `,${part}` : '')
}
export const plain = (text) => text.replaceAll(/[\u00a0\u202f]/g, ' ')

export function wordsOf(pdf) {
  const dir = mkdtempSync(join(tmpdir(), 'zvonar-pdf-'))
  try {
    writeFileSync(join(dir, 'a.pdf'), pdf)
    return plain(execFileSync('pdftotext', ['-layout', join(dir, 'a.pdf'), '-'], { encoding: 'utf8' }))
  } finally {
    rmSync(dir, { recursive: true })
  }
}
