/** The tables as the newest migration leaves them. Instants are UTC milliseconds; `before`, `report` and `result` are JSON. */
export interface Tables {
  guest: GuestTable;
  open_trim: OpenTrimTable;
  trim: TrimTable;
}

interface GuestTable {
  id: string;
  name: string;
  agent_version: string;
  first_seen_at: number;
  last_seen_at: number;
}

interface OpenTrimTable {
  id: string;
  guest_id: string;
  trigger: string;
  granted_at: number;
  /** Record of the guest's disk name to DiskSample. */
  before: string;
}

interface TrimTable {
  id: string;
  guest_id: string;
  /** The guest's name on this host at that time, as in the result. */
  guest_name: string;
  /** By the guest's clock. */
  started_at: number;
  stored_at: number;
  /** TrimReport, as the guest sent it: kept so that a better judge can judge again. */
  report: string;
  /** TrimResult. */
  result: string;
}
