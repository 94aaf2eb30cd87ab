import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'vitest';

const OPEN_STORE = new URL('../../../collector/src/compose/open-store.ts', import.meta.url).href;

/** A process that opens the store in this folder, does `work` with it (source; `store` is there), and is killed then. */
export async function runStoreToDeath({ folder, work = '' }: { folder: string; work?: string }): Promise<void> {
  const program = `
    import { openStore } from ${JSON.stringify(OPEN_STORE)};
    const kept = { keepSamples: 2, keepHours: 90, keepDays: 1825 };
    const store = await openStore({ stateDirectory: ${JSON.stringify(folder)}, database: null, history: 1e9, ...kept, log: console });
    ${work}
    console.log('done');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--conditions=source', '--input-type=module', '-e', program]);
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  expect(errors).toBe('');
  child.kill('SIGKILL');
  await once(child, 'exit');
}
