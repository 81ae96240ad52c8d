// Serves the front end: node serve.js. PORT and HOST say where; API_URL is handed to the page as /config.json.
import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname } from 'node:path';

const { PORT = '8080', HOST = '127.0.0.1', API_URL = 'http://127.0.0.1:3000' } = process.env;
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json' };
const here = new URL('.', import.meta.url);
const names = ['', 'lib/'].flatMap((folder) => readdirSync(new URL(folder, here)).map((name) => folder + name))
	.filter((name) => types[extname(name)] && !['serve.js', 'package.json'].includes(name));
const files = new Map(names.map((name) => [`/${name}`, { type: types[extname(name)], bytes: readFileSync(new URL(name, here)) }]));
files.set('/', files.get('/index.html'));
files.set('/config.json', { type: types['.json'], bytes: Buffer.from(JSON.stringify({ api_url: API_URL })) });

const server = createServer((request, response) => {
	const file = files.get(request.url.split('?')[0]);
	const known = ['GET', 'HEAD'].includes(request.method);
	response.writeHead(!known ? 405 : file ? 200 : 404, { 'content-type': file?.type ?? 'text/plain', 'x-content-type-options': 'nosniff', 'cache-control': 'no-cache',
		'content-security-policy': "default-src 'self'; connect-src *; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'" });
	response.end(request.method === 'HEAD' ? undefined : known && file ? file.bytes : 'not here');
});
server.listen(Number(PORT), HOST, () => console.log(`listening on http://${HOST}:${server.address().port}`));
for (const signal of ['SIGTERM', 'SIGINT'])
	process.on(signal, () => process.exit(0));
