import type { Failure } from '../core/failure.ts';
import { sha256Hex } from '../core/json.ts';
import { causeOfDependents } from '../model/failure-record.ts';
import type { Route } from './routes.ts';

const idOf = (...parts: readonly string[]): string => sha256Hex(parts.join('\u0000')).slice(0, 26);

/** One failure per route and record, whatever the number of tries. */
export function failureId(routeId: string, sourceId: string): string {
  return idOf(routeId, sourceId);
}

/**
 * Why a record failed, as a stable key: the pair of platforms, our code, the platform's, and the field, whatever its place
 * in a list. What is parked under another failure has that for its cause.
 */
export function causeOf({ source, target }: Route, failure: Failure, parentId: string | undefined): string {
  if (parentId !== undefined) return causeOfDependents(parentId);
  const field = (failure.field ?? '').replace(/\[\d+\]/g, '[]');
  return idOf(source.platform, target.platform, failure.code, failure.platform_code ?? '', field);
}
