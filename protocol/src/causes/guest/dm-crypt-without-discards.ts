import type { Layer } from '../../wire/model/layer.ts';
import type { Fix } from '../cause.ts';
import { quote } from '../quote.ts';
import { hasTarget, mapperName, refreshCommand, tableEvidence, withReloads } from './mapper-layer.ts';
import type { RefusalCause } from './refusal-cause.ts';
import { refusalEvidence } from './refusals.ts';

/** drivers/md/dm-crypt.c: without the argument `allow_discards` the target has no discards, and its limit is 0. */
export const dmCryptWithoutDiscards: RefusalCause = {
  id: 'dm-crypt-without-discards',
  hop: 'issued',
  effect: 'lost',
  title: 'A dm-crypt layer in the guest does not pass discards on, as it was opened without allow_discards.',
  why: 'dm-crypt refuses discards unless it is told otherwise, since whoever can read the disk can then tell free blocks from used ones (cryptsetup(8), --allow-discards).',
  signal:
    '`discard_max_bytes` of the dm device is 0 while that of the layer below is not, and its table (`dmsetup table`) says crypt without allow_discards. Where nobody could ask for the table, its `dm/uuid` begins with `CRYPT-`.',
  cure: 'cryptsetup refresh --allow-discards on the open device. LUKS2 remembers it with --persistent; for other kinds, add the word `discard` to /etc/crypttab. A device that cryptsetup did not make, such as one of VeraCrypt, gets its table loaded anew with the argument. Layers above that have limits of 0 from there get theirs loaded anew after it.',
  explain: ({ filesystem, layer, inheriting }) => {
    const name = mapperName(layer);
    if (name === null || !isShut(layer)) return null;
    const isSeen = layer.mapperTable !== null;
    const why = isSeen ? 'it was opened without allow_discards' : 'the layer below it takes them';
    return {
      sentence: `${name}, the dm-crypt layer below ${filesystem.mount}, passes no discards on: ${why}.`,
      evidence: [
        ...tableEvidence(layer),
        ...(layer.mapperUuid === null ? [] : [{ fact: `dm/uuid of ${layer.name}`, value: layer.mapperUuid }]),
        ...refusalEvidence(layer),
      ],
      fix: withReloads(fixFor(layer, name), inheriting),
    };
  },
};

/** Its table says so; where nobody could ask for it, its limits do, and who made it. */
function isShut(layer: Layer): boolean {
  if (layer.mapperTable === null) return MADE_BY_CRYPTSETUP.test(layer.mapperUuid ?? '');
  return hasTarget(layer, 'crypt') && layer.mapperTable.allowsDiscards === false;
}

/**
 * cryptsetup's lib/libdevmapper.c, dm_prepare_uuid: not the devices of integrity, of verity, and those below another.
 */
const MADE_BY_CRYPTSETUP = /^CRYPT-(LUKS[12]|PLAIN|LOOPAES|TCRYPT|BITLK|FVAULT2)/;

const PRICE = 'Whoever can read the disk can then tell its free blocks from its used ones.';

function fixFor(layer: Layer, name: string): Fix {
  const refresh = refreshCommand(layer);
  const isKept = layer.mapperUuid?.startsWith('CRYPT-LUKS2') === true;
  const toKeep =
    refresh === null
      ? `Until it is opened next: give whatever opens ${name} its own option for discards, if it has one.`
      : 'To keep it over a reboot, add the word discard to its line in /etc/crypttab.';
  return {
    on: 'guest',
    commands: [refresh ?? allowInTable(name)],
    note: isKept ? PRICE : `${PRICE} ${toKeep}`,
    needsPowerCycle: false,
  };
}

/**
 * `START LENGTH crypt CIPHER KEY IV DEVICE OFFSET [COUNT ARGUMENT…]` (dm-crypt.rst): one argument more at the end,
 * counted in the ninth word, which may not be there yet. The key goes from one program to the next and is not shown.
 */
function allowInTable(name: string): string {
  const add = `'$3 == "crypt" { $9 += 1; $0 = $0 " allow_discards" } { print }'`;
  return `dmsetup table --showkeys ${quote(name)} | awk ${add} | dmsetup reload ${quote(name)} && dmsetup resume ${quote(name)}`;
}
