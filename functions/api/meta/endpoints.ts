import { contracts } from '#shared/api/contracts.ts';
import * as contract from '#shared/api/meta.ts';
import { openApiDocument } from '#shared/api/openapi.ts';
import { answer, type Endpoint, endpoint } from '#shared/http/endpoint.ts';

/** The document only changes with the code, so an instance makes it once, when it is first asked for. */
let document: object | undefined;

const getOpenApi = endpoint(contract.getOpenApi, async () => {
  document ??= openApiDocument(contracts);
  return answer(200, document as { openapi: string });
});

/** Every endpoint of this function. */
export function metaEndpoints(): Endpoint[] {
  return [getOpenApi({})];
}
