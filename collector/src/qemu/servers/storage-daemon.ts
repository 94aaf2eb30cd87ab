import { type BlockChain, resolveChain } from '../command-line/block-chain.ts';
import { type KeyValues, parseKeyValues } from '../command-line/key-values.ts';

/** What an export is asked for by: its socket, and for NBD its name. */
export interface ExportPlace {
  readonly socket: string;
  /** Null where the socket has one export only (vhost-user). */
  readonly exportName: string | null;
}

/**
 * What a running qemu-storage-daemon serves there; null where its command line has no such export: it may have been
 * added later.
 */
export function readStorageDaemon(argv: readonly string[], { socket, exportName }: ExportPlace): BlockChain | null {
  const options = readOptions(argv.slice(1));
  const nodes = options.flatMap(({ name, value }) =>
    name === 'blockdev' ? [parseKeyValues({ text: value, impliedKey: 'driver' })] : [],
  );
  const named = new Map(nodes.map((node) => [node.get('node-name') ?? '', node] as const));
  const nbdSockets = options.flatMap(({ name, value }) =>
    name === 'nbd-server' ? [parseKeyValues({ text: value, impliedKey: 'addr.type' }).get('addr.path')] : [],
  );
  const found = options
    .flatMap(({ name, value }) => (name === 'export' ? [parseKeyValues({ text: value, impliedKey: 'type' })] : []))
    .find((one) => isAsked(one));
  const top = named.get(found?.get('node-name') ?? '');
  return top === undefined ? null : resolveChain({ top, named });

  function isAsked(one: KeyValues): boolean {
    if (one.get('type') === 'vhost-user-blk') return exportName === null && one.get('addr.path') === socket;
    // The name of an NBD export is that of its node, if nobody gives it another (qapi/block-export.json).
    const name = one.get('name') ?? one.get('node-name');
    return one.get('type') === 'nbd' && nbdSockets.includes(socket) && name === (exportName ?? '');
  }
}

/** `--name value` and `--name=value` (qemu-storage-daemon(1)). */
function readOptions(given: readonly string[]): readonly { readonly name: string; readonly value: string }[] {
  return given.flatMap((argument, at) => {
    const [, name, joined] = /^--([a-z-]+)(?:=(.*))?$/s.exec(argument) ?? [];
    return name === undefined ? [] : [{ name, value: joined ?? given[at + 1] ?? '' }];
  });
}
