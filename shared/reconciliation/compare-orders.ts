import type { Difference } from '../model/reconciliation.ts';
import { countsIn, type Day, ledgerOf, type Match } from './day.ts';
import { difference, differingFields, inWords, labelOf } from './difference.ts';
import { routeOf, shop, type TargetSystem } from './systems.ts';

type Finding = Pick<Difference, 'kind' | 'cause' | 'fix'> & { readonly fields?: Difference['fields'] };

const syncAgain = 'Sync the order again.';

/** What is wrong with the documents of the day's orders. */
export function compareOrders(day: Day, target: TargetSystem, matches: readonly Match[]): Difference[] {
  return matches.flatMap((match) =>
    findings(day, target, match).map((finding) => {
      const { order, document } = match;
      const explained = finding.kind === 'excluded_by_setting' ? finding : explain(day, target, match, finding);
      return difference({
        ...explained,
        day: day.day,
        system: target.platform,
        sides: { [shop.platform]: order, ...(document ? { [target.platform]: document } : {}) },
        failureId: explained.kind === 'failed' ? match.failure?.failure_id : undefined,
      });
    }),
  );
}

function findings(day: Day, target: TargetSystem, match: Match): Finding[] {
  const { order, document } = match;
  const exclusion = day.rule.exclusion(order);
  if (!document)
    return exclusion !== undefined && target.holds === 'posted' ? [excluded(exclusion)] : [absent(target, match)];
  const isThere = countsIn(day, target)(document);
  if (exclusion !== undefined && !isThere) return target.holds === 'posted' ? [excluded(exclusion)] : [];
  if (exclusion !== undefined) return [surplus(target, match, exclusion)];
  if (!isThere) return [withdrawn(target, match)];
  const fields = differingFields(order, document, ledgerOf(day, target.platform).compares);
  return [
    ...(fields.length > 0 ? [amountDiffers(target, match, fields)] : []),
    ...(document.business_day === order.business_day ? [] : [dayDiffers(target, match)]),
  ];
}

function excluded(reason: string): Finding {
  return {
    kind: 'excluded_by_setting',
    cause: reason,
    fix: 'Nothing, unless it should be posted: then change the settings of QuickBooks.',
  };
}

function absent(target: TargetSystem, { order, links }: Match): Finding {
  const written = links.some(({ state }) => state === 'linked');
  if (written && target.holds === 'posted') {
    return {
      kind: 'deleted_in_books',
      cause: `The document of ${labelOf(order)} was written to ${target.title} and deleted there.`,
      fix: `Enter it again in ${target.title}, or accept the difference with a note.`,
    };
  }
  return { kind: target.missing, cause: whyAbsent(target, order, links), fix: syncAgain };
}

function whyAbsent({ title }: TargetSystem, order: Match['order'], links: Match['links']): string {
  const states = new Set(links.map(({ state }) => state));
  if (states.has('linked')) return `${labelOf(order)} was written to ${title} and deleted there.`;
  return states.has('removed')
    ? `${labelOf(order)} was taken back from ${title} by an undo.`
    : `${labelOf(order)} was never carried to ${title}.`;
}

function surplus(target: TargetSystem, { order, document }: Match, reason: string): Finding {
  if (target.holds === 'all') return statusDiffers(target, order.status, document?.status ?? '');
  return {
    kind: target.only,
    cause: `${labelOf(order)} was posted and does not belong in the books any more: ${reason}`,
    fix: `Void the document in ${target.title}, or bring the order back.`,
  };
}

function withdrawn(target: TargetSystem, { order, document }: Match): Finding {
  if (target.holds === 'all') return statusDiffers(target, order.status, document?.status ?? '');
  return {
    kind: 'voided_in_books',
    cause: `The document of ${labelOf(order)} was voided in ${target.title}; the order still counts.`,
    fix: `Cancel the order in the shop, or enter its document again in ${target.title}.`,
  };
}

function statusDiffers({ title }: TargetSystem, expected: string, found: string): Finding {
  return {
    kind: 'status_differs',
    cause: `The status is ${found || 'not there'} in ${title} and ${expected} in the shop: it counts in one of them only.`,
    fix: syncAgain,
    fields: [{ field: 'status', expected, found }],
  };
}

function amountDiffers({ title }: TargetSystem, { links, document }: Match, fields: Difference['fields']): Finding {
  const link = links.find(({ target_id }) => target_id === document?.id);
  const moved = link?.target_version != null && document?.version != null && link.target_version !== document.version;
  return {
    kind: 'amount_differs',
    cause: `In ${title} ${inWords(fields)}${moved ? '; the document was changed there after it was written' : ''}.`,
    fix: `Correct the one that is wrong: the order in the shop and sync it, or the document in ${title}.`,
    fields,
  };
}

function dayDiffers({ title }: TargetSystem, { order, document }: Match): Finding {
  const found = document?.business_day ?? '';
  return {
    kind: 'day_differs',
    cause: `It is dated ${found} in ${title}; the order was placed on ${order.business_day} in the store's time zone.`,
    fix: `Correct the date in ${title}, or accept the difference with a note.`,
    fields: [{ field: 'business_day', expected: order.business_day, found }],
  };
}

/** A difference that is known to wait for somebody, or for the next sync, is that and nothing else. */
function explain(day: Day, target: TargetSystem, { order, links, failure }: Match, finding: Finding): Finding {
  if (failure) return { ...finding, kind: 'failed', cause: failure.failure.reason, fix: failure.failure.fix };
  const changed = order.modified_at;
  const watermark = day.watermarks.get(routeOf(target, order.entity).id) ?? null;
  const written = links
    .map(({ updated_at }) => updated_at)
    .sort()
    .at(-1);
  // Shops count in seconds: what changed in the second of the write may have changed after it.
  const isNewer =
    changed !== null &&
    (watermark === null || changed > watermark) &&
    (written === undefined || changed.slice(0, 19) >= written.slice(0, 19));
  if (!isNewer) return finding;
  return {
    ...finding,
    kind: 'pending',
    cause: `${labelOf(order)} was changed in the shop and not synced since. ${finding.cause}`,
    fix: 'Nothing: the next sync carries it over. Reconcile again afterwards.',
  };
}
