import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSandbox, isTenantId, otherWorkspace, tenantOf, workspaceOf } from '#shared/core/workspace.ts';
import { keys } from '#shared/data/keys.ts';
import { tenantSecretName } from '#shared/platform/secrets.ts';
import { planKey } from '#shared/sync/object-keys.ts';

/** Pieces that keys are made of, and what could pass for a sandbox. */
const nasty = [
  '#',
  '%',
  '%23',
  '~',
  'sandbox',
  '~sandbox',
  '#RUN#',
  '#LANE#',
  '=7e',
  '/',
  ':',
  '..',
  ' ',
  'ä',
  '😀',
  'a',
];
const text = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12 }),
  fc
    .array(fc.oneof(fc.constantFrom(...nasty), fc.string({ maxLength: 3 })), { minLength: 1, maxLength: 5 })
    .map((all) => all.join('')),
);
const tenant = text.filter(isTenantId);
/** Ids that are alike far more often than by chance. */
const twoTenants = fc.oneof(
  fc.tuple(tenant, tenant),
  tenant.map((id): [string, string] => [id, id]),
  fc.tuple(tenant, tenant).map(([a, b]): [string, string] => [a, `${a}${b}`]),
  tenant.map((id): [string, string] => [id, `${id}sandbox`]),
);

/** The name of the attribute with the partition, and what is in it. */
type Partition = readonly [name: string, value: string];
type KeyMaker = (...args: unknown[]) => Readonly<Record<string, string>>;

/** Not under a workspace: a state is found by its hash alone, and what schedules look at has all tenants side by side. */
const shared = new Set([
  'oauthState',
  'connectionsByPlatform',
  'announcementsPending',
  'deliveriesDue',
  'lagWatchesDue',
  'retry',
  'pendingChange',
  'pendingChanges',
  'webhookAddress',
  'connectionsByAccount',
  'schedulesDue',
  'waitingStarts',
]);
const makers = Object.entries(keys).flatMap(([name, make]) =>
  typeof make === 'function' && !shared.has(name) ? [make as unknown as KeyMaker] : [],
);

/** A string that is also the address of a record: every key takes one or the other. */
const argument = (value: string) => Object.assign(new String(value), { connection: value, entity: value, id: value });

/** Every partition, of the table and its indexes, that items of a workspace can be in. */
function partitions(workspaceId: string, parts: readonly string[]): Partition[] {
  const given = parts.map(argument);
  return makers.flatMap((make) => Object.entries(make(workspaceId, ...given)).filter(([name]) => name.endsWith('pk')));
}

describe('a workspace', () => {
  it('is live or the sandbox of exactly one tenant', () => {
    fc.assert(
      fc.property(tenant, fc.boolean(), (id, sandbox) => {
        const workspace = workspaceOf(id, sandbox);
        expect(workspace.sandbox).toBe(sandbox);
        expect(isSandbox(workspace.tenantId)).toBe(sandbox);
        expect(tenantOf(workspace.tenantId)).toBe(id);
        expect(otherWorkspace(workspace.tenantId)).toBe(workspaceOf(id, !sandbox).tenantId);
        expect(isTenantId(workspace.tenantId)).toBe(!sandbox);
      }),
    );
  });

  it('keeps the id of every tenant as the id of its live workspace', () => {
    fc.assert(fc.property(tenant, (id) => workspaceOf(id, false).tenantId === id));
  });
});

describe('the keys of a sandbox', () => {
  const parts = fc.array(text, { minLength: 6, maxLength: 6 });

  it('are those of no live tenant, whatever the ids, and the beginning of none', () => {
    expect(makers.length).toBeGreaterThan(20);
    fc.assert(
      fc.property(twoTenants, parts, parts, ([sandboxed, live], some, others) => {
        const tested = partitions(workspaceOf(sandboxed, true).tenantId, some);
        const lives = partitions(live, others).map(([, value]) => value);
        for (const [, value] of tested) {
          const reached = lives.filter((other) => other.startsWith(value) || value === other);
          expect(reached, `${sandboxed} in its sandbox, ${live} live`).toEqual([]);
        }
      }),
    );
  });

  it('are those of no other tenant’s sandbox', () => {
    fc.assert(
      fc.property(twoTenants, parts, parts, ([one, other], some, others) => {
        fc.pre(one !== other);
        const mine = new Set(partitions(workspaceOf(one, true).tenantId, some).map(([, value]) => value));
        const theirs = partitions(workspaceOf(other, true).tenantId, others);
        expect(theirs.filter(([, value]) => mine.has(value))).toEqual([]);
      }),
    );
  });

  it('differ outside the table too: secrets, plans, the index over platforms', () => {
    fc.assert(
      fc.property(twoTenants, text, ([sandboxed, live], platform) => {
        const { tenantId } = workspaceOf(sandboxed, true);
        const secret = (id: string) => tenantSecretName('p/', id, platform);
        expect(secret(tenantId)).not.toBe(secret(live));
        const plan = (id: string) => planKey(id, 'RUN', 'route', 0);
        expect(plan(tenantId)).not.toBe(plan(live));
        const index = (id: string) => keys.connectionsByPlatform(platform, id).gsi1sk;
        expect(index(tenantId)).not.toBe(index(live));
      }),
    );
  });
});
