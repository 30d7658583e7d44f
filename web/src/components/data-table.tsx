import {
  type ColumnDef,
  createSortedRowModel,
  rowSortingFeature,
  type SortingState,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp, ArrowUpDown } from 'lucide-react';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import { classNames } from '#web/lib/class-names.ts';
import { t } from '#web/lib/i18n/index.ts';
import { Button } from './button.tsx';
import { Checkbox } from './choices.tsx';
import { ScrollArea } from './scroll-area.tsx';
import { Skeleton } from './skeleton.tsx';
import { EmptyState, ErrorState } from './states.tsx';

export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** What it is sorted by; without it the column cannot be sorted. Lists that load page by page sort what is loaded. */
  readonly sortBy?: (row: Row) => string | number | undefined;
  /** Numbers and amounts stand at the end. */
  readonly align?: 'end';
  /** Left out on narrower screens; what matters must be in the columns that stay. */
  readonly from?: 'sm' | 'md' | 'lg' | 'xl' | '2xl';
  /** Takes the room that is left, and cuts off what does not fit. */
  readonly grows?: boolean;
}

export interface Selection {
  readonly ids: ReadonlySet<string>;
  readonly onChange: (ids: ReadonlySet<string>) => void;
}

export interface DataTableProps<Row> {
  /** What the rows are, for those who do not see where it stands. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowId: (row: Row) => string;
  /** What a row is called, for its checkbox. */
  readonly rowName?: (row: Row) => string;
  readonly isPending?: boolean;
  readonly error?: Error | null;
  readonly refetch?: () => unknown;
  readonly hasMore?: boolean;
  readonly loadMore?: () => unknown;
  readonly isLoadingMore?: boolean;
  /** Instead of rows when there are none. */
  readonly empty?: ReactNode;
  readonly selection?: Selection;
  /** First sorted by; a minus before it: from the end. Without it, rows keep their order. */
  readonly sortedBy?: string;
}

const shownFrom = {
  sm: 'hidden sm:table-cell',
  md: 'hidden md:table-cell',
  lg: 'hidden lg:table-cell',
  xl: 'hidden xl:table-cell',
  '2xl': 'hidden 2xl:table-cell',
} as const;

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });
const rowHeight = 41;
/** So many rows are cheap to have all at once; beyond, only those in view exist. */
const virtualFrom = 100;

/**
 * Rows of any number: sorted by a click on a header, chosen by checkboxes, loaded as one scrolls. Takes what `useApiList`
 * gives: `<DataTable {...list} … />`. The first column holds the link to the row's page.
 */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowId, selection, isPending = false, error, refetch, empty } = props;
  const [sorting, setSorting] = useState<SortingState>(() => sortingOf(props.sortedBy));
  const definitions = useMemo(() => columns.map(definitionOf), [columns]);
  const table = useTable<typeof features, Row>({
    features,
    data: rows,
    columns: definitions,
    getRowId: rowId,
    state: { sorting },
    onSortingChange: setSorting,
    enableMultiSort: false,
  });
  const sorted = table.getRowModel().rows;
  const scroller = useRef<HTMLElement>(null);
  const isVirtual = sorted.length > virtualFrom;
  const virtualizer = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => sorted[index]?.id ?? index,
    overscan: 12,
    enabled: isVirtual,
  });
  const items = virtualizer.getVirtualItems();
  const shown = isVirtual ? items.flatMap(({ index }) => (sorted[index] ? [{ row: sorted[index], index }] : [])) : [];
  const all = isVirtual ? shown : sorted.map((row, index) => ({ row, index }));
  const above = items[0]?.start ?? 0;
  const below = isVirtual ? virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0) : 0;
  const width = columns.length + (selection ? 1 : 0);

  if (error && rows.length === 0) return <ErrorState error={error} onRetry={refetch && (() => void refetch())} />;
  if (!isPending && rows.length === 0) return empty ?? <EmptyState title={t('common.none')} />;
  return (
    <div className="min-w-0">
      {error && <ErrorState error={error} onRetry={refetch && (() => void refetch())} isInline />}
      <ScrollArea ref={scroller} label={label} {...(isVirtual ? { className: 'max-h-[70dvh]' } : {})}>
        <table
          aria-label={label}
          aria-rowcount={sorted.length + 1}
          aria-busy={isPending}
          className="w-full border-collapse"
        >
          <thead className="sticky top-0 z-10 bg-surface">
            <tr className="border-b border-line">
              {selection && (
                <th scope="col" className="w-9 py-2 pr-1 pl-4 text-left align-middle">
                  {sorted.length > 0 && <SelectAll selection={selection} ids={sorted.map(({ id }) => id)} />}
                </th>
              )}
              {columns.map((column) => (
                <HeaderCell
                  key={column.id}
                  column={column}
                  sorted={sorting[0]?.id === column.id ? (sorting[0].desc ? 'descending' : 'ascending') : undefined}
                  onSort={() => table.getColumn(column.id)?.toggleSorting()}
                />
              ))}
            </tr>
          </thead>
          <tbody>
            {isPending && rows.length === 0 && <PendingRows columns={width} />}
            {isVirtual && above > 0 && <Spacer height={above} columns={width} />}
            {all.map(({ row, index }) => (
              <tr
                key={row.id}
                aria-rowindex={index + 2}
                data-selected={selection?.ids.has(row.id) || undefined}
                className="border-b border-line last:border-0 hover:bg-hover data-selected:bg-accent-soft"
              >
                {selection && (
                  <td className="py-2 pr-1 pl-4 align-middle">
                    <Checkbox
                      name={t('common.selectRow', { name: props.rowName?.(row.original) ?? row.id })}
                      checked={selection.ids.has(row.id)}
                      onChange={(isChosen) => selection.onChange(withId(selection.ids, row.id, isChosen))}
                    />
                  </td>
                )}
                {columns.map((column) => (
                  <td key={column.id} className={classNames(cellLook(column), 'py-2')}>
                    {column.cell(row.original)}
                  </td>
                ))}
              </tr>
            ))}
            {isVirtual && below > 0 && <Spacer height={below} columns={width} />}
          </tbody>
        </table>
      </ScrollArea>
      {props.hasMore && (
        <div className="flex justify-center border-t border-line p-2">
          <Button
            size="small"
            variant="ghost"
            busy={props.isLoadingMore ?? false}
            onClick={() => void props.loadMore?.()}
          >
            {t('common.loadMore')}
          </Button>
        </div>
      )}
    </div>
  );
}

function sortingOf(sortedBy: string | undefined): SortingState {
  if (sortedBy === undefined) return [];
  const desc = sortedBy.startsWith('-');
  return [{ id: desc ? sortedBy.slice(1) : sortedBy, desc }];
}

function definitionOf<Row extends object>({ id, sortBy }: Column<Row>): ColumnDef<typeof features, Row> {
  return {
    id,
    accessorFn: (row: Row) => sortBy?.(row),
    enableSorting: sortBy !== undefined,
    sortUndefined: 'last',
    sortFn: (a, b, column) => compare(a.getValue(column), b.getValue(column)),
  };
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), undefined, { numeric: true });
}

function cellLook<Row>({ align, from, grows }: Column<Row>): string {
  return classNames(
    'px-2 align-middle first:pl-4 last:pr-4',
    align === 'end' && 'text-right tabular',
    from && shownFrom[from],
    grows && 'w-full max-w-0 truncate',
  );
}

interface HeaderCellProps<Row> {
  readonly column: Column<Row>;
  readonly sorted: 'ascending' | 'descending' | undefined;
  readonly onSort: () => void;
}

function HeaderCell<Row>({ column, sorted, onSort }: HeaderCellProps<Row>) {
  const Icon = sorted === 'ascending' ? ArrowUp : sorted === 'descending' ? ArrowDown : ArrowUpDown;
  return (
    <th
      scope="col"
      aria-sort={sorted}
      className={classNames(cellLook(column), 'py-2 text-left text-xs font-medium whitespace-nowrap text-ink-muted')}
    >
      {column.sortBy ? (
        <button
          type="button"
          onClick={onSort}
          className={classNames(
            'group inline-flex items-center gap-1 rounded-sm hover:text-ink',
            column.align === 'end' && 'flex-row-reverse',
          )}
        >
          {column.header}
          <Icon
            aria-hidden
            size={13}
            className={sorted ? undefined : 'opacity-0 group-hover:opacity-100 group-focus-visible:opacity-100'}
          />
        </button>
      ) : (
        column.header
      )}
    </th>
  );
}

function SelectAll({ selection, ids }: { readonly selection: Selection; readonly ids: readonly string[] }) {
  const chosen = ids.filter((id) => selection.ids.has(id)).length;
  return (
    <Checkbox
      name={t('common.selectAll')}
      checked={chosen === 0 ? false : chosen === ids.length ? true : 'indeterminate'}
      onChange={(isChosen) => selection.onChange(new Set(isChosen ? ids : []))}
    />
  );
}

function withId(ids: ReadonlySet<string>, id: string, isChosen: boolean): ReadonlySet<string> {
  const next = new Set(ids);
  if (isChosen) next.add(id);
  else next.delete(id);
  return next;
}

const Spacer = ({ height, columns }: { readonly height: number; readonly columns: number }) => (
  <tr aria-hidden>
    <td colSpan={columns} style={{ height, padding: 0 }} />
  </tr>
);

const PendingRows = ({ columns }: { readonly columns: number }) =>
  [0, 1, 2, 3, 4, 5].map((row) => (
    <tr key={row} aria-hidden className="border-b border-line last:border-0">
      <td colSpan={columns} className="px-4 py-3">
        <Skeleton className="h-4 w-full" />
      </td>
    </tr>
  ));
