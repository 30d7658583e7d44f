import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { validOf } from '#test/contract/arbitrary.ts';
import type { JsonSchema, Operation } from '#test/contract/document.ts';
import type { RawReply, RawRequest } from '#test/contract/send.ts';
import {
  type ContractSetting,
  fuzzing,
  missing,
  namesFor,
  startContract,
  targetOf,
  targetWith,
} from '#test/contract/setting.ts';
import { closedMonth, foreign, own, settled, stateOf } from '#test/contract/two-tenants.ts';

const { seed, runs } = fuzzing();
let contract: ContractSetting;
beforeAll(async () => {
  contract = await startContract();
});
afterAll(() => contract.stop(seed));

const headers = () => ({
  authorization: `Bearer ${contract.tokens.admin}`,
  accept: 'application/json',
  'content-type': 'application/json',
});

/** An answer without what differs between any two: ids and times of the request, and the id that was asked for. */
function comparable({ status, headers: given, text }: RawReply, id: string) {
  const rest = Object.entries(given).filter(
    ([name]) => !/^(x-request-id|apigw-requestid|date|content-length)$/.test(name),
  );
  const quoted = JSON.stringify(id).slice(1, -1);
  return {
    status,
    headers: Object.fromEntries(rest),
    text: text
      .replaceAll(quoted, '<id>')
      .replaceAll(missing, '<id>')
      .replace(/"request_id":"[^"]+"/, '')
      .replace(/"checked_at":"[^"]+"/, ''),
  };
}

/** Names under which an id, a token or a position of a list is given. */
const isReference = (name: string) => /(^|_)(ids?|token|cursor|key|cause|parent|search)$/.test(name);
const takesId = (operation: Operation) =>
  operation.parameters.some((each) => each.in === 'path' && !namesFor(operation, each.name));

/** The paths of an operation with names in every way, and an id where it takes one. */
function targetsOf(operation: Operation, id: string): string[] {
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
};

/** Every place of an operation that takes an id, as what makes a request with a given one. */
function referencesOf(operation: Operation): ((id: string) => RawRequest)[] {
  const { method, parameters, body } = operation;
  const path = (id: string) => targetWith(operation, id);
  const required = body && minimal(operation);
  const text = required && JSON.stringify(required);
  const request = (target: string, sent = text): RawRequest => ({
    method,
    target,
    headers: headers(),
    ...(sent === undefined ? {} : { body: sent }),
  });
  const inQuery = parameters.filter((each) => each.in === 'query' && isReference(each.name));
  const inBody = Object.entries(body?.properties ?? {}).filter(([name]) => isReference(name));
  return [
    ...(takesId(operation) ? [(id: string) => request(path(id))] : []),
    ...inQuery.map(
      ({ name }) =>
        (id: string) =>
          request(`${path(missing)}?${name}=${encodeURIComponent(id)}`),
    ),
    ...inBody.map(([name, schema]) => (id: string) => {
      const isList = contract.api.resolve(schema).type === 'array';
      return request(path(missing), JSON.stringify({ ...required, [name]: isList ? [id] : id }));
    }),
  ];
}

/** The body with what is required and nothing else. */
function minimal({ body }: Operation): Record<string, unknown> {
  const { required = [], properties = {} } = body ?? {};
  const members = required.map((name) => [
    name,
    fc.sample(validOf(properties[name] ?? {}, contract.api.resolve), { seed, numRuns: 1 })[0],
  ]);
  return Object.fromEntries(members);
}

describe('the other tenant', () => {
  it('is not in any answer', async () => {
    const marks = [...contract.foreignIds, foreign, `user of ${foreign}`];
    const gets = contract.api.operations.filter(({ method }) => method === 'GET');
    for (const operation of gets) {
      const ids = takesId(operation) ? [...contract.ownIds.slice(0, 20), contract.ownOrder] : [''];
      for (const target of ids.flatMap((id) => targetsOf(operation, id))) {
        const reply = await contract.send({ method: 'GET', target, headers: headers() });
        expect(
          marks.filter((mark) => reply.text.includes(mark)),
          `GET ${target}`,
        ).toEqual([]);
      }
    }
  });

  it('has ids that look exactly like those nobody has, wherever they are given', async () => {
    let compared = 0;
    for (const operation of contract.api.operations.filter(({ isPublic }) => !isPublic)) {
      for (const make of referencesOf(operation)) {
        // A start that succeeds changes what the next one finds: it is no question about an id.
        const nobodys = comparable(await contract.send(make(missing)), missing);
        if (nobodys.status === 202 || nobodys.text.includes('sync.already_running')) continue;
        for (const id of [...contract.foreignIds, contract.foreignOrder]) {
          const request = make(id);
          const reply = await contract.send(request);
          contract.checks.sound(request, reply, operation);
          expect({ ...comparable(reply, id), operation: operation.id, id }).toEqual({
            ...nobodys,
            operation: operation.id,
            id,
          });
          compared += 1;
        }
      }
    }
    expect(compared).toBeGreaterThan(50);
  });

  it('is as it was', async () => {
    expect(await stateOf(contract.product, foreign)).toEqual(contract.before.foreign);
  });
});

describe('a request as the document describes it', () => {
  /** Values of a path parameter: well known names, ids of this tenant, and some that are not there. */
  const segment = (operation: Operation, name: string) => {
    const known = namesFor(operation, name);
    if (known) return fc.constantFrom(...known, ...known, 'unicorns');
    return fc.constantFrom(...contract.ownIds, contract.ownOrder, missing);
  };

  /** A body that names things there are, now and then, where it names any. */
  const bodyOf = (body: JsonSchema) => {
    const names = Object.keys(body.properties ?? {}).filter((name) => isReference(name) && !name.endsWith('key'));
    const ids = fc.array(fc.constantFrom(...contract.ownIds, contract.ownOrder), { minLength: 1, maxLength: 3 });
    return fc.tuple(validOf(body, contract.api.resolve), ids, fc.boolean()).map(([valid, [id, ...more], isKnown]) => {
      const given = { ...(valid as Record<string, unknown>) };
      for (const name of isKnown ? names.filter((each) => each in given) : []) {
        given[name] = Array.isArray(given[name]) ? [id, ...more] : id;
      }
      return JSON.stringify(given);
    });
  };

  const requestOf = (operation: Operation): fc.Arbitrary<RawRequest> => {
    const { resolve } = contract.api;
    const part = (place: string) => operation.parameters.filter((each) => each.in === place);
    const query = fc.record(
      Object.fromEntries(part('query').map(({ name, schema }) => [name, validOf(schema, resolve)])),
      { requiredKeys: part('query').flatMap(({ name, required }) => (required ? [name] : [])), noNullPrototype: true },
    );
    return fc.record({
      method: fc.constant(operation.method),
      headers: fc.constant(headers()),
      target: fc
        .tuple(fc.record(Object.fromEntries(part('path').map(({ name }) => [name, segment(operation, name)]))), query)
        .map(([path, given]) => {
          const text = Object.entries(given)
            .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
            .join('&');
          const target = targetOf(operation, (name) => encodeURIComponent(String(path[name])));
          return text === '' ? target : `${target}?${text}`;
        }),
      ...(operation.body ? { body: bodyOf(operation.body) } : {}),
    });
  };

  it('is answered as the document describes it', async () => {
    const seen = new Map<string, Set<number>>();
    // What takes something away comes late, and last what leads to another workspace, where there is nothing.
    const place = ({ id, method }: Operation) => (id === 'setSandboxMode' ? 2 : Number(method === 'DELETE'));
    const ordered = contract.api.operations.toSorted((a, b) => place(a) - place(b));
    const isList = (operation: Operation) => operation.method === 'GET' && !takesId(operation);
    // Files that are there on the second call are asked for twice.
    for (const operation of contract.api.operations.filter(isList)) {
      for (const target of targetsOf(operation, '')) await contract.send({ method: 'GET', target, headers: headers() });
    }
    await settled(contract.product);
    for (const operation of ordered) {
      const statuses = new Set<number>();
      seen.set(operation.id, statuses);
      // Each thing there is, once; then whatever the schemas allow.
      const things = takesId(operation) ? [...contract.ownIds, contract.ownOrder] : [''];
      for (const target of operation.method === 'GET' ? things.flatMap((id) => targetsOf(operation, id)) : []) {
        const request = { method: 'GET', target, headers: headers() };
        const reply = await contract.send(request);
        statuses.add(reply.status);
        contract.checks.documented(request, reply, operation);
      }
      await fc.assert(
        fc.asyncProperty(requestOf(operation), async (request) => {
          const reply = await contract.send(request);
          statuses.add(reply.status);
          contract.checks.documented(request, reply, operation);
          if (reply.status >= 400) contract.checks.sound(request, reply, operation);
        }),
        runs(operation.method === 'GET' ? 40 : 25),
      );
    }
    const gets = contract.api.operations.filter(
      ({ method, id }) => method === 'GET' && id !== 'finishQuickBooksSignIn',
    );
    const neverFound = gets.filter(({ id }) => !seen.get(id)?.has(200)).map(({ id }) => id);
    expect(neverFound).toEqual([]);
  });

  it('leaves the other tenant as it was', async () => {
    await contract.product.cloud.idle(60_000).catch(() => undefined);
    expect(await stateOf(contract.product, foreign)).toEqual(contract.before.foreign);
    expect((await stateOf(contract.product, own)).items.length).toBeGreaterThan(contract.before.own.items.length);
  });
});
