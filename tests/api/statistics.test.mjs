// SPDX-License-Identifier: GPL-3.0-or-later
// statistics.test.mjs - the figures: counted apart from the rows, the same on the screen, in XLSX, CSV and PDF over filters by chance; a figure
// opens its calls; whoever asks gets what he may see.
import assert from 'node:assert/strict'
import test from 'node:test'
import { count, DAY, HOUR, insertMany, makeMonths, plain, random, shown, wordsOf } from '../lib/statistics.mjs'
import { engines, serve } from '../lib/server.mjs'
import { readSheet } from '../lib/sheet.mjs'

const bys = ['none', 'project', 'operator', 'day', 'hour', 'script', 'base', 'result']
const zones = ['Europe/Moscow', 'America/New_York', 'Asia/Omsk', 'Europe/Berlin', 'UTC']
const path = (f) => `/api/statistics?${new URLSearchParams(Object.entries(f).filter(([, v]) => v))}`
const LONG = process.env.ZVONAR_LONG ? 200 : 8

function filterByChance(r, h) {
  const back = r.int(40), day = (n) => new Date(h.now - n * DAY).toISOString().slice(0, 10)
  return {
    by: r.one(bys), from: day(back), to: day(Math.max(0, back - r.int(back + 1))), zone: r.one(zones), language: 'ru',
    project_id: r.next() < 0.4 ? r.one(h.projects).id : undefined, operator_id: r.next() < 0.3 ? r.one(h.operators).id : undefined, direction: r.next() < 0.2 ? r.one(['in', 'out']) : undefined
  }
}
const valuesOf = (answer, row) => Object.fromEntries(answer.figures.map((f, i) => [f.key, row.values[i]]))

for (const engine of engines)
  test(`statistics (${engine})`, async (t) => {
    const s = await serve(t, { engine })
    const h = await makeMonths(s)
    const director = s.person('director')
    const ask = (f, as = director) => s.call('GET', path(f), { as })
    const file = async (f, format) => (await s.send('GET', path({ ...f, format }), { as: director, raw: undefined })).buffer

    await t.test('are the calls, counted; every form shows the same', async () => {
      const r = random(7)
      for (let i = 0; i < LONG; i++) {
        const f = filterByChance(r, h), answer = (await ask(f)).body, about = JSON.stringify(f)
        assert.ok(answer.figures, JSON.stringify(answer))
        const total = valuesOf(answer, answer.total), wanted = count(h, f)
        for (const [key, value] of Object.entries(wanted)) assert.equal(total[key], value, `${key} ${about}`)
        for (const key of ['outgoing', 'incoming', 'leads', 'callbacks', 'dialogues'])
          if (f.by !== 'none') assert.equal(answer.rows.reduce((n, row) => n + valuesOf(answer, row)[key], 0), total[key], `rows of ${key} ${about}`)
        const named = { none: 'Всего', project: 'Проект', operator: 'Оператор', day: 'День', hour: 'Час', script: 'Версия скрипта', base: 'База', result: 'Результат' }[f.by]
        const cells = [[named, ...answer.figures.map((x) => x.name)], ...[...answer.rows, answer.total].map((row) => [row.name, ...row.values.map((v) => (v === null ? '' : String(v)))])]
        const number = (x) => (/^-?\d+\.\d+$/.test(x) ? String(Number(Number(x).toFixed(4))) : x) // a sheet keeps 16 digits of a double
        assert.deepEqual(readSheet(await file(f, 'xlsx')).rows.map((row) => Array.from({ length: cells[0].length }, (_, k) => number(row[k] ?? ''))), cells, `xlsx ${about}`)
        const csv = (await file(f, 'csv')).toString('utf8').replace(/^\ufeff/, '').trimEnd().split('\r\n').map((line) => line.split(';').map((c) => c.replace(/^"(.*)"$/, '$1')))
        assert.deepEqual(csv, cells, `csv ${about}`)
        const words = wordsOf(await file(f, 'pdf')), lines = words.split('\n').map((l) => l.trim().replace(/ {2,}/g, '  '))
        answer.figures.forEach((x, k) => assert.ok(lines.some((l) => l === `${plain(x.name)}  ${shown(answer.total.values[k], x.unit)}`), `pdf: ${x.name} ${shown(answer.total.values[k], x.unit)} ${about}\n${words.slice(0, 3000)}`))
        for (const row of answer.rows.slice(0, 5)) {
          const first = answer.figures.slice(0, 8).map((x, k) => shown(row.values[k], x.unit)).join('  ')
          assert.ok(lines.some((l) => l.endsWith(first)), `pdf: ${row.name} ${first} ${about}\n${words.slice(0, 6000)}`)
        }
      }
    })

    await t.test('a figure opens its calls', async () => {
      for (const by of ['day', 'operator', 'project', 'result', 'script', 'base']) {
        const answer = (await ask({ by, from: new Date(h.now - 30 * DAY).toISOString().slice(0, 10), zone: 'Europe/Moscow' })).body
        for (const row of [answer.total, ...answer.rows.slice(0, 3)])
          for (const [i, figure] of answer.figures.entries()) {
            if (!figure.journal) continue
            const list = await s.call('GET', `/api/calls?${row.journal}&${figure.journal}&total=1&limit=1`, { as: director })
            assert.equal(list.body.total, row.values[i], `${by} ${row.name} ${figure.key} ${row.journal}`)
          }
      }
    })

    await t.test('the days of a zone whose clock is changed are whole', async () => {
      const days = (await ask({ by: 'day', from: '2026-10-20', to: '2026-11-05', zone: 'America/New_York' })).body
      assert.equal(days.rows.length, 17)
      assert.equal(days.until_at - days.from_at, 17 * DAY + 3600e3)
    })

    await t.test('within one\'s reach', async () => {
      const whole = { by: 'project', from: new Date(h.now - 44 * DAY).toISOString().slice(0, 10), zone: 'UTC' }
      const to = new Date(h.now).toISOString().slice(0, 10)
      const mine = h.projects.filter((p) => p.customer_id === h.customers[0]).map((p) => p.id)
      const customer = s.person('customer', { customer_id: h.customers[0] })
      const seen = (await ask(whole, customer)).body
      assert.deepEqual(seen.rows.map((row) => row.key).sort(), mine.sort())
      const wanted = count(h, { ...whole, to, projects: mine }), total = valuesOf(seen, seen.total)
      for (const key of ['outgoing', 'leads', 'worked', 'invoiced']) assert.equal(total[key], wanted[key], key)
      const names = (await ask({ ...whole, by: 'operator' }, customer)).body.rows.map((row) => row.name)
      assert.ok(names.every((name) => /^(Оператор № \d+|Без оператора)$/.test(name)), names.join())
      const foreign = await ask({ project_id: h.projects[2].id }, customer), none = await ask({ project_id: 999999 }, customer)
      assert.deepEqual([foreign.status, foreign.text], [404, none.text])
      const pm = s.person('project_manager', { project_ids: [h.projects[2].id] })
      assert.deepEqual((await ask(whole, pm)).body.rows.map((row) => row.key), [h.projects[2].id])

      const [own, other] = h.operators
      const self = (await ask({ ...whole, by: 'operator' }, own)).body
      assert.deepEqual(self.rows.map((row) => row.key), [own.id])
      assert.equal(valuesOf(self, self.total).outgoing, count(h, { ...whole, to, operator_id: own.id }).outgoing)
      assert.equal(valuesOf(self, self.total).worked, count(h, { ...whole, to, operator_id: own.id }).worked)
      const asked = (await ask({ ...whole, operator_id: other.id }, own)).body
      assert.equal(valuesOf(asked, asked.total).outgoing, 0)
      assert.ok(!self.figures.some((f) => f.unit === 'money'))
      assert.ok(self.figures.filter((f) => !f.counted).every((f) => /пока не (ведутся|отправляются)/.test(f.source)))
      assert.equal((await ask(whole, s.person('employee'))).status, 403)
      const narrow = s.token(director.id, { project_id: h.projects[0].id })
      assert.deepEqual((await ask(whole, narrow)).body.rows.map((row) => row.key), [h.projects[0].id])
    })

    await t.test('a person: his figures beside the team, his weeks, his day by the clock', async () => {
      const [own, other] = h.operators, from = new Date(h.now - 20 * DAY).toISOString().slice(0, 10), to = new Date(h.now - 2 * DAY).toISOString().slice(0, 10)
      const f = { from, to, zone: 'UTC', language: 'ru' }
      const card = async (as, id = own.id) => s.call('GET', `/api/statistics/operators/${id}?${new URLSearchParams(f)}`, { as })
      const seen = (await card(director)).body, self = (await card(own)).body
      const at = (key) => seen.figures.findIndex((x) => x.key === key)
      assert.equal(seen.name, `Оператор 1-1`)
      assert.equal(seen.values[at('outgoing')], count(h, { ...f, operator_id: own.id }).outgoing)
      const team = h.operators.map((o) => count(h, { ...f, operator_id: o.id }).answered).sort((a, b) => a - b)
      assert.deepEqual([seen.team, seen.median[at('answered')]], [5, team[2]])
      const mine = self.figures.findIndex((x) => x.key === 'answered') // he is not shown the invoices
      assert.deepEqual([self.values[mine], self.median[mine]], [seen.values[at('answered')], team[2]])
      assert.equal(seen.weeks.length, 8)
      const monday = seen.weeks[6].from, sunday = new Date(Date.parse(monday) + 6 * DAY).toISOString().slice(0, 10)
      assert.equal(new Date(monday).getUTCDay(), 1)
      assert.equal(seen.weeks[6].values[at('leads')], count(h, { ...f, from: monday, to: sunday, operator_id: own.id }).leads)
      assert.deepEqual(seen.extras.filter((x) => !x.counted).map((x) => [x.key, x.value]), [['tasks', 0], ['scores', 0]])
      for (const [i, p] of h.projects.entries())
        for (let n = 0; n <= i; n++) s.insert('callback', { project_id: p.id, contact_id: 0, operator_id: own.id, due_at: n || h.now + DAY, created_at: 1 })
      const extra = async (as, key) => (await card(as)).body.extras.find((x) => x.key === key).value
      const supervisor = s.person('supervisor', { project_ids: [h.projects[1].id] })
      for (const [as, open, late] of [[director, 6, 3], [own, 6, 3], [supervisor, 2, 1]])
        assert.deepEqual([await extra(as, 'callbacks_open'), await extra(as, 'callbacks_late')], [open, late], as.role)
      assert.equal((await card(own, other.id)).status, 404)
      assert.equal((await card(s.person('customer', { customer_id: h.customers[0] }))).status, 404)
      assert.equal((await card(director, 999999)).status, 404)

      const day = h.calls.filter((c) => c.operator_id === own.id).map((c) => new Date(c.asked_at).toISOString().slice(0, 10))[0]
      const dayOf = async (as, more = '') => s.send('GET', `/api/statistics/operators/${own.id}/day?from=${day}&zone=UTC&language=ru${more}`, { as })
      const one = (await dayOf(own)).body, wanted = h.calls.filter((c) => c.operator_id === own.id && new Date(c.asked_at).toISOString().slice(0, 10) === day).sort((a, b) => a.asked_at - b.asked_at)
      assert.deepEqual(one.calls.map((c) => [c.asked_at, c.talk_ms]), wanted.map((c) => [c.asked_at, c.talk_ms]))
      const since = Date.parse(day), until = since + DAY
      assert.deepEqual(one.spans.map((x) => x.from_at), h.spans.filter((x) => x.user_id === own.id && x.from_at < until && x.to_at > since).map((x) => x.from_at).sort())
      const rows = readSheet((await dayOf(director, '&format=xlsx')).buffer).rows
      assert.deepEqual(rows.slice(1).map((r) => Number(r[6])), wanted.map((c) => Math.floor((c.talk_ms + 500) / 1000)))
      assert.match(wordsOf((await dayOf(director, '&format=pdf')).buffer), /Оператор 1-1/)
      const customer = s.person('customer', { customer_id: h.customers[1] })
      const foreign = (await dayOf(customer)).body
      assert.equal(foreign.name, `Оператор № ${own.id}`)
      assert.deepEqual(foreign.calls.map((c) => c.asked_at), wanted.filter((c) => c.project_id === h.projects[2].id).map((c) => c.asked_at))
      assert.equal((await dayOf(other)).status, 404)
    })

    await t.test('conversion by script version, with where it may lie', async () => {
      const answer = (await ask({ by: 'script', from: new Date(h.now - 46 * DAY).toISOString().slice(0, 10), zone: 'UTC' })).body
      // P(share <= x) when of n dialogues `hits` were leads and any share was as likely before: the density summed in small steps.
      const below = (x, n, hits) => {
        const density = (p) => (p > 0 && p < 1 ? Math.exp(hits * Math.log(p) + (n - hits) * Math.log(1 - p)) : 0)
        let sum = 0, all = 0
        for (let p = 0.00005; p < 1; p += 0.0001) { all += density(p); if (p <= x) sum += density(p) }
        return sum / all
      }
      let seen = 0
      for (const row of [answer.total, ...answer.rows]) {
        const k = valuesOf(answer, row)
        if (k.leads > k.dialogues || !k.dialogues) { assert.equal(k.conversion_low, null); continue }
        seen++
        for (const [key, share] of [['conversion_low', 0.025], ['conversion_high', 0.975]]) {
          const [a, b] = [-0.06, 0.06].map((d) => below((k[key] + d) / 100, k.dialogues, k.leads))
          assert.ok(a <= share && share <= b, `${row.name} ${key} ${k[key]}: ${a}, ${b}`)
        }
      }
      assert.ok(seen > 3)
      assert.ok(!(await ask({ by: 'project' })).body.figures.some((x) => x.key.startsWith('conversion_')))
    })

    await t.test('how each operator talks: medians of enough talks, within reach, the same in a file', async () => {
      const r = random(11), [own, other] = h.operators, round = (x) => Math.round(x * 10) / 10
      const talks = s.rows('SELECT id, project_id, operator_id, direction, answered_at FROM call WHERE answered_at IS NOT NULL AND operator_id IS NOT NULL').map((c) => {
        const ms = (most) => r.int(most), talk_ms = 60000 + ms(200000)
        return {
          call_id: Number(c.id), project_id: Number(c.project_id), operator_id: Number(c.operator_id), at: Number(c.answered_at), valid: r.next() < 0.9 ? 1 : 0, talk_ms, speech_ms: 5000, contact_speech_ms: 5000,
          share_pct: round(20 + r.next() * 60), first_word_ms: r.next() < 0.9 ? ms(4400) : null, monologue_ms: ms(400000), story_ms: ms(90000), latency_ms: ms(5000), latency_p90_ms: ms(5000), contact_latency_ms: ms(5000),
          contact_latency_p90_ms: 1, switches_per_min: round(r.next() * 20), silence_ms: ms(talk_ms / 3), longest_silence_ms: ms(19000), overlap_count: 1, overlap_ms: ms(talk_ms / 5), interruptions: ms(9), contact_interruptions: ms(9)
        }
      })
      insertMany(s, 'talk', talks)
      const ways = new Map(s.rows('SELECT id, direction FROM call').map((c) => [Number(c.id), c.direction]))
      const counted = {
        share: (k) => k.share_pct, first_word: (k) => k.first_word_ms && k.first_word_ms / 1000, latency: (k) => k.latency_ms / 1000, monologue: (k) => k.monologue_ms / 1000, switches: (k) => k.switches_per_min,
        silence: (k) => Math.floor((1000 * k.silence_ms) / k.talk_ms) / 10, longest_silence: (k) => k.longest_silence_ms / 1000, overlap: (k) => Math.floor((1000 * k.overlap_ms) / k.talk_ms) / 10, contact_interruptions: (k) => k.contact_interruptions
      }
      const from = new Date(h.now - 46 * DAY).toISOString().slice(0, 10), whole = { from, zone: 'UTC', language: 'ru' }
      const ask = async (f, as = director) => s.call('GET', `/api/statistics/talks?${new URLSearchParams({ ...whole, ...f })}`, { as })
      const like = (answer, f, about) => {
        let few = 0
        for (const row of answer.rows) {
          const mine = talks.filter((k) => k.valid && k.operator_id === row.key && f(k))
          assert.equal(row.talks, mine.length, `${about} ${row.name}`)
          for (const [key, value] of Object.entries(counted)) {
            const i = answer.figures.findIndex((x) => x.key === key), { limit } = answer.figures[i]
            const all = mine.map(value).filter((x) => x !== null).sort((a, b) => a - b), n = all.length, got = row.middles[i]
            if (n < 30) { assert.equal(got, null, `${about} ${key} of ${n}`); few++; continue }
            const at = Math.floor((n - 1.96 * Math.sqrt(n)) / 2)
            assert.deepEqual(got, { value: round(all[(n - 1) >> 1]), low: round(all[at]), high: round(all[n - 1 - at]), over: limit ? all.filter((x) => x > limit).length : 0 }, `${about} ${key} of ${n}`)
          }
        }
        return few
      }
      const all = (await ask({})).body
      assert.deepEqual(all.figures.filter((x) => x.limit !== null).map((x) => [x.key, x.limit]), [['first_word', 2], ['monologue', 150], ['longest_silence', 10]])
      assert.equal(all.rows.length, 5)
      assert.equal(like(all, () => true, 'all'), 0)
      const { id } = h.projects[1]
      assert.ok(like((await ask({ project_id: id, zone: 'UTC' })).body, (k) => k.project_id === id, 'a project') > 0)
      like((await ask({ direction: 'out' })).body, (k) => ways.get(k.call_id) === 'out', 'out')
      const pm = s.person('project_manager', { project_ids: [id] })
      like((await ask({}, pm)).body, (k) => k.project_id === id, 'his project')
      const self = (await ask({}, own)).body
      assert.deepEqual(self.rows, all.rows.filter((row) => row.key === own.id))
      assert.deepEqual((await ask({ operator_id: other.id }, own)).body.rows, [])
      assert.equal((await ask({}, s.person('customer', { customer_id: h.customers[0] }))).status, 404)
      const sheet = readSheet((await s.send('GET', `/api/statistics/talks?${new URLSearchParams({ ...whole, project_id: id, format: 'xlsx' })}`, { as: director })).buffer).rows
      const shownHere = (await ask({ project_id: id })).body
      const cells = [['Оператор', 'Разговоров (показатели от 30)', ...all.figures.map((x) => x.name)], ...shownHere.rows.map((row) => [row.name, String(row.talks), ...row.middles.map((m) => (m ? String(m.value) : ''))])]
      const plainNumber = (x) => (/^\d+\.\d+$/.test(x) ? String(Number(Number(x).toFixed(4))) : x)
      assert.deepEqual(sheet.map((row) => cells[0].map((_, k) => plainNumber(row[k] ?? ''))), cells)

      // Of very many the last are enough: a thousand long silences of yesterday hide what was before.
      const last = Array.from({ length: 1000 }, (_, i) => ({ ...talks[0], operator_id: own.id, valid: 1, at: h.now - HOUR - i, longest_silence_ms: 12345 }))
      insertMany(s, 'call', last.map((k, i) => ({ uuid: `last-${i}`, project_id: k.project_id, mode: 'progressive', number: '+7', asked_at: k.at })))
      const ids = s.rows("SELECT id FROM call WHERE uuid LIKE 'last-%'").map((c) => Number(c.id))
      insertMany(s, 'talk', last.map((k, i) => ({ ...k, call_id: ids[i] })))
      const many = (await ask({ operator_id: own.id })).body, at = many.figures.findIndex((x) => x.key === 'longest_silence')
      assert.deepEqual([many.rows[0].talks, many.rows[0].middles[at]], [1000, { value: 12.3, low: 12.3, high: 12.3, over: 1000 }])
    })

    await t.test('what is asked badly is named', async () => {
      for (const [f, field] of [[{ by: 'moon' }, 'by'], [{ from: '2026-02-30' }, 'from'], [{ from: '2020-01-01' }, 'to'], [{ from: '2026-11-02', to: '2026-11-01' }, 'to'], [{ zone: '../etc' }, 'zone'], [{ project_id: 'x' }, 'project_id'], [{ direction: 'up' }, 'direction'], [{ format: 'exe' }, 'format']]) {
        const r = await ask(f)
        assert.deepEqual([r.status, r.body.error?.field], [400, field], JSON.stringify(f))
      }
    })
  })
