/** systemd reads it on Debian too, where /lib is another folder. */
export const UNITS = '/usr/lib/systemd/system';
