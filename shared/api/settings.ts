import * as z from 'zod';
import { instantSchema } from '../model/failure.ts';
import type { Contract } from './contract.ts';

/** What every answer about syncs, their results and connections says. */
export const sandboxField = z.boolean().meta({ description: 'True: of the sandbox, nothing live' });

const sandboxAnswerSchema = z
  .object({
    enabled: z.boolean(),
    /** Null while nobody ever switched. */
    changed_at: instantSchema.nullable(),
    changed_by: z.string().nullable(),
    connections: z.array(
      z.object({
        platform: z.string().meta({ example: 'quickbooks' }),
        connected: z.boolean().meta({ description: 'Whether sandbox credentials are set' }),
        display_name: z.string().nullable().meta({ description: 'Which account they open' }),
      }),
    ),
  })
  .meta({ id: 'SandboxMode' });

export const getSandbox = {
  name: 'getSandboxMode',
  group: 'settings',
  method: 'GET',
  path: '/api/settings/sandbox',
  summary: 'Whether sandbox mode is on, and which platforms have sandbox credentials',
  auth: 'viewer',
  scope: 'tenant',
  responses: { 200: { description: 'The mode', schema: sandboxAnswerSchema } },
} as const satisfies Contract;

export const setSandbox = {
  name: 'setSandboxMode',
  group: 'settings',
  method: 'POST',
  path: '/api/settings/sandbox',
  summary: 'Switch sandbox mode on or off for the whole tenant',
  auth: 'admin',
  scope: 'tenant',
  body: z.strictObject({ enabled: z.boolean() }).meta({ id: 'SetSandboxMode' }),
  responses: { 200: { description: 'The mode as it is now', schema: sandboxAnswerSchema } },
  problems: [
    { status: 409, code: 'sandbox.sync_active', when: 'a sync of the present mode has not ended; `sync_id` names it' },
  ],
} as const satisfies Contract;

/** Endpoints of function api-settings. */
export const settingsContracts: readonly Contract[] = [getSandbox, setSandbox];
