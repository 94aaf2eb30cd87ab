import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Inventory, inventorySchema, type TrimReport, trimReportSchema } from '@trimtab/protocol';
import { findGuestCauses } from '@trimtab/protocol/causes';
import { describe, expect, it } from 'vitest';
import { toExplanation } from '../../agent/src/cli/explain-result.ts';
import { formatExplanation } from '../../agent/src/cli/explain-view.ts';
import { formatAnswer } from '../../agent/src/cli/format-answer.ts';
import { formatProbe } from '../../agent/src/cli/probe-view.ts';
import { createTrimProgress } from '../../agent/src/cli/trim-progress.ts';
import { toTrimResult } from '../../agent/src/cli/trim-result.ts';
import { formatTrim } from '../../agent/src/cli/trim-view.ts';
import { guestIdentitySchema } from '../../protocol/src/wire/model/guest.ts';
import { expectPlain, expectPlainJson, HOSTILE_TEXT, hostileValues } from '../support/hostile-text.ts';
import { layOutTree, readTree } from './probe/kernel-tree.ts';
import { runAgent } from './support/agent-program.ts';

// Whatever the agent prints: names of mounts, volumes and disks are bytes that somebody in the guest chose.

const ROOT = new URL('../../', import.meta.url);
const [identity] = hostileValues(guestIdentitySchema) as [ReturnType<typeof toGuest>['identity']];
const inventories = hostileValues(inventorySchema) as readonly Inventory[];
const reports = hostileValues(trimReportSchema) as readonly TrimReport[];

function toGuest(inventory: Inventory) {
  return {
    inventory,
    identity: { hostname: HOSTILE_TEXT, productUuid: null, machineId: null, bootId: null },
    findings: findGuestCauses(inventory),
  };
}

describe('what is known of a guest, hostile wherever the wire lets it be', () => {
  it.each([true, false])('is plain in what probe prints (JSON: %s)', (isJson) => {
    for (const inventory of inventories) {
      const guest = { inventory, identity };
      const page = { isRoot: true, width: 80 };
      const text = formatAnswer({
        document: guest,
        shown: guest,
        isJson,
        format: (plain) => formatProbe({ inventory: plain.inventory, identity: plain.identity, ...page }),
      });
      if (isJson) expectPlainJson(text, guest);
      else expectPlain(text);
    }
  });

  it.each([true, false])('is plain in what probe --explain prints (JSON: %s)', (isJson) => {
    for (const guest of inventories.map(toGuest)) {
      expect(guest.findings.length).toBeGreaterThan(0);
      const document = toExplanation(guest);
      const text = formatAnswer({
        document,
        shown: guest,
        isJson,
        format: (plain) => formatExplanation({ ...plain, width: 80 }),
      });
      if (isJson) expectPlainJson(text, document);
      else expectPlain(text, { isProse: true });
    }
  });

  it.each([true, false])('is plain in what trim prints (JSON: %s)', (isJson) => {
    for (const report of reports) {
      const document = toTrimResult({ guest: HOSTILE_TEXT, report });
      const text = formatAnswer({ document, shown: report, isJson, format: (plain) => formatTrim({ report: plain }) });
      if (isJson) expectPlainJson(text, document);
      else expectPlain(text);
    }
  });

  it('is plain in the line of progress', () => {
    let text = '';
    const progress = createTrimProgress({
      write: (more) => {
        text += more;
      },
      columns: 500,
    });
    progress.show({
      type: 'progress',
      trimId: reports[0]?.id as TrimReport['id'],
      mount: `/${HOSTILE_TEXT}`,
      index: 1,
      of: 1,
      issuedBytes: 0,
      elapsedMs: 0,
    });
    expectPlain(text.replaceAll('\r\u001b[2K', ''));
  });
});

describe('the program itself', () => {
  it.each([[[]], [['--json']], [['--explain']], [['--explain', '--json']]])(
    'tells of a guest with such mounts and names as text alone: probe %j',
    async (flags) => {
      const tree = await readTree('guest-layers');
      const mountinfo = tree.files['/proc/self/mountinfo'] ?? '';
      const lines = typeof mountinfo === 'string' ? mountinfo.split('\n') : mountinfo;
      // As the kernel writes such a mount point (proc(5)): a space and a line end by number, all else as it is.
      const hostile = lines.map((line) =>
        line.replace(/ (\/\S*) (rw|ro)/, ' $1/a\\040\\012INJECTED\u001b[31m\u009b32m\u202e $2'),
      );
      const { root, remove } = await layOutTree({
        ...tree,
        files: {
          ...tree.files,
          '/proc/self/mountinfo': hostile,
          '/proc/sys/kernel/hostname': 'web\u001b[31m\u009bINJECTED',
        },
      });
      try {
        const { stdout, stderr } = await runAgent({ args: ['probe', '--root', root, ...flags] });
        expect(stdout).toContain('INJECTED');
        if (flags.includes('--json')) expectPlainJson(stdout);
        else expectPlain(stdout);
        expectPlain(stderr);
      } finally {
        await remove();
      }
    },
  );

  it.each([
    [['trim', `/${HOSTILE_TEXT}`]],
    [['trim', HOSTILE_TEXT]],
    [['run', '--collector', HOSTILE_TEXT]],
    [['run', '--config', `/${HOSTILE_TEXT}`]],
    [['probe', '--root', `/${HOSTILE_TEXT}`]],
    [[HOSTILE_TEXT]],
    [['probe', `--${HOSTILE_TEXT}`]],
  ])('tells such words of the command line as text alone: %j', async (args) => {
    const words = args.map((arg) => arg.toWellFormed());
    const told = await runAgent({ args: words });
    expect(told.stderr).toContain('trimtab-agent: ');
    expectPlain(told.stderr);
    expectPlainJson((await runAgent({ args: [...words, '--json'] })).stdout);
  });

  it('tells such words of a configuration so too', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'trimtab-outputs-'));
    const path = join(folder, 'agent.toml');
    await writeFile(path, 'collector = x\u001b[31m\u009b32m\u202e\n');
    const { stderr } = await runAgent({ args: ['run', '--config', path] });
    await rm(folder, { recursive: true });
    expect(stderr).not.toContain('31m');
    expect(stderr).toContain('This one begins with: collector =');
    expectPlain(stderr);
  });

  it.each([{ JOURNAL_STREAM: 'yes' }, {}])('writes a line of its log for each event: %j', (given) => {
    const script = `
      import { fstatSync } from 'node:fs';
      import { createLog } from ${JSON.stringify(new URL('agent/src/io/log.ts', ROOT).href)};
      const { dev, ino } = fstatSync(2);
      const environment = process.env.JOURNAL_STREAM ? { JOURNAL_STREAM: dev + ':' + ino } : {};
      const log = createLog({ environment, after: () => {} });
      for (const level of ['info', 'warn', 'error']) log[level](${JSON.stringify(HOSTILE_TEXT)});`;
    const { stderr } = spawnSync(
      process.execPath,
      ['--no-warnings', '--conditions=source', '--input-type=module', '-e', script],
      { encoding: 'utf8', env: { PATH: process.env.PATH, ...given } },
    );
    expectPlain(stderr);
    expect(stderr.split('\n')).toHaveLength(4);
  });
});

it('nothing but io/ writes to a stream', () => {
  const sources = globSync('agent/src/**/*.ts', { cwd: ROOT }).filter((file) => !file.startsWith('agent/src/io/'));
  expect(sources.length).toBeGreaterThan(80);
  expect(sources.filter((file) => /std(?:out|err)\.write/.test(readFileSync(new URL(file, ROOT), 'utf8')))).toEqual([]);
});
