import type { Obstacle } from '../../wire/model/filesystem.ts';
import { stacksOf } from '../../wire/model/filesystem-stack.ts';
import type { Evidence } from '../cause.ts';
import type { GuestCause, GuestPlace } from './guest-cause.ts';
import { byHand } from './guest-text.ts';

/**
 * Finds a cause that the agent has put into words already, as the obstacle of a filesystem: it alone sees the other
 * mounts. Here it gets its place in the list of causes.
 */
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
          fix: obstacle.hint === null ? null : byHand(obstacle.hint),
        },
      ];
    });
}
