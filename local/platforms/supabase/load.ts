import type { SimRequest } from '#local/platforms/kit.ts';
import { ApiError } from './errors.ts';

/** How slow and narrow a project is: shared compute with indexes takes its time for each row. */
export interface Load {
  /** Milliseconds a written row takes. Default 0. */
  readonly msPerRow?: number;
  /** Largest body the gateway lets through. Default: any. */
  readonly maxBodyBytes?: number;
}

/** Of a write whose rows together take longer than the role's statements may; nothing of it is kept. */
export function overloadOf(request: SimRequest, { msPerRow = 0 }: Load, timeout: string): ApiError | undefined {
  if (msPerRow === 0 || (request.method !== 'POST' && request.method !== 'PATCH')) return undefined;
  const limit = timeoutMs(timeout);
  if (limit === 0 || rowsIn(request.body) * msPerRow < limit) return undefined;
  return new ApiError({ status: 500, code: '57014', message: 'canceling statement due to statement timeout' });
}

function rowsIn(body: string): number {
  try {
    const parsed: unknown = JSON.parse(body);
    return Array.isArray(parsed) ? parsed.length : 1;
  } catch {
    return 0;
  }
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000 };

/** Postgres writes `8s`, `30min`, or milliseconds without a unit. */
function timeoutMs(setting: string): number {
  const [, count = '0', unit = 'ms'] = /^(\d+)\s*(ms|s|min)?$/.exec(setting) ?? [];
  return Number(count) * (units[unit] ?? 1);
}
