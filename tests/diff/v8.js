// SPDX-License-Identifier: Apache-2.0
//
// What board.c does, by V8: node v8.js LOG.wasm MODULE.wasm...
// A trap is the kinds that its message may stand for, with bars between.
'use strict';
const v8 = require('v8');
const fs = require('fs');
const path = require('path');
for (const feature of ['type-reflection', 'return-call', 'memory64', 'extended-const'])
	v8.setFlagsFromString(`--experimental-wasm-${feature}`);

const kinds = [
	[/^unreachable/, 'unreachable'],
	[/memory access out of bounds|data segment/, 'memory-out-of-bounds|unaligned-atomic'],
	[/table initializer|element segment/, 'table-out-of-bounds'],
	[/table.* out of bounds/, 'undefined-element|table-out-of-bounds'],
	[/function signature mismatch/,
		'uninitialized-element|indirect-call-type-mismatch'],
	[/dereferencing a null pointer/, 'null-reference'],
	[/divide by zero|remainder by zero/, 'integer-divide-by-zero'],
	[/divide result unrepresentable/, 'integer-overflow'],
	[/float unrepresentable/, 'integer-overflow|invalid-conversion'],
	[/Maximum call stack/, 'stack-exhausted'],
	[/unaligned/, 'unaligned-atomic'],
	[/rethrowing null/, 'null-reference'],
];

function kindOf(e) {
	if (e instanceof WebAssembly.Exception)
		return 'uncaught-exception';
	return kinds.find(([text]) => text.test(e.message))?.[1] ?? String(e);
}

// Debian's node 18 says s128 for v128.
function isVector(type) {
	return type === 'v128' || type === 's128';
}

// What it does not have yet: shared memories of 64 bits, lanes in any such.
const young = [/limits flags 0x7 /, /s128\..* expected type i32, found .* of type i64/];

const letters = { i32: 'i', i64: 'I', f32: 'f', f64: 'F' };
const bytes = new DataView(new ArrayBuffer(8));

function value(type, v) {
	const letter = letters[type] ?? (type.startsWith('func') ? 'r' : 'e');
	if (letter === 'r' || letter === 'e')
		return ` ${letter}:${v === null ? 0 : 1}`;
	if (Number.isNaN(v))
		return ` ${letter}:nan`;
	bytes.setBigUint64(0, 0n);
	if (letter === 'i')
		bytes.setInt32(4, v);
	else if (letter === 'I')
		bytes.setBigInt64(0, v);
	else if (letter === 'f')
		bytes.setFloat32(4, v);
	else
		bytes.setFloat64(0, v);
	return ` ${letter}:${bytes.getBigUint64(0).toString(16)}`;
}

const lines = [];
function say(line) {
	lines.push(line);
}

function hash(buffer) {
	const words = new Int32Array(buffer);
	let h = 1;
	for (let i = 0; i < words.length; i++) {
		h = Math.imul(h ^ words[i], 0x9e3779b1);
		h ^= h >>> 15;
	}
	return (h >>> 0).toString(16);
}

function state(types, instance) {
	let line = 'state';
	for (const { name, kind, type } of types) {
		const x = instance.exports[name];
		if (kind === 'memory')
			line += ` m:${x.buffer.byteLength.toString(16)} h:${hash(x.buffer)}`;
		else if (kind === 'global' && !isVector(type.value))
			line += value(type.value, x.value);
	}
	say(line);
}

const integers = [0n, 1n, -1n, 0x8000000080000000n, 0x7fffffff7fffffffn, 65536n,
	1048575n, 0x100000064n];
const floats = [0, 1, -1.5, 2147483648, -9.3e18, Infinity, 1e-310, -0];
const argument = {
	i32: n => Number(BigInt.asIntN(32, integers[n])),
	i64: n => BigInt.asIntN(64, integers[n]),
	f32: n => Math.fround(floats[n]),
	f64: n => floats[n],
};

function call({ name, type }, instance, n) {
	const args = type.parameters.map((t, i) =>
		argument[t]?.((n + 3 * i) % 8) ?? null);
	say(`call ${name}`);
	try {
		let results = instance.exports[name](...args);
		if (type.results.length < 2)
			results = [results];
		say('return' + type.results.map((t, i) => value(t, results[i])).join(''));
	} catch (e) {
		say(`trap ${kindOf(e)}`);
	}
}

// Logged, it makes the module's memory grow (gen.h).
const growWord = 0x67726f77;
let grow;

function run(file, imports) {
	say(`module ${path.basename(file, '.wasm')}`);
	let module, instance;
	grow = null;
	try {
		module = new WebAssembly.Module(fs.readFileSync(file));
	} catch (e) {
		say(young.some(text => text.test(e.message)) ? 'unknown to this V8'
			: `V8 refuses it: ${e.message}`);
		return;
	}
	try {
		instance = new WebAssembly.Instance(module, imports);
	} catch (e) {
		say(`no instance: ${kindOf(e)}`);
		return;
	}
	grow = instance.exports.grow;
	const types = WebAssembly.Module.exports(module);
	state(types, instance);
	for (let n = 0; n < 2; n++)
		types.forEach((x, i) => {
			if (x.kind !== 'function' || x.name === 'hangLimitInitializer' ||
			    [...x.type.parameters, ...x.type.results].some(isVector))
				return;
			instance.exports.hangLimitInitializer?.();
			call(x, instance, n + i);
			state(types, instance);
		});
}

const log = {};
for (const type of ['i32', 'i64', 'f32', 'f64'])
	log[`log-${type}`] = v => {
		say('log' + value(type, v));
		if (v === growWord)
			grow?.();
	};
log.lanes = (a, b) => say('log' + value('i64', a).replace('I', 'v') +
	value('i64', b).replace('I', 'v'));
const [helper, ...files] = process.argv.slice(2);
const vector = new WebAssembly.Instance(
	new WebAssembly.Module(fs.readFileSync(helper)), { 'fuzzing-support': log });
log['log-v128'] = vector.exports['log-v128'];
for (const file of files)
	run(file, { 'fuzzing-support': log, env: {
		table: new WebAssembly.Table({ element: 'anyfunc', initial: 10, maximum: 12 }),
		memory: new WebAssembly.Memory({ initial: 1, maximum: 3 }),
	} });
fs.writeSync(1, lines.join('\n') + '\n');
