import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { validOf } from '#test/contract/arbitrary.ts';
import type { JsonSchema, Operation } from '#test/contract/document.ts';
import { examplesWith, isReference, referencesOf, takesId, targetsOf } from '#test/contract/references.ts';
import type { RawReply, RawRequest } from '#test/contract/send.ts';
import {
  type ContractSetting,
  missing,
  namesFor,
  startContract,
  targetOf,
  targetWith,
} from '#test/contract/setting.ts';
import { foreign, own, settled, stateOf } from '#test/contract/two-tenants.ts';
import { cases } from '#test/support/seed.ts';

let contract: ContractSetting;
beforeAll(async () => {
  contract = await startContract();
}, 400_000);
afterAll(() => contract.stop());

const headers = () => ({
  authorization: `Bearer ${contract.tokens.admin}`,
  accept: 'application/json',
  'content-type': 'application/json',
});

/** What no schema tells how to do right: it takes credentials, a state that a platform handed out, or its signature. */
const hard = new Set(['connectPlatform', 'finishQuickBooksSignIn', 'receiveAppWebhook', 'receiveConnectionWebhook']);

const references = (operation: Operation) => referencesOf(operation, contract.api, headers());

/** The text where it stands alone: a short number may be a part of any other id. */
const asWord = (text: string): RegExp =>
  new RegExp(`(?<![A-Za-z0-9])${text.replace(/[^A-Za-z0-9]/g, '\\$&')}(?![A-Za-z0-9])`, 'g');

/** An answer without what differs between any two: ids and times of the request, and the id that was asked for. */
function comparable({ status, headers: given, text }: RawReply, id: string) {
  const rest = Object.entries(given).filter(
    ([name]) => !/^(x-request-id|x-trace-id|apigw-requestid|date|content-length)$/.test(name),
  );
  const quoted = JSON.stringify(id).slice(1, -1);
  return {
    status,
    headers: Object.fromEntries(rest),
    text: text
      .replaceAll(asWord(quoted), '<id>')
      .replaceAll(asWord(missing), '<id>')
      .replace(/"request_id":"[^"]+"/, '')
      .replace(/"checked_at":"[^"]+"/, ''),
  };
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

  it('has ids that look exactly like those nobody has, wherever they are given', { timeout: 1_200_000 }, async () => {
    let compared = 0;
    let questions = 0;
    // What these start finds records of the other tenant: both have one shop. So they come last.
    const isSync = ({ id }: Operation): boolean => id === 'startSync';
    const operations = contract.api.operations.filter(({ isPublic }) => !isPublic);
    for (const operation of operations.toSorted((a, b) => Number(isSync(a)) - Number(isSync(b)))) {
      for (const make of references(operation)) {
        // A start that succeeds changes what the next one finds: it is no question about an id. An id that a sync was
        // started with is known from then on, so each question has one of its own.
        questions += 1;
        const nobody = missing.slice(String(questions).length) + String(questions);
        const nobodys = comparable(await contract.send(make(nobody)), nobody);
        // A plan that was made has a name and a token of its own each time.
        const isStart = ['sync.already_running', 'confirmation_required'].some((code) => nobodys.text.includes(code));
        if (nobodys.status === 202 || isStart) continue;
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
  const bodyOf = (operation: Operation, body: JsonSchema) => {
    const names = Object.keys(body.properties ?? {}).filter((name) => isReference(name) && !name.endsWith('key'));
    const ids = fc.array(fc.constantFrom(...contract.ownIds, contract.ownOrder), { minLength: 1, maxLength: 3 });
    return fc.tuple(validOf(body, contract.api.resolve), ids, fc.boolean()).map(([valid, [id, ...more], isKnown]) => {
      const given = { ...(valid as Record<string, unknown>) };
      for (const name of isKnown ? names.filter((each) => each in given) : []) {
        given[name] = Array.isArray(given[name]) ? [id, ...more] : id;
      }
      for (const name of isKnown ? Object.keys(given) : [])
        given[name] = namesFor(operation, name)?.at(-1) ?? given[name];
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
      ...(operation.body ? { body: bodyOf(operation, operation.body) } : {}),
    });
  };

  /** A read of each thing and of each list; each thing wherever a change names one. */
  const thingsFor = (operation: Operation, ids: readonly string[]): RawRequest[][] => {
    if (operation.method !== 'GET') return references(operation).map((make) => ids.map(make));
    const targets = (takesId(operation) ? ids : ['']).flatMap((id) => targetsOf(operation, id));
    return [targets.map((target) => ({ method: 'GET', target, headers: headers() }))];
  };
  /** Of what starts work, whatever it is given, no more is started. */
  const enough = 2;

  it('is answered as the document describes it', { timeout: 1_200_000 }, async () => {
    const seen = new Map(contract.api.operations.map(({ id }) => [id, new Set<number>()]));
    const ask = async (request: RawRequest, operation: Operation): Promise<RawReply> => {
      const reply = await contract.send(request);
      seen.get(operation.id)?.add(reply.status);
      contract.checks.documented(request, reply, operation);
      if (reply.status >= 400) contract.checks.sound(request, reply, operation);
      return reply;
    };
    const tokens: string[] = [];
    // What takes something away comes late, and last what leads to another workspace, where there is nothing.
    const place = ({ id, method }: Operation) => (id === 'setSandboxMode' ? 2 : Number(method === 'DELETE'));
    const ordered = contract.api.operations.toSorted((a, b) => place(a) - place(b));
    const isList = (operation: Operation) => operation.method === 'GET' && !takesId(operation);
    // Files that are there on the second call are asked for twice.
    for (const operation of contract.api.operations.filter(isList)) {
      for (const target of targetsOf(operation, '')) await contract.send({ method: 'GET', target, headers: headers() });
    }
    await settled(contract.product);
    for (const { id, of: thing = '', body } of examplesWith(contract.ownSync)) {
      const operation = ordered.find((each) => each.id === id);
      if (!operation) throw new Error(`no operation ${id}`);
      const { method } = operation;
      await ask(
        { method, target: targetWith(operation, thing), headers: headers(), body: JSON.stringify(body) },
        operation,
      );
    }
    await settled(contract.product);
    for (const operation of ordered) {
      // Each thing there is, once; then whatever the schemas allow.
      for (const requests of thingsFor(operation, [contract.ownOrder, ...contract.ownIds, ...tokens])) {
        let started = 0;
        for (const request of requests) {
          if (operation.method !== 'GET' && started === enough) break;
          const reply = await ask(request, operation);
          if (reply.status === 202) started += 1;
          if (typeof reply.json?.token === 'string') tokens.push(reply.json.token);
        }
      }
      if (operation.method !== 'GET') await contract.product.cloud.idle(60_000);
      await fc.assert(
        fc.asyncProperty(requestOf(operation), async (request) => void (await ask(request, operation))),
        { numRuns: cases(operation.method === 'GET' ? 24 : 15) },
      );
    }
    const never = [...seen].filter(([id, statuses]) => !hard.has(id) && ![...statuses].some((status) => status < 300));
    expect(never.map(([id]) => id)).toEqual([]);
    const reads = ordered.filter(({ id, method }) => method === 'GET' && !hard.has(id));
    expect(reads.filter(({ id }) => !seen.get(id)?.has(200)).map(({ id }) => id)).toEqual([]);
  });

  it('leaves the other tenant as it was', async () => {
    await settled(contract.product);
    expect(await stateOf(contract.product, foreign)).toEqual(contract.before.foreign);
    expect((await stateOf(contract.product, own)).items.length).toBeGreaterThan(contract.before.own.items.length);
  });
});
