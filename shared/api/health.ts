import * as z from 'zod';
import { breakerStates } from '../model/breaker.ts';
import { connectionSchema } from '../model/connection.ts';
import { failureSchema, instantSchema } from '../model/failure.ts';
import type { Contract } from './contract.ts';
import { sandboxField } from './settings.ts';

/** A circuit breaker as people see it. */
const breakerAnswerSchema = z
  .object({
    state: z.enum(breakerStates).meta({ description: 'open: not asked for now; half_open: the next call is a try' }),
    opened_at: instantSchema.nullable(),
    retry_at: instantSchema.nullable().meta({ description: 'When an open one lets a try through' }),
  })
  .meta({ id: 'CircuitBreaker' });

/** What every answer about a connection says beside what is stored with it. */
export const vitalFields = {
  breaker: breakerAnswerSchema,
  errors_24h: z.number().int().meta({
    description: 'Records that did not arrive in the last 24 hours and still have not; 200 means 200 or more',
  }),
};

const level = z.enum(['healthy', 'degraded', 'unhealthy']);
const depth = z.number().int().meta({ description: 'Flows that wait or are worked on' });
const { platform, status, enabled } = connectionSchema.shape;

const connectorHealthSchema = z
  .object({
    platform,
    title: z.string(),
    status,
    enabled,
    health: level,
    failure: failureSchema.nullable(),
    last_check_at: instantSchema.nullable(),
    last_sync_at: instantSchema.nullable(),
    queue_depth: depth,
    ...vitalFields,
  })
  .meta({ id: 'ConnectorHealth' });

export const getHealth = {
  name: 'getIntegrationsHealth',
  group: 'integrations',
  method: 'GET',
  path: '/api/integrations/health',
  summary: 'How the integrations fare, and why',
  auth: 'viewer',
  responses: {
    200: {
      description: 'From what is known; no platform is asked',
      schema: z
        .object({
          status: level,
          sandbox: sandboxField,
          reasons: z.array(z.string()).meta({ description: 'One sentence for each thing that is not well' }),
          queue_depth: depth,
          connectors: z.array(connectorHealthSchema),
          checked_at: instantSchema,
        })
        .meta({ id: 'IntegrationsHealth' }),
    },
  },
} as const satisfies Contract;
