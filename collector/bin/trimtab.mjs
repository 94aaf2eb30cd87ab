#!/usr/bin/env node
// Plain JavaScript, so that an old Node can say what it needs.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 15)) {
  console.error(
    `trimtab: needs Node.js 24.15 or newer, and this is ${process.versions.node} (${process.execPath}); get one from https://nodejs.org`,
  );
  process.exit(1);
}
// Threads that read files, set before the first is read: a filesystem that hangs holds some (io/turns.ts).
process.env.UV_THREADPOOL_SIZE ??= '16';
if (process.argv[2] === 'serve') {
  // Before anything is loaded: V8 lets the young generation grow to 48 MB while a thousand guests say hello, and keeps
  // its pages (docs/performance.md, agent-cost). It ignores a flag that it does not know.
  const { setFlagsFromString } = await import('node:v8');
  setFlagsFromString('--scavenger-max-new-space-capacity-mb=8');
}
await import('../dist/main.js');
