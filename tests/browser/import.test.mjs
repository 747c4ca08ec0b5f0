// SPDX-License-Identifier: GPL-3.0-or-later
// The import wizard: a file as found in the wild, corrected by hand, loaded, the rejected rows, and undone.
import assert from 'node:assert/strict'
import test from 'node:test'
import { makeProject } from '../lib/house.mjs'
import { workbookParts, zip } from '../lib/zip.mjs'
import { browse, pageOf, serveWeb, until } from './lib.mjs'

const shot = (page, name) => process.env.SHOTS && page.waitForTimeout(500).then(() => page.screenshot({ path: `${process.env.SHOTS}/${name}.png` }))

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
  // Passing by the row of headings changes nothing of what was chosen.
  await page.getByRole('textbox', { name: 'Город' }).click()
  await page.getByRole('option', { name: 'Адрес' }).click()
  await page.getByLabel('Строка заголовков').focus()
  await page.keyboard.press('Tab')
  await page.waitForTimeout(500)
  assert.equal(await page.getByRole('textbox', { name: 'Город' }).inputValue(), 'Адрес')
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

// The contacts stand on the second one.
function twoSheets() {
  const line = (...cells) => `<row>${cells.map((c) => `<c t="inlineStr"><is><t>${c}</t></is></c>`).join('')}</row>`
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
  const second = line('Компания', 'Телефон') + line('ООО «Ромашка»', '8 347 200-00-01')
  const parts = workbookParts([['База клиентов'], ['за март']])
  const more = { 'xl/workbook.xml': ['</sheets>', '<sheet name="Контакты &amp; адреса" sheetId="2" r:id="s2"/></sheets>'] }
  more['xl/_rels/workbook.xml.rels'] = ['</Relationships>', '<Relationship Id="s2" Type="x/worksheet" Target="worksheets/sheet2.xml"/></Relationships>']
  for (const part of parts) part.body = part.body.replace(...(more[part.name] ?? ['', '']))
  return [...parts, { name: 'xl/worksheets/sheet2.xml', body: `<worksheet xmlns="${main}"><sheetData>${second}</sheetData></worksheet>` }]
}

test('of a workbook the sheet is chosen', async (t) => {
  const s = await serveWeb(t)
  const project = makeProject(s)
  const page = await pageOf(await browse(t), s, s.person('project_manager', { project_ids: [project.project_id] }))
  await page.open(`/projects/${project.project_id}/base`)
  await page.getByRole('button', { name: 'Загрузить' }).click()
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Выбрать файл' }).click()])
  const buffer = zip(twoSheets())
  await chooser.setFiles({ name: 'база.xlsx', mimeType: 'application/zip', buffer })
  await page.getByLabel('Лист книги').first().click()
  await page.getByRole('option', { name: 'Контакты & адреса' }).click()
  await page.getByText('8 347 200-00-01').waitFor()
  assert.equal(await page.getByLabel('Строка заголовков').inputValue(), '1')
  await shot(page, 'import-sheet')
  // What is chosen next does not take the sheet back.
  await page.getByLabel('Строка заголовков').fill('0')
  await page.keyboard.press('Tab')
  await until('it is kept', () => JSON.parse(s.rows('SELECT reading FROM import')[0].reading).header_row === 0)
  await page.getByText('Столбец 1', { exact: true }).waitFor()
  await page.getByLabel('Строка заголовков').fill('1')
  await page.keyboard.press('Tab')
  await until('it is kept', () => JSON.parse(s.rows('SELECT reading FROM import')[0].reading).header_row === 1)
  await page.getByText('8 347 200-00-01').waitFor()
  await page.getByRole('button', { name: 'Загрузить контакты' }).click()
  await until('the contact is there', () => s.rows("SELECT company FROM contact WHERE state = 'fresh'")[0]?.company === 'ООО «Ромашка»')
  assert.deepEqual(page.complaints, [])
})
