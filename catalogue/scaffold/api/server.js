// Starts the provider: node server.js. The environment may hold PORT, HOST, DATA_DIR, BODY_LIMIT (bytes) and CORS_ORIGIN.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Contract } from './lib/contract.js';
import { Resources } from './lib/resources.js';
import { createRouter } from './lib/router.js';
import { Store } from './lib/store.js';

const { PORT = '3000', HOST = '127.0.0.1', DATA_DIR = 'data', BODY_LIMIT = '1048576', CORS_ORIGIN = '*' } = process.env;
const contract = new Contract(JSON.parse(readFileSync(new URL('contract.json', import.meta.url), 'utf8')));
const resources = new Resources(contract, new Store(DATA_DIR));
const server = createServer(createRouter(contract, resources, { limit: Number(BODY_LIMIT), origin: CORS_ORIGIN }));

server.on('clientError', (error, socket) => socket.writable && socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'));
server.on('error', (error) => {
	console.error(`cannot listen on ${HOST}:${PORT}: ${error.message}`);
	process.exitCode = 1;
});
server.listen(Number(PORT), HOST, () => console.log(`listening on http://${HOST.includes(':') ? `[${HOST}]` : HOST}:${server.address().port}${contract.base}`));

// Requests under way are answered; those that take more than three seconds are cut off.
for (const signal of ['SIGTERM', 'SIGINT'])
	process.on(signal, () => {
		server.close(() => process.exit(0));
		server.closeIdleConnections();
		setTimeout(() => server.closeAllConnections(), 3000).unref();
	});
