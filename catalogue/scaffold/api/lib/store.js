// What the provider keeps: a JSON file for each collection, read at the start and written whole. A file is replaced by renaming, so
// that a kill at any moment leaves the old one or the new one. A record is {path: ids of the parents, key: its own id, value, via: where it was made}.
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const starts = (path, start) => start.every((id, index) => path[index] === id);

export class Store {
	constructor(directory) {
		Object.assign(this, { directory, collections: new Map() });
		mkdirSync(directory, { recursive: true });
	}

	// Reads a collection; one that was never written begins with `records`.
	open(name, records) {
		const file = join(this.directory, `${name}.json`);
		try {
			this.collections.set(name, JSON.parse(readFileSync(file, 'utf8')));
		} catch (error) {
			if (error.code !== 'ENOENT')
				throw new Error(`${file} cannot be read; repair it or move it away: ${error.message}`);
			this.collections.set(name, { next: 1, records });
		}
	}

	all(name, path) {
		return this.collections.get(name).records.filter((record) => record.path.length === path.length && starts(record.path, path));
	}

	find(name, path, key) {
		return this.all(name, path).find((record) => record.key === key);
	}

	// A number that no item of the collection got before.
	next(name) {
		return this.collections.get(name).next++;
	}

	put(name, path, key, value, via) {
		const { next, records } = this.collections.get(name);
		const old = this.find(name, path, key);
		const record = { path, key, value, via };
		this.#write(name, { next, records: old ? records.map((each) => (each === old ? record : each)) : [...records, record] });
	}

	// Removes the item, or without a key all that is below the path.
	remove(name, path, key) {
		const { next, records } = this.collections.get(name);
		const left = records.filter((record) => !starts(record.path, path) || (key !== undefined && (record.key !== key || record.path.length !== path.length)));
		if (left.length !== records.length)
			this.#write(name, { next, records: left });
	}

	#write(name, content) {
		const file = join(this.directory, `${name}.json`);
		const descriptor = openSync(`${file}.new`, 'w', 0o600);
		writeFileSync(descriptor, JSON.stringify(content));
		fsyncSync(descriptor);
		closeSync(descriptor);
		renameSync(`${file}.new`, file);
		this.collections.set(name, content);
	}
}
