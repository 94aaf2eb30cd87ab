/** The largest frame either end accepts. An inventory of 1,000 filesystems takes about 400 KB. */
export const FRAME_LIMIT_BYTES = 1024 * 1024;

/** No message nests deeper than this; the deepest today is report → filesystems → outcome, 5. */
export const DEPTH_LIMIT = 12;

/** Linux's PATH_MAX, the longest mount point there can be. */
export const PATH_LIMIT = 4096;

/** Names, serials, identifiers. The longest in use is a dm UUID, 128 characters (DM_UUID_LEN in linux/dm-ioctl.h). */
export const NAME_LIMIT = 256;

/** Sentences for people: causes, hints, what fstrim said. */
export const TEXT_LIMIT = 2000;

/**
 * Whole disks below one filesystem; also the most that a host samples for one trim. No guest that QEMU runs has more.
 */
export const DISK_LIMIT = 256;

/** What a trim does not reach, in one inventory; the largest first. */
export const MOST_UNREACHED = 256;

/** Processes named of one filesystem. */
export const MOST_HOLDERS = 8;

/** Filesystems in one `usage`. */
export const MOST_USAGES = 256;

/** Filesystems, layers or disks in one message. */
export const LIST_LIMIT = 4096;
