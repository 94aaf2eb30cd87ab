import type { Layer } from '../../wire/model/layer.ts';
import { quote } from '../quote.ts';

/**
 * Where a person finds a layer: `/dev/mapper/vg-root`, `/dev/sda1`; a slash in a kernel name is written `!`
 * (`cciss!c0d0`).
 */
export function devicePath({ kind, label, name }: Pick<Layer, 'kind' | 'label' | 'name'>): string {
  return kind === 'dm' && label !== null ? label : `/dev/${name.replaceAll('!', '/')}`;
}

/** Its name in a sentence: the kernel's, with what people call it. */
export function describeDevice({ kind, label, name }: Pick<Layer, 'kind' | 'label' | 'name'>): string {
  return label === null || kind === 'loop' ? name : `${name} (${label})`;
}

/** A file of /sys for a shell line. */
export function sysPath({ name, attribute }: { name: string; attribute: string }): string {
  return quote(`/sys/class/block/${name}/${attribute}`);
}
