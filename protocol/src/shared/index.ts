export { diskHint } from './disk-hint.ts';
export { Fault, type FaultDetail, formatFault, toCause, toReason } from './fault.ts';
export { formatBytes } from './format-bytes.ts';
export { groupDigits } from './group-digits.ts';
export { inTurns } from './in-turns.ts';
export { INSTALL_FSTRIM } from './install-fstrim.ts';
export { createLineQueue, type LineQueue, type LostLines, type Written } from './line-queue.ts';
export { escapeControls, formatJson, formatJsonLine, toPlainJson } from './plain-json.ts';
export { toPlain, toPlainText } from './plain-text.ts';
export {
  addressSetting,
  choiceSetting,
  countSetting,
  type Described,
  daysSetting,
  durationSetting,
  type ListenAddress,
  optionalTextSetting,
  sizeSetting,
  switchSetting,
  textSetting,
} from './setting-kinds.ts';
export {
  resolveSettings,
  type Setting,
  type SettingSources,
  type Settings,
  type SettingsTable,
  toFlag,
  toPhrase,
  toVariable,
  trySettings,
} from './settings.ts';
export { sleep } from './sleep.ts';
export { readSystemError } from './system-error.ts';
export { type FileRights, tellForeign } from './tell-foreign.ts';
export { tellTomlLine } from './tell-toml-line.ts';
