import { createPendingChangeRepository } from '#shared/data/pending-change-repository.ts';
import { createWebhookRepository } from '#shared/data/webhook-repository.ts';
import type { PendingChange } from '#shared/model/pending-change.ts';
import { noWebhookSettings, type WebhookSettings } from '#shared/model/webhooks.ts';
import type { PendingChangeRepository, PendingLine } from '#shared/sync/ports.ts';
import { at, type Context, ownOf, type Rows, row } from './repository-row.ts';

const pendingOf = ({ tenant, mark, id }: Context): PendingChange => ({
  tenant_id: tenant,
  route_id: id,
  id,
  told_by: mark,
  since: at,
  count: 1,
  stamp: mark,
});

/** Calls of the repositories for what platforms tell of by themselves. */
export const eventRepositories: Rows = {
  'pending-change-repository.ts': row(createPendingChangeRepository, {
    note: (pending, context) => pending.note([pendingOf(context)]),
    list: (pending, { tenant, id }) => pending.list(tenant, id, 100),
    remove: (pending, context) => pending.remove([pendingOf(context)]),
    routesOf: (pending, { tenant }) => pending.routesOf(tenant),
    next: async (pending, context) => ownOf(await allLines(pending), context),
  }),
  'webhook-repository.ts': row(createWebhookRepository, {
    settings: (webhooks, { tenant, id }) => webhooks.settings(tenant, id),
    save: (webhooks, context) => webhooks.save(webhookSettingsOf(context)),
    // Whoever knows an address may ask whose it is; it cannot be guessed, and names one owner.
    ownerOf: async (webhooks, context) =>
      ownOf(
        [await webhooks.ownerOf(hookOf(context))].flatMap((o) => o ?? []),
        context,
      ),
    forget: (webhooks, context) => webhooks.forget(hookOf(context)),
    told: (webhooks, { tenant, id }) => webhooks.told(tenant, [recordOf(id)]),
    saveTold: (webhooks, { tenant, mark, id }) =>
      webhooks.saveTold(tenant, [{ record: recordOf(id), told: { told_at: at, keys: [mark] } }]),
    count: (webhooks, { tenant, id }) => webhooks.count(tenant, id, at, { events: 1 }),
    counts: (webhooks, { tenant, id }) => webhooks.counts(tenant, id, ''),
    saveMissed: (webhooks, { tenant, mark, id }) =>
      webhooks.saveMissed([
        { tenant_id: tenant, platform: id, entity: id, id, label: mark, changed_at: at, run_id: id },
      ]),
    missed: (webhooks, { tenant, id }) => webhooks.missed(tenant, id, '', 10),
  }),
};

const recordOf = (id: string) => ({ connection: id, entity: id, id });
/** Made of random bytes, so that no two tenants have the same. */
const hookOf = ({ tenant, id }: Context): string => JSON.stringify([tenant, id]);
const webhookSettingsOf = (context: Context): WebhookSettings => ({
  ...noWebhookSettings(context.tenant, context.id),
  hook: hookOf(context),
  signed_with: context.mark,
});

/** The first change of each tenant and route. */
async function allLines(pending: PendingChangeRepository): Promise<PendingLine[]> {
  const lines: PendingLine[] = [];
  for (let shard = 0; shard < pending.shards; shard += 1) {
    for (let line = await pending.next(shard); line; line = await pending.next(shard, line.position)) lines.push(line);
  }
  return lines;
}
