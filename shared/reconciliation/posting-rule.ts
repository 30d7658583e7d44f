import type { JsonObject } from '../core/json.ts';
import { type Asked, applyMapping, askedBy } from '../mapping/apply.ts';
import type { MappingDocument } from '../mapping/document.ts';
import { holds } from '../mapping/scope.ts';
import type { LedgerRecord } from '../model/ledger.ts';
import type { Comparison } from './systems.ts';

/** Which records of a subject belong in the books. */
export interface PostingRule {
  /** Records of its source of which it is asked what the books have. */
  asked(record: LedgerRecord): readonly Asked[];
  /** Why it is not posted; undefined when it is. `standing`: the answers to what is asked, by name. */
  exclusion(record: LedgerRecord, standing?: Readonly<Record<string, string>>): string | undefined;
  /** The number its document has; empty where it has none that can be told. */
  numberOf(record: LedgerRecord): string;
  /** Whether the records of this day are chosen to be posted as one document. */
  isSummarised(day: string): boolean;
  /** Why a record is no part of the document of its day, which is, or would be, of this entity. */
  staysOut(record: LedgerRecord, entity: string | undefined): string | undefined;
}

/**
 * The rule by which records are posted, from the very mappings that post them: what counts here counts there. A record is
 * left out when every document it could become leaves it out; the reason is that of the one it came furthest in.
 */
export function postingRule(
  mappings: ReadonlyMap<string, MappingDocument>,
  settings: JsonObject,
  { subject, documents: entities, route, summaries }: Comparison,
): PostingRule {
  const documents = route.steps
    .filter(({ entity }) => entities.includes(entity))
    .flatMap(({ mapping }) => mappings.get(mapping) ?? []);
  const days = (summaries?.route.steps ?? []).flatMap(({ entity, mapping }) => {
    const document = mappings.get(mapping);
    return document ? [{ entity, document }] : [];
  });
  const prefix = String(settings[subject.prefix] ?? '');
  const gone = `It was ${subject.words.gone}.`;
  // Whether it is posted by itself or with its day is another question.
  const scopeOf = (record: LedgerRecord) => ({ settings, record: { written: true }, ...subject.scope(record) });
  return {
    asked(record) {
      const all = documents.flatMap((document) => askedBy(document, scopeOf(record)));
      return [...new Map(all.map((one) => [one.name, one])).values()];
    },
    exclusion(record, standing) {
      if (record.void) return gone;
      const scope = { ...scopeOf(record), ...standing };
      let nearest = { passed: -1, reason: 'Nothing of this kind is posted.' };
      for (const { include = [], derive, ...document } of documents) {
        for (let passed = 0; passed <= include.length; passed += 1) {
          const rules = include.slice(0, passed + 1);
          const mapped = applyMapping(
            { id: document.id, ...bare(document), derive, include: rules, fields: [] },
            scope,
          );
          if (mapped.kind === 'excluded') {
            if (passed > nearest.passed) nearest = { passed, reason: mapped.reason };
            break;
          }
          if (passed === include.length) return undefined;
        }
      }
      return nearest.reason;
    },
    numberOf: ({ number }) => (number.trim() === '' ? '' : `${prefix}${number.trim()}`),
    isSummarised: (day) =>
      days.some(
        ({ document: { include = [], ...document } }) =>
          applyMapping({ id: document.id, ...bare(document), include, fields: [] }, { settings, day, products: [day] })
            .kind === 'mapped',
      ),
    staysOut(record, entity) {
      if (record.void) return gone;
      const chosen = days.find((one) => one.entity === (entity ?? settings.summary_document));
      const only = chosen?.document.derive?.find(({ name }) => name === 'posted')?.only;
      const item = { status: record.status, paid: record.is_paid ? 'yes' : 'no' };
      if (only && holds(only, { settings, item })) return undefined;
      return `Of status ${record.status}${record.is_paid ? '' : ' and not paid'}, it is no part of the document of its day.`;
    },
  };
}

function bare({ version, source, target }: Pick<MappingDocument, 'version' | 'source' | 'target'>) {
  return { version, source, target };
}
