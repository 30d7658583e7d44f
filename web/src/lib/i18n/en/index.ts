import type { Message } from '../message.ts';
import { app, auth, role, time } from './app.ts';
import { common, dialog, problem } from './common.ts';
import { condition } from './condition.ts';
import { conflicts } from './conflicts.ts';
import { connections } from './connections.ts';
import { failures } from './failures.ts';
import { faultLab } from './fault-lab.ts';
import { mappings } from './mappings.ts';
import { overview } from './overview.ts';
import { setting, settingForm, settingValue } from './platform-settings.ts';
import { reconciliation } from './reconciliation.ts';
import { records } from './records.ts';
import { runs } from './runs.ts';
import { schedules } from './schedules.ts';
import { operation, settings } from './settings.ts';
import { stock } from './stock.ts';
import { sync } from './sync.ts';
import { action, entity, health, mode, platform, status } from './terms.ts';

/** Every text of the console in English, by section. A screen's texts are in the file of its name. */
export const en = {
  app,
  auth,
  role,
  time,
  common,
  dialog,
  problem,
  status,
  health,
  entity,
  platform,
  action,
  mode,
  setting,
  settingValue,
  settingForm,
  overview,
  connections,
  sync,
  runs,
  failures,
  records,
  mappings,
  condition,
  schedules,
  conflicts,
  reconciliation,
  stock,
  settings,
  operation,
  faultLab,
} as const satisfies Readonly<Record<string, Readonly<Record<string, Message>>>>;
