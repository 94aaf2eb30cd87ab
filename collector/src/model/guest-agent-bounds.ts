/** Of one answer of a qemu-ga: 4,096 filesystems on two disks each take less. */
export const MOST_ANSWER_BYTES = 4 * 1024 * 1024;
/** Of its nesting: the deepest that qemu-ga has, a disk of a filesystem, is 4. */
export const MOST_ANSWER_DEPTH = 32;
/** Of its words for why it refuses, or for what failed. */
export const MOST_WORDS_CHARACTERS = 1_000;
