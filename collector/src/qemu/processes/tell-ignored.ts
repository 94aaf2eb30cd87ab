import type { Finding } from '../../model/domain.ts';
import type { IgnoredProcess } from './hypervisor-processes.ts';

/** As many as show what it is about. */
export const MOST_NAMED = 3;

/** All of them as one finding, however many somebody starts. */
export function tellIgnored(
  ignored: readonly IgnoredProcess[],
  /** The setting, as it is. */
  users: readonly string[],
): readonly Finding[] {
  if (ignored.length === 0) return [];
  const byUser = Map.groupBy(
    ignored.filter(({ why }) => why.kind === 'user'),
    (one) => describeUser(one) ?? '',
  );
  const ofKind = (kind: IgnoredProcess['why']['kind']) => ignored.filter(({ why }) => why.kind === kind);
  const parts = [
    ...[...byUser].slice(0, MOST_NAMED).map(([user, some]) => `${toIds(some)}, run by ${user}`),
    ...(byUser.size > MOST_NAMED ? [`those of ${byUser.size - MOST_NAMED} more users`] : []),
    ...toPart('only called so', ofKind('program')),
    ...toPart('without a command line that can be read', ofKind('silent')),
  ];
  return [
    {
      subject: ignored.length === 1 ? '1 process is ignored' : `${ignored.length} processes are ignored`,
      sentence: `What looks like QEMU is taken for a guest only where a user runs it who runs guests here. Ignored: ${parts.join('; ')}.`,
      hint:
        byUser.size === 0
          ? null
          : `If one of them is a guest, add who runs it, by name or uid, to the whole list: hypervisor-users in /etc/trimtab/collector.toml, or trimtab serve --hypervisor-users ${[...users, 'USER'].join(',')}`,
    },
  ];
}

/** Each once, as many as are named. */
export function listIgnoredUsers(ignored: readonly IgnoredProcess[]): readonly string[] {
  return [...new Set(ignored.flatMap((one) => describeUser(one) ?? []))].slice(0, MOST_NAMED);
}

/** Null where it is not ignored for who runs it. In a container the same uid may have another name than here. */
function describeUser({ why }: IgnoredProcess): string | null {
  if (why.kind !== 'user') return null;
  if (why.user === null) return 'somebody unknown';
  const { id, name } = why.user;
  return name === null ? `uid ${id}` : `${name} (uid ${id})`;
}

function toPart(what: string, some: readonly IgnoredProcess[]): readonly string[] {
  return some.length === 0 ? [] : [`${toIds(some)}, ${what}`];
}

function toIds(some: readonly IgnoredProcess[]): string {
  const ids = some.slice(0, MOST_NAMED).map(({ pid }) => pid);
  return some.length > ids.length ? `${ids.join(', ')} and ${some.length - ids.length} more` : ids.join(', ');
}
