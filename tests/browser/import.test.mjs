// SPDX-License-Identifier: GPL-3.0-or-later
// The import wizard: a file as found in the wild, corrected by hand, loaded, the rejected rows, and undone.
import assert from 'node:assert/strict'
import test from 'node:test'
import { makeProject } from '../lib/house.mjs'
import { browse, pageOf, serveWeb, until } from './lib.mjs'

// Windows-1251 by hand: enough of it for a base.
function cp1251(text) {
  return Buffer.from([...text].map((c) => {
    const n = c.codePointAt(0)
    if (n >= 0x410 && n <= 0x44f) return n - 0x410 + 0xc0
    return { 'Ё': 0xa8, 'ё': 0xb8, '№': 0xb9, '«': 0xab, '»': 0xbb }[c] ?? n
  }))
}

const FILE = `База металлургов;;;
;;;
Наименование;Телефон;Контактное лицо;Город
ООО «Ромашка»;8 (347) 200-00-01;Петров Иван;Уфа
АО «Вектор»;8 917 123-45-67;Смирнова Ольга;Казань
ООО «Пустой»;нет телефона;;Пермь
`

test('a file becomes contacts, and can be undone', async (t) => {
  const s = await serveWeb(t)
  const project = makeProject(s)
  const page = await pageOf(await browse(t), s, s.person('project_manager', { project_ids: [project.project_id] }))
  await page.open(`/projects/${project.project_id}/base`)
  await page.getByRole('button', { name: 'Загрузить' }).click()
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Выбрать файл' }).click()])
  await chooser.setFiles({ name: 'база.csv', mimeType: 'text/csv', buffer: cp1251(FILE) })

  await page.getByText('Что в столбцах').waitFor()
  assert.match(await page.getByRole('combobox', { name: 'Кодировка' }).or(page.getByLabel('Кодировка')).first().inputValue(), /1251/)
  assert.equal(await page.getByLabel('Строка заголовков').inputValue(), '3')
  await page.getByRole('cell', { name: 'Наименование' }).waitFor()
  await page.getByText('ООО «Ромашка»').first().waitFor()
  await page.getByRole('button', { name: 'Загрузить контакты' }).click()

  await page.getByRole('link', { name: /отклонённые строки/ }).waitFor({ timeout: 20000 })
  assert.equal(s.rows("SELECT count(*) AS n FROM contact WHERE state = 'fresh'")[0].n, 2)
  const rejects = await page.evaluate(async () => (await fetch(document.querySelector('a[download]').href)).text())
  assert.match(rejects, /Пустой/)
  await page.getByRole('button', { name: 'К контактам' }).click()
  await page.getByRole('cell', { name: 'АО «Вектор»' }).click()
  await page.getByTestId('why').waitFor()
  await page.getByText('+7 917 123-45-67').waitFor()
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'Воронка' }).first().click()
  await page.getByTestId('waterfall').getByText('Можно звонить сейчас', { exact: true }).waitFor()
  await page.keyboard.press('Escape')

  const [{ id }] = s.rows('SELECT id FROM import')
  await page.open(`/projects/${project.project_id}/base?import=${id}`)
  await page.getByRole('button', { name: 'Отменить загрузку' }).click()
  await page.getByRole('button', { name: /Точно убрать/ }).click()
  await page.getByText('Загрузка отменена, её контакты убраны').waitFor({ timeout: 20000 })
  await until('the contacts are gone', () => s.rows("SELECT count(*) AS n FROM contact WHERE state = 'fresh'")[0].n === 0)
  assert.deepEqual(page.complaints, [])
})
