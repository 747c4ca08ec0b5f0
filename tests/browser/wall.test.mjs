// SPDX-License-Identifier: GPL-3.0-or-later
// Figures of queues on the floor, and a board on the wall: made by a supervisor on the screen, opened by its link with no log-in, live, honest
// when the server is away, back by itself, and dead when its link is.
import assert from 'node:assert/strict'
import test from 'node:test'
import { makeProject } from '../lib/house.mjs'
import { browse, pageOf, queueDay, serveWeb, unfair, until } from './lib.mjs'

const shot = (page, name) => process.env.SHOTS && page.waitForTimeout(400).then(() => page.screenshot({ path: `${process.env.SHOTS}/${name}.png` }))

const names = ['Иванова Мария', 'Пётр Сидоров', 'Кузнецова Анна Сергеевна', 'Олег', 'Смирнова Ольга', 'Дарья Котова', 'Игорь Белов']
const states = ['talking', 'talking', 'ready', 'ready', 'wrap_up', 'pause', 'talking']

test('the floor shows its queues; a board is made, hung up, follows events, and ends with its link', async (t) => {
  const s = await serveWeb(t)
  const p = makeProject(s, { name: 'Ромашка: продажа масел', plan_per_day: 60 })
  const queue = (name) => s.insert('queue', { project_id: p.project_id, name, created_at: Date.now() })
  const [sales, help] = [queue('Продажи'), queue('Техподдержка')]
  names.forEach((name, i) => {
    const user_id = s.insert('user', { login: `o${i}`, name, role: 'operator', created_at: 1 })
    s.insert('shift', { user_id, project_id: p.project_id, started_at: Date.now() - 3600000, state: states[i], state_at: Date.now() - 37000 * (i + 1), leg_up: 1 })
  })
  queueDay(s, p, sales, { answered: 41, late: 6, lost: 3, waiting: 2 })
  queueDay(s, p, help, { answered: 12, late: 0, lost: 0, waiting: 0 })
  const hour = Math.floor(Date.now() / 3600000) * 3600000
  s.run(`INSERT INTO project_hour (project_id, hour, calls, answered, dialogues, leads, meetings, presentations, sales, refusals, callbacks, talk_ms, wrap_ms, ring_ms) VALUES (${p.project_id}, ${hour}, 90, 60, 41, 4, 0, 0, 0, 0, 0, 0, 0, 0)`)

  const browser = await browse(t)
  const head = s.person('supervisor', { project_ids: [p.project_id] })
  const office = await pageOf(browser, s, head)
  await office.open('/floor')
  const row = office.getByTestId('queues').getByRole('row', { name: /Продажи/ })
  await row.getByText('82\u00a0%').waitFor()
  const cells = await row.getByRole('cell').allTextContents()
  assert.deepEqual([cells[1], cells[3], cells[4], cells[5], ...cells.slice(8, 11)], ['2', '2 / 6', '47', '3', '82\u00a0%', '87,2\u00a0%', '84\u00a0%'])
  await office.getByText('S1 — приняты вовремя из принятых и потерянных').first().waitFor()
  await shot(office, 'floor-light')
  assert.deepEqual(await unfair(office), [])
  const dark = await pageOf(browser, s, head, { theme: 'dark' })
  await dark.open('/floor')
  await dark.getByTestId('queues').waitFor()
  await shot(dark, 'floor-dark')
  assert.deepEqual(await unfair(dark), [])

  await office.getByRole('link', { name: 'Табло' }).click()
  await office.getByRole('button', { name: 'Новое табло' }).first().click()
  const form = office.getByRole('dialog')
  await form.getByLabel(/Название/).fill('Зал на третьем этаже')
  await form.getByLabel(/Проекты/).first().click()
  await office.getByRole('option', { name: /Ромашка/ }).click()
  await shot(office, 'wall-form')
  await office.getByRole('button', { name: 'Сохранить' }).click()
  await office.getByText('Зал на третьем этаже').click()
  await office.getByRole('button', { name: 'Получить ссылку' }).click()
  const link = await office.getByRole('textbox', { name: 'Ссылка на табло' }).inputValue()
  assert.match(link, /\/wall#zvw_/)
  await shot(office, 'wall-link')
  assert.deepEqual(await unfair(office), [])

  const screen = await pageOf(browser, s, null, { width: 1920, height: 1080 })
  await screen.goto(link)
  const first = screen.getByTestId('board-queue').first()
  await first.getByText('82%').waitFor()
  for (const name of ['Мария', 'Пётр', 'Анна', 'Олег', 'Ольга', 'Дарья', 'Игорь']) await screen.getByText(name, { exact: true }).waitFor()
  assert.ok(!(await screen.locator('body').textContent()).includes('Иванова'))
  const fits = () => screen.evaluate(() => [...document.querySelectorAll('.wall-queue, .wall-people li, .wall-days')].every((e) => e.scrollHeight <= e.clientHeight + 2 && e.scrollWidth <= e.clientWidth + 2 && e.getBoundingClientRect().bottom <= innerHeight) &&
    [...document.querySelectorAll('.wall-figure > *')].every((e) => e.getBoundingClientRect().width <= e.parentElement.getBoundingClientRect().width + 8))
  assert.ok(await fits(), 'nothing is cut off at 1920 × 1080')
  await shot(screen, 'wall-1920')
  assert.deepEqual(await unfair(screen), [])
  // News that come while the board is asked are not in that answer: it asks again for them, sooner than by itself.
  let answered = Infinity
  await screen.route('**/api/wall', async (route) => {
    const response = await route.fetch()
    s.run("UPDATE queue_place SET left_at = 1, way = 'abandoned' WHERE left_at IS NULL")
    s.event('queue_place', 'changed', { row_id: sales, project_id: p.project_id })
    await screen.waitForTimeout(500)
    await route.fulfill({ response })
    answered = Date.now()
  }, { times: 1 })
  await until('the board hears of it', async () => (await first.locator('.big b').textContent()) === '0')
  assert.ok(Date.now() - answered < 4500, `${Date.now() - answered} ms after the answer`)
  await screen.setViewportSize({ width: 1366, height: 768 })
  assert.ok(await fits(), 'nor at 1366 × 768')
  await shot(screen, 'wall-1366')

  await s.stop()
  await screen.getByText(/Нет связи с/).waitFor({ timeout: 40000 })
  await shot(screen, 'wall-stale')
  await s.start()
  await screen.getByText(/Нет связи с/).waitFor({ state: 'detached', timeout: 40000 })
  s.run('UPDATE wall SET token_hash = NULL')
  await screen.getByText('Ссылка больше не действует').waitFor({ timeout: 15000 })
  await shot(screen, 'wall-dead')
  assert.deepEqual([...office.complaints, ...dark.complaints, ...screen.complaints], [])
})
