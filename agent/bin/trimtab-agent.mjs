#!/usr/bin/env node
// Plain JavaScript of an old kind: it has to run on the Node that is too old, to say so.
import { createRequire } from 'node:module';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `trimtab-agent: Node ${process.versions.node} is too old: it needs 22.18 or newer; https://nodejs.org/en/download has it.\n`,
  );
  process.exit(1);
}
createRequire(import.meta.url)('../dist/trimtab-agent.cjs');
