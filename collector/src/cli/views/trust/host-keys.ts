import type { HostKeysView } from '../../../model/enrolment.ts';
import { wrap } from '../../wrap.ts';
import { formatInstant } from '../format-time.ts';
import type { Page } from '../page.ts';

const LEARN =
  'Guests learn the new key when they connect. One that does not until the old one is over has to join anew: trimtab enroll GUEST.';
const KEEP = 'Without this key every guest would have to join anew. Keep a copy: trimtab keys save FILE.';
const KEEP_ANEW = 'Save the keys anew: a file that was saved before has not got this one. trimtab keys save FILE';

/** By which keys guests know this collector. */
export function formatHostKeys(view: HostKeysView, page: Page): string {
  return formatKeys({ view, next: isChanging(view) ? LEARN : KEEP }, page);
}

/** A copy from before has not got the key by which guests know this collector from now on. */
export function formatRotated(view: HostKeysView, page: Page): string {
  return formatKeys({ view, next: isChanging(view) ? `${LEARN} ${KEEP_ANEW}` : KEEP_ANEW }, page);
}

function isChanging({ keys, guests }: HostKeysView): boolean {
  return keys.length > 1 && (keys[0]?.knownBy ?? 0) < guests;
}

function formatKeys({ view, next }: { readonly view: HostKeysView; readonly next: string }, page: Page): string {
  const { keys, guests } = view;
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
  return `${[...lines, '', ...wrap({ text: next, width })].join('\n')}\n`;
}
