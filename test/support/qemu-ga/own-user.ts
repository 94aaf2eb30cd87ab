/**
 * A user of its own for the QEMU of a test. A collector asks the qemu-ga of every QEMU on its host, also that of a test
 * beside it, as it should; a qemu-ga serves one client at a time, and a schedule trims whatever guest it finds. Whose
 * QEMU no collector but the test's own is told of, is ignored by the others. It may do with files what root may
 * (capabilities(7)), for the test's folders are root's; the kernel forgets the signal of a dying parent when the user
 * changes (prctl(2)), so it is set again.
 */
export function asOwnUser(uid: number): { readonly through: readonly string[]; readonly args: readonly string[] } {
  const capabilities = ['--inh-caps', '+dac_override', '--ambient-caps', '+dac_override'];
  return {
    through: ['setpriv', '--reuid', `${uid}`, ...capabilities, 'setpriv', '--pdeathsig', 'KILL'],
    args: ['--hypervisor-users', `${uid}`],
  };
}
