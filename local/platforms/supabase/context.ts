import type { Catalog, Relation } from './catalog.ts';
import type { RunQuery } from './database.ts';
import { ApiError } from './errors.ts';
import type { Media } from './media.ts';
import type { RowSource } from './parse-path.ts';
import type { Preferences } from './preferences.ts';

/** One request to the Data API, with everything negotiated that does not depend on the resource. */
export interface Call {
  readonly method: string;
  /** Name of a table or view, or of a function. */
  readonly resource: string;
  readonly schema: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly preferences: Preferences;
  readonly media: Media;
  readonly catalog: Catalog;
  /** Rows a read may return. */
  readonly maxRows: number;
  /** Runs `work` in one transaction of the caller's role. */
  transaction<T>(readOnly: boolean, work: (run: RunQuery) => Promise<T>): Promise<T>;
}

/** The table or view of a call. @throws ApiError 404 PGRST205, also while the schema cache is stale. */
export function relationOf({ catalog, schema, resource }: Call): Relation {
  const found = findRelation(catalog, schema, resource);
  if (found) return found;
  const near = catalog.relations.find(
    ({ schema: other, name }) => other === schema && (name.startsWith(resource) || resource.startsWith(name)),
  );
  throw new ApiError({
    status: 404,
    code: 'PGRST205',
    message: `Could not find the table '${schema}.${resource}' in the schema cache`,
    hint: near ? `Perhaps you meant the table '${schema}.${near.name}'` : null,
  });
}

export function findRelation(catalog: Catalog, schema: string, name: string): Relation | undefined {
  return catalog.relations.find((relation) => relation.schema === schema && relation.name === name);
}

/** The rows of a relation under its own name, as Postgres names them in errors. */
export function sourceOf(relation: Relation, alias = relation.name): RowSource {
  return { alias, types: new Map([...relation.columns.values()].map(({ name, type }) => [name, type])) };
}
