import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../../collector/src/cli/run-cli.ts';
import { checkServe } from '../../../collector/src/compose/check/check-serve.ts';
import { explainFiles } from '../../../collector/src/compose/explain-files.ts';
import { forecastFile } from '../../../collector/src/compose/forecast-file.ts';
import { exportHistory, importHistory } from '../../../collector/src/compose/move-history.ts';
import { restoreKeys, saveKeys } from '../../../collector/src/compose/move-keys.ts';
import { readConfiguration } from '../../../collector/src/io/read-configuration.ts';
import type { RemoteDesk } from '../../../collector/src/ports/desk/remote-desk.ts';
import type { Terminal, TextSink } from '../../../collector/src/ports/terminal.ts';
import { expectPlain, expectPlainJson, HOSTILE_TEXT } from '../../support/hostile-text.ts';
import { TIME_ZONE } from '../cli/run-trimtab.ts';
import { createFailingDesk, createHostileDesk, DESKS } from './hostile-desk.ts';

// Every command of `trimtab`, with every answer that its schema allows, hostile wherever that lets it be.

let folder: string;
/** Of each command, as it may be called; a command that is not here fails the first test. */
let calls: Readonly<Record<string, readonly (readonly string[])[]>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-outputs-'));
  const domain = join(folder, 'domain.xml');
  await writeFile(domain, hostileDomain());
  const argv = join(folder, 'qemu.argv');
  await writeFile(argv, `qemu-system-x86_64\0-name\0guest=${HOSTILE_TEXT}\0-drive\0file=/${HOSTILE_TEXT},if=virtio\0`);
  const hostileName = join(folder, 'a\nINJECTED\u009b31m');
  await writeFile(hostileName, HOSTILE_TEXT);
  const series = join(folder, 'series.csv');
  await writeFile(series, Array.from({ length: 20 }, (_, day) => `2026-03-${day + 10},${day}\n`).join(''));
  calls = {
    // And the command line that names none.
    status: [['status'], []],
    guests: [
      ['guests'],
      ['guests', 'approve', HOSTILE_TEXT, '--as', HOSTILE_TEXT],
      ['guests', 'dismiss', HOSTILE_TEXT],
      ['guests', 'revoke', HOSTILE_TEXT],
      ['guests', 'reinstate', HOSTILE_TEXT],
      ['guests', 'rename', HOSTILE_TEXT, HOSTILE_TEXT],
    ],
    enroll: [
      ['enroll', HOSTILE_TEXT],
      ['enroll', HOSTILE_TEXT, '--channel'],
      ['enroll', '--as', 'libvirt-xml'],
      ['enroll', '--as', 'smbios'],
      ['enroll', '--as', 'cloud-init'],
      ['enroll', '--as', 'proxmox'],
      ['enroll', '--as', HOSTILE_TEXT],
      ['enroll', '--ttl', HOSTILE_TEXT],
      ['enroll', '--uses', HOSTILE_TEXT],
      ['enroll', '--list'],
      ['enroll', '--withdraw', HOSTILE_TEXT],
    ],
    keys: [
      ['keys'],
      ['keys', 'rotate'],
      ['keys', 'rotate', '--overlap', HOSTILE_TEXT],
      ['keys', 'save', `${folder}/${HOSTILE_TEXT}`, '--state-directory', `${folder}/${HOSTILE_TEXT}`],
      ['keys', 'restore', hostileName, '--state-directory', `/proc/${HOSTILE_TEXT}`],
    ],
    tokens: [
      ['tokens', 'create', HOSTILE_TEXT, '--scope', 'read'],
      ['tokens', 'create', 'ci', '--scope', HOSTILE_TEXT],
      ['tokens', 'create', 'ci', '--scope', 'read'],
      ['tokens', 'list'],
      ['tokens', 'revoke', HOSTILE_TEXT],
    ],
    doctor: [['doctor'], ['doctor', HOSTILE_TEXT]],
    history: [
      ['history'],
      ['history', '--deeds'],
      ['history', HOSTILE_TEXT],
      ['history', '0b6c2f6e-9a3c-4f55-8f0e-3a1c2b4d5e6f'],
    ],
    report: [['report'], ['report', '--since', HOSTILE_TEXT]],
    trim: [
      ['trim', HOSTILE_TEXT],
      ['trim', 'web', `/${HOSTILE_TEXT}`],
      ['trim', 'web', HOSTILE_TEXT],
    ],
    repair: [
      ['repair', HOSTILE_TEXT, HOSTILE_TEXT, '--yes'],
      ['repair', HOSTILE_TEXT, HOSTILE_TEXT, '--dry-run'],
      ['repair', HOSTILE_TEXT, HOSTILE_TEXT],
    ],
    forget: [
      ['forget', HOSTILE_TEXT, '--yes'],
      ['forget', HOSTILE_TEXT],
    ],
    alerts: [
      ['alerts', '--all'],
      ['alerts', 'silence', HOSTILE_TEXT, '--for', '2h', '--comment', HOSTILE_TEXT],
      ['alerts', 'silence', 'web', '--for', HOSTILE_TEXT],
      ['alerts', 'unsilence', HOSTILE_TEXT],
      ['alerts', 'acknowledge', '3f2a91c0'],
      ['alerts', 'acknowledge', HOSTILE_TEXT],
      ['alerts', 'test', '--to', HOSTILE_TEXT],
    ],
    explain: [
      ['explain', domain],
      ['explain', argv],
      ['explain', hostileName],
      ['explain', `${folder}/${HOSTILE_TEXT}`],
    ],
    export: [['export', `${folder}/${HOSTILE_TEXT}`, '--state-directory', `${folder}/${HOSTILE_TEXT}`]],
    import: [['import', `${folder}/${HOSTILE_TEXT}`, '--state-directory', `/proc/${HOSTILE_TEXT}`]],
    forecast: [
      ['forecast'],
      ['forecast', HOSTILE_TEXT],
      ['forecast', HOSTILE_TEXT, '--without', HOSTILE_TEXT, '--add', '5G'],
      ['forecast', HOSTILE_TEXT, '--add', HOSTILE_TEXT],
      ['forecast', '--series', series, '--capacity', '100'],
      ['forecast', '--series', hostileName, '--capacity', '100'],
      ['forecast', '--series', `${folder}/${HOSTILE_TEXT}`, '--capacity', '100'],
      ['forecast', '--series', series, '--capacity', HOSTILE_TEXT],
      ['forecast', '--series', series, '--capacity', '100', '--at', HOSTILE_TEXT],
    ],
    serve: [
      ['serve', '--listen', HOSTILE_TEXT],
      // In the root, so that no line is broken just before what was meant to begin one.
      [
        'serve',
        '--check',
        '--listen',
        '127.0.0.1:0',
        '--socket',
        `/${HOSTILE_TEXT}`,
        '--state-directory',
        `/${HOSTILE_TEXT}`,
      ],
      ['serve', '--check', '--socket', `/proc/version/${HOSTILE_TEXT}`, '--tls-key', `/${HOSTILE_TEXT}`],
      ['serve', '--check', '--listen', HOSTILE_TEXT],
      ['serve', '--config', `${folder}/${HOSTILE_TEXT}`],
    ],
    help: [['help', HOSTILE_TEXT], [HOSTILE_TEXT], ['status', `--${HOSTILE_TEXT}`], ['--help']],
  };
});
afterAll(() => rm(folder, { recursive: true }));

it('every command is driven here', async () => {
  const { out } = await run({ args: ['--help'], desk: createHostileDesk(0) });
  const commands = [...out.matchAll(/^ {2}([a-z]+)(?= [[<a-z]| {2})/gm)].map(([, name]) => name);
  expect(commands.length).toBeGreaterThan(8);
  expect([...new Set(commands)].toSorted()).toEqual(Object.keys(calls).toSorted());
});

describe.each([
  { asked: 'in words', flags: [], colours: false },
  { asked: 'in colours', flags: [], colours: true },
  { asked: 'as JSON', flags: ['--json'], colours: false },
])('$asked, no command lets a guest write a line or a colour', ({ flags, colours }) => {
  it.each([
    'status',
    'guests',
    'doctor',
    'history',
    'report',
    'trim',
    'repair',
    'forget',
    'alerts',
    'explain',
    'export',
    'import',
    'forecast',
    'serve',
    'help',
  ])('%s', async (verb) => {
    for (const args of calls[verb] ?? [])
      for (const desk of [...Array.from({ length: DESKS }, (_, nth) => createHostileDesk(nth)), createFailingDesk()]) {
        const { out, err } = await run({ args: [...args, ...flags], desk, colours });
        expect(out.length + err.length, `${args[0]} says something`).toBeGreaterThan(0);
        if (flags.length > 0 && !HAVE_NO_JSON.has(verb)) expectPlainJson(out);
        else expectPlain(withoutOurColours(out));
        expectPlain(withoutOurColours(err));
      }
  });
});

/** Those that end without an answer. */
const HAVE_NO_JSON: ReadonlySet<string> = new Set(['help']);

/** What `paint.ts` may have put there, and what rewrites a line (ECMA-48). */
const OURS = [...[0, 1, 2, 22, 31, 32, 33, 39].map((style) => `\u001b[${style}m`), '\r\u001b[2K'];

function withoutOurColours(text: string): string {
  return OURS.reduce((left, code) => left.replaceAll(code, ''), text);
}

it('nothing else in the command line writes to a stream', () => {
  const root = new URL('../../../collector/src/cli/', import.meta.url);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const writing = files.filter((name) => /\.write\(/.test(readFileSync(new URL(name, root), 'utf8')));
  expect(writing.toSorted()).toEqual([
    'progress.ts',
    'run-cli.ts',
    'say.ts',
    'tell-answer.ts',
    'tell-error.ts',
    'waiting.ts',
    'watch-status.ts',
  ]);
});

async function run({ args, desk, colours = false }: { args: readonly string[]; desk: RemoteDesk; colours?: boolean }) {
  const written = { out: '', err: '' };
  const sinkOf = (which: 'out' | 'err'): TextSink => ({
    write(text) {
      written[which] += text;
    },
    isTerminal: colours,
    isJournal: false,
    gone: new AbortController().signal,
    columns: 80,
    rows: null,
  });
  const terminal: Terminal = {
    out: sinkOf('out'),
    err: sinkOf('err'),
    colours,
    timeZone: TIME_ZONE,
    canAsk: true,
    async confirm(question) {
      written.err += `${question} [y/N] \n`;
      return 'yes';
    },
    onInterrupt: () => () => {},
  };
  await runCli({
    args,
    version: '0.0.0',
    environment: {},
    terminal,
    readConfiguration: (named) => readConfiguration({ named, standard: '/nowhere' }),
    readSecret: () => ({ text: HOSTILE_TEXT, foreign: null, isReadByAll: true }),
    connect: () => desk,
    hasService: () => false,
    checkServe,
    explain: explainFiles,
    exportHistory,
    importHistory,
    saveKeys,
    restoreKeys,
    forecastFile,
    pause: { monotonicMs: () => 0, wait: async () => {} },
    serve: async () => {},
  });
  return written;
}

/** As virsh prints such names: XML writes what it may not hold by number. */
function hostileDomain(): string {
  const text = 'x&#10;INJECTED&#x9b;31m&#x202e;&#x200b;&#x2028;INJECTED';
  return `<domain type='kvm'><name>${text}</name><uuid>0a0c30e7-5dd9-49f3-b450-d0cb67f764dd</uuid><devices>
    <disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='/${text}'/>
    <target dev='vda' bus='virtio'/><serial>${text}</serial></disk></devices></domain>`;
}
