import type { Layer } from '../../wire/model/layer.ts';
import type { Evidence, Fix } from '../cause.ts';
import { quote } from '../quote.ts';

/** The name of a dm layer for dmsetup and cryptsetup; null where there is none. */
export function mapperName({ kind, label }: Layer): string | null {
  return kind === 'dm' && label !== null ? label.replace('/dev/mapper/', '') : null;
}

export function hasTarget({ mapperTable }: Layer, target: string): boolean {
  return mapperTable?.targets.includes(target) === true;
}

/** What its table says, where anybody could ask. */
export function tableEvidence({ name, mapperTable }: Layer): Evidence[] {
  if (mapperTable === null) return [];
  const { targets, allowsDiscards, raidLevel } = mapperTable;
  const allows = allowsDiscards === null ? [] : [`${allowsDiscards ? 'with' : 'without'} allow_discards`];
  const words = [targets.join(', '), ...(raidLevel === null ? [] : [raidLevel]), ...allows];
  return [{ fact: `dmsetup table of ${name}`, value: words.join(', ') }];
}

/**
 * `/dev/mapper/vg--a-root` → `{group: 'vg-a', volume: 'root'}`: LVM doubles the hyphens of both names and joins them
 * with one (build_dm_name in libdm).
 */
export function toVolume({ label, mapperUuid }: Layer): { readonly group: string; readonly volume: string } | null {
  const match = /^\/dev\/mapper\/((?:[^-]|--)+)-((?:[^-]|--)+)(?:-tpool)?$/.exec(label ?? '');
  if (match === null || mapperUuid?.startsWith('LVM-') !== true) return null;
  const [group = '', volume = ''] = match.slice(1).map((part) => part.replaceAll('--', '-'));
  return { group, volume };
}

/** Kinds that `cryptsetup refresh` knows (cryptsetup-refresh(8)): the others have no key that it could ask for. */
const REFRESHED = /^CRYPT-(LUKS[12]|PLAIN|LOOPAES)/;

/** Opens a dm-crypt device anew with discards, while it is in use; null where cryptsetup did not make it. */
export function refreshCommand(layer: Layer): string | null {
  const name = mapperName(layer);
  if (name === null || !REFRESHED.test(layer.mapperUuid ?? '')) return null;
  const isLuks2 = layer.mapperUuid?.startsWith('CRYPT-LUKS2') === true;
  return `cryptsetup refresh --allow-discards${isLuks2 ? ' --persistent' : ''} ${quote(name)}`;
}

/**
 * Loads the table of a layer anew, while it is in use: only then device-mapper asks what the layer below takes
 * (drivers/md/dm-table.c, dm_calculate_queue_limits). `lvchange --refresh` leaves a table that did not change as it is.
 * Null for what is no dm layer.
 */
function reloadCommand(layer: Layer): string | null {
  const name = mapperName(layer);
  if (name === null) return null;
  // A key in the keyring is known to cryptsetup only.
  const refresh = refreshCommand(layer);
  if (refresh !== null) return refresh;
  const isKeyless = layer.mapperTable !== null && !['crypt', 'integrity'].some((target) => hasTarget(layer, target));
  return `dmsetup table${isKeyless ? '' : ' --showkeys'} ${quote(name)} | dmsetup reload ${quote(name)} && dmsetup resume ${quote(name)}`;
}

/** The commands by which these layers take new limits, in their order. */
export function reloadCommands(layers: readonly Layer[]): readonly string[] {
  return layers.flatMap((layer) => reloadCommand(layer) ?? []);
}

/** What those cannot mend: an md array asks its members when it is assembled. */
function reloadNote(layers: readonly Layer[]): string | null {
  const arrays = layers.filter(({ kind }) => kind === 'md').map(({ name }) => name);
  return arrays.length === 0 ? null : `${arrays.join(' and ')} takes the new limits when it is assembled anew.`;
}

/**
 * A fix of the layer below, with what makes those above take its new limits. One that starts the guest anew sets all of
 * them up anew.
 */
export function withReloads(fix: Fix, inheriting: readonly Layer[]): Fix {
  if (fix.on !== 'guest' || fix.needsPowerCycle || fix.commands.length === 0) return fix;
  const notes = [fix.note, reloadNote(inheriting)].filter((note) => note !== null);
  return {
    ...fix,
    commands: [...fix.commands, ...reloadCommands(inheriting)],
    note: notes.length === 0 ? null : notes.join(' '),
  };
}
