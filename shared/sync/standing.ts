import { askedBy } from '../mapping/apply.ts';
import type { MappingDocument } from '../mapping/document.ts';
import type { Scope } from '../mapping/scope.ts';
import { dependencyRoute } from './route-table.ts';
import type { Route } from './routes.ts';
import type { WindowContext } from './window-context.ts';
import { addressFor } from './work.ts';

/** What the target has of the records that a document asks about, one answer for each scope it is applied to. */
export async function standingFor(
  context: WindowContext,
  route: Route,
  document: MappingDocument,
  scopes: readonly Scope[],
): Promise<Readonly<Record<string, string>>[]> {
  if (!document.stands?.length) return scopes.map(() => ({}));
  const asked = scopes.map((scope) =>
    askedBy(document, scope).map(({ name, entity, id }) => {
      const dependency = dependencyRoute(route, entity, context.routes);
      const addresses = dependency?.steps.map((step) => addressFor(dependency, step.entity, { id })) ?? [];
      return { name, addresses };
    }),
  );
  const links = await context.deps.links.findMany(
    context.tenantId,
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
