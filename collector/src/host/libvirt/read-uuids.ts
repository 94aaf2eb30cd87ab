const UUIDS = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/gm;

/** Those that `virsh list --uuid` prints, a line each; none where it said nothing. */
export function readUuids(printed: string | null): readonly string[] {
  return printed?.match(UUIDS) ?? [];
}
