// SPDX-License-Identifier: GPL-3.0-or-later
// The whole life of a project on the screens, from the hand-over to the pack its customer checks without us: each does his part on his own page,
// letters go through Postfix and Dovecot, messages through Kannel, calls over the practice carrier. ./test tells it on SQLite, --long on both databases.
// ZVONAR_SHOTS=FOLDER: how each page looks at the end of each chapter, and where the story broke off.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { kannelPossible } from '../lib/kannel.mjs'
import { mailPossible } from '../lib/mail.mjs'
import { verify } from '../lib/pack.mjs'
import { engines } from '../lib/server.mjs'
import { sayReady, until } from './lib.mjs'
import { choose, CLIENT, fillAll, letter, linkIn, PHONE, saveForm, segment, shoot, storyHouse, talk, words } from './story.mjs'

const HANDOVER = {
  'Сколько диалогов': '1500', 'Последний день': '2031-12-30', 'Город, регионы': 'Алматы', 'Целевая аудитория': 'Магазины дверей',
  'Описание продукта': 'Двери межкомнатные, партии от 50 штук', 'Задача прозвона': 'Найти того, кто закупает двери',
  'Цель звонка: что считаем успехом': 'Встреча с закупщиком', 'Информация по ЛПР': 'Владелец магазина', 'Сайт': 'нет', 'Особенности заказчика': 'Торопит',
  'Сложности и нюансы': 'Склад один', 'Договорённости о тестировании': 'Сто диалогов', 'Кто доводит клиентов до сделки': 'Отдел продаж завода',
  'Раздаточные материалы': 'Прайс на сайте'
}
// What the author says where the template leaves room.
const AUTHOR = {
  '[как у вас сейчас устроено то, чему мы можем помочь]': 'как вы сейчас закупаете двери',
  '[что услышали]': 'срок поставки',
  '[первый вариант]': 'поставка со склада',
  '[второй вариант]': 'партия под заказ',
  '[Ответ на возражение]': 'Наши двери подойдут и под ваши размеры.'
}
// The practice subscriber whose number ends with 97 answers at once.
const SHOPS = ['Дом дверей', 'Двери плюс', 'Порог', 'Замок и дверь', 'Ключ', 'Арка']
const BASE = `Наименование;Телефон;Контактное лицо;Город\n${SHOPS.map((name, i) => `${name};+7 701 23${i}-45-97;Петров Иван;Алматы`).join('\n')}\n`
const OURS = {
  'Краткое наименование': 'ООО «Звон»', 'Полное наименование': 'Общество с ограниченной ответственностью «Звон»', 'ИНН': '7707083893', 'КПП': '773601001',
  'ОГРН': '1027700132195', 'Юридический адрес': '117997, г. Москва, ул. Вавилова, д. 19', 'Банк': 'ПАО Сбербанк, г. Москва', 'БИК': '044525225',
  'Расчётный счёт': '40702810938000000001', 'Корр. счёт': '30101810400000000225', 'Кто подписывает': 'Петров И. П.', 'Должность': 'Генеральный директор'
}
const THEIRS = { 'Полное наименование': 'Общество с ограниченной ответственностью «Двери Урала»', 'ИНН': '7707083893', 'Кто подписывает': 'Белова Н. И.' }

const LEAD = { steps: '11111', result: ['Лид'] }
const REFUSAL = { steps: '122', result: ['Отказ', 'Дорого'] }

async function propose(pm, title, effect) {
  await pm.getByLabel('Что меняем').fill(title)
  await pm.getByLabel('Ожидаемый эффект').fill(effect)
  await pm.getByRole('button', { name: 'Отправить заказчику' }).click()
  await pm.getByText('Ждёт решения').waitFor()
}
async function saveScript(pm) {
  await pm.keyboard.press('Control+S')
  await pm.getByText('Есть несохранённые изменения').waitFor({ state: 'detached' })
}

const chapters = {
  'the house can write letters and messages': async ({ admin, mail, sms }) => {
    await admin.open('/settings')
    await saveForm(admin, 'Компания', (form) => fillAll(form, { 'Название компании': 'Колл-центр «Звон»', 'Адрес Звонаря снаружи': 'https://zvonar.example.test' }))
    const post = await saveForm(admin, 'Почта', async (form) => {
      await fillAll(form, { 'Сервер SMTP': '127.0.0.1', 'Порт': String(mail.port), 'Логин': mail.login, 'Пароль': mail.password, 'От кого': mail.login })
      await form.getByLabel('Принимать любой сертификат').check()
    })
    await post.getByRole('button', { name: 'Проверить почту' }).click()
    await admin.getByTestId('steps').waitFor()
    await saveForm(admin, 'SMS', (form) => fillAll(form, { 'Адрес sendsms шлюза (Kannel)': sms.url, 'Логин': sms.login, 'Пароль': sms.password, 'Имя отправителя': 'Zvon' }))
  },

  'sales hand the project over': async (h) => {
    const { sales, chief, today } = h
    await sales.open('/customers')
    await sales.getByRole('button', { name: 'Новый заказчик' }).click()
    const drawer = sales.getByRole('dialog')
    await fillAll(drawer, { 'Компания': 'Двери Урала', 'Контактное лицо': 'Наталья Белова', 'Почта': CLIENT, 'Телефон': '+7 343 200-11-33' })
    await drawer.getByRole('button', { name: 'Сохранить' }).click()
    await sales.getByRole('cell', { name: 'Двери Урала' }).waitFor()
    await sales.getByRole('navigation').getByRole('link', { name: 'Проекты' }).click()
    await sales.getByRole('button', { name: 'Новый проект' }).click()
    await choose(sales, drawer, 'Заказчик', 'Двери Урала')
    await fillAll(drawer, { 'Проект': 'Межкомнатные двери' })
    await drawer.getByRole('button', { name: 'Сохранить' }).click()
    const give = sales.getByRole('button', { name: 'Передать проект' })
    await give.waitFor()
    for (const [label, value] of Object.entries({ ...HANDOVER, 'Первый день': today })) await sales.getByLabel(label, { exact: true }).fill(value)
    await choose(sales, sales, 'Скрипт', 'Нет, пишем мы')
    await choose(sales, sales, 'База', 'Есть у заказчика')
    await sales.getByRole('button', { name: 'Сохранить' }).click()
    await sales.getByText('Сказано всё').waitFor()
    await give.click()
    await letter(h, 'chief@example.test', /Межкомнатные двери/)
    await chief.open('/handovers')
    await chief.getByRole('cell', { name: 'Межкомнатные двери' }).click()
    await chief.getByTestId('assign').getByRole('button', { name: 'Поручить: Мария Соколова' }).click()
    await sales.getByText('Ведёт Мария Соколова.').waitFor()
  },

  'its manager comes by the letter and sets it up': async (h) => {
    const { pm } = h
    const one = await letter(h, 'pm@example.test', /Межкомнатные двери/)
    assert.match(one.text, /Торопит/, 'all that was said is in it')
    await pm.goto(linkIn(h, one, '/projects'))
    await pm.getByRole('link', { name: 'Что осталось до запуска' }).click()
    assert.ok(await pm.getByRole('button', { name: 'Запустить' }).isDisabled())
    await pm.getByRole('tab', { name: 'Обзор' }).click()
    await pm.getByRole('link', { name: 'План диалогов на день' }).click()
    await saveForm(pm, 'Заказ', async (form) => {
      await fillAll(form, { 'План на день, диалогов': '60' })
      assert.ok(await form.getByLabel('Изменения согласует заказчик').isChecked(), 'he can be asked, so he is')
    })
    await saveForm(pm, 'Набор', async (form) => {
      await choose(pm, form, 'Линия', /Учебн/)
      await fillAll(form, { 'Диалог — от, с': '1' })
    })
    await saveForm(pm, 'Правила', async (form) => {
      await choose(pm, form, 'Назначение звонков', 'Обслуживание')
      await form.getByLabel(/Страна правил/).fill('KZ')
    })
    await saveForm(pm, 'Часы обзвона', async (form) => {
      for (const edge of ['с', 'по']) await form.getByLabel(`пн ${edge}`).fill('00:00')
      await form.getByRole('button', { name: 'Каждый день как в понедельник' }).click()
    })
    await saveForm(pm, 'Вечерний отчёт', (form) => fillAll(form, { 'Кому (через запятую)': CLIENT }))
    await pm.getByRole('tab', { name: 'Команда' }).click()
    await pm.getByRole('button', { name: 'Добавить' }).first().click()
    const dialog = pm.getByRole('dialog')
    await choose(pm, dialog, 'Кто', 'Ольга Кузнецова')
    await dialog.getByRole('button', { name: 'Сохранить' }).click()
    await pm.getByRole('cell', { name: 'Ольга Кузнецова' }).waitFor()
    await pm.getByRole('tab', { name: 'Карточка' }).click()
    await segment(pm, 'Шаблоны')
    await pm.getByRole('button', { name: 'Новый шаблон' }).click()
    await choose(pm, dialog, 'Вид', 'SMS')
    await fillAll(dialog, { 'Название': 'Встреча', 'Текст': '{person.name}, менеджер приедет в четверг с образцами. {company.name}' })
    await dialog.getByLabel('Реклама').uncheck()
    await dialog.getByRole('button', { name: 'Сохранить' }).click()
    await pm.getByRole('cell', { name: 'Встреча' }).waitFor()
  },

  'the script is drafted from the template': async ({ pm }) => {
    await pm.getByRole('tab', { name: 'Скрипт' }).click()
    await pm.getByRole('button', { name: 'Начать с шаблона' }).click()
    // The linter names what is left for the author to say; each of its remarks leads to the step.
    const remarks = pm.getByRole('button', { name: /Впишите своё вместо слов в скобках/ })
    await pm.getByRole('tab', { name: 'Замечания' }).click()
    await remarks.first().waitFor()
    for (let i = (await remarks.count()) - 1; i >= 0; i--) {
      await pm.getByRole('tab', { name: 'Замечания' }).click()
      await remarks.nth(i).click()
      const text = pm.getByLabel('Что говорит оператор')
      await text.fill((await text.inputValue()).replace(/\[[^\]]+\]/g, (gap) => AUTHOR[gap] ?? 'встречу в четверг'))
    }
    await saveScript(pm)
    await pm.getByRole('tab', { name: 'Замечания' }).click()
    await remarks.first().waitFor({ state: 'detached' })
    await pm.getByRole('link', { name: 'Отправить заказчику' }).click()
    await propose(pm, 'Скрипт разговора', 'Говорим о том, что важно магазину: сроки и размеры партий')
  },

  'the customer approves it by the letter; a scanner that opens the link approves nothing': async (h) => {
    const { pm, s } = h
    const one = await letter(h, CLIENT, /Скрипт разговора/)
    assert.match(one.text, /Шагов скрипта: 15\..*Без вашего согласия звонки не начнутся\./s)
    const link = linkIn(h, one, '/d/')
    for (const who of ['a scanner', 'the customer']) {
      const page = await h.page(null, PHONE)
      await page.goto(link)
      const approve = page.getByRole('button', { name: 'Согласовать' })
      await approve.waitFor()
      assert.equal(s.rows('SELECT state FROM change')[0].state, 'proposed')
      if (who === 'the customer') {
        await approve.click()
        await page.getByRole('heading', { level: 1, name: 'Согласовано' }).waitFor()
      }
      await page.context().close()
    }
    await pm.getByText('Вступило в силу').first().waitFor()
  },

  'a person of the customer is invited, and comes in by the letter': async (h) => {
    const { admin } = h
    await admin.open('/users')
    await admin.getByRole('button', { name: 'Пригласить' }).click()
    const drawer = admin.getByRole('dialog')
    await fillAll(drawer, { 'Имя': 'Наталья Белова', 'Логин': 'belova', 'Почта': CLIENT })
    await choose(admin, drawer, 'Роль', 'Заказчик')
    await choose(admin, drawer, 'Заказчик', 'Двери Урала')
    await drawer.getByRole('button', { name: 'Сохранить' }).click()
    h.client = await h.page(null, PHONE)
    await h.client.goto(linkIn(h, await letter(h, CLIENT, /приглаш/i), '/tickets/'))
    for (const label of ['Придумайте пароль', 'Ещё раз']) await h.client.getByLabel(label).fill('двери-урала-1987')
    await h.client.getByRole('button', { name: 'Сохранить и войти' }).click()
    await h.client.getByRole('heading', { name: 'Мои проекты' }).waitFor()
  },

  'base and way of calling are approved in the portal': async ({ pm, client }) => {
    await pm.getByRole('tab', { name: 'База' }).click()
    await pm.getByRole('button', { name: 'Новая база' }).click()
    await fillAll(pm.getByRole('dialog'), { 'База': 'Магазины дверей, Алматы', 'Страна номеров': 'KZ' })
    await pm.getByRole('dialog').getByRole('button', { name: 'Сохранить' }).click()
    const [chooser] = await Promise.all([pm.waitForEvent('filechooser'), pm.getByRole('button', { name: 'Выбрать файл' }).click()])
    await chooser.setFiles({ name: 'магазины.csv', mimeType: 'text/csv', buffer: Buffer.from(BASE) })
    await pm.getByRole('button', { name: 'Загрузить контакты' }).click()
    await pm.getByRole('button', { name: 'К контактам' }).click()
    await pm.getByRole('link', { name: 'Отправить заказчику' }).click()
    await propose(pm, 'База магазинов', 'Начнём с магазинов, где двери — главный товар')
    const approve = async (title) => {
      await client.getByText('Ждёт вашего решения: 1 вопрос').waitFor()
      await client.getByRole('link', { name: title }).click()
      await client.getByRole('button', { name: 'Согласовать' }).click()
      await pm.getByText('Вступило в силу').first().waitFor()
      await client.getByRole('link', { name: 'Проекты', exact: true }).click()
    }
    await approve('База магазинов')
    await pm.getByRole('tab', { name: 'Обзор' }).click()
    await pm.getByRole('link', { name: 'Согласованный порядок обзвона' }).click()
    await pm.getByRole('button', { name: 'Новое изменение' }).click()
    await choose(pm, pm, 'Вид', 'Стратегия')
    await pm.getByRole('button', { name: 'Новый черновик' }).click()
    await propose(pm, 'Порядок обзвона', 'Звоним в любой день, каждому не больше трёх раз в день')
    await approve('Порядок обзвона')
    await pm.getByRole('button', { name: 'Запустить' }).click()
    await pm.getByRole('button', { name: 'Остановить' }).waitFor()
  },

  'calls over the practice carrier; another script waits for the customer': async (h) => {
    const { pm, operator: seat, client, sms } = h
    await client.getByRole('link', { name: 'Живой отчёт' }).click()
    await seat.open('/seat')
    await seat.getByRole('button', { name: /Начать смену/ }).click()
    await sayReady(seat)
    const message = async () => {
      await seat.keyboard.press('Shift+F1')
      await seat.getByRole('dialog').getByRole('button', { name: /Отправить/ }).click()
      assert.match((await sms.takes(1))[0].text, /^Петров Иван, менеджер приедет в четверг/)
    }
    await talk(seat, { ...LEAD, version: 1, comment: 'Ждёт образцы', meanwhile: message })
    await client.getByText('Ждёт образцы').waitFor()
    const draft = async () => {
      await pm.getByRole('tab', { name: 'Скрипт' }).click()
      await pm.getByRole('button', { name: 'Править копию' }).click()
      await pm.getByText('Черновик', { exact: true }).waitFor()
      await pm.locator('.react-flow__node').first().click()
      const text = pm.getByLabel('Что говорит оператор')
      await text.fill((await text.inputValue()).replace('Удобно сейчас говорить?', 'У вас есть три минуты?'))
      await saveScript(pm)
      await pm.getByRole('link', { name: 'Отправить заказчику' }).click()
      await propose(pm, 'Другое приветствие', 'Реже кладут трубку в начале')
    }
    await talk(seat, { ...REFUSAL, version: 1, meanwhile: draft })
    const approve = async () => {
      const page = await h.page(null, PHONE)
      await page.goto(linkIn(h, await letter(h, CLIENT, /Другое приветствие/), '/d/'))
      await page.locator('del', { hasText: 'Удобно сейчас говорить?' }).waitFor()
      await page.locator('ins', { hasText: 'У вас есть три минуты?' }).waitFor()
      await page.getByRole('button', { name: 'Согласовать' }).click()
      await pm.getByText('Вступило в силу').first().waitFor()
      await page.context().close()
    }
    await talk(seat, { ...LEAD, version: 1, meanwhile: approve })
  },

  'stop and inform, then go on': async (h) => {
    const { pm, operator: seat } = h
    const stop = async () => {
      await pm.getByRole('button', { name: 'Остановить' }).click()
      await pm.getByLabel('Почему останавливаем').fill('Заказчик меняет предложение')
      await pm.getByRole('button', { name: 'Остановить и сообщить' }).click()
      assert.match((await letter(h, CLIENT, /остановлен/i)).text, /Причина: Заказчик меняет предложение/)
    }
    await talk(seat, { ...REFUSAL, version: 2, meanwhile: stop })
    await seat.getByRole('heading', { name: 'Проект остановлен' }).waitFor()
    await pm.getByRole('button', { name: 'Запустить снова' }).click()
    await talk(seat, { ...LEAD, version: 2 })
    await talk(seat, { ...REFUSAL, version: 2, last: true })
    await seat.getByRole('heading', { name: 'Начало смены' }).waitFor()
  },

  'the evening letter has the figures of the report': async (h) => {
    const { pm } = h
    await pm.getByRole('button', { name: 'Ещё', exact: true }).click()
    await pm.getByRole('menuitem', { name: 'Отправить отчёт сейчас' }).click()
    const one = await letter(h, CLIENT, /итоги .*лидов: 3/)
    const lines = ['Звонков: 6', 'Дозвонов: 6', 'Диалогов: 6 (план на день 60, 10,0 %)', 'Лидов: 3', 'Из диалога в лид: 50,0 % (3 из 6)']
    for (const line of lines) assert.ok(one.text.includes(line), `${line} in:\n${one.text}`)
    h.head = one.text.match(/^(\d+:\S{43}=)\r?$/m)?.[1]
    const report = await h.page(null)
    await report.goto(linkIn(h, one, '/r/').split('?')[0]) // without the lead it leads to
    for (const name of ['Лиды 3', 'Отказы 3']) await report.getByRole('button', { name }).waitFor()
    assert.equal(await report.getByTestId('total').textContent(), '6 строк')
    await report.context().close()
  },

  'the project is finished, and its act counts the dialogues': async ({ pm, chief, accountant, today }) => {
    await chief.open('/projects/1/money')
    await chief.getByRole('button', { name: 'Новый тариф' }).click()
    await fillAll(chief.getByRole('dialog'), { 'Цена': '250' })
    await chief.getByLabel('Действует с').fill(today)
    await chief.getByRole('dialog').getByRole('button', { name: 'Сохранить' }).click()
    await chief.getByRole('cell', { name: /250/ }).waitFor()
    await accountant.open('/papers?part=sellers')
    await accountant.getByRole('button', { name: 'Новая компания' }).click()
    const drawer = accountant.getByRole('dialog')
    await fillAll(drawer, OURS)
    await drawer.getByRole('button', { name: 'Сохранить' }).click()
    await accountant.getByRole('cell', { name: 'ООО «Звон»' }).waitFor()
    await accountant.getByRole('navigation').getByRole('link', { name: 'Заказчики' }).click()
    await accountant.getByRole('cell', { name: 'Двери Урала' }).click()
    await fillAll(drawer, THEIRS)
    await drawer.getByRole('button', { name: 'Сохранить', exact: true }).click()
    await drawer.waitFor({ state: 'detached' })

    await pm.getByRole('button', { name: 'Ещё', exact: true }).click()
    await pm.getByRole('menuitem', { name: 'Завершить проект' }).click()
    await pm.getByRole('button', { name: 'Завершить проект' }).click()
    await pm.getByText('Завершён').first().waitFor()
    await accountant.open('/projects/1/money?part=acts')
    await accountant.getByRole('button', { name: 'Новый акт' }).click()
    for (const label of ['Период с', 'Период по']) await drawer.getByLabel(label).fill(today)
    await drawer.getByRole('button', { name: 'Сохранить' }).click()
    const issue = accountant.getByRole('button', { name: 'Выставить', exact: true })
    await issue.click()
    await issue.nth(1).click() // the one beside the question
    await accountant.getByText('Выставлен', { exact: true }).first().waitFor()
  },

  'act and last report say the same; the customer checks the log without us': async (h) => {
    const { pm, client, s, head } = h
    await client.getByRole('link', { name: 'Документы' }).click()
    await client.getByText('1 500,00 ₽').waitFor()
    const act = await words(h, client.getByRole('link', { name: 'PDF' }))
    assert.match(act, /Диалоги.* 6 .*250,00 .*1 500,00.*Одна тысяча пятьсот рублей 00 копеек/)
    await pm.getByRole('tab', { name: 'Обзор' }).click()
    await pm.getByRole('link', { name: /Итоги: что получилось/ }).click()
    const final = await words(h, pm.getByRole('link', { name: 'PDF' }))
    assert.match(final, /Звонки 6 Диалоги 6 Лиды 3 Встречи 0 Продажи 0 Отказы 3 Конверсия 50,0 %/)

    await client.setViewportSize({ width: 1366, height: 768 })
    await client.open('/projects/1/report')
    await client.getByRole('button', { name: 'Проверяемый журнал' }).click()
    const [download] = await Promise.all([client.waitForEvent('download'), client.getByRole('link', { name: 'Скачать журнал' }).click()])
    const pack = join(s.dir, 'pack.zip')
    await download.saveAs(pack)
    const told = await verify(pack, '--head', head)
    assert.equal(told.code, 0, `the letter's head ${head}: ${told.out}${told.err}`)
    assert.match(told.out, /^OK project 1: /m)
    assert.deepEqual(Object.values(h.pages).flatMap((page) => page.complaints), [])
  }
}

for (const engine of engines)
  test(`the life of a project (${engine})`, { skip: !(mailPossible && kannelPossible) && 'needs root, postfix, dovecot and kannel' }, async (t) => {
    const h = await storyHouse(t, engine)
    let broken = false
    for (const [i, [name, tell]] of Object.entries(chapters).entries())
      await t.test(name, { skip: broken && 'the story broke off before' }, async () => {
        broken = true
        await tell(h).finally(() => shoot(h, String(i + 1).padStart(2, '0')))
        broken = false
      })
  })
