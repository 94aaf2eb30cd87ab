/** What to do where a guest has no fstrim: said of its inventory, and of a trim that was tried all the same. */
export const INSTALL_FSTRIM = 'Install util-linux, or BusyBox with its fstrim applet.';
