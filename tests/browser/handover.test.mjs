// SPDX-License-Identifier: GPL-3.0-or-later
// The hand-over on the screen: sales begin a project and see what it lacks, say it, add a file, hand it over; the project director hears of it and
// says with one press who leads it; the customer's people see nothing of what was written about them.
import assert from 'node:assert/strict'
import test from 'node:test'
import { browse, demo, pageOf, serveWeb, unfair, until } from './lib.mjs'

test('sales hand a project over, and the project director says who leads it', async (t) => {
  const s = await serveWeb(t)
  demo(s)
  const of = (login) => s.session(Number(s.rows(`SELECT id FROM "user" WHERE login = '${login}'`)[0].id))
  const browser = await browse(t)
  const [sales, chief] = [await pageOf(browser, s, of('sales')), await pageOf(browser, s, of('chief'))]

  await sales.open('/projects')
  await sales.getByRole('button', { name: 'Новый проект' }).click()
  const drawer = sales.getByRole('dialog')
  await drawer.getByRole('textbox', { name: 'Заказчик' }).click()
  await sales.getByRole('option', { name: 'Двери Урала' }).click()
  await drawer.getByRole('textbox', { name: 'Проект', exact: true }).fill('Межкомнатные двери')
  await drawer.getByRole('button', { name: 'Сохранить' }).click()
  // what is missing leads to its field, and is marked there
  const panel = sales.getByRole('alert').filter({ hasText: 'Чтобы передать проект, не хватает' })
  const give = sales.getByRole('button', { name: 'Передать проект' })
  assert.ok(await give.isDisabled())
  assert.equal(await sales.locator('.marked').count(), await panel.getByRole('listitem').count())
  await panel.getByRole('button', { name: 'Кто доводит клиентов до сделки' }).click()
  await sales.keyboard.type('Отдел продаж завода')
  assert.equal(await sales.getByLabel('Кто доводит клиентов до сделки').inputValue(), 'Отдел продаж завода')
  assert.equal(await sales.getByLabel('ФИО и должность').inputValue(), 'Наталья Игоревна Белова', 'it begins with what is known')
  const said = {
    'Сколько диалогов': '1500',
    'Первый день': '2027-01-11',
    'Последний день': '2027-03-31',
    'Город, регионы': 'Тюмень',
    'Целевая аудитория': 'Магазины дверей',
    'Описание продукта': 'Двери межкомнатные',
    'Задача прозвона': 'Найти закупщика',
    'Цель звонка: что считаем успехом': 'Встреча',
    'Информация по ЛПР': 'Владелец',
    'Особенности заказчика': 'Жаден и торопит',
    'Сложности и нюансы': 'Склад один',
    'Договорённости о тестировании': 'Сто диалогов'
  }
  for (const [label, words] of Object.entries(said)) await sales.getByLabel(label, { exact: true }).fill(words)
  for (const [label, choice] of [['Скрипт', 'Нет, пишем мы'], ['База', 'Есть у заказчика']]) {
    await sales.getByRole('textbox', { name: label, exact: true }).click()
    await sales.getByRole('option', { name: choice }).click()
  }
  await sales.getByRole('button', { name: 'Сохранить' }).click()
  await until('one thing is left', async () => (await panel.getByRole('listitem').allTextContents()).join() === 'Раздаточные материалы')
  const [chooser] = await Promise.all([sales.waitForEvent('filechooser'), sales.getByRole('button', { name: 'Приложить файл' }).click()])
  await chooser.setFiles({ name: 'прайс.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4') })
  await sales.getByText('Сказано всё').waitFor()
  const [saved] = await Promise.all([sales.waitForEvent('download'), sales.getByRole('link', { name: 'прайс.pdf' }).click()])
  assert.equal(saved.suggestedFilename(), 'прайс.pdf')
  assert.deepEqual(await unfair(sales), [])

  await chief.open('/handovers')
  await chief.getByText('Ни один переданный проект не ждёт менеджера').waitFor()
  await give.click()
  await sales.getByText('Ждёт, кому его поручит директор по проектам.').waitFor()
  await chief.getByText('Передан проект «Межкомнатные двери»: решите, кто его ведёт').waitFor()
  await chief.getByRole('cell', { name: 'Межкомнатные двери' }).click()
  assert.deepEqual(await unfair(chief), [])
  await chief.getByTestId('assign').getByRole('button', { name: 'Поручить: Мария Соколова' }).click()
  await chief.getByText('Ведёт Мария Соколова.').waitFor()
  await sales.getByText('Ведёт Мария Соколова.').waitFor()
  await sales.getByText('Особенности заказчика (ему не показывать): Жаден и торопит').waitFor()
  const id = Number(s.rows("SELECT id FROM project WHERE name = 'Межкомнатные двери'")[0].id)
  assert.equal(s.rows(`SELECT COUNT(*) AS n FROM letter WHERE kind = 'handover' AND project_id = ${id}`)[0].n, 2)

  const [{ customer_id }] = s.rows(`SELECT customer_id FROM project WHERE id = ${id}`)
  const client = await pageOf(browser, s, s.person('customer', { customer_id: Number(customer_id) }))
  for (const path of [`/projects/${id}`, `/projects/${id}/handover`, `/projects/${id}/report`, '/reports']) {
    await client.open(path)
    await client.locator('[aria-busy=true]').first().waitFor({ state: 'detached' })
    assert.ok(!(await client.content()).includes('Жаден'), path)
  }
  for (const page of [sales, chief]) assert.deepEqual(page.complaints, [])
})
