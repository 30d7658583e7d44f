import { WooError } from './errors.ts';
import type { Rendered } from './render-common.ts';
import type { Resource } from './resources.ts';

const maxItems = 100;

/**
 * POST …/batch: always 200 with a result per item; deletes are final, never to the trash. Parts of the wrong type are
 * ignored, and so are deletes without an id; a body without parts answers `[]`.
 *
 * @throws WooError 413 for more than 100 items together; nothing is done then
 */
export function runBatch({ batched, ...single }: Resource, body: unknown): unknown {
  const resource = batched ?? single;
  const creates = part(body, 'create');
  const updates = part(body, 'update');
  const deletes = part(body, 'delete').filter((id) => idOf(id) !== 0);
  if (creates.length + updates.length + deletes.length > maxItems) {
    const message = `Unable to accept more than ${maxItems} items for this request.`;
    throw new WooError(413, 'woocommerce_rest_request_entity_too_large', message);
  }
  const answer: Record<string, Rendered[]> = {};
  if (creates.length > 0) answer.create = creates.map((item) => attempt(0, () => resource.create?.(item) ?? {}));
  if (updates.length > 0) {
    answer.update = updates.map((item) => attempt(idOf(item), () => resource.update(idOf(item), item)));
  }
  if (deletes.length > 0) answer.delete = deletes.map((id) => attempt(idOf(id), () => resource.remove(idOf(id), true)));
  return Object.keys(answer).length > 0 ? answer : [];
}

function part(body: unknown, name: string): readonly unknown[] {
  const value = body !== null && typeof body === 'object' ? (body as Record<string, unknown>)[name] : undefined;
  return Array.isArray(value) ? value : [];
}

function idOf(item: unknown): number {
  const id = item !== null && typeof item === 'object' ? (item as Record<string, unknown>).id : item;
  return Number(id ?? 0);
}

function attempt(id: number, action: () => Rendered): Rendered {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof WooError)) throw error;
    const { code, message, data } = error;
    return { id, error: { code, message, data } };
  }
}
