import { isQemu } from '../../qemu/command-line/program.ts';
import type { FileToExplain } from './file-to-explain.ts';

/** What a file is, by its first bytes. */
export type FileKind =
  | { readonly kind: 'image'; readonly format: string | null }
  | { readonly kind: 'libvirt-xml'; readonly text: string }
  | { readonly kind: 'proxmox-conf'; readonly text: string }
  | { readonly kind: 'command-line'; readonly argv: readonly string[] }
  | { readonly kind: 'unknown'; readonly why: string };

/** Signatures of image formats and where they stand (the specifications in QEMU's docs/interop, and block/*.c). */
const SIGNATURES: readonly { readonly format: string; readonly at: number; readonly text: string }[] = [
  { format: 'qcow2', at: 0, text: 'QFI\xfb' },
  { format: 'luks', at: 0, text: 'LUKS\xba\xbe' },
  { format: 'vmdk', at: 0, text: 'KDMV' },
  { format: 'vhdx', at: 0, text: 'vhdxfile' },
  { format: 'vpc', at: 0, text: 'conectix' },
  { format: 'qed', at: 0, text: 'QED\0' },
  { format: 'parallels', at: 0, text: 'WithoutFreeSpace' },
  { format: 'parallels', at: 0, text: 'WithouFreSpacExt' },
  { format: 'vdi', at: 64, text: '\x7f\x10\xda\xbe' },
];

/** Takes the first bytes of a file, as many as a text may have; `isCut` where it goes on behind them. */
export function recogniseFile({ bytes, isCut }: Pick<FileToExplain, 'bytes' | 'isCut'>): FileKind {
  const head = Buffer.from(bytes.subarray(0, 128)).toString('latin1');
  const signature = SIGNATURES.find(({ at, text }) => head.startsWith(text, at));
  if (signature !== undefined) return { kind: 'image', format: signature.format };
  if (bytes.byteLength === 0) return { kind: 'unknown', why: 'it is empty' };
  const text = new TextDecoder().decode(bytes);
  if (!isText(text)) return { kind: 'image', format: null };
  if (isCut) return { kind: 'unknown', why: 'it is a text longer than any domain, command line or configuration' };
  if (text.trimStart().startsWith('<')) return { kind: 'libvirt-xml', text };
  const argv = text.includes('\0') ? text.replace(/\0\n?$/, '').split('\0') : text.trimEnd().split(/\r?\n/);
  if (!text.includes('\0') && GUEST_KEY.test(text)) return { kind: 'proxmox-conf', text };
  const [program = '', ...words] = argv;
  if (words.length > 0 && (isQemu(program) || words.some((word) => word.startsWith('-'))))
    return { kind: 'command-line', argv };
  if (/qemu|kvm/.test(text) && / -\w/.test(text))
    return {
      kind: 'unknown',
      why: 'it looks like a command line with spaces between its words, which may have spaces of their own',
    };
  return { kind: 'unknown', why: 'it is no domain XML, no command line, no VMID.conf and no image' };
}

/** Lines of a VMID.conf (qm.conf(5)), and of a container's. */
const GUEST_KEY =
  /^(?:(?:scsi|virtio|ide|sata|net|mp)\d+|memory|cores|sockets|boot|scsihw|ostype|smbios1|vmgenid|rootfs): /m;

/** NUL parts the words of a command line; a disk that begins with zeroes has no words. */
function isText(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what tells bytes from text.
  return !/[\x01-\x08\x0e-\x1f\ufffd]/.test(text) && !text.startsWith('\0');
}
