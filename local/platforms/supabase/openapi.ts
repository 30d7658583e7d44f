import type { SimReply } from '#local/platforms/kit.ts';
import type { Catalog, Column, Relation } from './catalog.ts';
import type { Call } from './context.ts';

/** JSON Schema type per SQL type; types that are not listed are written as strings. */
const jsonTypes: ReadonlyMap<string, string> = new Map([
  ['smallint', 'integer'],
  ['integer', 'integer'],
  ['bigint', 'integer'],
  ['numeric', 'number'],
  ['real', 'number'],
  ['double precision', 'number'],
  ['boolean', 'boolean'],
]);

/** Relations on which the caller's role has some right: PostgREST describes no others (openapi-mode follow-privileges). */
const visibleQuery = `
select coalesce(json_agg(c.relname), '[]') as names from pg_catalog.pg_class c
where c.relnamespace = to_regnamespace($1) and c.relkind in ('r', 'p', 'v', 'm', 'f')
  and pg_catalog.has_table_privilege(c.oid, 'select, insert, update, delete')`;

/** `GET /`: OpenAPI 2.0 of the exposed tables and columns, enough to compare a schema with the expected one. */
export async function describeApi(
  catalog: Catalog,
  schema: string,
  transaction: Call['transaction'],
): Promise<SimReply> {
  const [row = {}] = await transaction(true, (run) => run(visibleQuery, [schema]));
  const visible = new Set(row.names as string[]);
  const relations = catalog.relations.filter(({ schema: own, name }) => own === schema && visible.has(name));
  return {
    status: 200,
    headers: { 'content-type': 'application/openapi+json; charset=utf-8' },
    body: JSON.stringify({
      swagger: '2.0',
      info: { title: `${schema} schema`, description: '', version: '14.5' },
      basePath: '/',
      schemes: ['http'],
      consumes: ['application/json'],
      produces: ['application/json'],
      paths: Object.fromEntries(relations.map(({ name }) => [`/${name}`, paths(name)])),
      definitions: Object.fromEntries(relations.map((relation) => [relation.name, definition(relation)])),
    }),
  };
}

function paths(name: string): unknown {
  const operation = (description: string) => ({ tags: [name], responses: { [description]: { description: 'OK' } } });
  return { get: operation('200'), post: operation('201'), patch: operation('204'), delete: operation('204') };
}

function definition(relation: Relation): unknown {
  const columns = [...relation.columns.values()];
  return {
    type: 'object',
    ...(relation.comment === null ? {} : { description: relation.comment }),
    required: columns.filter(({ nullable }) => !nullable).map(({ name }) => name),
    properties: Object.fromEntries(columns.map((column) => [column.name, property(column, relation)])),
  };
}

function property(column: Column, relation: Relation): unknown {
  const [base = ''] = column.type.split('(');
  const type = jsonTypes.get(base);
  const isJson = base === 'json' || base === 'jsonb';
  const note = relation.primaryKey.includes(column.name) ? 'Note:\nThis is a Primary Key.<pk/>' : undefined;
  const description = [column.comment ?? undefined, note].filter((part) => part !== undefined).join('\n\n');
  return {
    format: column.type,
    ...(isJson ? {} : { type: type ?? 'string' }),
    ...(column.defaultSql === null ? {} : { default: column.defaultSql }),
    ...(description === '' ? {} : { description }),
  };
}
