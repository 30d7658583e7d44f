import type { JsonObject } from '../core/json.ts';
import { applyMapping } from '../mapping/apply.ts';
import type { MappingDocument } from '../mapping/document.ts';
import type { LedgerRecord } from '../model/ledger.ts';
import { books } from './systems.ts';

/** Which sales belong in the books. */
export interface PostingRule {
  /** Why it is not posted; undefined when it is. */
  exclusion(record: LedgerRecord): string | undefined;
  /** The number its document has. */
  numberOf(record: LedgerRecord): string;
}

/**
 * The rule by which orders are posted, from the very mappings that post them: what counts as a sale here counts there. A
 * record is left out when every document it could become leaves it out; the reason is that of the one it came furthest in.
 *
 * @param entities kinds of documents that stand for a sale.
 */
export function postingRule(
  mappings: ReadonlyMap<string, MappingDocument>,
  settings: JsonObject,
  entities: readonly string[],
): PostingRule {
  const documents = books.route.steps
    .filter(({ entity }) => entities.includes(entity))
    .flatMap(({ mapping }) => mappings.get(mapping) ?? []);
  const prefix = String(settings.doc_number_prefix ?? '');
  return {
    exclusion(record) {
      if (record.void) return 'It was deleted.';
      const scope = {
        settings,
        status: record.status,
        total: record.gross,
        currency: record.currency,
        lines: record.has_lines ? [record.id] : [],
        paid_at: record.is_paid ? record.business_day : null,
      };
      let nearest = { passed: -1, reason: 'Orders are not posted.' };
      for (const { include = [], ...document } of documents) {
        for (let passed = 0; passed <= include.length; passed += 1) {
          const rules = include.slice(0, passed + 1);
          const mapped = applyMapping({ id: document.id, ...bare(document), include: rules, fields: [] }, scope);
          if (mapped.kind === 'excluded') {
            if (passed > nearest.passed) nearest = { passed, reason: mapped.reason };
            break;
          }
          if (passed === include.length) return undefined;
        }
      }
      return nearest.reason;
    },
    numberOf: ({ number }) => `${prefix}${number.trim()}`,
  };
}

function bare({ version, source, target }: Pick<MappingDocument, 'version' | 'source' | 'target'>) {
  return { version, source, target };
}
