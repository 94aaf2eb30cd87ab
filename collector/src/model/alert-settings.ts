/** At which marks an alert starts: the keys of the settings (settings.ts). Shares and ratios are in percent. */
export interface AlertSettings {
  readonly alertDays: 7 | 30 | 90;
  readonly alertProbability: number;
  readonly alertFree: number;
  readonly alertFull: number;
  readonly alertMetadata: number;
  readonly alertOvercommit: number;
  readonly alertTrims: number;
  /** Bytes. */
  readonly alertSlack: number;
  readonly alertSlackAfter: number;
  readonly alertAway: number;
  /** Milliseconds between two reminders; 0: none. */
  readonly alertReminder: number;
}
