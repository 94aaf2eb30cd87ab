export interface QemuOption {
  /** Without its dashes: `drive`. */
  readonly name: string;
  readonly value: string;
}

/**
 * The options of a QEMU command line in their order. QEMU knows which option takes a value from its own table; here the
 * ones without are listed, so that a bare word after one of them is what QEMU takes it for: the first disk (`-hda`).
 */
export function readOptions(argv: readonly string[]): readonly QemuOption[] {
  const options: QemuOption[] = [];
  for (let index = 1; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    if (!word.startsWith('-') || word === '-') {
      options.push({ name: 'hda', value: word });
      continue;
    }
    const name = word.replace(/^--?/, '');
    if (WITHOUT_VALUE.has(name)) {
      options.push({ name, value: '' });
      continue;
    }
    index += 1;
    options.push({ name, value: argv[index] ?? '' });
  }
  return options;
}

/** qemu-options.hx, the entries without HAS_ARG (QEMU 2.12 to 10). */
const WITHOUT_VALUE = new Set([
  'alt-grab',
  'async-teardown',
  'ctrl-grab',
  'curses',
  'daemonize',
  'enable-fips',
  'enable-kvm',
  'enable-sync-profile',
  'full-screen',
  'h',
  'help',
  'jitdump',
  'localtime',
  'mem-prealloc',
  'no-acpi',
  'no-fd-bootchk',
  'no-frame',
  'no-hpet',
  'no-kvm',
  'no-kvm-irqchip',
  'no-kvm-pit',
  'no-kvm-pit-reinjection',
  'no-quit',
  'no-reboot',
  'no-shutdown',
  'no-user-config',
  'nodefaults',
  'nodefconfig',
  'nographic',
  'old-param',
  'one-insn-per-tb',
  'only-migratable',
  'perfmap',
  'portrait',
  'preconfig',
  'realtime-mlock',
  'S',
  's',
  'sdl',
  'semihosting',
  'show-cursor',
  'singlestep',
  'snapshot',
  'usb',
  'version',
  'win2k-hack',
  'xen-attach',
  'xen-domid-restrict',
]);
