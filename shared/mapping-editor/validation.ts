import type { Connector } from '../connectors/connector.ts';
import { defaultMappings } from '../mapping/documents/index.ts';
import type { MappingFault } from '../mapping/validate/faults.ts';
import {
  type MappingContext,
  type Validation,
  validateCondition,
  validateMapping,
} from '../mapping/validate/validate.ts';
import type { ObjectSchema, RecordSchema } from '../model/record-schema.ts';
import { dependencyRoute } from '../sync/route-table.ts';
import { type Route, routes, type Step } from '../sync/routes.ts';

/** Schemas and settings of the platforms, without a connection to any. */
export type Platforms = Readonly<Record<string, Pick<Connector, 'schemas' | 'settings' | 'title'>>>;

/** Where a mapping is used. */
export interface MappingUse {
  readonly route: Route;
  readonly step: Step;
}

export function useOf(mappingId: string): MappingUse | undefined {
  for (const route of routes) {
    const step = route.steps.find(({ mapping }) => mapping === mappingId);
    if (step) return { route, step };
  }
  return undefined;
}

/** Checks a document as this mapping. */
export function validateAs(platforms: Platforms, use: MappingUse, document: unknown): Validation {
  return validateMapping(document, contextOf(platforms, use));
}

/** Checks a condition that is to decide which records of a route go, under `where`. */
export function validateFilter(
  platforms: Platforms,
  route: Route,
  given: unknown,
  where: string,
): readonly MappingFault[] {
  return validateCondition(given, readableOf(platforms, route), where);
}

/** What a record of this route can be asked for. */
function readableOf(platforms: Platforms, route: Route): Pick<MappingContext, 'source' | 'settings'> {
  const { source, target } = route;
  const to = platforms[target.platform];
  return {
    source: withProvided(platforms[source.platform]?.schemas?.source?.[source.entity], route),
    settings: to && Object.keys(to.settings.shape),
  };
}

/** What this mapping is checked against. */
export function contextOf(platforms: Platforms, { route, step }: MappingUse): MappingContext {
  const { source, target } = route;
  const identity = { id: step.mapping, source, target: { platform: target.platform, entity: step.entity } };
  return {
    identity,
    ...readableOf(platforms, route),
    target: platforms[target.platform]?.schemas?.target?.[step.entity],
    references: entitiesReached(route),
    steps: route.steps.slice(0, route.steps.indexOf(step)).map(({ entity }) => entity),
  };
}

/** Entities of the source that some route brings to the same target. */
function entitiesReached(route: Route): string[] {
  const entities = new Set(routes.map(({ source }) => source.entity));
  return [...entities].filter((entity) => dependencyRoute(route, entity) !== undefined);
}

/** Records that other mappings bring along come through this one too: what they have can be read. */
function withProvided(schema: ObjectSchema | undefined, { source, target }: Route): ObjectSchema | undefined {
  if (!schema) return undefined;
  const provided = [...defaultMappings.values()]
    .filter((each) => each.source.platform === source.platform && each.target.platform === target.platform)
    .flatMap(({ provides = [] }) => provides.filter(({ entity }) => entity === source.entity));
  const names = provided.flatMap(({ data }) => Object.keys(data));
  const extra = names.map((name): [string, RecordSchema] => [name, { kind: 'any' }]);
  return { ...schema, fields: { ...Object.fromEntries(extra), ...schema.fields } };
}
