// SPDX-License-Identifier: GPL-3.0-or-later
// A call to us, whole: a manager makes a queue and a number on the screen, a caller of a carrier waits with music, the operator in Chromium
// takes him with his card, and who was not heard stands among the missed until he is called back.
import assert from 'node:assert/strict'
import test from 'node:test'
import { makeProject } from '../lib/house.mjs'
import { acknowledges, Caller } from '../sip/lib/caller.mjs'
import { Carrier } from '../sip/lib/carrier.mjs'
import { browse, hears, pageOf, sayReady, serveWeb, unfair, until } from './lib.mjs'

const PORT = 5071, SIP = 5061, LINE = '+74957654321'
const shot = (page, name) => process.env.SHOTS && page.waitForTimeout(500).then(() => page.screenshot({ path: `${process.env.SHOTS}/${name}.png` }))

async function setUp(page, h) {
  await page.open(`/projects/${h.project_id}/inbound`)
  await page.getByText('Очередей пока нет').waitFor()
  await page.getByRole('button', { name: 'Новая очередь' }).first().click()
  await page.getByLabel('Название').fill('Продажи')
  await page.getByRole('button', { name: 'Сохранить' }).click()
  await page.getByText('Продажи').waitFor()
  await page.keyboard.press('Escape')
  await page.getByText('Номера', { exact: true }).click()
  await page.getByRole('button', { name: 'Новый номер' }).first().click()
  const form = page.getByRole('dialog')
  await form.getByLabel(/^Номер/).fill('8 (495) 765-43-21')
  await form.getByLabel(/Очередь/).first().click()
  await page.getByRole('option', { name: 'Продажи' }).click()
  await form.getByLabel(/Источник/).first().fill('Радио')
  await page.getByRole('button', { name: 'Сохранить' }).click()
  await page.getByText('765-43-21').first().waitFor()
}

test('a number, a queue, a caller, an operator; and a missed call that is called back', async (t) => {
  const s = await serveWeb(t, { args: ['--sip', `127.0.0.1:${SIP}`, '--rtp', '21000-21999'] })
  const c = await Carrier.start(PORT, (carrier, r) => (r.method === 'INVITE' ? carrier.reply(r, 486, 'Busy Here') : acknowledges(carrier, r)))
  t.after(() => c.stop())
  const h = makeProject(s, { mode: 'manual', wrap_up_s: 60 })
  s.run(`UPDATE result SET hot_key = '1' WHERE id = ${h.results.lead}`)
  const made = await s.call('POST', '/api/trunks', { as: s.person('admin'), body: { name: 'Оператор', kind: 'sip', host: '127.0.0.1', port: PORT, channels: 10 } })
  assert.equal(made.status, 201, made.text)
  s.run(`UPDATE project SET trunk_id = ${made.body.id} WHERE id = ${h.project_id}`)
  h.contact('+79161234567', { company: 'ООО «Ромашка»', city: 'Казань' })
  const browser = await browse(t)
  const office = await pageOf(browser, s, s.person('project_manager', { project_ids: [h.project_id] }))
  await setUp(office, h)
  await office.reload() // and without the notes of what was saved
  await office.getByText('765-43-21').first().waitFor()
  await shot(office, 'inbound')
  assert.deepEqual(await unfair(office), [])
  await until('the trunk is up', () => s.rows(`SELECT state FROM trunk WHERE id = ${made.body.id}`)[0].state === 'up')

  let lost
  await until('the number is answered', async () => (await (lost = new Caller(c, { sip: SIP, from: '+79031112233' })).call()) === 200)
  await until('he waits', () => s.rows("SELECT id FROM call WHERE state = 'queued' AND number = '+79031112233'")[0])
  lost.hangUp()
  await office.open('/missed')
  await office.getByText('903 111-22-33').waitFor()
  await shot(office, 'missed')
  assert.deepEqual(await unfair(office), [])

  const seat = await pageOf(browser, s, s.person('operator', { project_ids: [h.project_id] }))
  await seat.open('/seat')
  await seat.getByRole('button', { name: /Начать смену/ }).click()
  const caller = new Caller(c, { sip: SIP })
  assert.equal(await caller.call(), 200)
  const stop = caller.speak(1000)
  await sayReady(seat)
  await seat.getByRole('heading', { name: 'ООО «Ромашка»' }).waitFor()
  assert.match(await seat.getByTestId('incoming').textContent(), /^Входящий на \+7 495 765-43-21 · Радио · очередь «Продажи»/)
  await hears(seat, 1000)
  await shot(seat, 'seat')
  stop()
  caller.hangUp()
  await seat.getByTestId('wrap-up').waitFor()
  await seat.keyboard.press('Alt+1')
  await seat.keyboard.press('F2')
  await until('the result is saved', () => s.rows("SELECT id FROM call WHERE direction = 'in' AND result_id IS NOT NULL").length)

  await seat.getByTestId('missed').getByText('903 111-22-33').waitFor()
  await shot(seat, 'between')
  await seat.getByRole('button', { name: 'Перезвонить' }).click()
  await until('he is called back', () => c.requests.some((r) => r.method === 'INVITE' && /\+79031112233/.test(r.line)))
  assert.deepEqual([...office.complaints, ...seat.complaints], [])
})

test('the designer: a menu drawn by hand is saved, refused with its reason when it is wrong, and answers the next caller', async (t) => {
  const s = await serveWeb(t, { args: ['--sip', `127.0.0.1:${SIP + 1}`, '--rtp', '22000-22999'] })
  const c = await Carrier.start(PORT + 1, acknowledges)
  t.after(() => c.stop())
  const h = makeProject(s, { mode: 'manual' })
  const admin = s.person('admin')
  const ok = async (path, body) => {
    const r = await s.call('POST', `/api${path}`, { as: admin, body })
    assert.equal(r.status, 201, r.text)
    return r.body
  }
  const trunk = await ok('/trunks', { name: 'Оператор', kind: 'sip', host: '127.0.0.1', port: PORT + 1, channels: 10 })
  const queue = await ok(`/projects/${h.project_id}/queues`, { name: 'Продажи' })
  const browser = await browse(t)
  const office = await pageOf(browser, s, s.person('project_manager', { project_ids: [h.project_id] }))
  await office.open(`/projects/${h.project_id}/inbound?part=flows`)
  await office.getByRole('button', { name: 'Новое меню' }).first().click()
  await office.getByRole('menuitem', { name: 'Приветствие' }).click()
  await office.locator('.react-flow__node').first().waitFor()
  const add = async (kind) => {
    await office.getByRole('button', { name: /Шаг|Добавить/ }).first().click()
    await office.getByRole('menuitem', { name: kind }).click()
  }
  await add('Выбор кнопкой')
  await office.getByLabel('Что произнести').fill('Отдел продаж — один.')
  await add('Очередь')
  await office.getByRole('combobox', { name: 'Очередь' }).or(office.getByLabel('Очередь')).first().click()
  await office.getByRole('option', { name: 'Продажи' }).click()
  await shot(office, 'drawing')
  await office.keyboard.press('Control+s')
  await office.getByRole('alert').getByText('Проведите стрелку хотя бы от одной кнопки').waitFor() // nothing leads from the key yet
  await office.locator('.react-flow__controls-fitview').click()
  const dot = (step, exit) => office.locator(`.react-flow__handle[data-nodeid="${step}"][data-handleid="${exit}"]`)
  const into = (step) => office.locator(`.react-flow__handle.target[data-nodeid="${step}"]`)
  const draw = async (from, exit, to) => {
    await dot(from, exit).hover()
    await office.mouse.down()
    await into(to).hover()
    await office.mouse.up()
  }
  await draw('n1', 'next', 'n2')
  await draw('n2', 'key:1', 'n3')
  await office.getByLabel('Название').first().fill('Главное меню')
  await office.keyboard.press('Control+s')
  await office.getByText('Сохранено в черновик v1').waitFor()
  assert.equal(s.rows("SELECT graph FROM flow WHERE name = 'Главное меню'")[0].graph, null, 'a draft touches no call')
  await office.getByRole('button', { name: 'Опубликовать' }).click()
  const flow = await until('it runs', () => s.rows("SELECT id, graph FROM flow WHERE name = 'Главное меню' AND running = 1")[0])
  const graph = JSON.parse(flow.graph)
  assert.deepEqual([graph.start, graph.nodes[0].next, graph.nodes[1].keys, graph.nodes[2].queue_id], ['n1', 'n2', { 1: 'n3' }, queue.id])
  await office.reload()
  await office.locator('.react-flow__node').nth(2).waitFor()
  await shot(office, 'flow')
  assert.deepEqual(await unfair(office), [])

  await ok(`/projects/${h.project_id}/numbers`, { e164: LINE, queue_id: queue.id, flow_id: flow.id })
  await until('the trunk is up', () => s.rows(`SELECT state FROM trunk WHERE id = ${trunk.id}`)[0].state === 'up')
  let caller
  await until('the number is answered', async () => (await (caller = new Caller(c, { sip: SIP + 1 })).call()) === 200)
  await until('he hears the menu', () => s.rows("SELECT id FROM call WHERE state = 'ivr'")[0])
  await until('the menu listens', () => {
    caller.press('1')
    return s.rows("SELECT id FROM call WHERE state = 'queued'")[0]
  }, 20000)
  caller.hangUp()
  assert.deepEqual(office.complaints, [])
})
