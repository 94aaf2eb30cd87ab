import { closedTrim } from '../../contract/store.ts';
import { createRandom } from '../../support/random.ts';

const random = createRandom(1);

/** Text that no compression makes smaller than three quarters of it. */
const noise = (length: number) => Array.from({ length }, () => String.fromCharCode(33 + random() * 90)).join('');

/** A trim whose report takes about `bytes`, and which names this disk. */
export function largeTrim({
  n,
  guestId,
  bytes,
  device = 'vda',
}: {
  n: number;
  guestId: string;
  bytes: number;
  device?: string;
}) {
  const closed = closedTrim({ n, guestId });
  const [filesystem] = closed.report.filesystems;
  const [disk] = closed.result.disks;
  if (filesystem === undefined || disk === undefined) throw new Error('the example is empty');
  const filesystems = [{ ...filesystem, mount: `/${noise(bytes)}` }];
  return {
    ...closed,
    report: { ...closed.report, filesystems },
    result: { ...closed.result, filesystems, disks: [{ ...disk, device }] },
  };
}
