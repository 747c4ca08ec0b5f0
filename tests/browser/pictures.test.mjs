// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of the main screens in both languages and both themes, and of a project's life in both languages, from a real server with the
// demonstration's data. With PICTURES=1 they are written to docs/pictures; ./test --long tries only that they can be taken.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { small } from '../lib/png.mjs'
import { root } from '../lib/server.mjs'
import { browse, demo, pageOf, queueDay, sayReady, serveWeb, until } from './lib.mjs'

const folder = join(root, 'docs/pictures')
const looks = ['ru', 'en']
  .flatMap((language) => ['light', 'dark'].map((theme) => ({ language, theme })))

async function take(page, name, { language, theme }) {
  await page.waitForTimeout(600)
  keep(`${name}-${language}-${theme}`, await page.screenshot())
}

function keep(name, png) {
  if (process.env.PICTURES) writeFileSync(join(folder, `${name}.png`), small(png))
}

const skip = !process.env.PICTURES && !process.env.ZVONAR_LONG && 'ZVONAR_LONG'

test('pictures of the seat, the report, the script editor and the import', { skip }, async (t) => {
  if (process.env.PICTURES) mkdirSync(folder, { recursive: true })
  const s = await serveWeb(t)
  demo(s)
  const [{ customer_id }] = s.rows('SELECT customer_id FROM project WHERE id = 1')
  const manager = s.person('project_manager', { project_ids: [1], name: 'Мария Соколова' })
  const customer = s.person('customer', { customer_id, name: 'Сергей Лапин' })
  const browser = await browse(t)
  // Who answers for the picture: the practice subscriber with the steady tone.
  s.run("UPDATE phone SET e164 = substr(e164, 1, 10) || '97'")
  const [{ id: script }] = s.rows("SELECT id FROM script_version WHERE state = 'active' LIMIT 1")
  for (const look of looks) {
    const report = await pageOf(browser, s, customer, look)
    await report.open('/projects/1/report')
    await report.getByRole('row').nth(5).waitFor()
    await take(report, 'report', look)
    await report.context().close()

    const office = await pageOf(browser, s, manager, look)
    await office.open(`/projects/1/script?version=${script}`)
    await office.locator('.react-flow__node').nth(3).waitFor()
    await office.locator('.react-flow__node').nth(1).click()
    await take(office, 'script', look)
    await office.open('/projects/1/base')
    await office.getByRole('button', { name: /Загрузить|Import/ }).first().click()
    const [chooser] = await Promise.all([office.waitForEvent('filechooser'), office.getByRole('button', { name: /Выбрать файл|Choose a file/ }).click()])
    const lines = s.rows('SELECT company, city FROM contact LIMIT 12').map((r, i) => `${r.company};8 (843) 2${String(10 + i)}-00-1${i % 10};Петров Иван;${r.city}`)
    await chooser.setFiles({ name: 'base.csv', mimeType: 'text/csv', buffer: Buffer.from(`Наименование;Телефон;Контактное лицо;Город\n${lines.join('\n')}\n`) })
    await office.getByRole('button', { name: /Загрузить контакты|Import the contacts/ }).waitFor()
    await take(office, 'import', look)
    await office.context().close()

    const operator = s.person('operator', { project_ids: [1], name: look.language === 'ru' ? 'Ольга Кузнецова' : 'Olga Kuznetsova' })
    const seat = await pageOf(browser, s, operator, look)
    await seat.open('/seat')
    await seat.getByRole('button', { name: /Начать смену|Start the shift/ }).click()
    await sayReady(seat)
    await until('the talk', async () => /^(Разговор|Talking)/.test((await seat.getByTestId('state').textContent()) ?? ''), 30000)
    await seat.keyboard.press('1')
    await take(seat, 'seat', look)
    await seat.keyboard.press('F4')
    await seat.context().close()
  }
})

// The first page of a PDF as its reader gets it.
async function page1(s, person, path, name) {
  const r = await s.send('GET', path, { as: person })
  if (r.headers['content-type'] !== 'application/pdf') throw new Error(`${path}: ${r.status} ${r.text.slice(0, 300)}`)
  keep(name, execFileSync('pdftoppm', ['-png', '-r', '80', '-f', '1', '-l', '1', '-singlefile', '-'], { input: r.buffer, maxBuffer: 64 << 20 }))
}

// Another greeting, which waits for the customer.
async function proposed(s, manager) {
  s.run('UPDATE project SET customer_approves = 1 WHERE id = 1')
  const graph = JSON.parse(s.rows("SELECT graph FROM script_version WHERE project_id = 1 AND state = 'active'")[0].graph)
  graph.nodes[0].text = graph.nodes[0].text.replace('Добрый день', 'Здравствуйте')
  const draft = s.insert('script_version', { project_id: 1, number: 2, state: 'draft', graph: JSON.stringify(graph), created_at: Date.now() })
  const body = { project_id: 1, kind: 'script', title: 'Другое приветствие', effect: 'Реже кладут трубку в первые секунды', script_version_id: draft }
  return (await s.call('POST', '/api/changes', { as: manager, body })).body.id
}

test("pictures of a project's life, from the hand-over to the last report", { skip }, async (t) => {
  if (process.env.PICTURES) mkdirSync(folder, { recursive: true })
  const s = await serveWeb(t)
  demo(s)
  const of = (login) => ({ ...s.rows(`SELECT id FROM "user" WHERE login = '${login}'`)[0], ...s.session(Number(s.rows(`SELECT id FROM "user" WHERE login = '${login}'`)[0].id)) })
  const [{ customer_id }] = s.rows('SELECT customer_id FROM project WHERE id = 1')
  const manager = s.person('project_manager', { project_ids: [1], name: 'Мария Соколова' })
  const customer = s.person('customer', { customer_id, name: 'Сергей Лапин' })
  const change = await proposed(s, manager)
  const draft = s.rows("SELECT id FROM project WHERE state = 'draft'")[0].id
  const browser = await browse(t)
  await page1(s, customer, '/api/acts/1/pdf', 'act-paper') // a Russian document, whoever reads it
  for (const look of looks.filter(({ theme }) => theme === 'light')) {
    const sales = await pageOf(browser, s, of('sales'), look)
    await sales.open(`/projects/${draft}/handover`)
    await sales.getByText(/не хватает|Missing before/).waitFor()
    await take(sales, 'handover', look)
    const office = await pageOf(browser, s, manager, look)
    for (const [name, path, ready] of [
      ['heat', '/projects/1/walk', office.locator('.step-heat').nth(3)],
      ['diff', `/projects/1/changes?change=${change}`, office.locator('ins').first()],
      ['form', '/projects/1/report_form', office.getByRole('listitem').nth(4)]
    ]) {
      await office.open(path)
      await ready.waitFor()
      await take(office, name, look)
    }
    await office.open('/papers?part=acts')
    await office.getByRole('row').nth(1).click()
    await office.getByRole('dialog').getByRole('row').nth(2).waitFor()
    await take(office, 'act', look)
    const phone = await pageOf(browser, s, customer, { ...look, width: 390, height: 844 })
    await phone.open('/reports')
    await phone.getByRole('link', { name: 'Другое приветствие' }).waitFor()
    await take(phone, 'portal', look)
    for (const page of [sales, office, phone]) await page.context().close()
    await page1(s, customer, `/api/projects/1/final?language=${look.language}&format=pdf`, `final-${look.language}`)
  }
})

const staff = {
  ru: ['Мария Иванова', 'Пётр Сидоров', 'Анна Котова', 'Олег Громов', 'Дарья Белова', 'Игорь Нестеров'],
  en: ['Mary Ivanova', 'Peter Sidorov', 'Anna Kotova', 'Oleg Gromov', 'Daria Belova', 'Igor Nesterov']
}
const doing = ['talking', 'wrap_up', 'talking', 'pause', 'talking', 'wrap_up']

// Colleagues at their seats, a day of the demonstration's queue, an operator of sales beside it.
function fullFloor(s) {
  const [{ id: queue }] = s.rows('SELECT id FROM queue WHERE project_id = 1')
  queueDay(s, { project_id: 1 }, queue, { answered: 41, late: 6, lost: 3, waiting: 1 })
  const pause = s.rows('SELECT id FROM pause_reason ORDER BY id LIMIT 1')[0]?.id
  return doing.map((state, i) => {
    const { id } = s.person('operator', { project_ids: [1], name: staff.ru[i] })
    s.insert('shift', { user_id: id, project_id: 1, started_at: Date.now() - 3 * 3600000, state, state_at: Date.now() - 9000 * (i + 1), leg_up: 1, pause_reason_id: state === 'pause' ? pause : null })
    return id
  })
}

test('pictures of the floor: a board, a menu, a transfer, a supervisor who listens, webhooks', { skip }, async (t) => {
  if (process.env.PICTURES) mkdirSync(folder, { recursive: true })
  const s = await serveWeb(t)
  demo(s)
  s.run("UPDATE phone SET e164 = substr(e164, 1, 10) || '97'")
  const people = fullFloor(s)
  const manager = s.person('project_manager', { project_ids: [1], name: 'Мария Соколова' })
  const head = s.person('supervisor', { project_ids: [1], name: 'Вера Климова' })
  const admin = s.person('admin', { name: 'Администратор' })
  const hook = (name, url, kinds) => s.call('POST', '/api/webhooks', { as: admin, body: { name, url, kinds, project_id: 1 } }).then((r) => r.body.id)
  const crm = await hook('CRM', 'https://crm.example.com/hooks/zvonar', ['lead_judged', 'change'])
  await hook('1C', 'https://1c.example.com/zvonar', ['act', 'invoice'])
  for (let i = 0; i < 9; i++)
    s.insert('webhook_delivery', { webhook_id: crm, event_id: 1000000 + i, kind: 'lead_judged', verb: 'changed', entity: 'report_row', row_id: 40 + i, project_id: 1, at: Date.now() - 700000 * (9 - i), state: 'delivered', tries: i === 4 ? 3 : 1, next_at: 0, status: 200 })
  s.run(`UPDATE webhook SET last_at = ${Date.now() - 700000} WHERE id = ${crm}`)
  const browser = await browse(t)
  for (const look of looks) {
    people.forEach((id, i) => s.run(`UPDATE "user" SET name = '${staff[look.language][i]}' WHERE id = ${id}`))
    const house = await pageOf(browser, s, admin, look)
    await house.open('/webhooks')
    await house.getByText('crm.example.com').click()
    await house.getByRole('button', { name: /Что отправлено|Deliveries/ }).click()
    await house.getByRole('dialog').getByRole('row').nth(5).waitFor()
    await take(house, 'webhooks', look)
    await house.context().close()

    const office = await pageOf(browser, s, manager, look)
    await office.open('/projects/1/inbound?part=flows')
    await office.getByText('Главное меню').first().click()
    await office.locator('.react-flow__node').nth(3).waitFor()
    await office.locator('.react-flow__node').nth(1).click()
    await take(office, 'flow', look)
    await office.context().close()

    const seat = await pageOf(browser, s, s.person('operator', { project_ids: [1], name: look.language === 'ru' ? 'Ольга Кузнецова' : 'Olga Kuznetsova' }), look)
    await seat.open('/seat')
    await seat.getByRole('button', { name: /Начать смену|Start the shift/ }).click()
    await sayReady(seat)
    await until('the talk', async () => /^(Разговор|Talking)/.test((await seat.getByTestId('state').textContent()) ?? ''), 30000)
    await seat.keyboard.press('F3')
    await seat.getByRole('radio').first().check()
    await take(seat, 'transfer', look)
    const floor = await pageOf(browser, s, head, look)
    await floor.open('/floor')
    await take(floor, 'floor', look)
    await floor.getByRole('button', { name: /Подключиться|Enter the talk/ }).first().click()
    await floor.getByRole('menuitem', { name: /^Слушать|^Listen/ }).click()
    await floor.getByTestId('monitor').waitFor()
    await floor.getByTestId('monitor').getByText(/Подсказывать|Whisper/).click()
    await take(floor, 'listen', look)
    await floor.context().close()
    await seat.keyboard.press('Escape')
    await seat.keyboard.press('F4')
    await seat.context().close()

    if (look.theme === 'light') continue // the board is dark whatever the theme
    const made = await s.call('POST', '/api/walls', { as: head, body: { name: look.language, projects: [1], queues: [], language: look.language } })
    const link = await s.call('POST', `/api/walls/${made.body.id}/link`, { as: head, body: {} })
    const wall = await pageOf(browser, s, null, { ...look, width: 1600, height: 900 })
    await wall.goto(`${s.origin}/wall#${link.body.secret}`)
    await wall.getByTestId('board-queue').first().waitFor()
    await take(wall, 'wall', look)
    await wall.context().close()
  }
})
