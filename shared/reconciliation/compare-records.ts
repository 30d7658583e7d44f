import type { LedgerRecord } from '../model/ledger.ts';
import type { Difference } from '../model/reconciliation.ts';
import { countsIn, type Day, ledgerOf, type Match, ruleOf } from './day.ts';
import { difference, differingFields, inWords, labelOf } from './difference.ts';
import { type Comparison, routeOf, type TargetSystem } from './systems.ts';

type Finding = Pick<Difference, 'kind' | 'cause' | 'fix'> & { readonly fields?: Difference['fields'] };

const syncAgain = ({ entity }: Comparison['subject']): string => `Sync the ${entity} again.`;

/** What is wrong with the documents of the day's records. */
export function compareRecords(day: Day, comparison: Comparison, matches: readonly Match[]): Difference[] {
  const { target, subject } = comparison;
  return matches.flatMap((match) =>
    findings(day, comparison, match).map((finding) => {
      const { record, document } = match;
      const explained = finding.kind === 'excluded_by_setting' ? finding : explain(day, comparison, match, finding);
      return difference({
        ...explained,
        day: day.day,
        system: target.platform,
        sides: { [subject.source.platform]: record, ...(document ? { [target.platform]: document } : {}) },
        failureId: explained.kind === 'failed' ? match.failure?.failure_id : undefined,
      });
    }),
  );
}

function findings(day: Day, comparison: Comparison, match: Match): Finding[] {
  const { target, subject } = comparison;
  const { record, document } = match;
  const exclusion = ruleOf(day, subject).exclusion(record);
  if (!document)
    return exclusion !== undefined && target.holds === 'posted' ? [excluded(exclusion)] : [absent(comparison, match)];
  const isThere = countsIn(day, comparison)(document);
  if (exclusion !== undefined && !isThere) return target.holds === 'posted' ? [excluded(exclusion)] : [];
  const compares = ledgerOf(day, target.platform).compares[document.entity] ?? [];
  const fields = differingFields(record, document, compares);
  if (exclusion !== undefined || !isThere) {
    if (target.holds === 'all') return [countsInOne(comparison, match, document, fields)];
    return [exclusion === undefined ? withdrawn(comparison, match) : surplus(comparison, match, exclusion)];
  }
  return [
    ...(fields.length > 0 ? [amountDiffers(comparison, match, fields)] : []),
    ...(document.business_day === record.business_day ? [] : [dayDiffers(comparison, match)]),
  ];
}

function excluded(reason: string): Finding {
  return {
    kind: 'excluded_by_setting',
    cause: reason,
    fix: 'Nothing, unless it should be posted: then change the settings of QuickBooks.',
  };
}

function absent({ target, subject }: Comparison, { record, links }: Match): Finding {
  const written = links.some(({ state }) => state === 'linked');
  if (written && target.holds === 'posted') {
    return {
      kind: 'deleted_in_books',
      cause: `The document of ${labelOf(record)} was written to ${target.title} and deleted there.`,
      fix: `Enter it again in ${target.title}, or accept the difference with a note.`,
    };
  }
  return { kind: target.missing, cause: whyAbsent(target, record, links), fix: syncAgain(subject) };
}

function whyAbsent({ title }: TargetSystem, record: Match['record'], links: Match['links']): string {
  const states = new Set(links.map(({ state }) => state));
  if (states.has('linked')) return `${labelOf(record)} was written to ${title} and deleted there.`;
  return states.has('removed')
    ? `${labelOf(record)} was taken back from ${title} by an undo.`
    : `${labelOf(record)} was never carried to ${title}.`;
}

function surplus({ target, subject }: Comparison, { record }: Match, reason: string): Finding {
  return {
    kind: target.only,
    cause: `${labelOf(record)} was posted and does not belong in the books any more: ${reason}`,
    fix: `${subject.words.takeBack} the document in ${target.title}, or bring the ${subject.entity} back.`,
  };
}

function withdrawn({ target, subject }: Comparison, { record }: Match): Finding {
  return {
    kind: 'voided_in_books',
    cause: `The document of ${labelOf(record)} was voided in ${target.title}; the ${subject.entity} still counts.`,
    fix: `${subject.words.giveUp}, or enter its document again in ${target.title}.`,
  };
}

/** What is there in both and belongs to the sales in one of them only. */
function countsInOne(
  comparison: Comparison,
  match: Match,
  document: LedgerRecord,
  fields: Difference['fields'],
): Finding {
  const { record } = match;
  const isAlike = record.status === document.status;
  if (isAlike && fields.length > 0) return amountDiffers(comparison, match, fields);
  const { title } = comparison.target;
  const { place } = comparison.subject.source;
  const inWords = ({ status, is_paid }: LedgerRecord): string =>
    isAlike ? `${status}, ${is_paid ? 'paid' : 'not paid'}` : status;
  const [expected, found] = [inWords(record), inWords(document)];
  return {
    kind: 'status_differs',
    cause: `The status is ${found || 'not there'} in ${title} and ${expected} ${place}: it counts in one of them only.`,
    fix: syncAgain(comparison.subject),
    fields: [{ field: 'status', expected, found }],
  };
}

function amountDiffers(
  { target: { title }, subject }: Comparison,
  { links, document }: Match,
  fields: Difference['fields'],
): Finding {
  const link = links.find(({ target_id }) => target_id === document?.id);
  const moved = link?.target_version != null && document?.version != null && link.target_version !== document.version;
  return {
    kind: 'amount_differs',
    cause: `In ${title} ${inWords(fields)}${moved ? '; the document was changed there after it was written' : ''}.`,
    fix: `Correct the one that is wrong: the ${subject.entity} ${subject.source.place} and sync it, or the document in ${title}.`,
    fields,
  };
}

function dayDiffers({ target: { title }, subject }: Comparison, { record, document }: Match): Finding {
  const found = document?.business_day ?? '';
  return {
    kind: 'day_differs',
    cause: `It is dated ${found} in ${title}; the ${subject.entity} ${subject.words.dated} ${record.business_day} in the store's time zone.`,
    fix: `Correct the date in ${title}, or accept the difference with a note.`,
    fields: [{ field: 'business_day', expected: record.business_day, found }],
  };
}

/** A difference that is known to wait for somebody, or for the next sync, is that and nothing else. */
function explain(day: Day, comparison: Comparison, { record, links, failure }: Match, finding: Finding): Finding {
  if (failure) return { ...finding, kind: 'failed', cause: failure.failure.reason, fix: failure.failure.fix };
  const changed = record.modified_at;
  const watermark = day.watermarks.get(routeOf(comparison, record.entity).id) ?? null;
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
    cause: `${labelOf(record)} was changed ${comparison.subject.source.place} and not synced since. ${finding.cause}`,
    fix: 'Nothing: the next sync carries it over. Reconcile again afterwards.',
  };
}
