// ajv on the same schema and documents as schema: ajv.mjs SCHEMA DOCUMENTS -> one line of JSON.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../tests/e2e/package.json", import.meta.url));
let Ajv, formats;
try {
  Ajv = require("ajv/dist/2020").default;
  formats = require("ajv-formats").default;
} catch {
  console.log(JSON.stringify({ skipped: "ajv is not installed: npm install --prefix tests/e2e" }));
  process.exit(0);
}
const [schemaFile, documentsFile] = process.argv.slice(2);
const schema = JSON.parse(readFileSync(schemaFile, "utf8"));
const texts = readFileSync(documentsFile, "utf8").trim().split("\n");
const cpu = () => { const used = process.cpuUsage(); return used.user + used.system; };
const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];

let start = cpu();
const ajv = new Ajv({ strict: false });
formats(ajv);
const validate = ajv.compile(schema);
const compile = cpu() - start;

const values = texts.map((text) => JSON.parse(text));
const rates = (rounds, run) => {
  const times = [];
  for (let round = 0; round < rounds; round++) {
    start = cpu();
    for (let i = 0; i < texts.length; i++)
      if (!run(i)) throw new Error("a document does not fit");
    times.push(cpu() - start);
  }
  return Math.round((texts.length / median(times)) * 1e6);
};
const cold = rates(1, (i) => validate(values[i]));
const tree = rates(201, (i) => validate(values[i]));
const text = rates(51, (i) => validate(JSON.parse(texts[i])));
console.log(JSON.stringify({ compile_us: compile, cold, tree, text }));
