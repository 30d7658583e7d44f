import type * as z from 'zod';
import type { ConnectionDeps } from '#shared/connections/deps.ts';
import type { Connector } from '#shared/connectors/connector.ts';
import { ProblemError } from '#shared/http/problem.ts';
import { faultsOf, invalidRequest } from '#shared/http/read-request.ts';

/** @throws ProblemError 404 that names the valid platforms. */
export function connectorOf({ connectors }: Pick<ConnectionDeps, 'connectors'>, platform: string): Connector {
  const valid = Object.keys(connectors);
  const connector = Object.hasOwn(connectors, platform) ? connectors[platform] : undefined;
  if (connector) return connector;
  throw new ProblemError('platform.unknown', `There is no platform ${platform}. Valid are: ${valid.join(', ')}.`, {
    members: { valid },
  });
}

/**
 * A body whose shape only the platform's connector knows.
 *
 * @throws ProblemError 400 with every fault.
 */
export function parseStrictly(schema: z.ZodObject, body: unknown): Record<string, unknown> {
  const parsed = schema.strict().safeParse(body);
  if (parsed.success) return parsed.data;
  throw invalidRequest(parsed.error.issues.flatMap((issue) => faultsOf(issue)));
}
