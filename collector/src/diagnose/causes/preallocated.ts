import type { HostCause } from '../host-cause.ts';
import { findIgnoringNode } from './ignoring-nodes.ts';

const LARGE_SHARE = 1 / 4;

export const preallocated: HostCause = {
  id: 'preallocated',
  hop: 'reclaimed',
  effect: 'held',
  title: 'The image was allocated in full when it was made, and the host is told to leave it so.',
  why: 'An image made with preallocation=falloc takes its whole capacity from the first day; with discard=ignore it keeps it, and the guest can never run into a full pool. That is a choice and no fault (KubeVirt makes it for every preallocated disk). An image of preallocation=full looks like one that a guest filled, and is not told apart from it.',
  explains: [
    'host-ignores-discard',
    'filter-node-ignores-discard',
    'file-node-ignores-discard',
    'server-ignores-discard',
  ],
  signal:
    'The image is raw or qcow2, its allocation is not below its capacity, a quarter of it or more is in extents that were allocated and never written (FIEMAP, `unwritten`), and a node ignores discards.',
  cure: 'Nothing, if that is wanted. Else discard=unmap on every node: a trim then takes the preallocation away.',
  find: ({ image, extents, disk }) => {
    if (image === null || extents === null || disk === null || findIgnoringNode(disk.nodes) === null) return null;
    const { allocationBytes, capacityBytes } = image;
    if (allocationBytes === null || capacityBytes === null || allocationBytes < capacityBytes) return null;
    // A file that filled up over the years has some, too: QEMU zeroes ranges, and guests ask it to.
    if ((image.format !== 'raw' && image.format !== 'qcow2') || extents.unwrittenBytes < capacityBytes * LARGE_SHARE)
      return null;
    return {
      sentence: `${image.path} is preallocated and its discards are ignored: it keeps its whole capacity, as whoever made it chose. If that is not meant, discard=unmap on every node lets a trim take it away.`,
      evidence: [
        { fact: 'capacity, bytes', value: String(capacityBytes) },
        { fact: 'allocation, bytes', value: String(allocationBytes) },
        { fact: 'of it never written (FIEMAP unwritten), bytes', value: String(extents.unwrittenBytes) },
      ],
      fix: null,
    };
  },
};
