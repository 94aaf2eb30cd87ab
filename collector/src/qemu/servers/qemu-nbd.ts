import { type BlockChain, resolveChain } from '../command-line/block-chain.ts';
import { parseKeyValues } from '../command-line/key-values.ts';

/** Options of qemu-nbd(8) that take a value: by their long name, and the short one where there is one. */
const WITH_VALUE: Readonly<Record<string, string>> = {
  p: 'port',
  o: 'offset',
  b: 'bind',
  k: 'socket',
  e: 'shared',
  c: 'connect',
  f: 'format',
  l: 'load-snapshot',
  x: 'export-name',
  D: 'description',
  B: 'bitmap',
  T: 'trace',
  P: 'partition',
};
const LONG_WITH_VALUE: ReadonlySet<string> = new Set([
  ...Object.values(WITH_VALUE),
  ...['object', 'tls-creds', 'tls-hostname', 'tls-authz', 'cache', 'aio', 'discard', 'detect-zeroes', 'pid-file'],
  'selinux-label',
]);

interface Arguments {
  /** Given last wins; one without a value is `''`. */
  readonly options: ReadonlyMap<string, string>;
  readonly operands: readonly string[];
}

/**
 * What a running qemu-nbd serves, whatever name it gives to the export: one image. Without `--discard=unmap` it ignores
 * discards (qemu-nbd(8)). Null where its command line names no image.
 */
export function readQemuNbd(argv: readonly string[]): BlockChain | null {
  const { options, operands } = readArguments(argv.slice(1));
  const [image] = operands;
  if (image === undefined || operands.length > 1) return null;
  const discard = options.get('discard') ?? 'ignore';
  if (options.has('snapshot')) return SNAPSHOT;
  const given = options.has('image-opts')
    ? parseKeyValues({ text: image, impliedKey: 'file' })
    : new Map([['file.filename', image]]);
  const top = new Map(given);
  const format = options.get('format') ?? top.get('driver');
  if (format !== undefined) top.set('driver', format);
  if (options.has('read-only')) top.set('read-only', 'on');
  if (!top.has('discard')) top.set('discard', discard);
  if (top.has('file.filename') && !top.has('file.driver')) top.set('file.driver', 'file');
  const chain = resolveChain({ top, named: new Map() });
  return chain.kind === 'image' ? { ...chain, format: format ?? null } : chain;
}

const SNAPSHOT: BlockChain = {
  kind: 'obstacle',
  obstacle: 'is served with --snapshot: what the guest writes never reaches the image',
  hint: 'Start qemu-nbd without --snapshot, if the guest shall keep what it writes.',
};

/**
 * As getopt_long(3): options and operands in any order, `--` ends the options, short ones without a value may stand
 * together.
 */
function readArguments(given: readonly string[]): Arguments {
  const options = new Map<string, string>();
  const operands: string[] = [];
  for (let at = 0; at < given.length; at += 1) {
    const argument = given[at] ?? '';
    if (argument === '--') return { options, operands: [...operands, ...given.slice(at + 1)] };
    const [, long, joined] = /^--([^=]+)(?:=(.*))?$/s.exec(argument) ?? [];
    if (long !== undefined) {
      const takesNext = joined === undefined && LONG_WITH_VALUE.has(long);
      options.set(long, joined ?? (takesNext ? (given[at + 1] ?? '') : ''));
      if (takesNext) at += 1;
    } else if (/^-./.test(argument)) {
      const { name, value, flags } = readShort(argument.slice(1));
      for (const flag of flags) options.set(SHORT_FLAGS[flag] ?? flag, '');
      if (name === null) continue;
      options.set(name, value === '' ? (given[at + 1] ?? '') : value);
      if (value === '') at += 1;
    } else operands.push(argument);
  }
  return { options, operands };
}

const SHORT_FLAGS: Readonly<Record<string, string>> = { r: 'read-only', s: 'snapshot' };

/** `rtk`, `k/run/a.sock`: flags up to the first that takes a value, and that value where it follows at once. */
function readShort(letters: string): { name: string | null; value: string; flags: readonly string[] } {
  const at = [...letters].findIndex((letter) => Object.hasOwn(WITH_VALUE, letter));
  if (at < 0) return { name: null, value: '', flags: [...letters] };
  return {
    name: WITH_VALUE[letters[at] ?? ''] ?? null,
    value: letters.slice(at + 1),
    flags: [...letters.slice(0, at)],
  };
}
