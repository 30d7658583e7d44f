import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronRight } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { ActionBadge, Badge } from '#web/components/badge.tsx';
import { Button } from '#web/components/button.tsx';
import { type DiffField, DiffRows } from '#web/components/diff.tsx';
import { useFlows } from '#web/components/flow-name.tsx';
import { ScrollArea } from '#web/components/scroll-area.tsx';
import { SkeletonLines } from '#web/components/skeleton.tsx';
import { entityName, Money, platformName } from '#web/components/text.tsx';
import type { ApiList, PlannedChange } from '#web/lib/api.ts';
import { classNames } from '#web/lib/class-names.ts';
import { inWords } from '#web/lib/document.ts';
import { t } from '#web/lib/i18n/index.ts';
import { side } from './totals.ts';

const rowHeight = 49;
/** So few changes are all shown open. */
const openUpTo = 3;
/** As many rows before the end of what is loaded, the next page is asked for. */
const ahead = 20;

export interface ChangeListProps {
  readonly changes: ApiList<PlannedChange>;
  /** How many there are, as the plan counted them. */
  readonly total: number;
}

/** Changes of any number: those in view exist, and more are read as one scrolls. Each opens to its fields and what they do. */
export function ChangeList({ changes, total }: ChangeListProps) {
  const { rows, hasMore, loadMore, isLoadingMore, isPending } = changes;
  const scroller = useRef<HTMLElement>(null);
  const [toggled, setToggled] = useState<ReadonlySet<number>>(new Set());
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
  });
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && !isLoadingMore && last >= rows.length - ahead) loadMore();
  }, [hasMore, isLoadingMore, loadMore, last, rows.length]);
  const toggle = (index: number) => {
    const next = new Set(toggled);
    if (!next.delete(index)) next.add(index);
    setToggled(next);
  };
  if (isPending) return <SkeletonLines />;
  return (
    <>
      <ScrollArea ref={scroller} label={t('sync.changes')} className="max-h-[75dvh]">
        <ul style={{ height: virtualizer.getTotalSize() }} className="relative">
          {items.map(({ index, start }) => {
            const change = rows[index];
            return (
              change && (
                <li
                  key={index}
                  ref={virtualizer.measureElement}
                  data-index={index}
                  aria-setsize={total}
                  aria-posinset={index + 1}
                  className="absolute inset-x-0 top-0 border-b border-line"
                  style={{ transform: `translateY(${start}px)` }}
                >
                  <Change
                    change={change}
                    isOpen={toggled.has(index) !== total <= openUpTo}
                    onToggle={() => toggle(index)}
                  />
                </li>
              )
            );
          })}
        </ul>
      </ScrollArea>
      {hasMore && (
        <div className="flex justify-center border-t border-line p-2">
          <Button size="small" variant="ghost" busy={isLoadingMore} onClick={() => void loadMore()}>
            {t('common.loadMore')}
          </Button>
        </div>
      )}
    </>
  );
}

interface ChangeProps {
  readonly change: PlannedChange;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

function Change({ change, isOpen, onToggle }: ChangeProps) {
  const { action, label, entity, reasons, heals, route_id } = change;
  const target = useFlows().get(route_id)?.target.platform;
  return (
    <>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={onToggle}
        className="flex w-full items-center gap-x-3 px-4 py-2.5 text-left -outline-offset-2 hover:bg-hover"
      >
        <ChevronRight
          aria-hidden
          size={16}
          className={classNames('shrink-0 text-ink-muted transition-transform', isOpen && 'rotate-90')}
        />
        <span className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3 gap-y-1 sm:flex-nowrap">
          <span className="w-20 shrink-0">
            <ActionBadge action={action} />
          </span>
          <span className="max-w-full min-w-0 truncate font-medium">{label}</span>
          <span className="text-ink-muted sm:shrink-0">
            {target
              ? t('sync.goesTo', { entity: entityName(entity), platform: platformName(target) })
              : entityName(entity)}
          </span>
          {heals && <Badge tone="good">{t('sync.heals')}</Badge>}
          {!isOpen && reasons[0] && (
            <span className="hidden min-w-0 flex-1 truncate text-xs text-ink-muted lg:inline">{reasons[0]}</span>
          )}
        </span>
        <Total change={change} />
      </button>
      {isOpen && <Detail change={change} />}
    </>
  );
}

function Total({ change: { total, total_before: before, currency } }: { readonly change: PlannedChange }) {
  if (total === undefined || currency === undefined) return null;
  return (
    <span className="shrink-0 text-right">
      <Money amount={total} currency={currency} />
      {before !== undefined && before !== total && (
        <span className="block text-xs text-ink-muted">
          {t('sync.totalWas')} <Money amount={before} currency={currency} />
        </span>
      )}
    </span>
  );
}

function Detail({ change }: { readonly change: PlannedChange }) {
  const { reasons, failure, effects, depends_on: needed } = change;
  const fields = change.fields.filter(hasContent);
  return (
    <div className="flex flex-col gap-3 pr-4 pb-4 pl-4 sm:pl-11">
      {reasons.length > 0 && (
        <ul aria-label={t('sync.because')} className="flex flex-col gap-0.5">
          {reasons.map((reason) => (
            <li key={reason} className={classNames('break-words', failure && 'text-bad')}>
              {reason}
            </li>
          ))}
        </ul>
      )}
      {failure && (
        <p className="break-words">
          <span className="font-medium">{t('sync.whatToDo')}</span> {failure.fix}
        </p>
      )}
      {needed.length > 0 && (
        <p className="text-ink-muted">
          <span className="font-medium">{t('sync.after')}</span> {neededNames(needed)}
        </p>
      )}
      {fields.length > 0 && (
        <section aria-label={t('sync.fields')}>
          <DiffRows fields={fields} />
        </section>
      )}
      {effects.length > 0 && (
        <section aria-label={t('sync.effects')}>
          <h3 className="mb-1 text-xs font-medium text-ink-muted">{t('sync.effects')}</h3>
          <Effects effects={effects} />
        </section>
      )}
    </div>
  );
}

function Effects({ effects }: Pick<PlannedChange, 'effects'>) {
  return (
    <table aria-label={t('sync.effects')} className="w-full max-w-lg border-collapse">
      <thead>
        <tr className="text-left text-xs text-ink-muted">
          <th scope="col" className="py-0.5 pr-3 font-medium">
            {t('sync.account')}
          </th>
          <th scope="col" className="px-3 py-0.5 text-right font-medium">
            {t('sync.debit')}
          </th>
          <th scope="col" className="py-0.5 pl-3 text-right font-medium">
            {t('sync.credit')}
          </th>
        </tr>
      </thead>
      <tbody>
        {effects.map(({ account, amount, currency }) => {
          const { debit, credit } = { debit: undefined, credit: undefined, ...side(amount) };
          return (
            <tr key={`${account} ${currency} ${amount}`} className="border-t border-line">
              <td className="py-1 pr-3 break-words">{account}</td>
              <td className="px-3 py-1 text-right">{debit && <Money amount={debit} currency={currency} />}</td>
              <td className="py-1 pl-3 text-right">{credit && <Money amount={credit} currency={currency} />}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const namesShown = 6;

function neededNames(needed: PlannedChange['depends_on']): string {
  const names = needed.slice(0, namesShown).map(({ entity, source_id: id }) => `${entityName(entity)} ${id}`);
  const more = needed.length - namesShown;
  return [...names, ...(more > 0 ? [t('sync.planMore', { count: more })] : [])].join(', ');
}

/** Fields that are empty before and after say nothing. */
const hasContent = ({ before, after }: DiffField): boolean => inWords(before) !== '' || inWords(after) !== '';
