import { createAuditRepository } from '#shared/data/audit-repository.ts';
import { openTable } from '#shared/data/table.ts';
import { apiAuditEnv } from '#shared/env/functions.ts';
import { parseEnv } from '#shared/env/parse-env.ts';
import { apiGroup } from '#shared/http/api-group.ts';
import { dynamoClient } from '#shared/platform/aws-clients.ts';
import { createLogger } from '#shared/platform/logger.ts';
import { auditEndpoints } from './endpoints.ts';

const env = parseEnv(apiAuditEnv);
const entries = createAuditRepository(openTable(env.TABLE_NAME, dynamoClient()));

export const handler = apiGroup(auditEndpoints({ entries }), createLogger());
