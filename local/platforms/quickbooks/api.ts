import { parseExact } from '#shared/core/json.ts';
import type { SimReply, SimRequest } from '../kit.ts';
import { runBatch } from './batch.ts';
import { changesSince } from './cdc.ts';
import { companyDocument } from './company-documents.ts';
import { errors, QuickBooksFault, refuse } from './faults.ts';
import { runQuery } from './query.ts';
import type { Realm } from './realm.ts';
import { idLimits, requestId } from './replay.ts';
import { bare, faultReply, success } from './replies.ts';
import { createTaxCode, exchangeRate } from './services.ts';
import type { EntitySpec, Operation } from './specs/entity-spec.ts';
import { findSpec } from './specs/index.ts';
import { jsonOf } from './table.ts';
import { isRow, type Row } from './values.ts';

/** One authorised call on a company. `segments` is the path after `/v3/company/<realm>/`. */
export interface ApiCall {
  readonly realm: Realm;
  readonly request: SimRequest;
  readonly segments: readonly string[];
}

/** Answers one call on a company's books. */
export async function handleApi(call: ApiCall): Promise<SimReply> {
  const { realm, request } = call;
  const accept = request.headers.accept ?? '';
  // Without an explicit wish for JSON the platform speaks XML.
  const wantsXml = !accept.includes('application/json');
  try {
    return await dispatch(call, wantsXml);
  } catch (error) {
    if (error instanceof QuickBooksFault) return faultReply(error, realm.company.time(), wantsXml);
    throw error;
  }
}

async function dispatch(call: ApiCall, wantsXml: boolean): Promise<SimReply> {
  const { realm, request, segments } = call;
  const { company } = realm;
  const [first = '', second] = segments;
  switch (`${request.method} ${segments.length === 1 ? first : `${first}/*`}`) {
    case 'GET query':
      return read(call, wantsXml, () => `"QueryResponse":${runQuery(company, request.query.get('query') ?? '')}`);
    case 'POST query':
      return read(call, wantsXml, () => `"QueryResponse":${runQuery(company, postedStatement(request))}`);
    case 'GET cdc':
      return read(call, wantsXml, () => {
        const { query } = request;
        return changesSince(company, query.get('entities') ?? '', query.get('changedSince') ?? '');
      });
    case 'GET exchangerate':
      return read(call, wantsXml, () => `"ExchangeRate":${exchangeRate(company, request.query)}`);
    case 'GET preferences':
      return read(call, wantsXml, () => `"Preferences":${jsonOf(companyDocument(company, 'Preferences'))}`);
    case 'POST batch':
      return batch(call, wantsXml);
    case 'POST taxservice/*':
      if (second !== 'taxcode' || segments.length !== 2) return unsupported(request);
      return taxService(call);
    default:
      return entity(call, wantsXml);
  }
}

function taxService({ realm, request }: ApiCall): SimReply {
  const json = createTaxCode(realm.company, bodyOf(request));
  realm.company.meters.writes += 1;
  return bare(json);
}

function read({ realm }: ApiCall, wantsXml: boolean, run: () => string): SimReply {
  const inside = run();
  realm.company.meters.metered_reads += 1;
  return success(realm.company, inside, wantsXml);
}

function entity(call: ApiCall, wantsXml: boolean): Promise<SimReply> | SimReply {
  const { request, segments } = call;
  const [name = '', id] = segments;
  const spec = findSpec(name);
  // Path segments are the lower-case entity names.
  if (!spec || name !== name.toLowerCase()) return unsupported(request);
  if (request.method === 'GET' && segments.length === 2) return readOne(call, wantsXml, spec, id ?? '');
  if (request.method === 'POST' && segments.length === 1) return writeOne(call, wantsXml, spec);
  return unsupported(request);
}

function readOne(call: ApiCall, wantsXml: boolean, spec: EntitySpec, id: string): SimReply {
  return read(call, wantsXml, () => {
    const { company } = call.realm;
    if (spec.name === 'CompanyInfo') {
      if (id !== company.identity.realmId && id !== '1') refuse(errors.notFound());
      return `"CompanyInfo":${jsonOf(companyDocument(company, 'CompanyInfo'))}`;
    }
    const named = spec.name === 'TaxCode' && (id === 'TAX' || id === 'NON');
    if (!/^\d+$/.test(id) && !named) throw new QuickBooksFault([errors.invalidId(id)], { timed: false });
    const entry = company.table(spec.name).get(id);
    return entry ? `"${spec.name}":${jsonOf(entry)}` : refuse(errors.notFound());
  });
}

const operations: readonly string[] = ['create', 'update', 'delete', 'void'];

function writeOne(call: ApiCall, wantsXml: boolean, spec: EntitySpec): Promise<SimReply> | SimReply {
  const { realm, request } = call;
  const id = requestId(request.query, idLimits.single);
  const kept = id === undefined ? undefined : realm.replays.find(id);
  if (kept !== undefined) return success(realm.company, kept, wantsXml);
  const operation = request.query.get('operation') ?? undefined;
  if (operation !== undefined && !operations.includes(operation)) refuse(errors.unsupported(operation));
  const include = new Set((request.query.get('include') ?? '').split(',').map((flag) => flag.trim()));
  const body = bodyOf(request);
  return exclusive(realm, [spec.name], () => {
    const json = realm.write({ spec, operation: operation as Operation | undefined, body, include });
    const inside = `"${spec.name}":${json}`;
    if (id !== undefined) realm.replays.keep(id, inside);
    return success(realm.company, inside, wantsXml);
  });
}

function batch(call: ApiCall, wantsXml: boolean): Promise<SimReply> | SimReply {
  const { realm, request } = call;
  const id = requestId(request.query, idLimits.batch);
  const body = bodyOf(request);
  const items = Array.isArray(body.BatchItemRequest) ? body.BatchItemRequest : [];
  const names = items.flatMap((item) => (isRow(item) ? Object.keys(item) : []));
  return exclusive(realm, names, () => success(realm.company, runBatch(realm, body, id), wantsXml));
}

const nameLists: readonly string[] = ['Customer', 'Vendor', 'Employee', 'Item'];

/** Runs the work; with `nameWriteMs` set, a name-list write takes that long and refuses another meanwhile (6000). */
function exclusive(realm: Realm, names: readonly string[], work: () => SimReply): Promise<SimReply> | SimReply {
  const { nameWriteMs } = realm.company.settings;
  if (nameWriteMs <= 0 || !names.some((name) => nameLists.includes(name))) return work();
  if (realm.nameWrites > 0) refuse(errors.business('You can only add or edit one name at a time.'));
  realm.nameWrites += 1;
  return realm.company.clock
    .sleep(nameWriteMs)
    .then(work)
    .finally(() => {
      realm.nameWrites -= 1;
    });
}

/** The statement of a query sent by POST, which must come as `application/text`. */
function postedStatement(request: SimRequest): string {
  if (!/^(application|text)\/(text|plain)/.test(request.headers['content-type'] ?? '')) unsupported(request);
  return request.body;
}

function bodyOf(request: SimRequest): Row {
  let body: unknown;
  try {
    body = parseExact(request.body);
  } catch {
    refuse(errors.unsupportedProperty('The request body is not valid JSON'));
  }
  return isRow(body) ? body : refuse(errors.unsupportedProperty('The request body is not a JSON object'));
}

function unsupported({ path }: SimRequest): never {
  return refuse(
    errors.unsupported(
      `Could not find resource for relative : ${path} of full path: https://quickbooks.api.intuit.com${path}`,
    ),
  );
}
