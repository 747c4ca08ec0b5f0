// SPDX-License-Identifier: GPL-3.0-or-later
// newcomer.mjs - the first quarter of an hour of somebody who has just started `./run --demo`: logs in as an operator, talks on the practice line, saves a
// result, and sees the row as the customer. A real Chromium; by what the screens say, without a look behind them.
// usage: tests/bare/newcomer.mjs DATA ORIGIN      run where there is nothing but loopback, see run
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { browse, pageOf, sayReady, until } from '../browser/lib.mjs'

const [data, origin] = process.argv.slice(2)
const password = readFileSync(join(data, 'demo.txt'), 'utf8').trim()
const after = []
const browser = await browse({ after: (fn) => after.push(fn) })

async function logIn(login) {
  const page = await pageOf(browser, { origin }, null)
  await page.open('/')
  await page.getByLabel('Логин').fill(login)
  await page.getByLabel('Пароль').fill(password)
  await page.keyboard.press('Enter')
  return page
}

try {
  const customer = await logIn('zakazchik')
  await customer.getByRole('link', { name: 'Живой отчёт' }).first().click()
  await customer.getByTestId('total').waitFor()

  const seat = await logIn('olga')
  await seat.getByRole('button', { name: /Начать смену/ }).click()
  await sayReady(seat)
  const state = () => seat.getByTestId('state').textContent()
  await until('a talk', async () => (await state())?.startsWith('Разговор'), 120000)
  const company = await seat.getByRole('heading').first().textContent()
  await seat.getByLabel('Комментарий').fill('Первый разговор новичка')
  await seat.keyboard.press('F4')
  await seat.getByTestId('wrap-up').waitFor()
  await seat.keyboard.press('Alt+1')
  await seat.keyboard.press('F2')
  await customer.getByText('Первый разговор новичка').waitFor({ timeout: 10000 })
  console.log(`talked with ${company}; the customer has the row`)
  assert.deepEqual([...seat.complaints, ...customer.complaints], [])
} catch (e) {
  for (const [i, page] of browser.contexts().flatMap((c) => c.pages()).entries())
    if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, `newcomer-${i}.png`) })
  console.error(e)
  process.exitCode = 1
} finally {
  for (const fn of after) await fn()
}
