import type { Obstacle } from '../../wire/model/filesystem.ts';
import { stacksOf } from '../../wire/model/filesystem-stack.ts';
import type { Evidence, Fix } from '../cause.ts';
import type { GuestCause, GuestPlace } from './guest-cause.ts';

/** The agent words these where it sees them, as it alone knows the mounts around; here they only get their place in the list. */
export function placesOfObstacle(
  code: Obstacle['code'],
  evidence: (filesystem: { readonly mount: string; readonly kind: string }) => Evidence,
): GuestCause['find'] {
  return (inventory) =>
    stacksOf(inventory).flatMap(({ filesystem, disks }): GuestPlace[] => {
      const { mount, obstacle } = filesystem;
      if (obstacle === null || obstacle.code !== code) return [];
      return [
        {
          mount,
          disks,
          sentence: `${mount} is left out of a trim. ${obstacle.sentence}`,
          evidence: [evidence(filesystem)],
          fix: obstacle.hint === null ? null : byHand(onOneLine(obstacle.hint)),
        },
      ];
    });
}

/** It is the guest's own text: none of it may pass for a line of ours. */
const onOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');

const byHand = (note: string): Fix => ({ on: 'guest', commands: [], note, needsPowerCycle: false });
