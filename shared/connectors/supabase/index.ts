import * as z from 'zod';
import { fail, ok, type Result } from '../../core/failure.ts';
import type { ConnectionCheck, ConnectionContext, Connector, TargetConnector } from '../connector.ts';
import { createClient } from './client.ts';
import { documentUrl } from './document-url.ts';
import { inspectRows } from './inspect.ts';
import { openLedger } from './ledger.ts';
import { targetSchemas } from './schemas.ts';
import { documentOf, documents } from './tables.ts';
import { openWriter } from './writer.ts';

/** Version of migrations/ this connector writes to. */
const schemaVersion = 2;

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
    .refine((key) => key.startsWith('sb_secret_') || key.startsWith('eyJ'), 'must begin with sb_secret_'),
});

/** Supabase as the warehouse: parsed columns and the raw record, upserted by natural key. */
export const supabase: Connector = {
  platform: 'supabase',
  title: 'Supabase',
  credentials,
  secretFields: ['secret_key'],
  schemas: { target: targetSchemas },
  settings: z.strictObject({}),
  // No published limit; this protects the project's small connection pool.
  rateLimits: [{ kind: 'request', count: 50, per_ms: 1000 }],
  documentUrl,
  check,
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

async function check(context: ConnectionContext): Promise<Result<ConnectionCheck>> {
  const client = createClient(context);
  const answer = await client.get('sync_schema?select=version&order=version.desc&limit=1');
  if (!answer.ok) return answer;
  const rows = z.array(z.object({ version: z.number().int() })).safeParse(JSON.parse(answer.value));
  const version = rows.success ? (rows.data[0]?.version ?? 0) : 0;
  // With a key that may not see the table, row level security answers an empty list instead of an error.
  if (version < schemaVersion) return fail(outdated(version));
  const key = await context.credentials.current();
  if (!key.ok) return key;
  const legacy = (key.value.secret_key ?? '').startsWith('eyJ');
  return ok({
    display_name: new URL(String(context.profile.project_url)).host,
    profile: { schema_version: version, key_kind: legacy ? 'legacy' : 'secret' },
    suggested_settings: {},
    warnings: legacy
      ? ['Legacy service_role keys are being retired by Supabase: create a secret key (sb_secret_…) and connect again.']
      : [],
  });
}

function outdated(version: number) {
  return {
    category: 'not_found',
    code: 'supabase.schema_missing',
    reason:
      version === 0
        ? 'The tables of EasySale Sync are not there, or this key may not read them.'
        : `The tables are of version ${version}; version ${schemaVersion} is needed.`,
    fix: 'Apply the SQL of EasySale Sync in the SQL editor of the project, check that the key is the secret key, then test again.',
    retryable: false,
  } as const;
}
