import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roles } from '#shared/api/contract.ts';
import { contracts } from '#shared/api/contracts.ts';
import { validOf } from '#test/contract/arbitrary.ts';
import { type Checks, faultPaths } from '#test/contract/checks.ts';
import type { OpenApi, Operation } from '#test/contract/document.ts';
import {
  disturbedBody,
  hostileSegments,
  malformedBodies,
  verdict,
  wrongBodies,
  wrongValues,
} from '#test/contract/mutations.ts';
import type { RawReply, RawRequest } from '#test/contract/send.ts';
import { type ContractSetting, harmless, startContract, targetOf } from '#test/contract/setting.ts';
import { foreign, own, stateOf } from '#test/contract/two-tenants.ts';
import { cases } from '#test/support/seed.ts';

let contract: ContractSetting;
let api: OpenApi;
let checks: Checks;

beforeAll(async () => {
  contract = await startContract();
  ({ api, checks } = contract);
}, 400_000);
afterAll(() => contract.stop());

const json = { 'content-type': 'application/json' };
const as = (token: string) => ({ authorization: `Bearer ${token}` });
const admin = () => as(contract.tokens.admin);
const roleOf = ({ id }: Operation) => contracts.find(({ name }) => name === id)?.auth ?? 'public';
const send = (request: RawRequest): Promise<RawReply> => contract.send(request);

/** A body that the schema allows. */
function bodyOf(operation: Operation): string | undefined {
  if (!operation.body) return undefined;
  return JSON.stringify(fc.sample(validOf(operation.body, api.resolve), { numRuns: 1 })[0]);
}

const withBody = () => api.operations.filter(({ body }) => body !== undefined);

describe('the document', () => {
  it('has every contract and nothing else', () => {
    const known = contracts.map(({ name, method, path }) => `${name} ${method} ${path}`);
    expect(api.operations.map(({ id, method, path }) => `${id} ${method} ${path}`).sort()).toEqual(known.sort());
  });

  it('is served to tenants that have something to lose', () => {
    const { before, ownIds, foreignIds } = contract;
    expect(ownIds.length).toBeGreaterThan(5);
    expect(foreignIds.length).toBeGreaterThan(5);
    const types = [
      ...['run', 'failure', 'cause', 'connection', 'audit', 'confirmation', 'history', 'metric', 'job'],
      ...['reconciliation', 'closed_month', 'announcement', 'delivery', 'notification_settings', 'sandbox_mode'],
    ];
    for (const type of types) {
      expect(
        before.foreign.items.some((item) => item.type === type),
        type,
      ).toBe(true);
    }
  });
});

describe('what is refused', () => {
  it('is every call without a good token', async () => {
    const { cloud } = contract.product;
    const expired = await cloud.issueToken({ tenant: own, role: 'admin', user: 'u', ttl: -60 });
    const audience = await cloud.issueToken({ tenant: own, role: 'admin', user: 'u', audience: 'another' });
    const [head = '', claims = '', signature = ''] = contract.tokens.admin.split('.');
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url');
    const raised = Buffer.from(claims, 'base64url').toString().replace('"admin"', '"root"');
    const bad = [
      '',
      'x',
      'null',
      expired,
      audience,
      `${none}.${claims}.`,
      `${head}.${Buffer.from(raised).toString('base64url')}.${signature}`,
      `${head}.${claims}.`,
      `${head}.${claims}.${signature.slice(0, -4)}AAAA`,
      'a.b.c',
      'x'.repeat(4000),
    ];
    for (const operation of api.operations.filter(({ isPublic }) => !isPublic)) {
      const request = { method: operation.method, target: harmless(operation) };
      const headers = [{}, ...bad.map(as), { authorization: 'Basic YWRtaW46YWRtaW4=' }];
      for (const each of headers) {
        const made = { ...request, headers: { ...each, ...json }, body: bodyOf(operation) ?? '' };
        checks.refused(made, await send(made), 401);
      }
    }
  });

  it('is every call of a role that is too low, or of none', async () => {
    const { cloud } = contract.product;
    const strange = await Promise.all(
      ['', 'root', 'Admin', 'admin ', '__proto__'].map((role) => cloud.issueToken({ tenant: own, role, user: 'u' })),
    );
    const nobody = await cloud.issueToken({ tenant: '', role: 'admin', user: 'u' });
    for (const operation of api.operations.filter(({ isPublic }) => !isPublic)) {
      const needed = (roles as readonly string[]).indexOf(roleOf(operation));
      const lower = roles.slice(0, needed).map((role) => contract.tokens[role]);
      for (const token of [...lower, ...strange, nobody]) {
        const body = bodyOf(operation);
        const request = {
          method: operation.method,
          target: harmless(operation),
          headers: { ...as(token), ...json },
          ...(body === undefined ? {} : { body }),
        };
        const reply = await send(request);
        if (token === nobody) checks.refused(request, reply, 401, 'auth.unauthenticated');
        else checks.refused(request, reply, 403, 'auth.forbidden');
      }
    }
  });

  it('is what is no JSON (400), not sent as JSON (415), or too large (413)', async () => {
    const random = fc.sample(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }), { numRuns: cases(15) });
    const notJson = random.filter((text) => {
      try {
        return typeof JSON.parse(text) === 'undefined';
      } catch {
        return true;
      }
    });
    for (const operation of withBody()) {
      const request = { method: operation.method, target: harmless(operation), headers: { ...admin(), ...json } };
      for (const body of [...malformedBodies, ...notJson]) {
        const reply = await send({ ...request, body });
        checks.refused({ ...request, body }, reply, 400, 'request.malformed_json');
      }
      const body = bodyOf(operation) ?? '{}';
      for (const type of [
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
        '',
        'json',
      ]) {
        const typed = { ...request, body, headers: { ...admin(), ...(type ? { 'content-type': type } : {}) } };
        checks.refused(typed, await send(typed), 415, 'request.unsupported_media_type');
      }
      for (const size of [1_048_577, 4_000_000]) {
        const large = { ...request, body: `"${'x'.repeat(size)}"` };
        checks.refused({ ...large, body: `${size} characters` }, await send(large), 413, 'request.too_large');
      }
    }
    const [operation] = withBody();
    if (!operation) return;
    const huge = {
      method: operation.method,
      target: harmless(operation),
      headers: admin(),
      body: 'x'.repeat(11_000_000),
    };
    checks.refused({ ...huge, body: 'huge' }, await send(huge), 413);
  });

  /** Sends a body if the document does not allow it; every place it names must be among the faults of the answer. */
  const refusesBody = async (operation: Operation, value: unknown): Promise<void> => {
    const body = JSON.stringify(value);
    const { refused, paths } = verdict(operation, body);
    if (!refused) return;
    const request = { method: operation.method, target: harmless(operation), headers: { ...admin(), ...json }, body };
    const reply = await send(request);
    checks.refused(request, reply, 400);
    if (reply.json?.code === 'request.malformed_json' && /__proto__|\\ud[89a-f]/i.test(body)) return;
    // A pointer does not tell an element from a member that is called by a number.
    const alike = (path: string): string => path.replace(/\[(\d+)\]/g, '.$1').replace(/^\./, '');
    const named = faultPaths(reply).map(alike);
    const unnamed = paths
      .map(alike)
      .filter((path) => !named.some((name) => name === path || name.startsWith(path) || path.startsWith(name)));
    expect({ body, unnamed, named }).toEqual({ body, unnamed: [], named });
    expect(named.length, reply.text).toBeGreaterThan(0);
  };

  it('is every field of a wrong type or size, and it is named', async () => {
    for (const operation of withBody()) {
      const [valid] = fc.sample(validOf(operation.body ?? {}, api.resolve), { numRuns: 1 });
      for (const value of wrongBodies(operation, api, valid)) await refusesBody(operation, value);
    }
  });

  it('is every body the schema does not allow, whatever is wrong with it', async () => {
    for (const operation of withBody()) {
      const property = fc.asyncProperty(disturbedBody(operation, api), (value) => refusesBody(operation, value));
      await fc.assert(property, { numRuns: cases(150) });
    }
  });

  it('is a body that is missing', async () => {
    for (const operation of withBody()) {
      const request = { method: operation.method, target: harmless(operation), headers: { ...admin(), ...json } };
      checks.refused(request, await send(request), 400, 'request.invalid');
    }
  });

  it('is every query parameter with a value it cannot have, and it is named', async () => {
    for (const operation of api.operations) {
      const query = contracts.find(({ name }) => name === operation.id)?.query;
      const isStrict = query?._zod.def.catchall?._zod.def.type === 'never';
      const unknown = isStrict ? [['no_such_parameter', '1'] as const, ['__proto__', 'x'] as const] : [];
      const wrong = operation.parameters
        .filter((parameter) => parameter.in === 'query')
        .flatMap((parameter) => wrongValues(parameter, api).map((value) => [parameter.name, value] as const));
      for (const [name, value] of [...wrong, ...unknown]) {
        const target = `${harmless(operation)}?${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
        const request = { method: operation.method, target, headers: admin() };
        const reply = await send(request);
        checks.refused(request, reply, 400, 'request.invalid');
        expect(faultPaths(reply), `${request.method} ${target}`).toContain(name);
      }
    }
  });

  it('is whatever a path may hold in the place of an id', async () => {
    for (const operation of api.operations.filter(({ path }) => path.includes('{'))) {
      const body = operation.body ? '{}' : undefined;
      for (const segment of hostileSegments) {
        const request = {
          method: operation.method,
          target: targetOf(operation, () => segment),
          headers: { ...admin(), ...json },
          ...(body === undefined ? {} : { body }),
        };
        const reply = await send(request);
        checks.sound(request, reply, operation);
        expect(reply.status, `${request.method} ${request.target}`).toBeGreaterThanOrEqual(400);
        expect(reply.status, `${request.method} ${request.target}`).toBeLessThan(500);
      }
    }
  });

  it('is a method that a path does not have, and a path there is not', async () => {
    const methods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'PROPFIND'];
    const targets = [
      ...new Set(api.operations.map(harmless)),
      // Other addresses are pages of the console.
      '/api',
      '/api/',
      '//api/sync',
      '/api/nothing',
      '/favicon.ico',
    ];
    for (const target of targets) {
      const has = (method: string) =>
        api.operations.some(
          (each) => each.method === method && new RegExp(`^${each.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(target),
        );
      for (const method of methods.filter((each) => !has(each))) {
        for (const headers of [{}, admin()]) {
          const request = { method, target, headers };
          const reply = await send(request);
          if (method === 'HEAD') expect(reply.status).toBe(404);
          else checks.refused(request, reply, 404, 'route.not_found');
        }
      }
    }
  });

  it('is what no program would send', async () => {
    const segments = [...new Set(api.operations.flatMap(({ path }) => path.split('/').slice(1)))];
    const segment = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...segments.filter((part) => !part.includes('{'))) },
      { weight: 1, arbitrary: fc.constantFrom(...hostileSegments) },
      { weight: 1, arbitrary: fc.webSegment() },
    );
    const request = fc.record({
      method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH'),
      target: fc
        .tuple(fc.array(segment, { minLength: 1, maxLength: 5 }), fc.webQueryParameters())
        .map(([parts, query]) => `/${parts.join('/')}${query ? `?${query}` : ''}`),
      headers: fc.constantFrom(
        {},
        json,
        { 'content-type': 'text/plain' },
        { accept: 'text/html' },
        { cookie: '__proto__=1; =' },
      ),
      body: fc.oneof(fc.constant('{}'), fc.string({ unit: 'binary', maxLength: 40 }), fc.json({ maxDepth: 2 })),
    });
    await fc.assert(
      fc.asyncProperty(request, async (raw) => {
        const made = { ...raw, headers: { ...raw.headers, ...as(contract.tokens.viewer) } };
        checks.sound(made, await send(made));
      }),
      { numRuns: cases(1500) },
    );
  });

  it('changes nothing, but leaves its entries in the audit log', async () => {
    const { product, before } = contract;
    const without = ({ items, ...rest }: typeof before.own, own: RegExp) => ({
      ...rest,
      items: items.filter(({ type }) => !own.test(String(type))),
    });
    // Stock is balanced once a minute, whoever calls.
    const ours = /^(audit|stock_.*)$/;
    const theirs = /^stock_/;
    expect(without(await stateOf(product, own), ours)).toEqual(without(before.own, ours));
    expect(without(await stateOf(product, foreign), theirs)).toEqual(without(before.foreign, theirs));
  });
});
