import * as z from 'zod';
import type { SentMail } from '#local/cloud/emulators/mail-service.ts';
import type { HttpRequest } from '#local/cloud/http-api/event.ts';
import type { HttpAnswer } from '#local/cloud/http-api/response.ts';
import type { SimulatorServer } from '#local/platforms/kit.ts';
import { roles } from '#shared/api/contract.ts';
import type { Lab } from './lab.ts';

const tokenQuery = z.strictObject({
  tenant: z.string().min(1).max(64).default('demo'),
  role: z.enum(roles).default('admin'),
  user: z.string().min(1).max(64).default('local-user'),
});

const fault = z.strictObject({
  kind: z.enum(['reply', 'drop_before', 'drop_after', 'cut', 'delay']),
  method: z.string().optional(),
  path: z.string().refine(isPattern, 'must be a regular expression').optional(),
  body_matches: z.string().refine(isPattern, 'must be a regular expression').optional(),
  longer_than: z.number().int().nonnegative().optional(),
  times: z.number().int().nonnegative().optional(),
  after: z.number().int().nonnegative().optional(),
  status: z.number().int().min(200).max(599).optional(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.unknown().optional(),
  delay_ms: z.number().int().nonnegative().max(120_000).optional(),
});

export interface LocalRoutes {
  readonly issueToken: (request: { tenant: string; role: string; user: string }) => Promise<string>;
  /** Newest last. */
  readonly mails: () => readonly SentMail[];
  /** By name; empty without a demo shop. */
  readonly simulators: Readonly<Record<string, SimulatorServer>>;
  /** What else of the demo shop can be broken; absent without one. */
  readonly lab?: Lab | undefined;
}

const labChange = z.strictObject({
  /** Last closed day of the books; null opens them. */
  books_closed_to: z.iso.date().nullable().optional(),
  webhooks_lost: z.boolean().optional(),
});

/** What exists only here: `/local/token`, `/local/mails`, `/local/faults` and `/local/lab`. */
export function createLocalRoutes(routes: () => LocalRoutes) {
  return async (request: HttpRequest): Promise<HttpAnswer | undefined> => {
    const url = new URL(`http://localhost${request.target}`);
    if (!url.pathname.startsWith('/local/')) return undefined;
    const { issueToken, mails, simulators, lab } = routes();
    if (request.method === 'GET' && url.pathname === '/local/token') {
      const query = tokenQuery.safeParse(Object.fromEntries(url.searchParams));
      return query.success ? answer(200, { token: await issueToken(query.data) }) : invalid(query.error);
    }
    if (request.method === 'GET' && url.pathname === '/local/mails') {
      return answer(200, { items: mails().toReversed() });
    }
    if (url.pathname === '/local/faults') return faults(request, simulators);
    if (lab && url.pathname === '/local/lab') return experiment(request, lab);
    if (lab && url.pathname === '/local/lab/orders' && request.method === 'POST') return answer(201, lab.placeOrder());
    return problem(404, 'route.unknown', `There is no ${request.method} ${url.pathname}.`);
  };
}

function faults(request: HttpRequest, simulators: LocalRoutes['simulators']): HttpAnswer {
  const names = Object.keys(simulators);
  if (names.length === 0)
    return problem(409, 'faults.no_simulators', 'Faults need the simulators: start without --empty.');
  if (request.method === 'GET') {
    const items = Object.entries(simulators).flatMap(([platform, simulator]) =>
      simulator.armedFaults().map(({ fault: armed, hits }) => ({ platform, fault: armed, hits })),
    );
    return answer(200, { items });
  }
  if (request.method === 'DELETE') {
    for (const simulator of Object.values(simulators)) simulator.clearFaults();
    return answer(200, { cleared: names });
  }
  if (request.method !== 'POST')
    return problem(405, 'route.method', 'Use GET to see faults, POST to set them and DELETE to clear them.');
  const platform = z.enum(names as [string, ...string[]]);
  const schema = z.union([
    z.strictObject({ platform, faults: z.array(fault).min(1).max(100) }),
    fault.extend({ platform }).transform(({ platform: name, ...one }) => ({ platform: name, faults: [one] })),
  ]);
  const body = parseJson(request.body.toString('utf8'));
  if (body === undefined) return problem(400, 'request.malformed_json', 'The body is not JSON.');
  const parsed = schema.safeParse(body);
  if (!parsed.success) return invalid(parsed.error);
  const simulator = simulators[parsed.data.platform];
  for (const { path, body_matches, ...rest } of parsed.data.faults) {
    const defined = Object.entries({ path, body_matches, ...rest }).filter(([, value]) => value !== undefined);
    simulator?.addFault(Object.fromEntries(defined) as unknown as Parameters<SimulatorServer['addFault']>[0]);
  }
  return answer(201, { platform: parsed.data.platform, faults: parsed.data.faults });
}

function experiment(request: HttpRequest, lab: Lab): HttpAnswer {
  if (request.method === 'GET') return answer(200, lab.state());
  if (request.method !== 'PUT') return problem(405, 'route.method', 'Use GET to see the lab and PUT to change it.');
  const body = parseJson(request.body.toString('utf8'));
  if (body === undefined) return problem(400, 'request.malformed_json', 'The body is not JSON.');
  const parsed = labChange.safeParse(body);
  if (!parsed.success) return invalid(parsed.error);
  lab.change(parsed.data);
  return answer(200, lab.state());
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function invalid(error: z.ZodError): HttpAnswer {
  const issues = error.issues.flatMap((issue) => (issue.code === 'invalid_union' ? issue.errors.flat() : [issue]));
  const errors = issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  return problem(400, 'request.invalid', 'The request is not valid.', errors);
}

function problem(status: number, code: string, detail: string, errors?: unknown): HttpAnswer {
  return answer(
    status,
    { type: 'about:blank', title: 'Request refused', status, code, detail, ...(errors ? { errors } : {}) },
    'application/problem+json',
  );
}

function answer(status: number, body: unknown, type = 'application/json'): HttpAnswer {
  return { status, headers: { 'content-type': type, 'cache-control': 'no-store' }, body: JSON.stringify(body) };
}
