/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The programs of the pinned wabt, many times in one process: most of the time
 * that node needs for one is its start.  They run as they are installed; before
 * each run their memory and stack become what they were before the first.
 *
 * A connection on the socket, descriptor 3, is one run: it brings NAME\0ARG\0...
 * and takes the exit status (a byte), the length of stdout (4 bytes), stdout,
 * and stderr.  wabt.c is the other side.  Ends when stdin does.
 */
'use strict';
const fs = require('fs');
const net = require('net');
const path = require('path');

const LISTENING = 3;
const BROKEN = 125;
const bin = path.join(__dirname, '../../node_modules/wabt/bin');
const programs = {};
let streams;			/* what the running program wrote to 1 and 2 */

function say(fd, bytes) {
	streams[fd].push(Buffer.from(bytes));
}

const files = {
	...fs,
	writeSync(fd, data, from, length, ...rest) {
		if (!streams[fd])
			return fs.writeSync(fd, data, from, length, ...rest);
		say(fd, data.slice(from, from + length));
		return length;
	},
};

/*
 * In place of the last words of what Emscripten made, which would run it once.
 * The stack is larger, as compiler/translate.c says.
 */
const last = 'createWasm();run();';
const instead = `
Module.instantiateWasm = (imports, receive) => receive(new WebAssembly.Instance(
	new WebAssembly.Module(findWasmBinary()), imports));
createWasm();
initRuntime();
const size = HEAPU8.length;
wasmMemory.grow(16384);
updateMemoryViews();
__emscripten_stack_alloc(__emscripten_stack_alloc(0) - HEAPU8.length + 4096);
return { memory: () => HEAPU8.subarray(0, size), stack: __emscripten_stack_alloc,
	main: callMain };`;

function load(name) {
	const text = fs.readFileSync(path.join(bin, name), 'utf8').trimEnd();
	const body = text.slice(text.indexOf('\n'), -last.length) + instead;
	const module = {
		thisProgram: name,
		print: line => say(1, line + '\n'),
		printErr: line => say(2, line + '\n'),
	};

	if (!text.endsWith(last))
		throw new Error(`${name}: does not end as wabt 1.0.39 does`);
	const p = new Function('Module', 'require', '__filename', '__dirname', body)(
		module, what => what === 'fs' ? files : require(what),
		path.join(bin, name), bin);
	const memory = p.memory();
	p.used = memory.slice(0, memory.findLastIndex(byte => byte) + 1);
	p.top = p.stack(0);
	return p;
}

function run(name, args) {
	streams = { 1: [], 2: [] };
	const p = programs[name] ??= load(name);
	let status;

	p.memory().fill(0).set(p.used);
	p.stack(p.stack(0) - p.top);	/* down by a negative number */
	try {
		status = p.main(args);
	} catch (e) {
		status = BROKEN;
		say(2, `${e.stack}\n`);
	}
	process.exitCode = 0;		/* the program set it */
	return status;
}

function answer(connection, request) {
	const [name, ...args] = request.toString().split('\0').slice(0, -1);
	const head = Buffer.alloc(5);

	head[0] = run(path.basename(name), args);
	const out = Buffer.concat(streams[1]);
	head.writeUInt32LE(out.length, 1);
	connection.end(Buffer.concat([head, out, ...streams[2]]));
}

net.createServer({ allowHalfOpen: true }, connection => {
	const parts = [];

	connection.on('data', part => parts.push(part));
	connection.on('end', () => answer(connection, Buffer.concat(parts)));
}).listen({ fd: LISTENING });
process.stdin.on('end', () => process.exit()).resume();
