import type { Filesystem } from '../../wire/model/filesystem.ts';
import type { Layer } from '../../wire/model/layer.ts';
import type { Fix } from '../cause.ts';
import { quote } from '../quote.ts';
import { devicePath } from './device-path.ts';
import { hasTarget, mapperName, tableEvidence } from './mapper-layer.ts';
import type { RefusalCause } from './refusal-cause.ts';
import { refusalEvidence } from './refusals.ts';

/** Documentation/admin-guide/device-mapper/dm-integrity.rst, allow_discards. */
export const dmIntegrity: RefusalCause = {
  id: 'dm-integrity',
  hop: 'issued',
  effect: 'lost',
  title: 'A dm-integrity layer in the guest passes no discards on.',
  why: 'dm-integrity keeps a checksum of every sector, and discards only when it is opened with allow_discards. It takes that option only where it computes the checksums itself (dm-integrity.rst): below dm-crypt, which brings its own, it never discards.',
  signal:
    'The limits of the dm device are 0 while those of the layer below are not, and its `dm/uuid` begins with `CRYPT-INTEGRITY-`.',
  cure: 'Close it and open it again with integritysetup open --allow-discards. It cannot be switched on while the device is open.',
  explain: ({ filesystem, layer, below }) => {
    const name = mapperName(layer) ?? layer.name;
    const uuid = layer.mapperUuid ?? '';
    if (!uuid.startsWith('CRYPT-INTEGRITY-') && !hasTarget(layer, 'integrity')) return null;
    return {
      sentence: `${name}, the dm-integrity layer below ${filesystem.mount}, passes no discards on.`,
      evidence: [
        ...tableEvidence(layer),
        ...(uuid === '' ? [] : [{ fact: `dm/uuid of ${layer.name}`, value: uuid }]),
        ...refusalEvidence(layer),
      ],
      fix: BELOW_CRYPT.test(uuid) ? NEVER : reopen({ filesystem, layer, below: below[0] ?? null, name }),
    };
  },
};

/**
 * cryptsetup puts the UUID of the LUKS volume there (lib/libdevmapper.c, dm_prepare_uuid); a device of integritysetup
 * has none.
 */
const BELOW_CRYPT = /^CRYPT-INTEGRITY-[0-9a-f]{32}-/;

const NEVER: Fix = {
  on: 'guest',
  commands: [],
  note: 'LUKS with integrity (luksFormat --integrity) cannot discard. Only a volume formatted anew without it can.',
  needsPowerCycle: false,
};

function reopen({
  filesystem,
  layer,
  below,
  name,
}: {
  filesystem: Filesystem;
  layer: Layer;
  below: Layer | null;
  name: string;
}): Fix {
  const note =
    'It has to be closed for that, so unmount what is on it first. Give integritysetup the options (such as --integrity) that it is opened with now, and add them and allow-discards to /etc/integritytab.';
  // What lies between the filesystem and it (LVM, dm-crypt) would have to be closed as well.
  if (below === null || !filesystem.devices.includes(layer.name))
    return { on: 'guest', commands: [], note, needsPowerCycle: false };
  const path = quote(devicePath(layer));
  return {
    on: 'guest',
    commands: [
      `umount ${quote(filesystem.mount)}`,
      `integritysetup close ${quote(name)}`,
      `integritysetup open --allow-discards ${quote(devicePath(below))} ${quote(name)}`,
      `mount ${path} ${quote(filesystem.mount)}`,
    ],
    note,
    needsPowerCycle: false,
  };
}
