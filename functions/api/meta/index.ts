import { apiMetaEnv } from '#shared/env/functions.ts';
import { parseEnv } from '#shared/env/parse-env.ts';
import { apiGroup } from '#shared/http/api-group.ts';
import { createLogger } from '#shared/platform/logger.ts';
import { metaEndpoints } from './endpoints.ts';

parseEnv(apiMetaEnv);

export const handler = apiGroup(metaEndpoints(), createLogger());
