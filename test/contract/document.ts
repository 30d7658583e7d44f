import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** The part of JSON Schema that is read here; validation itself is done by a library. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: JsonSchema;
}

/** One operation of the document, with its references resolved one level deep. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  /** `/api/sync/status/{sync_id}`. */
  readonly path: string;
  readonly isPublic: boolean;
  readonly parameters: readonly Parameter[];
  /** Undefined where no body is read. */
  readonly body: JsonSchema | undefined;
  readonly accepts: ValidateFunction | undefined;
  readonly statuses: readonly string[];
  /** Why an answer is not as documented; undefined when it is. */
  readonly fault: (status: number, contentType: string, body: unknown) => string | undefined;
}

interface WireOperation {
  readonly operationId: string;
  readonly security: readonly unknown[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}

export interface OpenApi {
  readonly operations: readonly Operation[];
  readonly resolve: (schema: JsonSchema) => JsonSchema;
  /** Why this is no problem as documented. */
  readonly problemFault: (body: unknown) => string | undefined;
}

/** Reads an OpenAPI 3.1 document, whose schemas are JSON Schema 2020-12. */
export function readOpenApi(document: Record<string, unknown>): OpenApi {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(document, 'api');
  const pointer = (...parts: string[]): string =>
    `api#/${parts.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
  const compile = (...parts: string[]): ValidateFunction => ajv.compile({ $ref: pointer(...parts) });
  const explain = (validate: ValidateFunction, body: unknown): string | undefined =>
    validate(body) ? undefined : ajv.errorsText(validate.errors);
  const resolve = (schema: JsonSchema): JsonSchema => {
    if (schema.$ref === undefined) return schema;
    let found: unknown = document;
    for (const part of schema.$ref.split('/').slice(1)) found = (found as Record<string, unknown>)[part];
    return resolve(found as JsonSchema);
  };

  const paths = document.paths as Record<string, Record<string, WireOperation>>;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, wire]): Operation => {
      const at = ['paths', path, method];
      const schemas = new Map<string, ValidateFunction>();
      for (const [status, { content = {} }] of Object.entries(wire.responses)) {
        for (const type of Object.keys(content)) {
          schemas.set(`${status} ${type}`, compile(...at, 'responses', status, 'content', type, 'schema'));
        }
      }
      const json = wire.requestBody?.content['application/json'];
      return {
        id: wire.operationId,
        method: method.toUpperCase(),
        path,
        isPublic: wire.security.length === 0,
        parameters: wire.parameters ?? [],
        body: json && resolve(json.schema),
        accepts: json && compile(...at, 'requestBody', 'content', 'application/json', 'schema'),
        statuses: Object.keys(wire.responses),
        fault: (status, contentType, body) => {
          const type = contentType.split(';')[0] ?? '';
          const validate = schemas.get(`${status} ${type}`);
          return validate ? explain(validate, body) : `${status} ${type} is not documented for ${wire.operationId}`;
        },
      };
    }),
  );
  const problem = compile('components', 'schemas', 'Problem');
  return { operations, resolve, problemFault: (body) => explain(problem, body) };
}
