import { basename } from 'node:path/posix';
import { quote } from '@trimtab/protocol/causes';
import { Fault } from '@trimtab/protocol/shared';
import { parseQcow2Header } from '../../image/qcow2-header.ts';
import type { Finding } from '../../model/domain.ts';
import type { Explanation } from '../../model/explanation.ts';
import type { FileToExplain } from './file-to-explain.ts';

/** An image by its header: a disk of which no guest is known. */
export function explainImage({ file, format }: { file: FileToExplain; format: string | null }): Explanation {
  const { path } = file;
  const disk = {
    name: basename(path),
    image: path,
    format,
    nodes: [],
    serial: null,
    wwn: null,
    address: null,
    readOnly: false,
    passedThrough: false,
  };
  const findings = format === 'qcow2' ? readQcow2(file) : format === null ? [toHeadless(path)] : [];
  return { kind: 'image', name: null, uuid: null, disks: [disk], findings };
}

function toHeadless(path: string): Finding {
  const sentence = 'It has no header that is known: a raw image holds the guest’s own bytes from the first on.';
  return { subject: path, sentence, hint: 'The format that QEMU takes it for is in the guest’s XML or command line.' };
}

/** What in the header of a qcow2 image can hold clusters, or leads to other files. */
function readQcow2({ path, bytes, lengthBytes }: FileToExplain): readonly Finding[] {
  const say = ({ sentence, command }: { sentence: string; command: string }): Finding => ({
    subject: path,
    sentence,
    hint: `${command} ${quote(path)}`,
  });
  try {
    const { internalSnapshots, backing, hasExternalData, compat } = parseQcow2Header({
      path,
      header: bytes,
      lengthBytes,
    });
    const count =
      internalSnapshots === 1 ? 'One internal snapshot holds' : `${internalSnapshots} internal snapshots hold`;
    return [
      ...(internalSnapshots === 0
        ? []
        : [say({ sentence: `${count} the clusters that the guest discards.`, command: 'qemu-img snapshot -U -l' })]),
      ...(backing === null
        ? []
        : [
            say({
              sentence: `It stands on ${backing.name}, which is not read here.`,
              command: 'qemu-img info -U --backing-chain',
            }),
          ]),
      ...(backing !== null && compat === '0.10'
        ? [
            say({
              sentence: 'It is of compat 0.10, in which no cluster above a backing file can be given up.',
              command: 'qemu-img info -U',
            }),
          ]
        : []),
      ...(hasExternalData
        ? [
            say({
              sentence: 'The guest’s data is in another file, which is not read here.',
              command: 'qemu-img info -U',
            }),
          ]
        : []),
    ];
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return [say({ sentence: `It is not understood: ${error.detail.cause}.`, command: 'qemu-img info -U' })];
  }
}
