import type { WriteOutcome } from '../connectors/target.ts';
import { instant } from '../core/clock.ts';
import { readPath } from '../mapping/scope.ts';
import type { Link, OpenBatch } from '../model/link.ts';
import type { StoredChange } from './change.ts';
import type { EngineDeps, LinkAddress } from './ports.ts';

/**
 * Links that lead to documents the target said it has no more, as they are without them: somebody deleted those, or merged
 * them into others. The next try looks the records up by natural key and links to the survivor, or makes them anew.
 */
export async function lostLinks(
  { links, clock }: Pick<EngineDeps, 'links' | 'clock'>,
  batch: OpenBatch,
  stored: readonly StoredChange[],
  outcomes: readonly WriteOutcome[],
): Promise<Link[]> {
  const wanted = new Map<string, { readonly address: LinkAddress; readonly id: string }>();
  const look = (address: LinkAddress, id: string) => wanted.set(JSON.stringify(address), { address, id });
  stored.forEach(({ change }, index) => {
    const outcome = outcomes[index];
    if (outcome?.kind !== 'failed') return;
    for (const lost of outcome.lost ?? []) {
      if (lost.entity === batch.target_entity && lost.id === change.link?.target_id) look(change.address, lost.id);
      for (const { path, source_entity, source_id, entity } of change.references ?? []) {
        if (entity !== lost.entity || readPath(change.payload, path) !== lost.id) continue;
        const { source, target } = change.address;
        look({ source: { ...source, entity: source_entity, id: source_id }, target: { ...target, entity } }, lost.id);
      }
    }
  });
  if (wanted.size === 0) return [];
  const all = [...wanted.values()];
  const found = await links.findMany(
    batch.tenant_id,
    all.map(({ address }) => address),
  );
  const at = instant(clock.now());
  return found.flatMap((link, index): Link[] => {
    if (link?.state !== 'linked' || link.target_id !== all[index]?.id) return [];
    const { target_id: _id, target_version: _version, fingerprint: _print, hash: _hash, ...rest } = link;
    return [{ ...rest, state: 'removed', updated_at: at }];
  });
}
