import * as z from 'zod';
import { connectionSchema } from '../model/connection.ts';
import { failureSchema, instantSchema } from '../model/failure.ts';
import type { Contract } from './contract.ts';
import { getHealth, vitalFields } from './health.ts';
import { sandboxField } from './settings.ts';
import { getWebhookHealth, switchWebhooks } from './webhooks.ts';

const platform = z.string().min(1).max(64).meta({ example: 'woocommerce' });
const params = z.strictObject({ platform });
const unknownPlatform = {
  status: 404,
  code: 'platform.unknown',
  when: 'there is no such platform; `valid` lists them',
};
const notConnected = { status: 409, code: 'connection.required', when: 'the platform is not connected' };
const sameAccount = {
  status: 409,
  code: 'connection.same_account',
  when: 'the account is connected in the other mode, live or sandbox',
};
const isBusy = { status: 409, code: 'connection.busy', when: 'somebody else changes the connection; try again' };

const {
  tenant_id: _tenant,
  settings: _settings,
  own_settings: _ownSettings,
  suggested_settings: _suggestedSettings,
  version: _version,
  account: _account,
  failure: _failure,
  ...connectionFields
} = connectionSchema.shape;

export const connectionAnswerSchema = z
  .object({
    ...connectionFields,
    sandbox: sandboxField,
    title: z.string().meta({ example: 'WooCommerce' }),
    ...vitalFields,
    connects_by: z.enum(['credentials', 'sign_in']),
    /** Null while all is well. */
    failure: failureSchema.nullable(),
  })
  .meta({ id: 'Connection' });

const oneConnection = (description: string) => ({ 200: { description, schema: connectionAnswerSchema } });

const settingsAnswer = z
  .object({
    platform: z.string(),
    settings: z
      .record(z.string(), z.unknown())
      .meta({ description: 'As they work: chosen, suggested, or the default' }),
    chosen: z
      .record(z.string(), z.unknown())
      .meta({ description: 'What the owner chose; the rest follows the suggestion' }),
    schema: z.record(z.string(), z.unknown()).meta({ description: 'JSON Schema of the settings, for forms' }),
  })
  .meta({ id: 'ConnectionSettings' });

const choicesAnswer = z
  .object({
    platform: z.string(),
    choices: z
      .record(z.string(), z.array(z.object({ value: z.string(), label: z.string() })))
      .meta({ description: 'By setting; of a table: by what each of its entries may be' }),
  })
  .meta({ id: 'ConnectionSettingChoices' });

const setupAnswer = z
  .object({
    platform: z.string().meta({ example: 'supabase' }),
    state: z.enum(['complete', 'incomplete', 'unknown']).meta({ description: 'unknown: it is not connected' }),
    missing: z.array(z.string()).meta({ example: ['column orders.total'] }),
    language: z.enum(['sql']),
    script: z.string().meta({
      description: 'Makes what is missing and harms nothing that is there; everything while it is not connected',
    }),
    run_at: z.string().nullable().meta({ description: 'Page of the platform on which to run it' }),
  })
  .meta({ id: 'ConnectionSetup' });

export const listConnections = {
  name: 'listConnections',
  group: 'integrations',
  method: 'GET',
  path: '/api/integrations/connections',
  summary: 'Every platform and how it is connected',
  auth: 'viewer',
  responses: {
    200: { description: 'All platforms', schema: z.object({ items: z.array(connectionAnswerSchema) }) },
  },
} as const satisfies Contract;

export const connectPlatform = {
  name: 'connectPlatform',
  group: 'integrations',
  method: 'POST',
  path: '/api/integrations/{platform}/credentials',
  summary: 'Connect by credentials; they are stored only if the platform accepts them',
  auth: 'admin',
  params,
  body: z
    .record(z.string(), z.unknown())
    .meta({ id: 'PlatformCredentials', description: 'Fields of the platform, e.g. WooCommerce: store_url and keys' }),
  responses: oneConnection('Connected'),
  problems: [
    unknownPlatform,
    { status: 409, code: 'connection.oauth_only', when: 'the platform connects by auth-url' },
    sameAccount,
    isBusy,
    { status: 422, code: '(of the platform)', when: 'the platform refused the credentials' },
    { status: 502, code: 'network.*', when: 'the platform cannot be reached' },
  ],
} as const satisfies Contract;

export const disconnectPlatform = {
  name: 'disconnectPlatform',
  group: 'integrations',
  method: 'DELETE',
  path: '/api/integrations/{platform}/credentials',
  summary: 'Disconnect: revoke where possible and delete the credentials',
  auth: 'admin',
  params,
  responses: {
    200: {
      description: 'Disconnected; `revoked` is false when the platform could not be told',
      schema: z.object({ ...connectionAnswerSchema.shape, revoked: z.boolean() }),
    },
  },
  problems: [unknownPlatform, notConnected, isBusy],
} as const satisfies Contract;

export const getConnection = {
  name: 'getConnection',
  group: 'integrations',
  method: 'GET',
  path: '/api/integrations/{platform}/status',
  summary: 'How one platform is connected',
  auth: 'viewer',
  params,
  responses: oneConnection('The connection'),
  problems: [unknownPlatform],
} as const satisfies Contract;

export const testConnection = {
  name: 'testConnection',
  group: 'integrations',
  method: 'POST',
  path: '/api/integrations/{platform}/test',
  summary: 'Ask the platform whether the connection works',
  auth: 'manager',
  params,
  responses: {
    200: {
      description: 'What the test found',
      schema: z.object({ ok: z.boolean(), connection: connectionAnswerSchema }),
    },
  },
  problems: [unknownPlatform, notConnected, isBusy],
} as const satisfies Contract;

export const getSetup = {
  name: 'getConnectionSetup',
  group: 'integrations',
  method: 'GET',
  path: '/api/integrations/{platform}/setup',
  summary: 'What the owner has to run on the platform itself: the SQL that a project lacks',
  auth: 'manager',
  params,
  responses: {
    200: { description: 'What is missing, and the script that makes it', schema: setupAnswer },
  },
  problems: [
    unknownPlatform,
    { status: 404, code: 'platform.no_setup', when: 'nothing has to be run on this platform' },
    { status: 502, code: 'network.*', when: 'the platform cannot be reached' },
  ],
} as const satisfies Contract;

export const toggleConnection = {
  name: 'toggleConnection',
  group: 'integrations',
  method: 'POST',
  path: '/api/integrations/{platform}/toggle',
  summary: 'Switch a connection on or off',
  auth: 'admin',
  params,
  body: z.strictObject({ enabled: z.boolean() }).meta({ id: 'ToggleConnection' }),
  responses: oneConnection('The connection'),
  problems: [unknownPlatform, notConnected, isBusy],
} as const satisfies Contract;

export const getSettings = {
  name: 'getConnectionSettings',
  group: 'integrations',
  method: 'GET',
  path: '/api/integrations/{platform}/settings',
  summary: 'Settings of a connection',
  auth: 'viewer',
  params,
  responses: { 200: { description: 'The settings', schema: settingsAnswer } },
  problems: [unknownPlatform, notConnected],
} as const satisfies Contract;

export const putSettings = {
  name: 'putConnectionSettings',
  group: 'integrations',
  method: 'PUT',
  path: '/api/integrations/{platform}/settings',
  summary: 'Choose settings; what is left out follows the suggestion',
  auth: 'admin',
  params,
  body: z
    .record(z.string(), z.unknown())
    .meta({ id: 'NewConnectionSettings', description: 'As described by `schema` of GET' }),
  responses: { 200: { description: 'The settings', schema: settingsAnswer } },
  problems: [unknownPlatform, notConnected, isBusy],
} as const satisfies Contract;

export const getSettingChoices = {
  name: 'getConnectionSettingChoices',
  group: 'integrations',
  method: 'GET',
  path: '/api/integrations/{platform}/settings/choices',
  summary: 'What settings that name something of the platform may name: its accounts, items, tax codes',
  auth: 'viewer',
  params,
  responses: { 200: { description: 'The choices; none where settings name nothing', schema: choicesAnswer } },
  problems: [unknownPlatform, notConnected, { status: 502, code: 'network.*', when: 'the platform cannot be reached' }],
} as const satisfies Contract;

export const quickBooksAuthUrl = {
  name: 'getQuickBooksAuthUrl',
  group: 'integrations',
  method: 'GET',
  path: '/api/integrations/quickbooks/auth-url',
  summary: 'Where to send a person to connect QuickBooks',
  auth: 'admin',
  query: z.strictObject({
    return_to: z
      .url({ protocol: /^https?$/ })
      .max(500)
      .optional()
      .meta({ description: 'Page of the console that the page at the end leads back to' }),
  }),
  responses: {
    200: {
      description: 'The address; it works once',
      schema: z.object({ url: z.string(), expires_at: instantSchema }),
    },
  },
  problems: [
    unknownPlatform,
    { status: 409, code: 'quickbooks.no_sandbox_keys', when: 'sandbox mode is on and there are no keys for sandboxes' },
  ],
} as const satisfies Contract;

export const signInAnswerSchema = z.object({
  connected: z.boolean(),
  code: z.string(),
  message: z.string(),
});

const page = { contentType: 'text/html' } as const;

export const quickBooksCallback = {
  name: 'finishQuickBooksSignIn',
  group: 'integrations',
  method: 'GET',
  path: '/api/integrations/quickbooks/callback',
  summary: 'Where QuickBooks sends the person back; a page, or JSON when Accept asks for it',
  auth: 'public',
  changes: true,
  query: z.looseObject({
    state: z.string().max(200).optional(),
    code: z.string().max(2000).optional(),
    realmId: z.string().max(64).optional(),
    error: z.string().max(200).optional(),
  }),
  responses: {
    200: { description: 'Connected, or the person declined', schema: signInAnswerSchema, ...page },
    400: { description: 'The sign-in is unknown, used or out of date', schema: signInAnswerSchema, ...page },
    409: {
      description: 'The company is connected in the other mode, or at this moment',
      schema: signInAnswerSchema,
      ...page,
    },
    422: { description: 'QuickBooks did not grant access', schema: signInAnswerSchema, ...page },
    502: { description: 'QuickBooks cannot be reached', schema: signInAnswerSchema, ...page },
  },
} as const satisfies Contract;

/** Endpoints of function api-integrations. */
export const integrationContracts: readonly Contract[] = [
  getHealth,
  listConnections,
  connectPlatform,
  disconnectPlatform,
  getConnection,
  testConnection,
  getSetup,
  toggleConnection,
  getSettings,
  putSettings,
  getSettingChoices,
  quickBooksAuthUrl,
  quickBooksCallback,
  getWebhookHealth,
  switchWebhooks,
];
