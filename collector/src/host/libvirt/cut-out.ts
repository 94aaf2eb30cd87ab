/** The document without what virsh repeats around it. */
export function cutOut(text: string): string | null {
  const start = text.indexOf('<');
  const end = text.lastIndexOf(END_OF_DOMAIN);
  return start < 0 ? null : text.slice(start, end < 0 ? undefined : end + END_OF_DOMAIN.length);
}

const END_OF_DOMAIN = '</domain>';
