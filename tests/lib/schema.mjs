// SPDX-License-Identifier: GPL-3.0-or-later
// schema.mjs - does an answer match what the OpenAPI document promises? Every call of server.mjs asks, so each test of the API is also one of
// its description. Only the words of JSON Schema the server prints are known; another one is an error, not a pass.
const known = new Set(['$ref', 'allOf', 'anyOf', 'oneOf', 'const', 'minItems', 'maxItems', 'prefixItems', 'type', 'properties', 'required', 'additionalProperties', 'items', 'enum', 'minimum', 'maximum', 'minLength', 'maxLength'])
const ignored = new Set(['description', 'format', 'readOnly', 'writeOnly'])

const typeOf = (v) => (v === null ? 'null' : Array.isArray(v) ? 'array' : Number.isInteger(v) ? 'integer' : typeof v)

// What a $ref stands for: "#/components/KIND/NAME".
export function resolved(doc, part) {
  return part?.$ref ? part.$ref.split('/').slice(1).reduce((at, name) => at[name], doc) : part
}

// What is wrong with value, as lines "at: what".
export function faults(doc, schema, value, at = 'answer', open = false) {
  if (schema.$ref) return faults(doc, resolved(doc, schema), value, at, open)
  for (const word of Object.keys(schema)) if (!known.has(word) && !ignored.has(word) && !word.startsWith('x-')) return [`${at}: unknown word ${word}`]
  const type = typeOf(value)
  const types = [schema.type ?? []].flat()
  if (types.length && !types.includes(type) && !(type === 'integer' && types.includes('number'))) return [`${at}: ${type}, not ${types}`]
  const wrong = []
  // the parts of a whole each know their own members only
  for (const part of schema.allOf ?? []) wrong.push(...faults(doc, part, value, at, true))
  const choices = schema.anyOf ?? schema.oneOf
  if (choices && !choices.some((part) => !faults(doc, part, value, at).length)) wrong.push(`${at}: none of the forms it may have: ${faults(doc, choices[0], value, at)}`)
  if ('const' in schema && value !== schema.const) wrong.push(`${at}: not ${schema.const}`)
  if (schema.enum && !schema.enum.includes(value)) wrong.push(`${at}: ${JSON.stringify(value)} is none of ${schema.enum}`)
  if (type === 'integer' || type === 'number') {
    if (value < schema.minimum || value > schema.maximum) wrong.push(`${at}: ${value} is not from ${schema.minimum} to ${schema.maximum}`)
  }
  if (type === 'string') {
    const n = [...value].length
    if (n < schema.minLength || n > schema.maxLength) wrong.push(`${at}: ${n} characters, not ${schema.minLength} to ${schema.maxLength}`)
  }
  if (type === 'array') {
    if (value.length < schema.minItems || value.length > schema.maxItems) wrong.push(`${at}: ${value.length} items, not ${schema.minItems} to ${schema.maxItems}`)
    for (const [i, item] of value.entries()) wrong.push(...faults(doc, schema.prefixItems?.[i] ?? schema.items ?? {}, item, `${at}[${i}]`))
  }
  if (type === 'object') {
    for (const name of schema.required ?? []) if (!(name in value)) wrong.push(`${at}.${name} is missing`)
    for (const [name, member] of Object.entries(value)) {
      if (schema.properties?.[name]) wrong.push(...faults(doc, schema.properties[name], member, `${at}.${name}`))
      else if (schema.additionalProperties === false && !open) wrong.push(`${at}.${name} is not promised`)
      else if (typeof schema.additionalProperties === 'object') wrong.push(...faults(doc, schema.additionalProperties, member, `${at}.${name}`))
    }
  }
  return wrong
}

// The operation of a request: the path with most literal parts that fits. Sweeps ask a hundred thousand times, so paths are taken apart once.
const indexes = new WeakMap()
function indexOf(doc) {
  if (indexes.has(doc)) return indexes.get(doc)
  const index = new Map()
  for (const [template, methods] of Object.entries(doc.paths)) {
    const names = template.split('/')
    const entry = { names, literals: names.filter((n) => !n.startsWith('{')).length }
    for (const [method, op] of Object.entries(methods)) {
      const key = `${method} ${names.length}`
      if (!index.has(key)) index.set(key, [])
      index.get(key).push({ ...entry, op })
    }
  }
  for (const entries of index.values()) entries.sort((a, b) => b.literals - a.literals)
  indexes.set(doc, index)
  return index
}

function operation(doc, method, path) {
  const parts = path.split('?')[0].split('/')
  const fits = (n, i) => n === parts[i] || (n.startsWith('{') && (!n.endsWith('id}') || /^\d+$/.test(parts[i])))
  return indexOf(doc).get(`${method.toLowerCase()} ${parts.length}`)?.find(({ names }) => names.every(fits))?.op
}

export function answerFaults(doc, method, path, r) {
  const op = operation(doc, method === 'HEAD' ? 'GET' : method, path)
  if (!op || method === 'HEAD') return []
  if (r.status < 400 && !op.responses[r.status] && r.status !== 206 && r.status !== 304) return [`status ${r.status} is not promised: ${Object.keys(op.responses)}`]
  const promised = resolved(doc, op.responses[r.status] ?? op.responses.default)
  const content = promised.content?.['application/json']
  if (r.body === undefined) return []
  if (!content) return [`a body is not promised`]
  return faults(doc, content.schema, r.body)
}
