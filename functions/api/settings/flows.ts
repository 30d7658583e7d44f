import type * as z from 'zod';
import * as contract from '#shared/api/flows.ts';
import { changesOf } from '#shared/http/audit.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { type FieldFault, ProblemError } from '#shared/http/problem.ts';
import { invalidRequest } from '#shared/http/read-request.ts';
import { validateFilter } from '#shared/mapping-editor/validation.ts';
import type { FlowSettings } from '#shared/model/flow-settings.ts';
import { flowDefaults, policyOf } from '#shared/sync/flow-policy.ts';
import { entityNames, findRoute, platformNames } from '#shared/sync/route-table.ts';
import { type Route, routes } from '#shared/sync/routes.ts';
import { twinOf } from '#shared/sync/twins.ts';
import type { FlowsDeps } from './deps.ts';

type Flow = z.output<(typeof contract.putFlow.responses)[200]['schema']>;

function view(settings: FlowSettings, route: Route, connected: readonly string[]): Flow {
  const policy = policyOf(settings, route);
  const own = settings.flows[route.id] ?? {};
  return {
    flow_id: route.id,
    entity: route.name,
    source: { ...route.source },
    target: { platform: route.target.platform, documents: route.steps.map(({ entity }) => entity) },
    way: route.direction,
    two_way: route.steps.some((step) => twinOf(route, step, routes) !== undefined),
    connected: [route.source.platform, route.target.platform].every((platform) => connected.includes(platform)),
    active: policy.enabled,
    enabled: own.enabled ?? null,
    conflict: policy.conflict,
    delete_policy: policy.deletePolicy,
    filter: own.filter ?? null,
    chosen: { conflict: own.conflict ?? null, delete_policy: own.delete_policy ?? null },
  };
}

async function change(
  { flows }: FlowsDeps,
  tenantId: string,
  changed: (settings: FlowSettings) => FlowSettings,
): Promise<{ readonly before: FlowSettings; readonly after: FlowSettings }> {
  const before = await flows.settings(tenantId);
  const after = await flows.save(changed(before));
  if (!after)
    throw new ProblemError('flow.busy', 'Somebody else is changing the settings. Try again in a few seconds.');
  return { before, after };
}

/** Deleting on the target is asked for by name. */
function mustConfirm(policies: readonly (string | undefined)[], confirm: string | undefined): void {
  if (policies.includes('delete_remote') && confirm === undefined) {
    const detail =
      'With delete_remote, documents are deleted on the target after the delay. Send "confirm": "delete_remote" to choose it.';
    throw new ProblemError('confirmation_required', detail);
  }
}

export const listFlows = endpoint(contract.listFlows, async ({ caller: { tenantId } }, deps: FlowsDeps) => {
  const [settings, connected] = await Promise.all([deps.flows.settings(tenantId), deps.enabled(tenantId)]);
  return answer(200, { items: routes.map((route) => view(settings, route, connected)) });
});

export const putFlow = endpoint(
  contract.putFlow,
  async ({ params, body: { confirm, ...chosen }, caller: { tenantId } }, deps: FlowsDeps) => {
    const route = findRoute(params.flow_id);
    if (!route) {
      const valid = routes.map(({ id }) => id);
      throw new ProblemError('flow.not_found', `There is no flow ${params.flow_id}.`, { members: { valid } });
    }
    mustConfirm([chosen.delete_policy], confirm);
    if (chosen.filter !== undefined) refuse(validateFilter(deps.connectors, route, chosen.filter, 'filter'));
    const { before, after } = await change(deps, tenantId, (settings) => ({
      ...settings,
      flows: { ...settings.flows, [route.id]: chosen },
    }));
    const connected = await deps.enabled(tenantId);
    const [old, now] = [view(before, route, connected), view(after, route, connected)];
    return answer(200, now, { target: { type: 'flow', id: route.id }, ...changesOf(old, now) });
  },
);

const directionOf = ({ direction, source_of_truth }: FlowSettings) => ({
  all: direction.all ?? flowDefaults.direction,
  entities: direction.entities,
  source_of_truth,
});

export const getDirection = endpoint(contract.getDirection, async ({ caller }, { flows }: FlowsDeps) =>
  answer(200, directionOf(await flows.settings(caller.tenantId))),
);

export const putDirection = endpoint(
  contract.putDirection,
  async ({ body: { all, entities = {}, source_of_truth = {} }, caller: { tenantId } }, deps: FlowsDeps) => {
    refuse([
      ...unknownEntities('entities', entities),
      ...unknownEntities('source_of_truth', source_of_truth),
      ...unknownPlatforms(source_of_truth),
    ]);
    const { before, after } = await change(deps, tenantId, (settings) => ({
      ...settings,
      direction: { ...(all === undefined ? {} : { all }), entities },
      source_of_truth,
    }));
    const target = { type: 'settings', id: 'direction' };
    return answer(200, directionOf(after), { target, ...changesOf(directionOf(before), directionOf(after)) });
  },
);

const deletePolicyOf = ({ delete_policy, delete_delay_hours, delete_brake }: FlowSettings) => ({
  all: delete_policy.all ?? flowDefaults.delete_policy,
  entities: delete_policy.entities,
  delay_hours: delete_delay_hours ?? flowDefaults.delete_delay_hours,
  brake: delete_brake ?? flowDefaults.delete_brake,
});

export const getDeletePolicy = endpoint(contract.getDeletePolicy, async ({ caller }, { flows }: FlowsDeps) =>
  answer(200, deletePolicyOf(await flows.settings(caller.tenantId))),
);

export const putDeletePolicy = endpoint(
  contract.putDeletePolicy,
  async ({ body: { all, entities = {}, delay_hours, brake, confirm }, caller: { tenantId } }, deps: FlowsDeps) => {
    refuse(unknownEntities('entities', entities));
    mustConfirm([all, ...Object.values(entities)], confirm);
    const { before, after } = await change(deps, tenantId, (settings) => ({
      ...settings,
      delete_policy: { ...(all === undefined ? {} : { all }), entities },
      delete_delay_hours: delay_hours,
      delete_brake: brake,
    }));
    const target = { type: 'settings', id: 'delete-policy' };
    return answer(200, deletePolicyOf(after), { target, ...changesOf(deletePolicyOf(before), deletePolicyOf(after)) });
  },
);

function unknownEntities(path: string, named: Readonly<Record<string, unknown>>): FieldFault[] {
  const valid = entityNames();
  return Object.keys(named)
    .filter((name) => !valid.includes(name))
    .map((name) => ({
      path: `${path}.${name}`,
      code: 'unknown_entity',
      message: `There is no such entity; there are ${valid.join(', ')}.`,
    }));
}

function unknownPlatforms(truth: Readonly<Record<string, string>>): FieldFault[] {
  const valid = platformNames();
  return Object.entries(truth)
    .filter(([, platform]) => !valid.includes(platform))
    .map(([name]) => ({
      path: `source_of_truth.${name}`,
      code: 'unknown_platform',
      message: `There is no such platform; there are ${valid.join(', ')}.`,
    }));
}

function refuse(faults: readonly FieldFault[]): void {
  if (faults.length > 0) throw invalidRequest(faults);
}
