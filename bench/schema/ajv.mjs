// ajv beside ours, on schemas and documents that both read from files, one document a line.
//   ajv.mjs prepare FOLDER            -> cases of real schemas and documents, written to FOLDER: [{name, schema, documents}]
//   ajv.mjs measure SCHEMA DOCUMENTS  -> {compile_us, cold, tree, text}, the last three in documents a second of CPU time
//   ajv.mjs stream SCHEMA DOCUMENTS   -> {peak_kb, documents}: the process's peak memory
// Without ajv all of them print {skipped}.
import { createReadStream, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";

const modules = createRequire(new URL("../../tests/e2e/package.json", import.meta.url));
const packages = new URL("../../tests/e2e/node_modules/", import.meta.url).pathname;
const load = (name) => { const found = modules(name); return found.default ?? found; };
const say = (result) => console.log(JSON.stringify(result));
const read = (file) => JSON.parse(readFileSync(file, "utf8"));
const cpu = () => { const used = process.cpuUsage(); return used.user + used.system; };
const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];

function compile(schema) {
  const draft = schema.$schema ?? "";
  const Ajv = load(draft.includes("draft-04") ? "ajv-draft-04" : draft.includes("draft-07") ? "ajv" : "ajv/dist/2020");
  const ajv = new Ajv({ strict: false, logger: false, validateSchema: false });
  load("ajv-formats")(ajv);
  // A metaschema is known to ajv: a copy under another name is compiled like anything else.
  return ajv.compile({ ...schema, $id: undefined, id: undefined });
}

// The JSON files of @readme/oas-examples in one of its folders.
function examples(version) {
  const folder = join(packages, "@readme/oas-examples", version, "json");
  return readdirSync(folder).filter((name) => name.endsWith(".json")).map((name) => read(join(folder, name)));
}

const openapi = (version) => join(packages, `@seriousme/openapi-schema-validator/schemas/v${version}/schema.json`);
const sources = {
  "OpenAPI 3.0": () => [openapi("3.0"), examples("3.0")],
  "OpenAPI 3.1": () => [openapi("3.1"), examples("3.1")],
  "Swagger 2.0": () => [openapi("2.0"), examples("2.0")],
  "draft 7 metaschema": () => [join(packages, "ajv/dist/refs/json-schema-draft-07.json"),
    [...examples("3.0"), ...examples("3.1")].flatMap((document) => Object.values(document.components?.schemas ?? {}))],
};

function prepare(folder) {
  const cases = [];
  for (const [name, source] of Object.entries(sources)) {
    const [schema, all] = source(), validate = compile(read(schema)), fits = all.filter((document) => validate(document));
    const documents = join(folder, `${name.replaceAll(" ", "-")}.jsonl`);
    writeFileSync(documents, fits.map((document) => `${JSON.stringify(document)}\n`).join(""));
    if (fits.length) cases.push({ name, schema, documents });
  }
  return cases;
}

// The documents a second in the median of many rounds; in the first of them where `budget` is 0.
function rate(count, budget, run) {
  const times = [];
  for (let spent = 0; times.length < 1 || spent < budget; spent += times.at(-1)) {
    const start = cpu();
    for (let i = 0; i < count; i++) if (!run(i)) throw new Error("a document does not fit");
    times.push(Math.max(cpu() - start, 1));
  }
  return Math.round((count / median(times)) * 1e6);
}

function measure(schemaFile, documentsFile) {
  const schema = read(schemaFile), start = cpu(), validate = compile(schema), compile_us = cpu() - start;
  const texts = readFileSync(documentsFile, "utf8").trim().split("\n"), values = texts.map((text) => JSON.parse(text));
  const cold = rate(texts.length, 0, (i) => validate(values[i]));
  // Whatever the engine makes of hot code it has made before the rounds that count.
  rate(texts.length, 3e5, (i) => validate(values[i]));
  const tree = rate(texts.length, 1e6, (i) => validate(values[i]));
  rate(texts.length, 3e5, (i) => validate(JSON.parse(texts[i])));
  const text = rate(texts.length, 1e6, (i) => validate(JSON.parse(texts[i])));
  return { compile_us, cold, tree, text };
}

async function stream(schemaFile, documentsFile) {
  const validate = compile(read(schemaFile));
  let documents = 0;
  for await (const line of createInterface({ input: createReadStream(documentsFile) })) {
    if (!validate(JSON.parse(line))) throw new Error("a document does not fit");
    documents++;
  }
  return { peak_kb: Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "utf8"))[1]), documents };
}

const [verb, ...rest] = process.argv.slice(2);
try {
  load("ajv-formats");
} catch {
  say({ skipped: "ajv is not installed: npm install --prefix tests/e2e" });
  process.exit(0);
}
say(await { prepare, measure, stream }[verb](...rest));
