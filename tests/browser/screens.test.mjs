// SPDX-License-Identifier: GPL-3.0-or-later
// Every screen, for everyone who may see it, in both themes: it draws, breaks no content policy, throws nothing, and is usable by
// keyboard and screen reader (axe: nothing serious or critical).
import assert from 'node:assert/strict'
import test from 'node:test'
import { browse, demo, pageOf, serveWeb, unfair } from './lib.mjs'

const office = ['/projects', '/projects/1/overview', '/projects/1/base', '/projects/1/script', '/projects/1/unanswered', '/projects/1/walk',
  '/projects/1/split', '/projects/1/objections', '/projects/1/articles', '/projects/1/results', '/projects/1/form', '/projects/1/columns',
  '/projects/1/team', '/projects/1/rules', '/projects/1/settings', '/projects/1/report', '/reports', '/calls', '/callbacks', '/floor', '/hours', '/customers', '/users', '/do-not-call',
  '/consents', '/rules', '/letters', '/trunks', '/trunks/routes', '/trunks/callers', '/trunks/causes', '/settings', '/jobs', '/audit', '/profile', '/headset', '/webhooks']

async function house(t) {
  const s = await serveWeb(t)
  demo(s)
  const [{ customer_id }] = s.rows('SELECT customer_id FROM project WHERE id = 1')
  return { s, customer_id, browser: await browse(t) }
}

// The page is quiet: it has its heading and no skeleton is left.
async function settled(page) {
  await page.waitForFunction(() => document.querySelector('h1') && !document.querySelector('[aria-busy="true"], .mantine-Skeleton-root'), null, { timeout: 10000 })
  await page.waitForTimeout(150)
}

// Each screen in one theme and language; ./test --long: in both.
for (const theme of ['light', 'dark'])
  test(`all screens of the office (${theme})`, async (t) => {
    const { s, browser } = await house(t)
    const page = await pageOf(browser, s, s.person('admin'), { theme, language: theme === 'dark' ? 'en' : 'ru' })
    const found = []
    for (const path of office.filter((_, i) => process.env.ZVONAR_LONG || (i % 2 === 0) === (theme === 'light'))) {
      await page.open(path)
      await settled(page).catch(() => found.push(`${path}: does not settle`))
      for (const line of await page.getByRole('alert').allTextContents()) if (/Не получилось|did not work/.test(line)) found.push(`${path}: ${line}`)
      for (const line of await unfair(page)) found.push(`${path}: ${line}`)
      for (const line of page.complaints.splice(0)) found.push(`${path}: ${line}`)
    }
    assert.deepEqual(found, [])
  })

test('before log-in, the seat, and the customer on a telephone', async (t) => {
  const { s, customer_id, browser } = await house(t)
  const found = []
  const look = async (page, path) => {
    await page.open(path)
    await settled(page).catch(() => found.push(`${path}: does not settle`))
    for (const line of [...(await unfair(page)), ...page.complaints.splice(0)]) found.push(`${path}: ${line}`)
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    if (wide > 0) found.push(`${path}: ${wide} px wider than the window`)
  }
  const nobody = await pageOf(browser, s, null)
  for (const path of ['/login', '/reset', '/tickets/nothing', '/r/nothing']) await look(nobody, path)
  await look(await pageOf(browser, s, s.person('operator', { project_ids: [1] })), '/seat')
  const phone = await pageOf(browser, s, s.person('customer', { customer_id }), { width: 390, height: 800 })
  for (const path of ['/reports', '/projects/1/report', '/received', '/colleagues', '/papers', '/statistics', '/projects/1/changes']) await look(phone, path)
  await phone.open('/projects/1/report')
  await settled(phone)
  const [rows, bar] = await phone.evaluate(() => [document.querySelector('.sheet').getBoundingClientRect().bottom, document.querySelector('footer').getBoundingClientRect().top])
  if (rows > bar) found.push(`the report's rows end at ${rows}, the bar begins at ${bar}`)
  assert.deepEqual(found, [])
})

test('each person begins where he works, and what he may not see is not there', async (t) => {
  const { s, customer_id, browser } = await house(t)
  const begin = async (person, path) => {
    const page = await pageOf(browser, s, person)
    await page.open('/')
    await page.waitForURL(`**${path}`)
    return page
  }
  await begin(s.person('operator', { project_ids: [1] }), '/seat')
  const manager = await begin(s.person('project_manager', { project_ids: [1] }), '/projects')
  for (const name of ['Звонки', 'Перезвоны', 'Проекты']) {
    await manager.getByRole('navigation').getByRole('link', { name }).click()
    await manager.getByRole('heading', { level: 1, name }).waitFor()
  }
  const customer = await begin(s.person('customer', { customer_id }), '/reports')
  assert.deepEqual(await customer.getByRole('navigation').getByRole('link').allTextContents(), ['Мои проекты', 'Письма', 'Статистика', 'Акты и счета', 'Сотрудники'])
  await customer.keyboard.press('Control+K')
  await customer.getByPlaceholder(/Люди, компании/).waitFor()
  await customer.getByPlaceholder(/Люди, компании/).fill('мои')
  await customer.keyboard.press('Enter')
  await customer.waitForURL('**/reports')
})

test('log-in by password, the language kept, a stale session comes back to the same page', async (t) => {
  const { s, browser } = await house(t)
  const { password } = demo.last
  const page = await pageOf(browser, s, null)
  await page.open('/projects/1/base')
  await page.waitForURL('**/login?to=*')
  await page.getByLabel('Логин').fill('pm')
  await page.getByRole('textbox', { name: 'Пароль' }).fill('не тот пароль')
  await page.keyboard.press('Enter')
  await page.getByText('Логин или пароль не подходят').waitFor()
  await page.getByRole('textbox', { name: 'Пароль' }).fill(password)
  await page.keyboard.press('Enter')
  await page.waitForURL('**/projects/1/base')
  await page.open('/profile')
  await page.getByText('English').click()
  await page.getByRole('heading', { name: 'Sessions' }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'Sessions' }).waitFor()
  s.run('DELETE FROM session')
  await page.open('/calls')
  await page.waitForURL('**/login?*')
  assert.deepEqual(page.complaints, [])
})

test('two people change one thing: both texts are shown and neither is lost', async (t) => {
  const { s, browser } = await house(t)
  const page = await pageOf(browser, s, s.person('admin'))
  await page.open('/customers')
  await page.getByRole('cell', { name: 'Масла Поволжья' }).first().click()
  const person = page.getByRole('textbox', { name: 'Контактное лицо' })
  await person.fill('Моё имя')
  s.run("UPDATE customer SET person = 'Чужое имя', version = version + 1")
  await page.getByRole('button', { name: 'Сохранить', exact: true }).click()
  await page.getByText('Пока вы правили, это изменил кто-то другой').waitFor()
  await page.getByText('Чужое имя').waitFor()
  await page.getByRole('button', { name: 'Сохранить выбранное' }).click()
  await page.getByText('Сохранено').waitFor()
  assert.equal(s.rows('SELECT person FROM customer WHERE id = 1')[0].person, 'Моё имя')
  assert.deepEqual(page.complaints, [])
})

test('a form says at its fields what is wrong, in the language of the page, and brings them into sight', async (t) => {
  const { s, browser } = await house(t)
  const page = await pageOf(browser, s, s.person('sales_manager'), { height: 500 })
  await page.open('/customers')
  await page.getByRole('button', { name: 'Новый заказчик' }).click()
  const form = page.getByRole('dialog')
  const save = form.getByRole('button', { name: 'Сохранить' })
  const [name, phone, email] = ['name', 'phone', 'email'].map((field) => form.locator(`[data-field=${field}]`))
  await save.click()
  await name.getByText('Заполните это поле').waitFor()
  assert.ok(await name.locator('input').evaluate((input) => input === document.activeElement && input.getBoundingClientRect().top > 40))
  await name.locator('input').fill('Двери')
  assert.equal(await name.getByText('Заполните это поле').count(), 0)
  await email.locator('input').fill('дверь')
  await phone.locator('input').fill('12')
  await save.click()
  await email.getByText('Это не адрес почты').waitFor()
  await email.locator('input').fill('dveri@example.test')
  await save.click()
  await phone.getByText('Для номера мало цифр').waitFor()
  await phone.locator('input').fill('+7 495 123-45-67')
  await save.dblclick()
  await form.waitFor({ state: 'detached' })
  assert.equal(s.rows("SELECT count(*) AS n FROM customer WHERE name = 'Двери'")[0].n, 1)
  assert.deepEqual(page.complaints, [])
})
