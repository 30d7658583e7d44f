import fc from 'fast-check';
import { defaultMappings } from '#shared/mapping/documents/index.ts';
import { validOf } from './arbitrary.ts';
import type { OpenApi, Operation } from './document.ts';
import type { RawRequest } from './send.ts';
import { missing, namesFor, targetOf, targetWith } from './setting.ts';
import { closedMonth, mappingId } from './two-tenants.ts';

/** Names under which an id, a token or a position of a list is given. */
export const isReference = (name: string) => /(^|_)(ids?|token|cursor|key|cause|parent|search)$/.test(name);
export const takesId = (operation: Operation): boolean =>
  operation.parameters.some((each) => each.in === 'path' && !namesFor(operation, each.name));

/** The paths of an operation with names in every way, and an id where it takes one. */
export function targetsOf(operation: Operation, id: string): string[] {
  const places = operation.parameters.filter((each) => each.in === 'path');
  const most = Math.max(1, ...places.map(({ name }) => namesFor(operation, name)?.length ?? 1));
  const targets = Array.from({ length: most }, (_, index) =>
    targetOf(operation, (name) => {
      const names = namesFor(operation, name);
      return names?.[index % names.length] ?? encodeURIComponent(id);
    }),
  );
  return targets.map((target) => (id === '' ? target + (found[operation.id] ?? '') : target));
}

/** Queries with which there is something to find, of those that find nothing without one. */
const found: Readonly<Record<string, string>> = {
  getSalesReport: `?start_date=${closedMonth}-01&end_date=${closedMonth}-31`,
  findRecords: '?search=1',
  previewSchedule: '?expression=30+3+*+*+*&time_zone=Europe/Berlin',
};

const document = defaultMappings.get(mappingId);

/** Requests whose parts fit together as no schema says, in an order in which one makes way for the next. */
export const examplesWith = (syncId: string): readonly Example[] => [
  { id: 'startReconciliation', body: { start_date: `${closedMonth}-01`, end_date: `${closedMonth}-07` } },
  {
    id: 'putNotificationSettings',
    body: { channels: { email: { enabled: true, recipients: ['ada@example.com'] } } },
  },
  {
    id: 'createSchedule',
    body: { name: 'Nightly', entity: 'orders', mode: 'full', expression: '30 3 * * *', time_zone: 'Europe/Berlin' },
  },
  { id: 'testNotification', body: { channel: 'email' } },
  { id: 'putSyncDirection', body: { all: 'bidirectional' } },
  { id: 'validateMapping', body: { document } },
  { id: 'putMapping', body: { document, expected_version: 1 } },
  { id: 'restoreMappingVersion', body: { expected_version: 2 } },
  { id: 'importMappings', body: { mappings: [{ mapping_id: mappingId, document }] } },
  { id: 'previewMapping', body: { document, record: { data: {} } } },
  { id: 'startMappingReplay', body: { document, records: 5 } },
  // Anything but a plan would have to be confirmed first.
  { id: 'undoSync', of: syncId, body: { dry_run: true } },
];

interface Example {
  readonly id: string;
  /** What its path names. */
  readonly of?: string;
  readonly body: unknown;
}

/** A request to which an id is given. */
export type Reference = (id: string) => RawRequest;

/**
 * Every place of an operation that takes an id, as what makes a request with a given one. The rest of it is what is
 * required and nothing else.
 */
export function referencesOf(
  operation: Operation,
  api: OpenApi,
  headers: Readonly<Record<string, string>>,
): Reference[] {
  const { method, parameters, body } = operation;
  const required = body && minimal(operation, api);
  const text = required && JSON.stringify(required);
  const request = (target: string, sent = text): RawRequest => ({
    method,
    target,
    headers,
    ...(sent === undefined ? {} : { body: sent }),
  });
  const path = (id: string) => targetWith(operation, id);
  const inQuery = parameters.filter((each) => each.in === 'query' && isReference(each.name));
  const inBody = Object.entries(body?.properties ?? {}).filter(([name]) => isReference(name));
  return [
    ...(takesId(operation) ? [(id: string) => request(path(id))] : []),
    ...inQuery.map(
      ({ name }): Reference =>
        (id) =>
          request(`${path(missing)}?${name}=${encodeURIComponent(id)}`),
    ),
    ...inBody.flatMap(([name, schema]) =>
      targetsOf(operation, missing).map(
        (target): Reference =>
          (id) => {
            const isList = api.resolve(schema).type === 'array';
            return request(target, JSON.stringify({ ...required, [name]: isList ? [id] : id }));
          },
      ),
    ),
  ];
}

function minimal(operation: Operation, api: OpenApi): Record<string, unknown> {
  const { required = [], properties = {} } = operation.body ?? {};
  const members = required.map((name) => [
    name,
    namesFor(operation, name)?.[0] ?? fc.sample(validOf(properties[name] ?? {}, api.resolve), { numRuns: 1 })[0],
  ]);
  return Object.fromEntries(members);
}
