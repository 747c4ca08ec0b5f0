// SPDX-License-Identifier: GPL-3.0-or-later
// A survey without operators, whole: a manager draws it from a pattern, chooses it in the settings, the carrier's people answer by keys, one
// wants no more calls, and the totals stand on the screen. The telephone, the carrier's packets and Chromium are real.
import assert from 'node:assert/strict'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeProject } from '../lib/house.mjs'
import { Carrier } from '../sip/lib/carrier.mjs'
import { browse, pageOf, serveWeb, unfair, until } from './lib.mjs'

const PORT = 5074, SIP = 5064
const shot = (page, name) => process.env.SHOTS && page.waitForTimeout(500).then(() => page.screenshot({ path: `${process.env.SHOTS}/${name}.png` }))
const presses = { '+79161234501': '1', '+79161234502': '9', '+79161234503': '' }

test('a survey is drawn, dialled, answered by keys and counted; who wants no more calls gets none', async (t) => {
  const s = await serveWeb(t, { args: ['--sip', `127.0.0.1:${SIP}`, '--rtp', '24000-24999'] })
  const invites = {}
  const c = await Carrier.start(PORT, (carrier, r) => {
    if (r.method === 'INVITE') {
      invites[/sip:(\+\d+)/.exec(r.line)[1]] = r
      carrier.reply(r, 180, 'Ringing')
      carrier.reply(r, 200, 'OK', { sdp: true })
    } else carrier.reply(r, 200, 'OK')
  })
  t.after(() => c.stop())
  const h = makeProject(s, { mode: 'manual', purpose: 'survey', caller_number: '+74957654321' })
  s.run("UPDATE rule SET disabled = 1 WHERE kind IN ('hours_workday', 'hours_day_off', 'no_days_off')")
  const made = await s.call('POST', '/api/trunks', { as: s.person('admin'), body: { name: 'Оператор', kind: 'sip', host: '127.0.0.1', port: PORT, channels: 10 } })
  assert.equal(made.status, 201, made.text)
  s.run(`UPDATE project SET trunk_id = ${made.body.id} WHERE id = ${h.project_id}`)
  for (const number of Object.keys(presses)) {
    h.contact(number, { company: `ООО «${number.slice(-2)}»` })
    s.insert('consent', { customer_id: h.customer_id, e164: number, text_version: '1', given_at: 1, created_at: 1 })
  }
  const browser = await browse(t)
  const office = await pageOf(browser, s, s.person('project_manager', { project_ids: [h.project_id] }))
  await office.open(`/projects/${h.project_id}/inbound?part=flows`)
  await office.getByRole('button', { name: 'Новое меню' }).first().click()
  await office.getByRole('menuitem', { name: 'Опрос' }).click()
  await office.getByText('Довольны ли вы нашей работой').first().waitFor()
  await office.locator('.react-flow__node').filter({ hasText: 'Довольны ли вы' }).click()
  await office.getByLabel('Что значит кнопка 1').fill('Доволен')
  await shot(office, 'survey-flow')
  await office.locator('.react-flow__node').filter({ hasText: 'Спасибо' }).click()
  await office.getByRole('textbox', { name: 'Результат звонка' }).click()
  await office.getByRole('option', { name: 'Лид' }).click()
  await office.keyboard.press('Control+s')
  await office.getByText('Есть несохранённые').waitFor({ state: 'detached' })
  await office.getByRole('button', { name: 'Опубликовать' }).click()
  await until('the flow runs', () => s.rows("SELECT id FROM survey_question WHERE choices LIKE '%Доволен%'")[0])
  await office.reload() // without the note of what was saved
  await office.locator('.react-flow__node').filter({ hasText: 'Спасибо' }).click()
  await office.getByRole('textbox', { name: 'Результат звонка' }).waitFor()
  assert.deepEqual(await unfair(office), [])

  await office.open(`/projects/${h.project_id}/settings`)
  const group = office.locator('form').filter({ hasText: 'Звонков одновременно' })
  await group.getByRole('textbox', { name: 'Что услышит абонент' }).click()
  await office.getByRole('option', { name: /Опрос/ }).click()
  await shot(office, 'survey-settings')
  await group.getByRole('button', { name: 'Сохранить' }).click()
  await until('the flow is chosen', () => s.rows(`SELECT flow_id FROM project WHERE id = ${h.project_id}`)[0].flow_id)
  await until('the trunk is up', () => s.rows(`SELECT state FROM trunk WHERE id = ${made.body.id}`)[0].state === 'up')
  const project = (await s.call('GET', `/api/projects/${h.project_id}`, { as: s.person('admin') })).body
  const on = await s.call('PATCH', `/api/projects/${h.project_id}`, { as: s.person('admin'), body: { mode: 'agentless' }, headers: { 'If-Match': `"${project.version}"` } })
  assert.equal(on.status, 200, on.text)

  for (const [number, key] of Object.entries(presses)) {
    await until(`${number} is asked`, () => s.rows(`SELECT a.id FROM survey_answer a JOIN call c ON c.id = a.call_id WHERE c.number = '${number}'`)[0])
    if (key) for (let i = 0; i < 50 && !s.rows(`SELECT seq FROM call_event WHERE kind = 'dtmf' AND call_uuid = (SELECT uuid FROM call WHERE number = '${number}')`).length; i++) {
      c.press(invites[number], key)
      await sleep(300)
    }
    else c.request(invites[number], 'BYE')
    await until(`${number} is over`, () => s.rows(`SELECT id FROM call WHERE number = '${number}' AND state = 'ended'`)[0])
  }
  const rows = s.rows('SELECT c.number, a.key, r.name AS result, t.state, t.closed_reason FROM call c JOIN survey_answer a ON a.call_id = c.id LEFT JOIN result r ON r.id = c.result_id JOIN contact t ON t.id = c.contact_id ORDER BY c.number')
  assert.deepEqual(rows, [
    { number: '+79161234501', key: '1', result: 'Лид', state: 'closed', closed_reason: 'result' },
    { number: '+79161234502', key: '9', result: 'Просит не звонить', state: 'closed', closed_reason: 'do_not_call' },
    { number: '+79161234503', key: null, result: null, state: 'due', closed_reason: null }
  ])
  assert.deepEqual(s.rows('SELECT e164, level FROM do_not_call'), [{ e164: '+79161234502', level: 'customer' }])
  const other = makeProject(s, { customer_id: h.customer_id, mode: 'agentless', trunk_id: made.body.id, flow_id: project.flow_id, purpose: 'survey', caller_number: '+74957654321' })
  s.run(`INSERT INTO placement (project_id, node_id, since_at) SELECT ${other.project_id}, node_id, 1 FROM placement LIMIT 1`) // no event told of this project
  const listed = other.contact('+79161234502')
  s.run(`UPDATE flow SET project_id = ${h.project_id}`)
  await until('another project of the customer does not dial him', () => s.rows(`SELECT id FROM phone WHERE contact_id = ${listed} AND state = 'refused'`)[0])
  assert.equal(s.rows("SELECT count(*) AS n FROM call WHERE number = '+79161234502'")[0].n, 1)

  await office.open(`/projects/${h.project_id}/survey`)
  await office.getByText('1 — Доволен').waitFor()
  assert.match(await office.getByTestId('question').first().textContent(), /спросили: 3.*ответили: 2/)
  await shot(office, 'survey-totals')
  assert.deepEqual(await unfair(office), [])
  await office.getByText('Ответы', { exact: true }).click()
  await office.getByText('ООО «02»').waitFor()
  await shot(office, 'survey-replies')

  s.insert('quota', { project_id: h.project_id, field: 'city', value: 'Казань', result_id: h.results.lead, target: 400, created_at: 1 })
  await office.getByText('Квоты', { exact: true }).click()
  await office.getByText('Казань').waitFor()
  await shot(office, 'survey-quotas')
  assert.deepEqual(await unfair(office), [])
  assert.deepEqual(office.complaints, [])
})
