// SPDX-License-Identifier: GPL-3.0-or-later
// handover.test.mjs - sales begin a project, say what there is to say and hand it over; the project director says who leads it. Who may, whose it
// is, what is missing, which letters go out, hostile files, and that what is written about a customer never reaches him.
import assert from 'node:assert/strict'
import test from 'node:test'
import { engines, serve } from '../lib/server.mjs'

// What every item may say; the customer's own name for himself must never come back to him.
const SECRET = 'Жаден и кричит на операторов'
const whole = {
  volume_dialogues: 3000,
  script_at_hand: 'to_make',
  base_at_hand: 'at_hand',
  starts_on: '2031-03-03',
  ends_on: '2031-04-30',
  client_person: 'Лапин Сергей Петрович, маркетолог',
  client_phone: '8 (843) 200-11-22',
  client_email: 'lapin@example.test',
  base_city: 'Казань',
  base_audience: 'Автосервисы <b>до 10 постов</b>',
  offer: 'Моторное масло',
  materials: 'Прайс приложен',
  task: 'Найти закупщиков',
  goal: 'Встреча',
  decision_maker: 'Директор по закупкам',
  site: 'https://oil.example',
  peculiarities: SECRET,
  difficulties: `Склад один; ${SECRET}`,
  tests: 'Первые 100 диалогов бесплатно',
  closer: 'Менеджеры заказчика'
}

async function house(t, engine) {
  const s = await serve(t, { engine })
  const person = (role, more) => s.person(role, { email: `${role}-${Math.random().toString(36).slice(2, 8)}@example.test`, ...more })
  const customer_id = s.insert('customer', { name: `Масла ${engine}`, person: 'Лапин', phone: '+78432001122', email: 'l@example.test', site: 'oil.example', created_at: 1 })
  const people = { sales: person('sales_manager'), other: person('sales_manager'), head: person('head_of_sales'), pm: person('project_manager'), director: person('project_director') }
  const call = (as, method, path, body, more = {}) => s.call(method, `/api${path}`, { as, body, ...more })
  const ok = async (...words) => {
    const r = await call(...words)
    assert.ok(r.status < 300, `${words[1]} ${words[2]}: ${r.status} ${r.text}`)
    return r.body
  }
  const make = (as = people.sales, name = 'Масло зимой') => ok(as, 'POST', '/handovers', { customer_id, name, type: 'cold_calls' })
  const read = (as, id) => ok(as, 'GET', `/handovers/${id}`)
  const write = async (as, id, body, version) => call(as, 'PATCH', `/handovers/${id}`, body, { headers: { 'If-Match': `"${version ?? (await read(as, id)).version}"` } })
  const gaps = async (as, id) => (await ok(as, 'GET', `/handovers/${id}/gaps`)).rows
  const handed = async (name) => {
    const h = await make(people.sales, name)
    assert.equal((await write(people.sales, h.id, whole, h.version)).status, 200)
    await ok(people.sales, 'POST', `/projects/${h.id}/hand-over`)
    return h.id
  }
  return { s, person, customer_id, ...people, call, ok, make, read, write, gaps, handed }
}

const refused = (r, status, code, field) => assert.deepEqual([r.status, r.body.error.code, r.body.error.field], [status, code, field ?? null], r.text)
const letters = (s, id) => s.rows(`SELECT * FROM letter WHERE project_id = ${id} AND kind = 'handover' ORDER BY id`)

for (const engine of engines) {
  test(`the hand-over (${engine})`, { timeout: 240000 }, async (t) => {
    const h = await house(t, engine)
    const { s, sales, other, head, pm, director } = h

    await t.test('sales begin a project, say everything, hand it over; the director says who leads it', async () => {
      const idle = h.person('project_manager', { name: 'Свободная' })
      const english = h.person('project_director', { language: 'en' })
      // the draft
      const made = await h.make()
      const id = made.id
      assert.deepEqual(
        [made.state, made.sales_id, made.pm_id, made.project_id, made.client_person, made.client_phone, made.client_email, made.site],
        ['draft', sales.id, null, id, 'Лапин', '+78432001122', 'l@example.test', 'oil.example'],
        'what is known of the customer is where it begins'
      )
      refused(await h.call(sales, 'POST', '/handovers', { customer_id: h.customer_id, name: 'Масло зимой', type: 'survey' }), 409, 'exists')
      refused(await h.call(sales, 'POST', '/handovers', { customer_id: 987654, name: 'x', type: 'survey' }), 400, 'ref', 'customer_id')
      assert.equal(s.rows(`SELECT count(*) AS n FROM result WHERE project_id = ${id}`)[0].n > 5, true, 'it begins as every project does')
      // what is missing: all of it, each by its field
      const open = await h.gaps(sales, id)
      const asked = Object.keys(whole).filter((name) => !['client_person', 'client_phone', 'client_email', 'site'].includes(name))
      assert.deepEqual(open.filter((g) => g.needed).map((g) => g.field).sort(), asked.sort())
      refused(await h.call(sales, 'POST', `/projects/${id}/hand-over`), 400, 'handover_gaps', 'volume_dialogues')
      refused(await h.call(director, 'POST', `/projects/${id}/pm`, { pm_id: pm.id }), 409, 'not_handed_over', 'state')
      const project = await h.ok(director, 'GET', `/projects/${id}`)
      refused(await h.call(director, 'PATCH', `/projects/${id}`, { pm_id: pm.id }, { headers: { 'If-Match': `"${project.version}"` } }), 400, 'not_handed_over', 'pm_id')
      // whose it is
      for (const [who, status] of [[other, 404], [pm, 404], [head, 200], [director, 200]]) {
        assert.equal((await h.call(who, 'GET', `/handovers/${id}`)).status, status, who.role)
        assert.equal((await h.call(who, 'GET', `/projects/${id}`)).status, status, who.role)
      }
      assert.equal((await h.ok(other, 'GET', '/handovers')).rows.length, 0)
      assert.equal((await h.ok(other, 'GET', '/projects')).rows.length, 0)
      // the form writes the project's fields to the project, its own to itself, and counts the changes of both
      const first = await h.write(sales, id, { ...whole, peculiarities: null }, made.version)
      assert.equal(first.status, 200, first.text)
      assert.equal(first.body.client_phone, '+78432001122')
      assert.deepEqual((({ task, goal, offer, volume_dialogues, starts_on, type }) => [task, goal, offer, volume_dialogues, starts_on, type])(await h.ok(sales, 'GET', `/projects/${id}`)), [whole.task, whole.goal, whole.offer, 3000, '2031-03-03', 'cold_calls'])
      assert.equal((await h.write(sales, id, { goal: 'late' }, made.version)).status, 412, 'somebody else began from an older one')
      s.run(`UPDATE project SET goal = 'Звонок', version = version + 1 WHERE id = ${id}`)
      const stale = await h.write(sales, id, { goal: 'late' }, first.body.version)
      assert.deepEqual([stale.status, stale.body.current.goal], [412, 'Звонок'], 'whoever changed the project itself counts as well')
      assert.equal((await h.write(sales, id, { ends_on: '2031-01-01' })).body.error.code, 'term', 'the rules of a project hold here')
      assert.equal((await h.write(sales, id, { volume_dialogues: -1 })).status, 400)
      assert.equal((await h.write(sales, id, { type: 'win_back', goal: whole.goal })).body.type, 'win_back')
      // one thing is left
      assert.deepEqual((await h.gaps(sales, id)), [{ field: 'peculiarities', needed: true }])
      refused(await h.call(sales, 'POST', `/projects/${id}/hand-over`), 400, 'handover_gaps', 'peculiarities')
      assert.equal((await h.write(sales, id, { peculiarities: SECRET })).status, 200)
      // handed over: once, with a letter to each project director in his language
      const heard = await s.events({ as: english })
      const both = await Promise.all([0, 1].map(() => h.call(sales, 'POST', `/projects/${id}/hand-over`)))
      assert.deepEqual(both.map((r) => r.status === 200).sort(), [false, true], both.map((r) => r.text).join('\n'))
      const word = await heard.next((e) => e.entity === 'handover' && e.verb === 'waits')
      assert.deepEqual([word.id, word.body], [id, { project: 'Масло зимой' }])
      heard.close()
      const out = letters(s, id)
      assert.equal(out.length, 2)
      const [ru, en] = ['ru', 'en'].map((language) => out.find((l) => l.language === language))
      assert.equal(ru.subject, `Передача проекта: «Масло зимой», Масла ${engine}`)
      const order = ['Проект: Масло зимой', 'Заказчик: Масла', 'Передаёт: ', 'Тип проекта: возврат клиентов', 'Объём, диалогов: 3000', 'Скрипт: нет, делаем сами', 'База: есть', 'Первый день: 03.03.2031', 'Контактное лицо заказчика: Лапин Сергей', 'Телефон: +7 843 200-11-22', 'Город базы: Казань', 'Целевая аудитория базы: Автосервисы <b>', 'Продукт: Моторное', 'Раздаточные материалы: Прайс', 'Задача прозвона: Найти', 'ЛПР: Директор', 'Сайт: https://oil.example', `Особенности заказчика (ему не показывать): ${SECRET}`, 'Сложности и нюансы: Склад', 'Договорённости о тестировании: Первые', 'Кто доводит клиентов до сделки: Менеджеры заказчика', `/projects/${id}/handover`]
      assert.deepEqual(order.filter((part, i) => ru.body_text.indexOf(part) < (i ? ru.body_text.indexOf(order[i - 1]) : 0)), [], ru.body_text)
      assert.ok(ru.body_html.includes('Автосервисы &lt;b&gt;до 10 постов&lt;/b&gt;'))
      assert.match(en.body_text, /Sales have handed a project over[^]*Project type: win-back\n[^]*Script: to be made by us\n/)
      assert.equal(ru.reply_to, s.rows(`SELECT email FROM "user" WHERE id = ${sales.id}`)[0].email)
      const after = await h.read(sales, id)
      assert.deepEqual([after.state, after.handed_by, after.letter_state], ['handed_over', sales.id, 'waiting'])
      assert.ok(after.summary.includes(`Особенности заказчика (ему не показывать): ${SECRET}\n`) && Date.now() - after.handed_at < 60000)
      const log = await h.ok(director, 'GET', `/audit?project_id=${id}&entity=handover&verb=handed_over`)
      assert.equal(log.rows.length, 1)
      assert.equal(log.rows[0].diff.summary[1], after.summary, 'the log keeps it')
      // it is the project department's now
      refused(await h.write(sales, id, { site: 'other' }), 409, 'handed_over', 'state')
      assert.equal((await h.write(director, id, { site: 'https://oil.example/new' })).status, 200)
      // who leads it
      const busy = s.insert('project', { customer_id: h.customer_id, name: 'Идёт', type: 'survey', state: 'running', pm_id: pm.id, plan_per_day: 70, created_at: 1 })
      for (const role of ['operator', 'operator', 'supervisor']) s.person(role, { project_ids: [busy] })
      const load = (await h.ok(director, 'GET', '/project-managers')).rows
      assert.deepEqual(load, [{ id: idle.id, name: 'Свободная', running: 0, waiting: 0, plan_per_day: 0, operators: 0 }, { id: pm.id, name: pm.login, running: 1, waiting: 0, plan_per_day: 70, operators: 2 }], 'who has least first')
      for (const who of [sales, head, pm]) assert.equal((await h.call(who, 'POST', `/projects/${id}/pm`, { pm_id: idle.id })).status, 403, who.role)
      for (const nobody of [sales.id, 987654]) refused(await h.call(director, 'POST', `/projects/${id}/pm`, { pm_id: nobody }), 400, 'ref', 'pm_id')
      const told = await s.events({ as: idle })
      assert.equal((await h.ok(director, 'POST', `/projects/${id}/pm`, { pm_id: idle.id })).pm_id, idle.id)
      await h.ok(director, 'POST', `/projects/${id}/pm`, { pm_id: idle.id })
      await told.next((e) => e.entity === 'handover' && e.verb === 'yours' && e.id === id)
      told.close()
      const now = letters(s, id)
      assert.equal(now.length, 3, 'pressed twice is once')
      assert.deepEqual([now[2].to_list, now[2].subject], [s.rows(`SELECT email FROM "user" WHERE id = ${idle.id}`)[0].email, `Вы ведёте проект: «Масло зимой», Масла ${engine}`])
      assert.match(now[2].body_text, /Менеджер проекта: Свободная\n[^]*Сайт: https:\/\/oil.example\/new\n/)
      assert.equal((await h.read(idle, id)).pm_id, idle.id, 'it is his now')
      assert.equal((await h.read(sales, id)).pm_id, idle.id, 'and who sold it still sees what becomes of it')
    })

    await t.test('who makes a project of his own leads it and asks sales nothing', async () => {
      s.insert('project', { customer_id: h.customer_id, name: 'Прежний', type: 'survey', pm_id: h.pm.id, created_at: 1 })
      const p = await h.ok(h.pm, 'POST', '/projects', { customer_id: h.customer_id, name: 'Свой', type: 'survey' })
      assert.equal(p.pm_id, h.pm.id)
      const gaps = await h.gaps(h.pm, p.id)
      assert.deepEqual(gaps.filter((g) => g.needed).map((g) => g.field), ['volume_dialogues', 'starts_on', 'ends_on', 'offer', 'task', 'goal'])
      assert.ok(gaps.some((g) => g.field === 'closer' && !g.needed))
      refused(await h.call(h.pm, 'POST', `/projects/${p.id}/hand-over`), 400, 'handover_gaps', 'volume_dialogues')
      const { volume_dialogues, starts_on, ends_on, offer, task, goal } = whole
      assert.equal((await h.write(h.pm, p.id, { volume_dialogues, starts_on, ends_on, offer, task, goal })).status, 200)
      assert.equal((await h.ok(h.pm, 'POST', `/projects/${p.id}/hand-over`)).state, 'handed_over')
      assert.equal(letters(s, p.id).length, 0, 'nobody is told what he knows')
      assert.match((await h.read(h.pm, p.id)).summary, /Задача прозвона: Найти закупщиков\n/)
      // a director's draft without anybody to lead it is not handed over
      const d = await h.ok(h.director, 'POST', '/projects', { customer_id: h.customer_id, name: 'Ничей', type: 'survey', volume_dialogues, starts_on, ends_on, offer, task, goal })
      refused(await h.call(h.director, 'POST', `/projects/${d.id}/hand-over`), 400, 'pm', 'pm_id')
      assert.equal((await h.call(h.director, 'PATCH', `/projects/${d.id}`, { pm_id: h.pm.id }, { headers: { 'If-Match': `"${d.version}"` } })).status, 200)
      assert.equal((await h.call(h.director, 'POST', `/projects/${d.id}/hand-over`)).status, 200)
    })

    await t.test('materials are files to be saved, never shown, and within limits', async () => {
      const { id } = await h.make(sales, 'Материалы')
      const upload = (as, name, bytes, to = id) => h.call(as, 'POST', `/projects/${to}/materials`, undefined, { raw: Buffer.from(bytes), headers: { 'Content-Type': 'text/html', 'X-File-Name': encodeURIComponent(name) } })
      const get = (as, file, project = id) => s.send('GET', `/api/projects/${project}/materials/${file}/file`, { as })
      const hostile = ['прайс.pdf', '../../etc/passwd', 'a"\r\nX-Evil: 1.svg', '<img src=x onerror=alert(1)>.html', `${'Ж'.repeat(400)}.pdf`, '\u202Efdp.exe']
      for (const name of hostile) {
        const made = await upload(sales, name, '<script>alert(1)</script>')
        assert.equal(made.status, 201, `${name}: ${made.text}`)
        assert.ok(made.body.name.length <= 200 && !/[\/\r\n]/.test(made.body.name), made.body.name)
        const r = await get(sales, made.body.id)
        assert.deepEqual([r.status, r.headers['content-type'], r.headers['x-content-type-options'], r.text], [200, 'application/octet-stream', 'nosniff', '<script>alert(1)</script>'])
        assert.match(r.headers['content-disposition'], /^attachment; filename\*=UTF-8''[\w.%-]+$/)
        assert.equal(decodeURIComponent(r.headers['content-disposition'].split("''")[1]), made.body.name)
        assert.equal(r.headers['x-evil'], undefined)
      }
      const list = (await h.ok(sales, 'GET', `/projects/${id}/materials`)).rows
      assert.deepEqual([list.length, list[0].name, list[0].bytes, list[0].author_id], [hostile.length, 'прайс.pdf', 25, sales.id])
      assert.ok(!(await h.gaps(sales, id)).some((g) => g.field === 'materials'), 'a file says it as well as words')
      // whose
      const foreign = await h.make(other, 'Чужой')
      for (const r of [await get(other, list[0].id), await get(other, list[0].id, foreign.id), await get(sales, list[0].id, foreign.id), await upload(other, 'x', '1'), await h.call(other, 'DELETE', `/projects/${id}/materials/${list[0].id}`), await h.call(other, 'GET', `/projects/${id}/materials`)])
        assert.equal(r.status, 404, r.text)
      // gone is gone
      const kept = s.rows('SELECT count(*) AS n FROM file')[0].n
      assert.equal((await h.call(sales, 'DELETE', `/projects/${id}/materials/${list[0].id}`)).status, 204)
      assert.equal((await get(sales, list[0].id)).status, 404)
      assert.equal((await h.call(sales, 'DELETE', `/projects/${id}/materials/${list[0].id}`)).status, 404)
      assert.equal(s.rows('SELECT count(*) AS n FROM file')[0].n, kept - 1)
      // limits
      refused(await upload(sales, 'big.bin', Buffer.alloc((50 << 20) + 1)), 413, 'file_big', 'file')
      const file_id = s.rows('SELECT min(id) AS id FROM file')[0].id
      s.run(`INSERT INTO material (project_id, file_id, name, bytes, created_at) VALUES ${Array(50 - hostile.length + 1).fill(`(${id}, ${file_id}, 'x', 1, 1)`).join()}`)
      refused(await upload(sales, 'one more', '1'), 400, 'files_max', 'file')
      assert.equal(s.rows('SELECT count(*) AS n FROM file')[0].n, kept - 1, 'nothing was kept of what was refused')
      assert.equal((await upload(sales, '', '')).status, 400, 'no file is no file')
      // after the hand-over they are the project department's
      s.run(`UPDATE project SET state = 'handed_over' WHERE id = ${id}`)
      refused(await upload(sales, 'late', '1'), 409, 'handed_over', 'state')
      refused(await h.call(sales, 'DELETE', `/projects/${id}/materials/${list[1].id}`), 409, 'handed_over', 'state')
    })

    await t.test('nothing of it reaches a customer: pages, lists, exports, filters, a link, the stream', async () => {
      const client = s.person('customer', { customer_id: h.customer_id })
      const link = await h.make(h.sales, 'Для ссылки')
      const eyes = { customer: client, token: { bearer: client.bearer }, link: s.session(null, { project_id: link.id }) }
      const streams = await Promise.all([client, eyes.link].map((as) => s.events({ as })))
      const id = link.id
      assert.equal((await h.write(h.sales, id, whole)).status, 200)
      await h.ok(h.sales, 'POST', `/projects/${id}/hand-over`)
      await h.ok(h.director, 'POST', `/projects/${id}/pm`, { pm_id: h.pm.id })
      const words = [SECRET, encodeURIComponent(SECRET), JSON.stringify(SECRET).slice(1, -1)]
      const clean = (r, what) => assert.ok(!words.some((w) => r.text.includes(w)), `${what} tells it`)
      const paths = [`/projects/${id}`, '/projects', '/projects?format=csv', `/projects/${id}/readiness`, `/projects/${id}/overview`, `/projects/${id}/report`, `/projects/${id}/report?format=csv`, `/projects/${id}/report/columns`, `/projects/${id}/scripts`, `/projects/${id}/results`, `/projects?q=${encodeURIComponent('Жаден')}`, '/projects?sort=peculiarities', `/projects?peculiarities=${encodeURIComponent(SECRET)}`, `/projects?peculiarities~=${encodeURIComponent('Жаден')}`, `/search?q=${encodeURIComponent('Жаден')}`, '/me', '/letters', '/audit', '/handovers', `/handovers/${id}`, `/handovers/${id}/gaps`, '/handovers?format=csv', `/projects/${id}/materials`, '/project-managers']
      for (const [name, as] of Object.entries(eyes))
        for (const path of paths) {
          const r = await h.call(as, 'GET', path)
          clean(r, `${path} to ${name}`)
          if (/handovers|materials|project-managers|letters|audit/.test(path)) assert.equal(r.status, 403, `${path} ${name}: ${r.status}`)
          if (/peculiarities/.test(path)) assert.ok(r.status === 400 || r.status === 403, `${path} ${name}: ${r.status}`)
          if (/\?q=/.test(path) && r.status === 200) assert.ok(!(r.body.rows ?? []).length, `${path} finds by it`)
        }
      for (const as of Object.values(eyes)) {
        const xlsx = await s.send('GET', '/api/projects?format=xlsx', { as })
        assert.ok(!xlsx.buffer.includes('peculiarities') && !xlsx.buffer.includes(SECRET))
      }
      const project = (await h.call(client, 'GET', `/projects/${id}`)).body
      assert.ok(!('peculiarities' in project))
      // the stream: what it was told while all this happened
      await streams[0].next((e) => e.entity === 'project' && e.verb === 'assigned' && e.id === id)
      for (const stream of streams) {
        assert.deepEqual(stream.seen.filter((e) => ['handover', 'material', 'letter'].includes(e.entity)), [])
        assert.ok(!words.some((w) => JSON.stringify(stream.seen).includes(w)))
        stream.close()
      }
      // staff see it
      assert.ok((await h.call(h.pm, 'GET', `/handovers/${id}`)).text.includes(SECRET))
    })
  })
}
