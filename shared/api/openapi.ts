import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponsesObject,
} from 'zod-openapi';
import { type Contract, type ContractResponse, roles } from './contract.ts';
import { problemSchema } from './problem.ts';

const description = `Keeps WooCommerce, QuickBooks Online, Supabase and EasySale POS in step.

Errors are \`application/problem+json\` (RFC 9457) with a stable \`code\`; every faulty field is in \`errors\`. Lists are newest
first and walked with \`limit\` and \`cursor\`. Every answer carries \`x-request-id\`.`;

/** Problems any endpoint may answer. */
const general: readonly { status: number; when: string; where: (contract: Contract) => boolean }[] = [
  { status: 400, when: 'The request is not valid; `errors` names every fault', where: takesInput },
  { status: 401, when: 'No valid token', where: ({ auth }) => auth !== 'public' },
  { status: 403, when: 'The role does not allow this', where: ({ auth }) => auth !== 'public' },
  { status: 413, when: 'The body is larger than 1 MB', where: ({ body, raw }) => body !== undefined || raw === true },
  { status: 415, when: 'The body is not JSON', where: ({ body }) => body !== undefined },
  { status: 500, when: 'Something went wrong on our side', where: () => true },
];

function takesInput({ params, query, body }: Contract): boolean {
  return params !== undefined || query !== undefined || body !== undefined;
}

/** The OpenAPI 3.1 document of these contracts, made from the schemas that validate. */
export function openApiDocument(contracts: readonly Contract[]): object {
  const paths: ZodOpenApiPathsObject = {};
  for (const contract of contracts) {
    paths[contract.path] = { ...paths[contract.path], [contract.method.toLowerCase()]: operation(contract) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'EasySale Sync',
      version: '1.0.0',
      description,
      license: { name: 'Proprietary', identifier: 'LicenseRef-Proprietary' },
    },
    servers: [{ url: '/', description: 'The host that serves this document' }],
    tags: [...new Set(contracts.map(({ group }) => group))].map((name) => ({ name })),
    paths,
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
    // For programs that have to know beforehand what a person may do: roles by rising rights, and what each operation needs.
    'x-roles': [...roles],
  });
}

function operation(contract: Contract): ZodOpenApiOperationObject {
  const { params, query, body, raw } = contract;
  return {
    operationId: contract.name,
    summary: contract.summary,
    tags: [contract.group],
    security: contract.auth === 'public' ? [] : [{ bearer: [] }],
    ...(contract.auth === 'public'
      ? {}
      : { description: `Needs the role ${contract.auth} or a higher one.`, 'x-role': contract.auth }),
    ...(params || query ? { requestParams: { ...(params ? { path: params } : {}), ...(query ? { query } : {}) } } : {}),
    ...(body ? { requestBody: { required: true, content: { 'application/json': { schema: body } } } } : {}),
    ...(raw
      ? { requestBody: { required: true, content: { '*/*': { schema: { type: 'string', format: 'binary' } } } } }
      : {}),
    responses: { ...problems(contract), ...successes(contract) },
  };
}

function successes({ responses }: Contract): ZodOpenApiResponsesObject {
  return Object.fromEntries(Object.entries(responses).map(([status, response]) => [status, success(response)]));
}

function success({ description, schema, contentType }: ContractResponse) {
  if (!schema) return { description };
  const page = contentType ? { [contentType]: { schema: { type: 'string' as const } } } : {};
  return { description, content: { 'application/json': { schema }, ...page } };
}

function problems(contract: Contract): ZodOpenApiResponsesObject {
  const all = [
    ...general.filter(({ where }) => where(contract)),
    ...(contract.problems ?? []).map(({ status, code, when }) => ({ status, when: `\`${code}\`: ${when}` })),
  ];
  const byStatus = Map.groupBy(all, ({ status }) => status);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      {
        description: group.map(({ when }) => when).join('. '),
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    ]),
  );
}
