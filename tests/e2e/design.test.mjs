// The contracts that are designed from prose, before two strict judges: Redocly's recommended-strict
// rules (no error, no warning) and the OpenAPI 3.1 schema.
// tests/tools/design.c makes them.
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const driver = join(process.env.TEAMWRIGHT_TOOLS ?? join(root, 'build', 'san', 'tools'), 'design')
const modules = fileURLToPath(new URL('node_modules', import.meta.url))
const redocly = join(modules, '@redocly', 'cli', 'bin', 'cli.js')
const validator = join(modules, '@seriousme', 'openapi-schema-validator', 'index.js')

const requirements = [
  'Build a task management web application with projects, tasks with due dates, and comments',
  'tasks belong to projects; a task has a title, due date and status',
  'Users can log in and search articles. An article has a title, a body, tags and a published_at date. Comments belong to articles.',
  'CRM: contacts (first name, last name, email, phone), companies, deals with a value and a stage (new, negotiation, won, lost).',
  'A hotel booking app: hotels, rooms (number, price per night, capacity), bookings with check-in date and check-out date, guests. Login with password.',
  'Students enroll in courses (many-to-many between students and courses). A course has a title, a start date and is_published.',
  'Build a gizmo tracker. Each gizmo has a serial number, a colour, an is_active flag, a weight and labels. Gizmos belong to racks.',
  'Sensors belong to greenhouses. A reading has a value, a temperature, a latitude and a measured_at. Sensors have many readings.',
  'Library: books (title, author, isbn, year, cover image, website), members (name, email, phone), loans with due date. Full text search. Roles and permissions.',
  'Erstelle eine Webanwendung mit Projekten, Aufgaben mit Fälligkeitsdatum und Kommentaren. Anmeldung mit Passwort.',
  'Создать веб-приложение с проектами, задачами и комментариями.',
  'Keep news, series and equipment: a series has a name; equipment has a price. A session has a name and users can sign in.',
  'Problems have a title. A problem belongs to an access token. An access token has a label.',
  'A shop with customers, products and orders, as microservices. Each order has a customer, a total amount and a status (pending, paid, shipped).',
  'Каждый гномик имеет название. A zażółć has a name. A naïve café belongs to a zażółć.'
]

const design = text => {
  const run = spawnSync(driver, { input: text, encoding: 'utf8' })
  assert.equal(run.status, 0, run.stderr)
  return run.stdout
}

const missing = !existsSync(driver) ? `${driver} is not built (make VARIANT=san tools)`
  : !existsSync(redocly) || !existsSync(validator) ? 'the packages of tests/e2e are not installed (npm ci)' : false

test('designed contracts satisfy strict judges', { skip: missing }, async t => {
  const folder = mkdtempSync(join(tmpdir(), 'design-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const files = requirements.map((text, i) => {
    const file = join(folder, `${i}.json`)
    writeFileSync(file, design(text))
    return file
  })

  await t.test('same input, same bytes', () => {
    requirements.forEach((text, i) => assert.equal(design(text), readFileSync(files[i], 'utf8')))
  })

  // One report for each file, one after the other.
  const lint = paths => {
    const run = spawnSync(process.execPath, [redocly, 'lint', '--extends=recommended-strict', '--format=json', ...paths],
      { encoding: 'utf8', cwd: folder, env: { ...process.env, REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', REDOCLY_TELEMETRY: 'off' } })
    const reports = JSON.parse(`[${run.stdout.replaceAll(/\}\s*\{(?=\s*"totals")/g, '},{')}]`)
    assert.equal(reports.length, paths.length, run.stderr)
    return reports.flatMap(r => r.problems.map(p => `${p.location[0].source.ref}${p.location[0].pointer}: ${p.ruleId}: ${p.message}`))
  }

  await t.test('redocly lint, recommended-strict', () => assert.deepEqual(lint(files), []))

  await t.test('the judge sees a document without a licence', () => {
    const document = JSON.parse(readFileSync(files[0], 'utf8'))
    delete document.info.license
    const file = join(folder, 'broken.json')
    writeFileSync(file, JSON.stringify(document))
    assert.notDeepEqual(lint([file]), [])
  })

  const { Validator } = await import(validator)
  for (const [i, text] of requirements.entries()) {
    await t.test(text, async () => {
      const document = JSON.parse(readFileSync(files[i], 'utf8'))
      assert.ok(Object.keys(document.paths ?? {}).length >= 2, 'no paths')
      const result = await new Validator().validate(document)
      assert.ok(result.valid, JSON.stringify(result.errors))
    })
  }
})
