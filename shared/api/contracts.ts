import { auditContracts } from './audit.ts';
import { conflictContracts } from './conflicts.ts';
import type { Contract } from './contract.ts';
import { flowContracts } from './flows.ts';
import { historyContracts } from './history.ts';
import { insightContracts } from './insights.ts';
import { integrationContracts } from './integrations.ts';
import { mappingContracts } from './mappings.ts';
import { metaContracts } from './meta.ts';
import { notificationContracts } from './notifications.ts';
import { posContracts } from './pos.ts';
import { reconciliationContracts } from './reconciliation.ts';
import { scheduleContracts } from './schedules.ts';
import { settingsContracts } from './settings.ts';
import { stockContracts } from './stock.ts';
import { syncContracts } from './sync.ts';
import { webhookContracts } from './webhooks.ts';

/** Every endpoint of the API. The CDK app makes one route for each; an infra test proves it. */
export const contracts: readonly Contract[] = [
  ...syncContracts,
  ...conflictContracts,
  ...historyContracts,
  ...reconciliationContracts,
  ...integrationContracts,
  ...settingsContracts,
  ...flowContracts,
  ...insightContracts,
  ...auditContracts,
  ...notificationContracts,
  ...posContracts,
  ...scheduleContracts,
  ...webhookContracts,
  ...mappingContracts,
  ...stockContracts,
  ...metaContracts,
];
