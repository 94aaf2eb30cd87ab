import { type Layer, type MapperTable, MOST_TARGETS, NAME_LIMIT } from '@trimtab/protocol';
import type { DeviceMapper } from '../ports/device-mapper.ts';

/**
 * /sys has the name of a dm device and who made it, and not what it is: device-mapper is asked, where there is such a
 * layer.
 */
export async function addMapperTables({
  layers,
  mapper,
}: {
  readonly layers: readonly Layer[];
  readonly mapper: DeviceMapper;
}): Promise<Layer[]> {
  if (!layers.some(({ kind }) => kind === 'dm')) return [...layers];
  const tables = parseTables((await mapper.tables()) ?? '');
  return layers.map((layer) => {
    const table =
      layer.kind === 'dm' && layer.label !== null ? tables.get(layer.label.slice('/dev/mapper/'.length)) : null;
    return table === undefined || table === null ? layer : { ...layer, mapperTable: table };
  });
}

/** The targets whose table says `allow_discards` where they pass discards on (dm-crypt.rst, dm-integrity.rst). */
const ASKED_TO_ALLOW: ReadonlySet<string> = new Set(['crypt', 'integrity']);

/**
 * A line a target: `NAME: 0 409600 crypt aes-xts-plain64 0000 0 8:0 32768 1 allow_discards`; a name may have colons.
 */
function parseTables(text: string): ReadonlyMap<string, MapperTable> {
  const tables = new Map<string, MapperTable>();
  for (const line of text.split('\n')) {
    const [, name, target, rest] = /^(.+): \d+ \d+ (\S+) ?(.*)$/.exec(line) ?? [];
    if (name === undefined || target === undefined || target.length > NAME_LIMIT) continue;
    const known = tables.get(name) ?? { targets: [], allowsDiscards: null, raidLevel: null };
    const words = (rest ?? '').split(' ');
    tables.set(name, {
      targets: [...new Set([...known.targets, target])].slice(0, MOST_TARGETS),
      allowsDiscards: ASKED_TO_ALLOW.has(target)
        ? words.includes('allow_discards') && known.allowsDiscards !== false
        : known.allowsDiscards,
      raidLevel: target === 'raid' ? (words[0] ?? '').slice(0, NAME_LIMIT) || null : known.raidLevel,
    });
  }
  return tables;
}
