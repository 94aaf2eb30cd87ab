/** One word for a shell, as the line is there to be copied: names of guests, mounts and volumes are somebody's choice. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
