import type { HostKeysView } from '../../../model/enrolment.ts';
import { wrap } from '../../wrap.ts';
import { formatInstant } from '../format-time.ts';
import type { Page } from '../page.ts';

/** By which keys guests know this collector. */
export function formatHostKeys({ keys, guests }: HostKeysView, page: Page): string {
  const { width, timeZone, paint } = page;
  const lines = keys.flatMap(({ pin, owner, madeAt, until, knownBy }, index) => {
    const use =
      index === 0 ? 'in use' : until === null ? 'also taken' : `taken until ${formatInstant({ iso: until, timeZone })}`;
    const origin =
      owner === 'operator'
        ? 'the operator’s'
        : madeAt === null
          ? 'made here'
          : `made ${formatInstant({ iso: madeAt, timeZone })}`;
    return [
      paint(index === 0 ? 'good' : 'quiet', `${pin}`),
      ...wrap({ text: `${use}; ${origin}; known to ${knownBy} of ${guests} guests`, width, first: '  ' }),
    ];
  });
  const isChanging = keys.length > 1 && (keys[0]?.knownBy ?? 0) < guests;
  const next = isChanging
    ? 'Guests learn the new key when they connect. One that does not until the old one is over has to join anew: trimtab enroll GUEST.'
    : 'Without this key every guest would have to join anew. Keep a copy: trimtab keys save FILE.';
  return `${[...lines, '', ...wrap({ text: next, width })].join('\n')}\n`;
}

/** A copy from before has not got the key by which guests know this collector from now on. */
export function formatRotated(view: HostKeysView, page: Page): string {
  const anew = 'Save the keys anew: a file that was saved before has not got this one. trimtab keys save FILE';
  return `${formatHostKeys(view, page)}${wrap({ text: anew, width: page.width }).join('\n')}\n`;
}
