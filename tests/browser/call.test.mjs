// SPDX-License-Identifier: GPL-3.0-or-later
// The whole way of a call through the screens: headset, card before voice, script by keys, what is typed kept, a reload in mid-talk,
// the result by keys, the row at the customer's within a second, and both sides apart in the recording.
import assert from 'node:assert/strict'
import test from 'node:test'
import { makeProject } from '../lib/house.mjs'
import { browse, graph, heard, MICROPHONE_HZ, pageOf, sayReady, serveWeb, until } from './lib.mjs'

const STEADY = '+74951234597' // the practice subscriber answers at once with 1000 Hz
const FAR_HZ = 1000

async function call(t) {
  const s = await serveWeb(t)
  const project = makeProject(s, { wrap_up_s: 60 })
  s.run(`UPDATE script_version SET graph = '${JSON.stringify(graph)}' WHERE id = ${project.script_id}`)
  s.insert('form_field', { project_id: project.project_id, position: 1, key: 'volume', label: 'Объём, л/мес', type: 'number', required_by: JSON.stringify([project.results.lead]) })
  s.insert('pause_reason', { name: 'Обед', paid: 0, position: 1 })
  for (const [name, key] of [['lead', '1'], ['refusal', '2'], ['callback', '3']]) s.run(`UPDATE result SET hot_key = '${key}' WHERE id = ${project.results[name]}`)
  project.contact(STEADY, { company: 'ООО «Ромашка»', city: 'Уфа', timezone: 'Asia/Yekaterinburg', fax: '+7 495 123-40-97' })
  s.insert('template', { project_id: project.project_id, kind: 'fax', name: 'Запрос', subject: 'Для {contact.company}', body: 'Просим выслать прайс-лист.', advertising: 0, created_at: 1 })
  const operator = s.person('operator', { project_ids: [project.project_id], name: 'Анна Орлова' })
  const customer = s.person('customer', { customer_id: project.customer_id, name: 'Игорь Волков' })
  return { s, project, operator, customer, browser: await browse(t) }
}

async function sitDown(page) {
  await page.open('/seat')
  await page.getByRole('button', { name: /Начать смену/ }).click()
  await page.getByRole('button', { name: /Готов принимать/ }).waitFor()
  await sayReady(page)
}

test('an operator makes a call by keys, and the customer sees its row at once', async (t) => {
  const { s, project, operator, customer, browser } = await call(t)
  const seat = await pageOf(browser, s, operator)
  const report = await pageOf(browser, s, customer)
  await report.open(`/projects/${project.project_id}/report`)
  await report.getByText('Здесь появится строка').waitFor()
  await sitDown(seat)

  await seat.getByRole('heading', { name: 'ООО «Ромашка»' }).waitFor()
  await until('the talk', async () => (await seat.getByTestId('state').textContent())?.startsWith('Разговор'))
  assert.equal(await seat.getByTestId('say').textContent(), 'Здравствуйте, это ООО «Ромашка»?')
  assert.match(await seat.getByTestId('local-time').textContent(), /^\d\d:\d\d у клиента, Уфа$/)

  await seat.keyboard.press('1')
  assert.equal(await seat.getByTestId('say').textContent(), 'Сколько масла берёте в месяц?')
  await seat.keyboard.press('F8')
  assert.match(await seat.getByTestId('say').textContent(), /извинения/)
  await seat.keyboard.press('Backspace')
  await seat.getByLabel('Объём, л/мес').fill('200')
  await seat.getByLabel('Комментарий').fill('Ждут расчёт')
  const typed = Date.now()
  await until('the draft is on the server', () => /Ждут расчёт/.test(s.rows('SELECT draft FROM call')[0]?.draft ?? ''), 1500)
  assert.ok(Date.now() - typed < 1500)

  await new Promise((done) => setTimeout(done, 2500))
  await seat.reload()
  const again = Date.now()
  await seat.getByRole('heading', { name: 'ООО «Ромашка»' }).waitFor()
  await until('card and voice are back', async () => seat.getByTestId('leg').getByRole('img', { name: 'Громкость микрофона' }).isVisible(), 5000)
  t.diagnostic(`card and voice back after ${Date.now() - again} ms`)
  assert.equal(await seat.getByLabel('Комментарий').inputValue(), 'Ждут расчёт')
  assert.equal(await seat.getByLabel('Объём, л/мес').inputValue(), '200')
  assert.equal(await seat.getByTestId('say').textContent(), 'Сколько масла берёте в месяц?')
  // A fax by one key, beside the talk: its number, its pages, and how it fares.
  await seat.keyboard.press('Shift+F1')
  await seat.getByText('Факс: 1 стр.').waitFor()
  assert.equal(await seat.getByRole('textbox', { name: 'Номер' }).inputValue(), '+74951234097')
  await seat.keyboard.press('Control+Enter')
  await seat.getByTestId('sending').getByText(/^(звоним|передаётся)/).waitFor()
  assert.equal(await seat.getByTestId('unrecorded').count(), 0, 'the recording goes on')
  await new Promise((done) => setTimeout(done, 1000))

  await seat.keyboard.press('Alt+1')
  await seat.keyboard.press('F4')
  await seat.getByTestId('wrap-up').waitFor()
  await seat.keyboard.press('F2')
  const saved = Date.now()
  await report.getByText('ООО «Ромашка»').waitFor({ timeout: 5000 })
  t.diagnostic(`the row was at the customer's after ${Date.now() - saved} ms`)
  assert.ok(Date.now() - saved < 3000)
  await report.getByText('Ждут расчёт').waitFor()
  await until('the totals equal the rows', async () => (await report.getByTestId('total').textContent()) === '1 строка')
  const [row] = s.rows('SELECT result_id, comment, is_dialogue, path FROM call WHERE result_id IS NOT NULL')
  assert.equal(row.result_id, project.results.lead)
  assert.equal(row.comment, 'Ждут расчёт')
  assert.equal(s.rows('SELECT value FROM answer')[0].value, '200')

  const kept = await until('the recording is kept', () => s.rows("SELECT id FROM recording WHERE state = 'kept'")[0], 20000)
  const [one, other] = await heard(report, kept.id)
  const [mine, far] = one[MICROPHONE_HZ] > other[MICROPHONE_HZ] ? [one, other] : [other, one]
  assert.ok(mine[MICROPHONE_HZ] > 20 * far[MICROPHONE_HZ], `operator's side: ${JSON.stringify([one, other])}`)
  assert.ok(far[FAR_HZ] > 20 * mine[FAR_HZ], `contact's side: ${JSON.stringify([one, other])}`)
  assert.ok(s.rows('SELECT call_id FROM sending')[0].call_id, 'the fax belongs to the talk')
  assert.deepEqual([...seat.complaints, ...report.complaints], [])
})

test('a result is not saved without what it asks for, and nothing typed is lost', async (t) => {
  const { s, operator, browser } = await call(t)
  const seat = await pageOf(browser, s, operator)
  await sitDown(seat)
  await until('the talk', async () => (await seat.getByTestId('state').textContent())?.startsWith('Разговор'))
  await seat.keyboard.press('F2')
  await seat.getByText('Сначала завершите разговор').waitFor()
  await seat.keyboard.press('F4')
  await seat.getByTestId('wrap-up').waitFor()
  await seat.keyboard.press('F2')
  await seat.getByText('Выберите результат').waitFor()
  await seat.keyboard.press('Alt+3')
  await seat.keyboard.press('F2')
  await seat.getByText('Укажите время в будущем').waitFor()
  await seat.getByRole('button', { name: 'через час' }).click()
  await seat.keyboard.press('F9')
  await seat.getByRole('menuitem', { name: 'Обед' }).click()
  await seat.keyboard.press('F2')
  await seat.getByText('Вы на паузе').waitFor()
  assert.equal(s.rows('SELECT state FROM callback')[0].state, 'open')
  assert.deepEqual(seat.complaints, [])
})

test('what was typed is not sent again and again when the result was saved meanwhile', async (t) => {
  const { s, operator, browser } = await call(t)
  const seat = await pageOf(browser, s, operator)
  let drafts = 0
  await seat.route('**/api/seat/draft', async (route) => {
    drafts++
    await until('the result is saved', () => s.rows('SELECT 1 FROM call WHERE result_id IS NOT NULL')[0])
    await route.continue()
  })
  await sitDown(seat)
  await until('the talk', async () => (await seat.getByTestId('state').textContent())?.startsWith('Разговор'))
  await seat.keyboard.press('F4')
  await seat.getByTestId('wrap-up').waitFor()
  await seat.keyboard.press('Alt+2')
  await until('the draft is on its way', () => drafts === 1)
  const refused = seat.waitForResponse((r) => r.url().endsWith('/api/seat/draft') && r.status() === 409)
  await seat.keyboard.press('F2')
  await refused
  await new Promise((done) => setTimeout(done, 3000))
  assert.equal(drafts, 1)
  assert.deepEqual(seat.complaints, [])
})

test('the headset page hears the microphone and the echo', async (t) => {
  const { s, operator, browser } = await call(t)
  const page = await pageOf(browser, s, operator)
  await page.open('/headset')
  await page.getByRole('button', { name: 'Услышать себя' }).click()
  await page.getByText('Говорите: сервер возвращает ваш голос').waitFor()
  assert.deepEqual(page.complaints, [])
})
