// SPDX-License-Identifier: GPL-3.0-or-later
// world.mjs - two customers who must never see each other's things: a row of each table on either side, straight into the database.
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const roles = [
  'operator',
  'supervisor',
  'project_manager',
  'project_director',
  'sales_manager',
  'head_of_sales',
  'director',
  'accountant',
  'customer',
  'employee',
  'admin'
]

// One side: ids by the word that stands before {id} in a path.
function side(s, name) {
  const at = Date.now()
  const customers = s.insert('customer', { name: `Customer ${name}`, created_at: at })
  const projects = s.insert('project', { customer_id: customers, name: `Project ${name}`, type: 'cold_calls', created_at: at })
  const of = { project_id: projects }
  const users = s.person('customer', { customer_id: customers, login: `client-${name}` }).id
  const colleagues = s.person('customer', { customer_id: customers, login: `second-${name}` }).id
  const colleague = s.person('operator', { project_ids: [projects], login: `colleague-${name}` }).id
  const scripts = s.insert('script_version', { ...of, number: 1, state: 'approved', graph: '{"start":"n1","conflict":null,"stages":[],"nodes":[]}', created_at: at })
  const form_fields = s.insert('form_field', { ...of, position: 1, key: 'key', label: 'Label' })
  const results = s.insert('result', { ...of, name: 'Refusal', effect: 'final' })
  const mark_columns = s.insert('mark_column', { ...of, position: 1, name: 'Status' })
  const report_forms = s.insert('report_form', { ...of, columns: `[{"key":"company"},{"key":"phones"},{"key":"mark.${mark_columns}"}]`, changed_at: at })
  const report_views = s.insert('report_view', { ...of, owner_id: users, company_id: customers, name: 'View', shared: 1, filters: '{}', created_at: at })
  const bases = s.insert('base', { ...of, name: 'Base', created_at: at })
  const contacts = s.insert('contact', { ...of, base_id: bases, company: `Company ${name}`, last_result_id: results, last_at: at, created_at: at })
  const report_comments = s.insert('report_comment', { ...of, contact_id: contacts, author_id: users, text: 'Well done', created_at: at })
  const verdicts = s.insert('verdict', { ...of, contact_id: contacts, verdict: 'rejected', reason: 'No', decided_at: at })
  const report_links = s.insert('link', { token_hash: randomBytes(16).toString('hex'), kind: 'public', ...of, name: 'Partner', created_at: at, expires_at: at + 1e9 })
  const link_openings = s.insert('link_opening', { ...of, link_id: report_links, at })
  const persons = s.insert('person', { ...of, contact_id: contacts, name: 'Person' })
  const phones = s.insert('phone', { ...of, base_id: bases, contact_id: contacts, e164: `+7812${name === 'own' ? 4 : 5}483454` })
  const key = randomBytes(16).toString('hex')
  const files = s.insert('file', { name: 'f.csv', type: 'text/csv', bytes: 1, sha256: '0', key, created_at: at })
  mkdirSync(join(s.dir, 'files', key.slice(0, 2)), { recursive: true })
  writeFileSync(join(s.dir, 'files', key.slice(0, 2), key.slice(2)), '1')
  const imports = s.insert('import', { ...of, base_id: bases, file_id: files, file_name: 'f.csv', rejects_file_id: files, created_at: at })
  const calls = s.insert('call', {
    uuid: randomUUID(),
    ...of,
    base_id: bases,
    contact_id: contacts,
    phone_id: phones,
    operator_id: colleague,
    mode: 'manual',
    number: '+78124483454',
    state: 'ended',
    asked_at: at,
    dialled_at: at,
    ended_at: at,
    cause: 'no_answer'
  })
  const corrections = s.insert('correction', {
    ...{ ...of, call_id: calls, contact_id: contacts, author_id: colleague, corrected_at: at, why: 'Misheard', was_result_id: results, result_id: results },
    ...{ was_result: 'Lead', result: 'Refusal', was_counts_as: 'lead', counts_as: 'refusal', changed: '["result"]', diff: '{}' }
  })
  const recordings = s.insert('recording', { ...of, call_id: calls, state: 'kept', file_id: files, created_at: at })
  const zeros = (names) => Object.fromEntries(names.split(' ').map((name) => [name, 0]))
  const talks = s.insert('talk', {
    ...of,
    call_id: calls,
    at,
    ...zeros('valid talk_ms speech_ms contact_speech_ms monologue_ms story_ms switches_per_min silence_ms longest_silence_ms'),
    ...zeros('overlap_count overlap_ms interruptions contact_interruptions')
  })
  const sounds = s.insert('sound', {
    ...{ ...of, call_id: calls, side: 'contact', codec: 'PCMA', at },
    ...zeros('came lost late sent jitter_ms buffer_ms far_lost far_jitter_ms')
  })
  const recording_marks = s.insert('recording_mark', { ...of, recording_id: recordings, at_ms: 1000, author_id: users, text: 'Here', created_at: at })
  const talk_scores = s.insert('talk_score', { ...of, recording_id: recordings, contact_id: contacts, author_id: users, score: 4, scored_at: at })
  const pickups = s.insert('pickup', { ...of, call_id: calls, recording_id: recordings, at, marks: '..vvv' })
  const callbacks = s.insert('callback', { ...of, contact_id: contacts, due_at: at, created_at: at })
  const members = Number(s.rows(`SELECT id FROM member WHERE project_id = ${projects}`)[0].id)
  const letters = s.insert('letter', {
    kind: 'evening',
    ...of,
    to_list: 'a@example.com',
    subject: 's',
    body_text: 't',
    for_customer: 1,
    message_id: `<${randomBytes(8).toString('hex')}@example.com>`,
    created_at: at
  })
  const communications = s.insert('communication', { ...of, kind: 'call', at, whom: 'Anna', result: 'Agreed', created_at: at })
  const links = s.insert('link', { token_hash: randomBytes(16).toString('hex'), kind: 'report', ...of, created_at: at, expires_at: at + 1e9 })
  const consents = s.insert('consent', { customer_id: customers, e164: '+79161234567', text_version: '1', given_at: at, created_at: at })
  const retries = s.insert('retry', { ...of, cause: 'busy', pause_min: 15 })
  const rule = s.insert('rule', { jurisdiction: 'GB', kind: 'gap', value: 1, created_at: at })
  const rule_exceptions = s.insert('rule_exception', { ...of, rule_id: rule, reason: 'Because', created_at: at })
  const pacing = s.insert('pacing_log', {
    ...{ ...of, at, operators: 3, idle: 1, talking: 2, wrap_up: 0, ringing: 2, waiting: 0, soon: 0.7, soon_ms: 12000, dialled: 1, stop: 'risk', guard: 'off' },
    ...{ answer_pct: 24, risk_pct: 2, limit_pct: 3, answered: 10, abandoned: 0, upper_pct: 25.9, alarm: 0 }
  })
  const do_not_call = s.insert('do_not_call', { e164: '+79161234567', level: 'project', ...of, owner_id: projects, created_at: at })
  const queues = s.insert('queue', { ...of, name: 'Продажи', created_at: at })
  const queue_members = s.insert('queue_member', { ...of, queue_id: queues, user_id: users, created_at: at })
  const numbers = s.insert('number', { ...of, e164: `+7495${String(projects).padStart(7, '0')}`, queue_id: queues, created_at: at })
  const prompts = s.insert('prompt', { ...of, name: 'Приветствие', words: 'Здравствуйте', file_id: files, created_at: at })
  const objections = s.insert('objection', { ...of, phrase: 'Дорого', answer: 'А с чем вы сравниваете?', created_at: at })
  const articles = s.insert('article', { ...of, title: 'О нас', body: 'Текст', created_at: at })
  const splits = s.insert('split', { ...of, a_id: scripts, b_id: scripts, goal: 'lead', started_at: at })
  const drawn = '{"start":"a","nodes":[{"id":"a","type":"end","title":"a","words":"a","x":0,"y":0}]}'
  const flows = s.insert('flow', { ...of, name: 'Меню', graph: drawn, running: 1, created_at: at })
  const flow_versions = s.insert('flow_version', { ...of, flow_id: flows, number: 1, state: 'active', graph: drawn, created_at: at })
  const survey_questions = s.insert('survey_question', { ...of, flow_id: flows, step: 'a', title: 'Вопрос', words: 'Вопрос?', choices: '[{"key":"1","value":"Да"}]', created_at: at })
  const survey_replies = s.insert('survey_answer', { ...of, question_id: survey_questions, call_id: calls, contact_id: contacts, who: contacts, key: '1', value: 'Да', asked_at: at, answered_at: at })
  const quotas = s.insert('quota', { ...of, field: 'city', value: 'Казань', result_id: results, target: 10, created_at: at })
  const handovers = s.insert('handover', { id: projects })
  const materials = s.insert('material', { ...of, file_id: files, name: 'f.csv', bytes: 1, created_at: at })
  const walls = s.insert('wall', { name: `Wall ${name}`, projects: JSON.stringify([projects]), queues: '[]', created_at: at })
  s.run(`INSERT INTO wall_project (wall_id, project_id) VALUES (${walls}, ${projects})`)
  const tariffs = s.insert('tariff', { ...of, unit: 'dialogue', price_kop: 10000, discount_bp: 500, from_day: '2026-01-01', created_at: at })
  const sellers = s.insert('seller', { name: `Seller ${name}`, created_at: at })
  const paper = { ...of, customer_id: customers, seller_id: sellers, file_id: files, state: 'issued', number: 1, year: 2026, issued_on: '2026-02-01', created_at: at }
  const acts = s.insert('act', { ...paper, from_day: '2026-01-01', to_day: '2026-01-31' })
  const invoices = s.insert('invoice', { ...paper, act_id: acts, state: 'paid', paid_on: '2026-02-03', due_on: '2026-02-10', what: 'Talks', sum_kop: 100 })
  const queue_tickets = s.insert('queue_ticket', { ...of, queue_id: queues, place_id: 0, call_id: calls, number: '+78124483454', since: at, next_at: at, created_at: at })
  const strategies = s.insert('strategy', {
    ...{ ...of, number: 1, mode: 'manual', hours: '[]', attempts_total: 5, attempts_day: 3, attempts_week: 7, attempt_gap_min: 60, takes_first: 'retries', created_at: at }
  })
  const changes = s.insert('change', { ...of, number: 1, kind: 'strategy', title: 'Change', effect: 'More', strategy_id: strategies, diff: '{}', created_at: at })
  const stops = s.insert('stop', { ...of, cause: 'person', reason: 'Because', started_at: at, ended_at: at, shift: 'proposed', ends_on_was: '2031-01-01', ends_on_new: '2031-01-02' })
  const words = s.insert('change_word', { ...of, change_id: changes, at, kind: 'question', said_by: 'Olga', words: 'Why?' })
  const templates = s.insert('template', { ...of, kind: 'letter', name: 'Offer', subject: 'Offer', body: 'Words', created_at: at })
  const versions = s.insert('template_version', { template_id: templates, number: 1, subject: 'Offer', body: 'Words', created_at: at })
  const faxes = s.insert('fax', { ...of, to_e164: '+78124483455', pages: 1, state: 'delivered', uuid: randomUUID(), created_at: at })
  const sms = s.insert('sms', { ...of, to_e164: '+79161234567', body: 'Words', parts: 1, state: 'sent', created_at: at })
  const sendings = s.insert('sending', {
    ...{ ...of, contact_id: contacts, kind: 'sms', template_id: templates, to_address: '+79161234567', body: 'Words', basis: 'service', sms_id: sms, state: 'sent', at, state_at: at }
  })
  const missed_calls = s.insert('missed_call', { ...of, call_id: calls, caller: '+78124483454', created_at: at, last_at: at })
  const schedules = s.insert('schedule', { name: 'Week', ...of, period: 'week', minute: 540, days: 'monday', timezone: 'UTC', recipients: JSON.stringify([users]), since_at: at + 1e12, created_at: at })
  const webhooks = s.insert('webhook', { name: `Hook ${name}`, ...of, owner_id: colleague, url: 'https://hook.example.com/', kinds: '["act"]', secret: 'whs_x', disabled: 1, created_at: at })
  const webhook_deliveries = s.insert('webhook_delivery', { webhook_id: webhooks, event_id: 1, kind: 'act', verb: 'created', entity: 'act', row_id: acts, ...of, at, next_at: at, state: 'failed' })
  s.run(`INSERT INTO letter_file (letter_id, position, file_id) VALUES (${letters}, 1, ${files})`)
  const raw = 'Subject: s\nContent-Type: text/plain; name=f\nContent-Disposition: attachment\n\nt\n'
  const rawKey = randomBytes(16).toString('hex')
  mkdirSync(join(s.dir, 'files', rawKey.slice(0, 2)), { recursive: true })
  writeFileSync(join(s.dir, 'files', rawKey.slice(0, 2), rawKey.slice(2)), raw)
  const raws = s.insert('file', { name: 'letters', type: 'message/rfc822', bytes: raw.length, sha256: '0', key: rawKey, created_at: at })
  const mailboxes = s.insert('mailbox', {
    ...{ ...of, name: `Box ${name}`, address: `${name}@example.com`, imap_host: 'mail.example.com', smtp_host: 'mail.example.com', login: name, disabled: 1, created_at: at }
  })
  const threads = s.insert('mail_thread', { ...of, mailbox_id: mailboxes, subject: 's', people: 'Anna', last_at: at, created_at: at })
  const mails = s.insert('mail_letter', {
    ...{ mailbox_id: mailboxes, thread_id: threads, way: 'in', letter_key: name, from_address: 'a@example.com', to_list: '[]', cc_list: '[]', subject: 's', body_text: 't' },
    ...{ files: '[{"name":"f","type":"text/plain","bytes":1,"cid":"","part":1}]', files_n: 1, at, came_at: at, file_id: raws, bytes: raw.length, customer_id: customers }
  })
  const deliveries = s.insert('mail_delivery', { letter_id: mails, address: 'b@example.com', state: 'sent', sent_at: at })
  const questions = s.insert('mail_question', { customer_id: customers, text: 'When?', created_at: at })
  return {
    schedules,
    ...{ mailboxes, parts: 1, 'mail-threads': threads, 'mail-letters': mails, deliveries, 'mail-questions': questions },
    ...{ handovers, materials, queues, queue_members, prompts, flows, flow_versions, numbers, missed_calls, survey_questions, survey_replies, quotas, walls, queue_tickets },
    ...{ templates, versions, sms, faxes, sendings, webhooks, 'webhook-deliveries': webhook_deliveries },
    ...{ report_forms, report_views, report_comments, talk_scores, verdicts, report_links, link_openings },
    ...{ objections, articles, splits, strategies, changes, words, stops, tariffs, sellers, acts, invoices },
    ...{ customers, projects, users, operators: users, scripts, form_fields, results, mark_columns, marks: mark_columns, bases, contacts, persons, phones },
    ...{ imports, calls, corrections, recordings, recording_marks, callbacks, members, letters, received: letters, colleagues, communications, links, do_not_call, consents, retries, rule_exceptions, pacing, files, colleague, 'talk-figures': talks, 'call-sounds': sounds, pickups },
    tokens: s.token(users).token_id,
    sessions: s.session(users).session_id
  }
}

// { own, foreign, people }: people makes somebody of each role, and link, narrow (a director's token for the own project), nobody.
export function makeWorld(s) {
  const own = side(s, 'own')
  const foreign = side(s, 'foreign')
  const at = Date.now()
  for (const [i, x] of [own, foreign].entries()) {
    x.trunks = s.insert('trunk', { name: `Trunk ${i}`, kind: 'practice', created_at: at })
    const trunk_id = s.insert('trunk', { name: `Carrier ${i}`, kind: 'sip', host: '127.0.0.1', disabled: 1, created_at: at })
    x.trunk_routes = s.insert('trunk_route', { trunk_id, project_id: x.projects, prefix: '+7812', created_at: at })
    x.caller_numbers = s.insert('caller_number', { trunk_id, number: '+78124483454', created_at: at })
    x.trunk_causes = s.insert('trunk_cause', { trunk_id, sip_code: 503, cause: 'busy' })
    x['project-managers'] = s.person('project_manager').id
    x.pause_reasons = s.insert('pause_reason', { name: `Lunch ${i}` })
    x.rules = s.insert('rule', { jurisdiction: 'GB', kind: 'gap', value: 1, created_at: at })
    x.days_off = s.insert('day_off', { jurisdiction: 'GB', day: `2031-01-0${i + 1}` })
    x.registers = s.insert('register', { name: `Register ${i}`, jurisdiction: 'GB', created_at: at })
    x.number_ranges = s.insert('number_range', { from_number: 100 + 10 * i, to_number: 105 + 10 * i, zones: 'UTC' })
    x.nodes = s.insert('node', { uid: `node ${i}`, role: 'tel', name: `node ${i}`, started_at: at, seen_at: at, lost_at: at })
    x.jobs = s.insert('job', { kind: 'none', state: 'dead', run_at: at, created_at: at })
    x.audit = s.insert('audit', { at, entity: 'project', verb: 'changed', row_id: x.projects, project_id: x.projects })
  }
  const people = {}
  for (const role of roles)
    people[role] = () => {
      const who = s.person(role, role === 'customer' ? { customer_id: own.customers, manages_company: 1 } : { project_ids: [own.projects] })
      const named = { comment_id: own.report_comments, project_id: own.projects, contact_id: own.contacts, user_id: who.id, created_at: at }
      return { ...who, own: { tokens: who.token_id, sessions: s.session(who.id).session_id, mentions: s.insert('mention', named) } }
    }
  people.link = () => s.session(null, { project_id: own.projects })
  people.narrow = () => ({ bearer: s.token(s.person('director').id, { project_id: own.projects }).bearer })
  people.nobody = () => undefined
  return { own, foreign, people }
}
