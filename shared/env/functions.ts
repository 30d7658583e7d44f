import * as z from 'zod';
import {
  changes,
  common,
  consoleOrigins,
  exports,
  journal,
  lanes,
  mail,
  outbound,
  platforms,
  publicUrl,
  quickBooksAddresses,
  resume,
  table,
  tenantSecrets,
  timers,
} from './variables.ts';

/** One schema per function, by the id of its row in lib/functions.ts. */
export const apiSyncEnv = z.object({ ...common, ...table, ...lanes, ...journal });
export const apiHistoryEnv = z.object({ ...common, ...table, ...lanes, ...exports });
export const apiReconciliationEnv = z.object({ ...common, ...table, ...lanes, ...journal, ...exports });
export const apiIntegrationsEnv = z.object({
  ...common,
  ...table,
  ...lanes,
  ...platforms,
  ...publicUrl,
  ...consoleOrigins,
});
export const apiSettingsEnv = z.object({ ...common, ...table, ...quickBooksAddresses });
export const apiPosEnv = z.object({ ...common, ...table, ...changes });
export const apiAuditEnv = z.object({ ...common, ...table });
export const apiNotificationsEnv = z.object({ ...common, ...table, ...tenantSecrets, ...outbound, ...mail });
export const apiInsightsEnv = z.object({ ...common, ...table, ...journal, ...quickBooksAddresses });
export const apiSchedulesEnv = z.object({ ...common, ...table, ...timers });
export const apiWebhooksEnv = z.object({ ...common, ...table, ...changes, ...platforms });
export const apiMappingsEnv = z.object({ ...common, ...table, ...lanes, ...journal, ...platforms });
export const apiMetaEnv = z.object(common);
export const syncWorkerEnv = z.object({
  ...common,
  ...table,
  ...lanes,
  ...changes,
  ...resume,
  ...journal,
  ...exports,
  ...platforms,
});
export const drainChangesEnv = z.object({ ...common, ...table, ...lanes });
export const deadLettersEnv = z.object({ ...common, ...table });
export const notifyEnv = z.object({ ...common, ...table, ...tenantSecrets, ...outbound, ...mail });
export const retryFailuresEnv = z.object({ ...common, ...table, ...lanes });
export const startScheduledEnv = z.object({ ...common, ...table, ...lanes, ...timers });
export const keepSchedulesEnv = z.object({ ...common, ...table, ...lanes, ...timers });
export const keepWebhooksEnv = z.object({ ...common, ...table, ...platforms, ...publicUrl });
export const balanceStockEnv = z.object({ ...common, ...table, ...platforms });
export const keepConnectionsEnv = z.object({ ...common, ...table, ...platforms });

/** The part that reaches the platforms, of any function that does. */
const platformsEnv = z.object(platforms);
export type PlatformsEnv = z.output<typeof platformsEnv>;
