import type * as z from 'zod';

/**
 * The environment of one function, checked on cold start.
 *
 * @throws Error that names every variable that is missing or wrong; values are never repeated.
 */
export function parseEnv<Schema extends z.ZodType>(
  schema: Schema,
  env: NodeJS.ProcessEnv = process.env,
): z.output<Schema> {
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`Environment: ${faults.join('; ')}`);
}
