import * as z from 'zod';
import { fail, ok, type Result } from '../../core/failure.ts';
import type { ConnectionCheck, ConnectionContext, Connector, Setup } from '../connector.ts';
import type { TargetConnector } from '../target.ts';
import { createClient, isLegacyKey, roleOfKey } from './client.ts';
import { documentUrl, sqlEditorUrl } from './document-url.ts';
import { inspectRows } from './inspect.ts';
import { openLedger } from './ledger.ts';
import { checkSchema, schemaFailure, schemaWarnings, scriptOf } from './schema-check.ts';
import { targetSchemas } from './schemas.ts';
import { schemaParts, scriptFor } from './setup-script.ts';
import { documentOf, documents } from './tables.ts';
import { warehouse } from './warehouse.ts';
import { openWriter } from './writer.ts';

const credentials = z.strictObject({
  project_url: z
    .url({ protocol: /^https?$/ })
    .describe('https://<ref>.supabase.co')
    .transform((url) => url.replace(/\/+(rest\/v1\/?)?$/, '')),
  secret_key: z
    .string()
    .min(20)
    .refine(
      (key) => !key.startsWith('sb_publishable_'),
      'this is the publishable key; the secret key begins with sb_secret_',
    )
    .refine((key) => key.startsWith('sb_secret_') || isLegacyKey(key), 'must begin with sb_secret_')
    .refine(
      (key) => !isLegacyKey(key) || (roleOfKey(key) ?? 'service_role') === 'service_role',
      'this is the anon key, which may write nothing; take the secret key (sb_secret_…) or the service_role key',
    ),
});

const settings = z.strictObject({
  read_only: z
    .boolean()
    .default(false)
    .describe('Write nothing to this project: flows into it stop and say so, dry runs still plan'),
});

/** Supabase as the warehouse: parsed columns and the raw record, upserted by natural key. */
export const supabase: Connector = {
  platform: 'supabase',
  title: 'Supabase',
  credentials,
  secretFields: ['secret_key'],
  schemas: { target: targetSchemas },
  settings,
  // No published limit; this protects the project's small connection pool.
  rateLimits: [{ kind: 'request', count: 50, per_ms: 1000 }],
  documentUrl,
  check,
  setup,
  openTarget,
  openWriter,
  openLedger,
};

function openTarget(context: ConnectionContext): TargetConnector {
  const client = createClient(context);
  return {
    entities: Object.values(documents).map(({ target }) => target),
    prepare: async (_entity, { payload }) => ok(payload),
    // Upserts need no look-up: the natural key decides.
    find: async (_entity, candidates) => ok(candidates.map(() => ({ kind: 'none' }))),
    effects: () => [],
    inspect: (entity, items) => inspectRows(client, documentOf(entity), context.tenantId, items),
  };
}

/** Every table, column, key, trigger and right is compared with what the migrations leave. */
async function check(context: ConnectionContext): Promise<Result<ConnectionCheck>> {
  const found = await checkSchema(createClient(context));
  if (!found.ok) return found;
  const failure = schemaFailure(found.value);
  if (failure) return fail(failure);
  const key = await context.credentials.current();
  if (!key.ok) return key;
  const legacy = isLegacyKey(key.value.secret_key ?? '');
  return ok({
    display_name: new URL(String(context.profile.project_url)).host,
    profile: { schema_version: warehouse.versions.at(-1) ?? 0, key_kind: legacy ? 'legacy' : 'secret' },
    suggested_settings: {},
    warnings: [...(legacy ? [legacyKey] : []), ...schemaWarnings(found.value)],
  });
}

const legacyKey =
  'Legacy service_role keys are being retired by Supabase: create a secret key (sb_secret_…) and connect again.';

/** The SQL of everything before there is a connection, of what is missing afterwards. */
async function setup(context: ConnectionContext | undefined): Promise<Result<Setup>> {
  if (!context) {
    return ok({ complete: null, missing: [], language: 'sql', script: scriptFor(schemaParts), run_at: null });
  }
  const found = await checkSchema(createClient(context));
  if (!found.ok) return found;
  return ok({
    complete: found.value.missing.length === 0,
    missing: found.value.missing.map(({ title }) => title),
    language: 'sql',
    script: scriptOf(found.value),
    run_at: sqlEditorUrl(context.profile) ?? null,
  });
}
