import type { Format, Relations } from '../model/package.ts';

const NOTHING = { depends: [], recommends: [], suggests: [], conflicts: [], provides: [] } as const;

/** What Node's program is linked with; test/packaging holds it against the program itself. */
const OF_NODE: Readonly<Record<'deb' | 'rpm', readonly string[]>> = {
  deb: ['libc6 (>= 2.28)', 'libgcc-s1 | libgcc1', 'libstdc++6 (>= 5)'],
  rpm: ['libc.so.6(GLIBC_2.28)(64bit)', 'libgcc_s.so.1()(64bit)', 'libstdc++.so.6(GLIBCXX_3.4.21)(64bit)'],
};

const OLDEST_NODE = '22.18';

export function agentRelations({ format, isOwn }: { readonly format: Format; readonly isOwn: boolean }): Relations {
  if (format === 'tar') return NOTHING;
  const isDeb = format === 'deb';
  const other = isOwn ? 'trimtab-agent-noarch' : 'trimtab-agent';
  const ofGuest = [isDeb ? `nodejs (>= ${OLDEST_NODE})` : `nodejs >= ${OLDEST_NODE}`];
  return {
    depends: [...(isOwn ? OF_NODE[format] : ofGuest), ...(isDeb ? [] : ['util-linux', '/bin/sh'])],
    recommends: [],
    suggests: [],
    conflicts: [other],
    provides: [],
  };
}

export function collectorRelations({ format }: { readonly format: Format }): Relations {
  switch (format) {
    case 'tar':
      return NOTHING;
    case 'deb':
      return {
        depends: [...OF_NODE.deb, 'adduser'],
        recommends: ['qemu-utils'],
        suggests: ['libvirt-clients', 'lvm2'],
        conflicts: [],
        provides: [],
      };
    case 'rpm':
      return {
        depends: [...OF_NODE.rpm, '/bin/sh', '/usr/bin/perl', 'perl(Socket)', 'perl(Fcntl)'],
        recommends: ['qemu-img'],
        suggests: ['libvirt-client', 'lvm2'],
        conflicts: [],
        provides: [],
      };
  }
}
