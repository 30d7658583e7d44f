import type { MappingDocument } from '#shared/mapping/document.ts';
import type { Route } from '#shared/sync/routes.ts';

/** Rows of the route table and their documents: people go both ways between two notebooks, and from one into the books. */
const route = (source: string, target: string, entity: string): Route => ({
  id: `${source}.person-${target}`,
  name: 'people',
  direction: 'push',
  source: { platform: source, entity: 'person' },
  target: { platform: target },
  steps: [{ entity, mapping: `${source}.person-${target}.${entity}` }],
});

export const toyRoutes: readonly Route[] = [
  route('left', 'right', 'person'),
  route('right', 'left', 'person'),
  route('left', 'quickbooks', 'customer'),
];

const person = (source: string, target: string): MappingDocument => ({
  id: `${source}.person-${target}.person`,
  version: 1,
  source: { platform: source, entity: 'person' },
  target: { platform: target, entity: 'person' },
  fields: [
    { to: 'email', from: 'email', required: true },
    { to: 'name', from: 'name', via: [{ op: 'null_if_empty' }] },
    { to: 'phone', from: 'phone', via: [{ op: 'null_if_empty' }] },
  ],
});

export const toyMappings: readonly MappingDocument[] = [
  person('left', 'right'),
  person('right', 'left'),
  {
    id: 'left.person-quickbooks.customer',
    version: 1,
    source: { platform: 'left', entity: 'person' },
    target: { platform: 'quickbooks', entity: 'customer' },
    fields: [
      { to: 'DisplayName', from: 'name', required: true },
      { to: 'PrimaryEmailAddr.Address', from: 'email', via: [{ op: 'email' }] },
    ],
  },
];
