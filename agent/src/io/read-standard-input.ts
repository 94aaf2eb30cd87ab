/** All of it as text, up to a bound; null where it is a terminal, on which nobody would know to type. */
export async function readStandardInput({ mostBytes }: { mostBytes: number }): Promise<string | null> {
  const { stdin } = process;
  if (stdin.isTTY) return null;
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of stdin) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > mostBytes) break;
  }
  return Buffer.concat(pieces).toString('utf8', 0, mostBytes);
}
