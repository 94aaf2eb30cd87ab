import type { Finding } from '../../model/domain.ts';
import type { IgnoredProcess } from './hypervisor-processes.ts';

/** As many as show what it is about. */
export const MOST_NAMED = 3;

/** All of them as one finding, however many somebody starts. */
export function tellIgnored(ignored: readonly IgnoredProcess[]): readonly Finding[] {
  if (ignored.length === 0) return [];
  const byUser = Map.groupBy(
    ignored.filter(({ why }) => why.kind === 'user'),
    ({ why }) => (why.kind === 'user' ? (why.name ?? 'somebody unknown') : ''),
  );
  const ofKind = (kind: IgnoredProcess['why']['kind']) => ignored.filter(({ why }) => why.kind === kind);
  const parts = [
    ...[...byUser].slice(0, MOST_NAMED).map(([name, some]) => `run by ${name} (${toIds(some)})`),
    ...(byUser.size > MOST_NAMED ? [`run by ${byUser.size - MOST_NAMED} more users`] : []),
    ...toPart('only called so', ofKind('program')),
    ...toPart('without a command line that can be read', ofKind('silent')),
  ];
  return [
    {
      subject: ignored.length === 1 ? '1 process is ignored' : `${ignored.length} processes are ignored`,
      sentence: `What looks like QEMU is taken for a guest only where a user runs it who runs guests here: ${parts.join('; ')}.`,
      hint:
        byUser.size === 0
          ? null
          : 'If one of them is a guest, add its user to the whole list: hypervisor-users in /etc/trimtab/collector.toml, or trimtab serve --hypervisor-users root,libvirt-qemu,qemu,kvm,incus,lxd,USER',
    },
  ];
}

/** Each once, as many as are named. */
export function listIgnoredUsers(ignored: readonly IgnoredProcess[]): readonly string[] {
  const names = ignored.flatMap(({ why }) => (why.kind === 'user' ? [why.name ?? 'somebody unknown'] : []));
  return [...new Set(names)].slice(0, MOST_NAMED);
}

function toPart(what: string, some: readonly IgnoredProcess[]): readonly string[] {
  return some.length === 0 ? [] : [`${what} (${toIds(some)})`];
}

function toIds(some: readonly IgnoredProcess[]): string {
  const ids = some.slice(0, MOST_NAMED).map(({ pid }) => pid);
  return some.length > ids.length ? `${ids.join(', ')} and ${some.length - ids.length} more` : ids.join(', ');
}
