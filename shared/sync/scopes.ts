import { askedBy } from '../mapping/apply.ts';
import type { MappingDocument } from '../mapping/document.ts';
import { type Scope, type Surroundings, scopeOf } from '../mapping/scope.ts';
import type { LinkRepository } from './ports.ts';
import { dependencyRoute } from './route-table.ts';
import type { Route } from './routes.ts';
import { addressFor } from './work.ts';

/** Where it is known what targets have. */
export interface Standings {
  readonly deps: { readonly links: Pick<LinkRepository, 'findMany'> };
  readonly tenantId: string;
  readonly routes: readonly Route[];
}

/** A record that is to be mapped, and how it stands. */
interface Standing {
  readonly record: Parameters<typeof scopeOf>[0];
  readonly state: Surroundings['state'];
}

/** What a document reads of each record, and what the target has of those it asks about. */
export async function scopesFor(
  standings: Standings,
  route: Route,
  document: MappingDocument,
  beside: Omit<Surroundings, 'state'>,
  records: readonly Standing[],
): Promise<Scope[]> {
  const scopes = records.map(({ record, state }) => scopeOf(record, { ...beside, state }));
  const there = await thereFor(standings, route, document, scopes);
  return scopes.map((scope, index) => ({ ...scope, ...there[index] }));
}

/** What the target has of the records that a document asks about, one answer for each scope it is applied to. */
async function thereFor(
  { deps, tenantId, routes }: Standings,
  route: Route,
  document: MappingDocument,
  scopes: readonly Scope[],
): Promise<Readonly<Record<string, string>>[]> {
  if (!document.stands?.length) return scopes.map(() => ({}));
  const asked = scopes.map((scope) =>
    askedBy(document, scope).map(({ name, entity, id }) => {
      const dependency = dependencyRoute(route, entity, routes);
      const addresses = dependency?.steps.map((step) => addressFor(dependency, step.entity, { id })) ?? [];
      return { name, addresses };
    }),
  );
  const links = await deps.links.findMany(
    tenantId,
    asked.flatMap((own) => own.flatMap(({ addresses }) => addresses)),
  );
  let position = 0;
  return asked.map((own) =>
    Object.fromEntries(
      own.flatMap(({ name, addresses }) => {
        const found = links.slice(position, position + addresses.length);
        position += addresses.length;
        const made = found.find((link) => link?.state === 'linked');
        return made ? [[name, made.target_entity] as const] : [];
      }),
    ),
  );
}
