import type { InsideView } from '../../model/status.ts';

/** `trimtab-agent 0.2.0`, `qemu-ga 7.2.22 (no trims)`, `-`. */
export function formatInside({ kind, version, allows }: InsideView): string {
  if (kind === 'none') return '-';
  const name = version === null ? kind : `${kind} ${version}`;
  const forbidden = [
    ...(allows?.fstrim === false ? ['no trims'] : []),
    ...(allows?.fsinfo === false ? ['tells no filesystems'] : []),
  ];
  return forbidden.length === 0 ? name : `${name} (${forbidden.join(', ')})`;
}
