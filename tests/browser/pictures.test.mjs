// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of the main screens in both languages and both themes, from a real server with the demonstration's data. With PICTURES=1 they
// are written to docs/pictures; ./test --long tries only that they can be taken.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { root } from '../lib/server.mjs'
import { browse, demo, pageOf, sayReady, serveWeb, until } from './lib.mjs'

const folder = join(root, 'docs/pictures')
const looks = ['ru', 'en']
  .flatMap((language) => ['light', 'dark'].map((theme) => ({ language, theme })))

async function take(page, name, { language, theme }) {
  await page.waitForTimeout(600)
  const path = process.env.PICTURES ? join(folder, `${name}-${language}-${theme}.png`) : undefined
  await page.screenshot({ path })
}

test('pictures of the seat, the report, the script editor and the import', { skip: !process.env.PICTURES && !process.env.ZVONAR_LONG && 'ZVONAR_LONG' }, async (t) => {
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
