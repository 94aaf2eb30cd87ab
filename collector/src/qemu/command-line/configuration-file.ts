import type { QemuOption } from './options.ts';

/** More than any file that a manager writes. */
export const MOST_CONFIGURATION_BYTES = 1024 * 1024;

/** The files that `-readconfig` names, in order. */
export function findConfigurationFiles(options: readonly QemuOption[]): readonly string[] {
  return options.flatMap(({ name, value }) => (name === 'readconfig' ? [value] : []));
}

/**
 * The options of a -readconfig file (qemu_config_foreach in QEMU's util/qemu-config.c), as if they stood on the command
 * line: `[device "scsi0"]` and the lines `driver = "virtio-scsi-pci"` below it are `-device
 * id=scsi0,driver=virtio-scsi-pci`. What is no such line is passed over: QEMU itself would not have started with it.
 */
export function parseConfigurationFile(text: string): readonly QemuOption[] {
  const options: { name: string; values: string[] }[] = [];
  for (const line of text.split('\n')) {
    const [, name, id] = /^\s*\[\s*([\w-]+)(?:\s+"([^"]*)")?\s*\]/.exec(line) ?? [];
    if (name !== undefined) {
      options.push({ name, values: id === undefined ? [] : [`id=${doubleCommas(id)}`] });
      continue;
    }
    const [, key, value = ''] = /^\s*([\w.-]+)\s*=\s*"([^"]*)"/.exec(line) ?? [];
    if (key !== undefined) options.at(-1)?.values.push(`${key}=${doubleCommas(value)}`);
  }
  return options.map(({ name, values }) => ({ name, value: values.join(',') }));
}

/** A comma in a value is written twice on a command line. */
function doubleCommas(value: string): string {
  return value.replaceAll(',', ',,');
}
