// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of the main screens in both languages and both themes, and of a project's life in both languages, from a real server with the
// demonstration's data. With PICTURES=1 they are written to docs/pictures; ./test --long tries only that they can be taken.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { small } from '../lib/png.mjs'
import { root } from '../lib/server.mjs'
import { browse, demo, pageOf, sayReady, serveWeb, until } from './lib.mjs'

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
