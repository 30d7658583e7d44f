import * as z from 'zod';
import type { Contract } from './contract.ts';

export const getOpenApi = {
  name: 'getOpenApi',
  group: 'meta',
  method: 'GET',
  path: '/api/openapi.json',
  summary: 'This API as OpenAPI 3.1',
  auth: 'public',
  responses: { 200: { description: 'The document', schema: z.looseObject({ openapi: z.string() }) } },
} as const satisfies Contract;

/** Endpoints of function api-meta. */
export const metaContracts: readonly Contract[] = [getOpenApi];
