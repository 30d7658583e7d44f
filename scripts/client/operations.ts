import type { JsonSchema, OpenApi, OpenApiOperation, OpenApiParameter } from './openapi-types.ts';
import { comment, member, typeOf } from './schema-type.ts';

/** One operation of the document with where it is. */
export interface Operation extends OpenApiOperation {
  readonly method: string;
  readonly path: string;
}

/** Every operation, in the document's order. */
export function operationsOf(document: OpenApi): readonly Operation[] {
  return Object.entries(document.paths).flatMap(([path, byMethod]) =>
    Object.entries(byMethod).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  );
}

const json = 'application/json';
const request = { isRequest: true };
const answer = { isRequest: false };

export const bodySchema = ({ requestBody }: Operation): JsonSchema | undefined => requestBody?.content[json]?.schema;

/** Schemas of the successful answers, each once. */
export function answerSchemas({ responses }: Operation): readonly JsonSchema[] {
  const successes = Object.entries(responses).filter(([status]) => /^2/.test(status));
  const schemas = successes.flatMap(([, { content }]) => content?.[json]?.schema ?? []);
  return [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()];
}

const capitalized = (name: string): string => `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
export const inputName = ({ operationId }: Operation): string => `${capitalized(operationId)}Input`;

const queryOf = ({ parameters = [] }: Operation) => parameters.filter((parameter) => parameter.in === 'query');

/** What the caller gives: parameters by name, and the body as `body`. */
export function inputType(operation: Operation): string {
  const { parameters = [] } = operation;
  const names = [...parameters.map(({ name }) => name), ...(bodySchema(operation) ? ['body'] : [])];
  if (new Set(names).size < names.length) throw new Error(`${operation.operationId}: two inputs of one name`);
  const fields = parameters.map((parameter) => member(memberOf(operation, parameter), request)).join('');
  return `export interface ${inputName(operation)} {\n${fields}${bodyMember(operation)}}\n`;
}

function memberOf({ operationId }: Operation, parameter: OpenApiParameter) {
  if (parameter.in !== 'path' && parameter.in !== 'query') {
    throw new Error(`${operationId}: the client does not send parameters in ${parameter.in}`);
  }
  return { name: parameter.name, schema: parameter.schema, isRequired: parameter.required === true };
}

function bodyMember(operation: Operation): string {
  const schema = bodySchema(operation);
  if (!schema) return '';
  return member({ name: 'body', schema, isRequired: operation.requestBody?.required === true }, request);
}

export function hasInput(operation: Operation): boolean {
  return (operation.parameters ?? []).length > 0 || bodySchema(operation) !== undefined;
}

/** Pages are told by their shape, so that lists read as such and `listAll` takes them. */
function answerType(schema: JsonSchema): string {
  const { items, next_cursor, ...rest } = schema.properties ?? {};
  if (!items?.items || !next_cursor || Object.keys(rest).length > 0) return typeOf(schema, answer);
  return `Page<${typeOf(items.items, answer)}>`;
}

/** The method of the client, with what it does, who may and how it is refused. */
export function method(operation: Operation): string {
  const { parameters = [], requestBody, operationId } = operation;
  const needsInput = requestBody?.required === true || parameters.some(({ required }) => required);
  const input = hasInput(operation) ? inputName(operation) : 'NoInput';
  const answers = answerSchemas(operation).map(answerType);
  const type = answers.length === 0 ? 'void' : answers.join(' | ');
  const signature = `(input${needsInput ? '' : '?'}: ${input}, options?: CallOptions) => Promise<${type}>`;
  return `${comment(methodComment(operation))}readonly ${operationId}: ${signature};\n`;
}

function methodComment(operation: Operation): readonly string[] {
  const { summary, description, path, method: verb, responses } = operation;
  const refusals = Object.entries(responses).flatMap(([status, response]) =>
    /^[45]/.test(status) && response.description.startsWith('`')
      ? [`@throws SyncProblem ${status} ${response.description}`]
      : [],
  );
  return [`${summary}. ${description ?? 'Needs no token.'}`, '', `\`${verb} ${path}\``, ...refusals];
}

/** How the runtime sends it. */
export function tableRow(operation: Operation): string {
  const { operationId, method: verb, path, security = [] } = operation;
  const query = queryOf(operation).map(({ name }) => name);
  const row = {
    method: verb,
    path,
    query,
    hasBody: bodySchema(operation) !== undefined,
    needsToken: security.length > 0,
    role: operation['x-role'] ?? null,
  };
  return `${operationId}: ${JSON.stringify(row)},\n`;
}
