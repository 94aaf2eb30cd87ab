/** Those of migration 013: who may connect and ask, and who did. As in tables.ts. */
export interface WhoMayTables {
  enrolment: EnrolmentTable;
  guest_key: GuestKeyTable;
  held_guest: HeldGuestTable;
  api_token: ApiTokenTable;
  deed: DeedTable;
}

interface EnrolmentTable {
  host_id: string;
  id: string;
  /** One that was made later has a higher one. */
  number: number;
  /** The public key that its secret makes. */
  key: string;
  guest: string | null;
  most_uses: number;
  uses: number;
  made_at: number;
  expires_at: number;
  /** AskedBy. */
  made_by: string;
}

interface GuestKeyTable {
  host_id: string;
  key: string;
  /** One that joined later has a higher one. */
  number: number;
  guest_id: string;
  product_uuid: string | null;
  machine_id: string | null;
  joined_at: number;
  /** AskedBy. */
  joined_by: string;
  /** The token that it joined by last; null where a person admitted it. */
  enrolment_id: string | null;
  /** AskedBy; null while it is active. */
  revoked_by: string | null;
  revoked_at: number | null;
  /** Array of pins. */
  learned_pins: string;
}

interface HeldGuestTable {
  host_id: string;
  id: string;
  /** Who was seen later has a higher one. */
  seen_number: number;
  /** By what it is the same one: its key, product UUID and machine-id, as JSON. */
  mark: string;
  key: string;
  /** The token that it showed last; null where it showed none. */
  enrolment_id: string | null;
  product_uuid: string | null;
  machine_id: string | null;
  boot_id: string | null;
  hostname: string;
  address: string;
  reason: string;
  first_at: number;
  last_at: number;
  /** 1 once a person does not want to be asked of it again. */
  is_dismissed: number;
  /** AskedBy; null until then. */
  approved_by: string | null;
  approved_name: string | null;
}

interface ApiTokenTable {
  host_id: string;
  name: string;
  /** SHA-256, base64url. */
  hash: string;
  scope: string;
  made_at: number;
  /** AskedBy. */
  made_by: string;
  expires_at: number | null;
}

interface DeedTable {
  host_id: string;
  /** One that was done later has a higher one. */
  number: number;
  /** Deed. */
  deed: string;
}
