import { type Day, linksOf, ownRecords, ruleOf } from './day.ts';
import { keyOf } from './objects.ts';
import type { ReconciliationDeps } from './ports.ts';
import type { PostingRule } from './posting-rule.ts';
import { books, comparisons, type Subject, subjects } from './systems.ts';

/**
 * The day with rules that know what the books have of other records: whether a refund belongs there depends on how its
 * sale stands there.
 */
export async function withStanding(deps: Pick<ReconciliationDeps, 'links'>, day: Day): Promise<Day> {
  const rules = new Map(day.rules);
  for (const subject of subjects) rules.set(subject, await informed(deps, day, subject));
  return { ...day, rules };
}

async function informed(deps: Pick<ReconciliationDeps, 'links'>, day: Day, subject: Subject): Promise<PostingRule> {
  const rule = ruleOf(day, subject);
  // What the rows of the warehouse say of a sale is asked for as well.
  const asked = ownRecords(day, subject).flatMap((record) =>
    rule.asked(record).map((one) => ({ ...one, of: keyOf(record) })),
  );
  const answers = new Map<string, Record<string, string>>();
  for (const comparison of comparisons) {
    if (comparison.target !== books || comparison.subject.source !== subject.source) continue;
    const known = new Set([comparison.subject.entity, comparison.summaries?.entity]);
    const own = asked.filter(({ entity }) => known.has(entity));
    const links = await linksOf(deps, day, comparison, own);
    own.forEach(({ of, name }, index) => {
      const made = links[index]?.find(({ state }) => state === 'linked');
      if (made) answers.set(of, { ...answers.get(of), [name]: made.target_entity });
    });
  }
  return { ...rule, exclusion: (record) => rule.exclusion(record, answers.get(keyOf(record))) };
}
