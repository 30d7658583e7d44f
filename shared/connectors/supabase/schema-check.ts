import * as z from 'zod';
import { type Failure, fail, ok, type Result } from '../../core/failure.ts';
import type { SupabaseClient } from './client.ts';
import { getTheSql, keyNotSecret, projectReadOnly, schemaMissing, unreadable } from './failures.ts';
import { isForReports, type SchemaPart, schemaParts, scriptFor } from './setup-script.ts';
import { warehouse } from './warehouse.ts';

/** What the project says of itself: the view sync_schema_objects and the recorded versions. */
const objectSchema = z.object({
  name: z.string(),
  kind: z.string(),
  columns: z.array(z.string()),
  keys: z.array(z.string()),
  indexes: z.array(z.string()),
  triggers: z.array(z.string()),
  grants: z.array(z.string()),
  protected: z.boolean(),
  closed: z.boolean(),
  body: z.string().nullable(),
});
type SchemaObject = z.infer<typeof objectSchema>;

/** For a project whose versions cannot be read: what is said is why. */
const everyVersion: ReadonlySet<string> = new Set(warehouse.versions.map(String));

const versionsSchema = z.array(z.object({ version: z.number().int() }));

/** The part of the API's own description that tells tables, columns and keys. */
const descriptionSchema = z.object({
  definitions: z.record(
    z.string(),
    z.object({
      properties: z.record(z.string(), z.object({ description: z.string().optional() })).default({}),
    }),
  ),
});

export interface SchemaFinding {
  readonly missing: readonly SchemaPart[];
  /** Parts that could not be seen; their statements go into the script. */
  readonly unseen: readonly SchemaPart[];
  /** The database takes no writes. */
  readonly readOnly: boolean;
}

/** Compares a project with what the migrations leave. Reads only. */
export async function checkSchema(client: SupabaseClient): Promise<Result<SchemaFinding>> {
  const answer = await client.get(`sync_schema_objects?name=in.(${names.join(',')})`);
  if (!answer.ok) return isUnknown(answer.failure) ? describedByApi(client, answer.failure) : answer;
  const objects = parsed(z.array(objectSchema), answer.value);
  if (!objects) return fail(unreadable);
  const known = new Map(objects.map((object) => [`${object.kind} ${object.name}`, object]));
  const versions = await recordedVersions(client, known);
  if (!versions.ok) return versions;
  const lacking = schemaParts.filter((part) => !isThere(part, known, versions.value));
  return ok({
    missing: withoutParts(lacking),
    unseen: [],
    readOnly: known.get('state read_only')?.body === 'on',
  });
}

const names = [...new Set([...schemaParts.map(({ of }) => of), 'read_only'])];

async function recordedVersions(
  client: SupabaseClient,
  known: ReadonlyMap<string, SchemaObject>,
): Promise<Result<ReadonlySet<string>>> {
  const table = known.get('table sync_schema');
  if (!table?.columns.includes('version')) return ok(new Set());
  if (!table.grants.includes('select')) return ok(everyVersion);
  const answer = await client.get('sync_schema?select=version&order=version.desc&limit=100');
  // A table that was only just made is not in the API's schema yet.
  if (!answer.ok) return isUnknown(answer.failure) ? ok(new Set()) : answer;
  const rows = parsed(versionsSchema, answer.value);
  return rows ? ok(new Set(rows.map(({ version }) => String(version)))) : fail(unreadable);
}

const present: Readonly<
  Record<
    SchemaPart['kind'],
    (part: SchemaPart, known: ReadonlyMap<string, SchemaObject>, versions: ReadonlySet<string>) => boolean
  >
> = {
  table: ({ of }, known) => known.has(`table ${of}`),
  column: ({ of, name }, known) => known.get(`table ${of}`)?.columns.includes(name) === true,
  key: ({ of, name }, known) => known.get(`table ${of}`)?.keys.some((key) => sameColumns(key, name)) === true,
  index: ({ of, name }, known) => known.get(`table ${of}`)?.indexes.includes(name) === true,
  function: ({ of, name }, known) => known.get(`function ${of}`)?.body === name,
  trigger: ({ of, name }, known) => known.get(`table ${of}`)?.triggers.includes(name) === true,
  view: ({ of, name }, known) => {
    const view = known.get(`view ${of}`);
    return view?.protected === true && view.columns.join(',') === name;
  },
  protection: ({ of }, known) => known.get(`table ${of}`)?.protected === true,
  closure: ({ of }, known) => relation(of, known)?.closed === true,
  grant: ({ of, name }, known) => relation(of, known)?.grants.includes(name) === true,
  version: ({ name }, _known, versions) => versions.has(name),
};

const isThere: (typeof present)[SchemaPart['kind']] = (part, known, versions) =>
  present[part.kind](part, known, versions);

const relation = (name: string, known: ReadonlyMap<string, SchemaObject>): SchemaObject | undefined =>
  known.get(`table ${name}`) ?? known.get(`view ${name}`);

const sameColumns = (a: string, b: string): boolean => a.split(',').sort().join() === b.split(',').sort().join();

/** A missing table is named once, not with each of its columns. */
function withoutParts(lacking: readonly SchemaPart[]): SchemaPart[] {
  const whole = new Set(lacking.filter(({ kind }) => kind === 'table' || kind === 'view').map(({ of }) => of));
  return lacking.filter(({ kind, of }) => kind === 'table' || kind === 'view' || !whole.has(of));
}

/** The view or its table is not there, not known to the API yet, or not for this key. */
function isUnknown({ code }: Failure): boolean {
  return code === 'supabase.schema_missing' || code === 'supabase.no_grant';
}

/**
 * A project of before the view: the API describes tables, columns and primary keys to whoever has a right on them. What it
 * cannot show is made again.
 */
async function describedByApi(client: SupabaseClient, cause: Failure): Promise<Result<SchemaFinding>> {
  const answer = await client.get('');
  if (!answer.ok) return fail(refusalOf(answer.failure, cause));
  const described = parsed(descriptionSchema, answer.value)?.definitions;
  if (!described) return fail(unreadable);
  const missing: SchemaPart[] = [];
  for (const part of schemaParts) {
    const properties = described[part.of]?.properties;
    if (part.kind === 'table' && !properties) missing.push(await tableOrGrant(client, part));
    if (part.of === 'sync_schema_objects' && part.kind === (cause.code === 'supabase.no_grant' ? 'grant' : 'view')) {
      missing.push(part);
    }
    if (!properties) continue;
    if (part.kind === 'column' && !Object.hasOwn(properties, part.name)) missing.push(part);
    if (part.kind === 'key' && part.name.split(',').some((name) => !isKey(properties[name]))) missing.push(part);
  }
  const told = new Set(missing);
  const unseen = schemaParts.filter((part) => !told.has(part) && !['table', 'column', 'key'].includes(part.kind));
  return ok({ missing, unseen, readOnly: false });
}

/** Only elevated keys may read the description: one that got this far and is refused here is valid and not secret. */
function refusalOf(refused: Failure, cause: Failure): Failure {
  if (refused.code === 'supabase.key_invalid') return keyNotSecret;
  return isUnknown(refused) ? cause : refused;
}

const isKey = (property: { readonly description?: string | undefined } | undefined): boolean =>
  property?.description?.includes('<pk/>') === true;

/** A table without any right on it is left out of the description as one that does not exist. */
async function tableOrGrant(client: SupabaseClient, table: SchemaPart): Promise<SchemaPart> {
  const probe = await client.get(`${table.of}?limit=0`);
  const grant = schemaParts.find(({ kind, of }) => kind === 'grant' && of === table.of);
  return !probe.ok && probe.failure.code === 'supabase.no_grant' && grant ? grant : table;
}

/** SQL for what is missing, or could not be seen. */
export function scriptOf({ missing, unseen }: SchemaFinding): string {
  return missing.length === 0 ? '' : scriptFor([...missing, ...unseen]);
}

const shown = 12;

/** Why nothing can be written as it should be; undefined while it can. */
export function schemaFailure({ missing, readOnly }: SchemaFinding): Failure | undefined {
  const needed = missing.filter((part) => !isForReports(part));
  if (needed.length === 0) return readOnly ? projectReadOnly : undefined;
  return schemaMissing(`The project lacks ${listed(needed)}.`);
}

/** What only reports miss. */
export function schemaWarnings({ missing }: SchemaFinding): string[] {
  const reports = missing.filter(isForReports);
  return reports.length === 0
    ? []
    : [`The project lacks ${listed(reports)}: rows are kept, reports on them are not. ${getTheSql}`];
}

function listed(parts: readonly SchemaPart[]): string {
  const titles = parts.slice(0, shown).map(({ title }) => title);
  return parts.length > shown ? `${titles.join(', ')} and ${parts.length - shown} more` : titles.join(', ');
}

function parsed<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
