/** All of it as text, up to a bound. For what is no terminal. */
export async function readStandardInput({ mostBytes }: { mostBytes: number }): Promise<string> {
  const { stdin } = process;
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of stdin) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > mostBytes) break;
  }
  return Buffer.concat(pieces).toString('utf8', 0, mostBytes);
}
