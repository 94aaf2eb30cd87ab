import { MOST_INHERITING } from '../../../protocol/src/causes/guest/refusals.ts';
import * as wire from '../../../protocol/src/wire/limits.ts';
import { PROOF_MOST_READS, PROOF_MOST_UNITS } from '../../../protocol/src/wire/messages/prove.ts';
import { MOST_LAYERS_IN_ALL } from '../../../protocol/src/wire/model/filesystem-stack.ts';
import { MOST_TARGETS } from '../../../protocol/src/wire/model/layer.ts';
import { MOST_BELOW } from '../../../protocol/src/wire/model/layers-below.ts';
import { MOST_ADDRESSES, MOST_PINS } from '../../../protocol/src/wire/model/proof.ts';
import { MOST_PIDS } from '../../../protocol/src/wire/model/unreached.ts';
import { constant, type LimitSection } from './limit.ts';

const LIMITS = 'protocol/src/wire/limits.ts';
const {
  FRAME_LIMIT_BYTES,
  DEPTH_LIMIT,
  DISK_LIMIT,
  LIST_LIMIT,
  MOST_HOLDERS,
  MOST_UNREACHED,
  MOST_USAGES,
  NAME_LIMIT,
  PATH_LIMIT,
  TEXT_LIMIT,
} = wire;
const CLOSED = 'the session is closed with 4400, and the reason names the field';

export const WIRE: LimitSection = {
  title: 'A message',
  said: 'Held by both programs, before anything of a message is believed.',
  limits: [
    constant({
      what: 'a frame',
      file: LIMITS,
      constants: { FRAME_LIMIT_BYTES },
      atIt: 'the session is closed with 1009; nothing of the frame is decoded',
    }),
    constant({ what: 'nesting of a message', file: LIMITS, constants: { DEPTH_LIMIT }, atIt: CLOSED }),
    constant({ what: 'characters of a path', file: LIMITS, constants: { PATH_LIMIT }, atIt: CLOSED }),
    constant({ what: 'characters of a name', file: LIMITS, constants: { NAME_LIMIT }, atIt: CLOSED }),
    constant({ what: 'characters of a sentence', file: LIMITS, constants: { TEXT_LIMIT }, atIt: CLOSED }),
    constant({
      what: 'filesystems, layers or disks in a message',
      file: LIMITS,
      constants: { LIST_LIMIT },
      atIt: CLOSED,
    }),
    constant({
      what: 'addresses of one collector, and keys that it has at one time',
      file: 'protocol/src/wire/model/proof.ts',
      constants: { MOST_ADDRESSES, MOST_PINS },
      atIt: `${CLOSED}; a collector sends no more`,
    }),
    constant({
      what: 'whole disks below a filesystem, and those sampled for a trim',
      file: LIMITS,
      constants: { DISK_LIMIT },
      atIt: `${CLOSED}; of a trim, the rest is not sampled`,
    }),
    constant({
      what: 'filesystems in one `usage`',
      file: LIMITS,
      constants: { MOST_USAGES },
      atIt: `the agent tells the largest; beyond it ${CLOSED}`,
    }),
    constant({
      what: 'what a trim does not reach, in an inventory',
      file: LIMITS,
      constants: { MOST_UNREACHED },
      atIt: `the agent tells the largest; beyond it ${CLOSED}`,
    }),
    constant({
      what: 'processes named of a filesystem',
      file: LIMITS,
      constants: { MOST_HOLDERS },
      atIt: `the agent names the largest; beyond it ${CLOSED}`,
    }),
    constant({
      what: 'kinds of targets of a dm device',
      file: 'protocol/src/wire/model/layer.ts',
      constants: { MOST_TARGETS },
      atIt: CLOSED,
    }),
    constant({
      what: 'number of a process',
      file: 'protocol/src/wire/model/unreached.ts',
      constants: { MOST_PIDS },
      atIt: CLOSED,
    }),
    constant({
      what: 'layers that are followed below a filesystem',
      file: 'protocol/src/wire/model/layers-below.ts',
      constants: { MOST_BELOW },
      atIt: 'what is further below is not followed',
    }),
    constant({
      what: 'layers in all filesystems of an inventory together',
      file: 'protocol/src/wire/model/filesystem-stack.ts',
      constants: { MOST_LAYERS_IN_ALL },
      atIt: 'the last filesystems have none, and nothing is concluded of them',
    }),
    constant({
      what: 'layers that one refusing layer is told to stand under',
      file: 'protocol/src/causes/guest/refusals.ts',
      constants: { MOST_INHERITING },
      atIt: 'the others are not named',
    }),
    constant({
      what: 'reads of a proof, and 4 KiB units of each',
      file: 'protocol/src/wire/messages/prove.ts',
      constants: { PROOF_MOST_READS, PROOF_MOST_UNITS },
      atIt: 'the host asks for no more; the agent refuses a longer one as no message',
    }),
  ],
};
