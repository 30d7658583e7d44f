import type { SimReply } from '#local/platforms/kit.ts';
import type { Procedure } from './catalog.ts';
import { type Call, findRelation, sourceOf } from './context.ts';
import { ApiError } from './errors.ts';
import { contentType, jsonBody } from './media.ts';
import { readRows } from './read.ts';
import { identifier, qualified } from './sql.ts';

/** Calls a function by named arguments: POST with a JSON object, GET and HEAD with query parameters. */
export async function callProcedure(call: Call): Promise<SimReply> {
  if (call.method !== 'POST' && call.method !== 'GET' && call.method !== 'HEAD') {
    const message = `Cannot use the ${call.method} method on RPC`;
    throw new ApiError({ status: 405, code: 'PGRST101', message });
  }
  const json =
    call.method === 'POST' ? jsonBody(call.headers['content-type'], call.body || '{}') : queryArguments(call);
  const names = argumentNames(json);
  const procedure = findProcedure(call, names);
  const invocation = invocationSql(procedure, names);
  const writes = call.method === 'POST' && procedure.isVolatile;
  if (!procedure.returnsSet && !procedure.returnsRows) return callScalar(call, procedure, invocation, json, writes);

  const relation = procedure.returnsTable ? findRelation(call.catalog, call.schema, procedure.returnsTable) : undefined;
  const alias = identifier(procedure.name);
  const source = relation ? sourceOf(relation, procedure.name) : { alias: procedure.name, types: new Map() };
  return readRows(call, {
    from: `(select called.* from ${invocation.from}lateral ${invocation.call} as called) as ${alias}`,
    selection: { catalog: call.catalog, relation, source },
    skip: new Set(call.method === 'POST' ? [] : names),
    values: invocation.takesJson ? [json] : [],
    writes,
  });
}

interface Invocation {
  /** SQL that unfolds the arguments, with a comma after it, or nothing. */
  readonly from: string;
  readonly call: string;
  readonly takesJson: boolean;
}

function invocationSql(procedure: Procedure, names: readonly string[]): Invocation {
  const name = qualified(procedure.schema, procedure.name);
  if (names.length === 0) return { from: '', call: `${name}()`, takesJson: false };
  const typeOf = (argument: string): string =>
    procedure.argumentTypes[procedure.argumentNames.indexOf(argument)] ?? 'text';
  const shape = names.map((argument) => `${identifier(argument)} ${typeOf(argument)}`);
  const given = names.map((argument) => `${identifier(argument)} := sent.${identifier(argument)}`);
  return {
    from: `json_to_record($1::json) as sent(${shape.join(', ')}), `,
    call: `${name}(${given.join(', ')})`,
    takesJson: true,
  };
}

async function callScalar(
  call: Call,
  procedure: Procedure,
  { from, call: invoked, takesJson }: Invocation,
  json: string,
  writes: boolean,
): Promise<SimReply> {
  const value = procedure.returnsVoid ? "''" : 'to_json(called.result)::text';
  const text = `select ${value} as body from ${from}lateral ${invoked} as called(result)`;
  const [row = {}] = await call.transaction(!writes, (run) => run(text, takesJson ? [json] : []));
  if (procedure.returnsVoid) return { status: 204, body: '' };
  return {
    status: 200,
    headers: { ...contentType('json'), 'content-range': '0-0/*' },
    body: String(row.body ?? 'null'),
  };
}

/** The function whose arguments are exactly those named, defaults left out. @throws ApiError 404 PGRST202. */
function findProcedure({ catalog, schema, resource }: Call, names: readonly string[]): Procedure {
  const found = catalog.procedures.find((procedure) => {
    if (procedure.schema !== schema || procedure.name !== resource) return false;
    const required = procedure.argumentNames.slice(0, procedure.argumentNames.length - procedure.defaults);
    return (
      names.every((name) => procedure.argumentNames.includes(name)) && required.every((name) => names.includes(name))
    );
  });
  if (found) return found;
  const list = names.join(', ');
  const described = names.length === 0 ? 'without parameters' : `with parameter${names.length > 1 ? 's' : ''} ${list}`;
  const near = catalog.procedures.find((procedure) => procedure.schema === schema && procedure.name === resource);
  throw new ApiError({
    status: 404,
    code: 'PGRST202',
    message: `Could not find the function ${schema}.${resource}${names.length === 0 ? ' without parameters' : `(${list})`} in the schema cache`,
    details: `Searched for the function ${schema}.${resource} ${described} or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache.`,
    hint: near
      ? `Perhaps you meant to call the function ${schema}.${resource}(${near.argumentNames.join(', ')})`
      : null,
  });
}

/** Query parameters that are arguments of some function of that name; the others filter its rows. */
function queryArguments({ catalog, schema, resource, query }: Call): string {
  const known = new Set(
    catalog.procedures
      .filter((procedure) => procedure.schema === schema && procedure.name === resource)
      .flatMap(({ argumentNames: names }) => names),
  );
  return JSON.stringify(Object.fromEntries([...query].filter(([name]) => known.has(name))));
}

function argumentNames(json: string): string[] {
  try {
    const parsed: unknown = JSON.parse(json);
    return parsed !== null && typeof parsed === 'object' && !Array.isArray(parsed) ? Object.keys(parsed) : [];
  } catch {
    throw new ApiError({ status: 400, code: 'PGRST102', message: 'Empty or invalid json' });
  }
}
