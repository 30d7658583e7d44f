import { useNavigate, useSearch } from '@tanstack/react-router';
import { Boxes, Search } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { Badge } from '#web/components/badge.tsx';
import { Button } from '#web/components/button.tsx';
import { Card } from '#web/components/card.tsx';
import { type Column, DataTable } from '#web/components/data-table.tsx';
import { Field, Input } from '#web/components/field.tsx';
import { TextLink } from '#web/components/link.tsx';
import { Page } from '#web/components/page.tsx';
import { SegmentedControl } from '#web/components/segmented-control.tsx';
import { EmptyState } from '#web/components/states.tsx';
import { DateTime } from '#web/components/text.tsx';
import { type Stock, useApiList } from '#web/lib/api.ts';
import { formatQuantity } from '#web/lib/format.ts';
import { t } from '#web/lib/i18n/index.ts';

/** Every product with a number: what its ledger comes to, and what tills and shop have. */
export function StockPage() {
  const { show = 'all' } = useSearch({ from: '/stock' });
  const navigate = useNavigate({ from: '/stock' });
  const [sku, setSku] = useState('');
  const list = useApiList('listStock', show === 'different' ? { different: 'true' } : {}, { every: 10_000 });
  const open = (event: FormEvent) => {
    event.preventDefault();
    if (sku.trim() !== '') void navigate({ to: '/stock/$sku', params: { sku: sku.trim() } });
  };
  return (
    <Page
      title={t('stock.title')}
      intro={t('stock.intro')}
      actions={
        <SegmentedControl
          label={t('stock.show')}
          value={show}
          onChange={(next) => void navigate({ search: next === 'all' ? {} : { show: next }, replace: true })}
          options={[
            { value: 'all', label: t('common.all') },
            { value: 'different', label: t('stock.different') },
          ]}
        />
      }
    >
      <Card>
        <search>
          <form onSubmit={open} className="flex max-w-xl items-end gap-2">
            <Field label={t('stock.sku')} className="min-w-0 flex-1">
              <Input
                type="search"
                autoComplete="off"
                maxLength={200}
                value={sku}
                onChange={(event) => setSku(event.target.value)}
              />
            </Field>
            <Button type="submit" icon={Search}>
              {t('stock.why')}
            </Button>
          </form>
        </search>
      </Card>
      <Card isFlush>
        <DataTable
          {...list}
          key={show}
          label={t('stock.title')}
          columns={columns}
          rowId={(row) => row.sku}
          empty={
            show === 'different' ? (
              <EmptyState icon={Boxes} title={t('stock.noneDifferent')} />
            ) : (
              <EmptyState icon={Boxes} title={t('stock.none')} hint={t('stock.noneHint')} />
            )
          }
        />
      </Card>
    </Page>
  );
}

const isDifferent = ({ systems }: Stock): boolean =>
  Object.values(systems).some(({ quantity, target }) => quantity !== target);

/** Nothing where a system keeps no number of it. */
const quantityOf = (quantity: string | null | undefined): string =>
  typeof quantity === 'string' ? formatQuantity(quantity) : '';

const columns: readonly Column<Stock>[] = [
  {
    id: 'sku',
    header: t('stock.sku'),
    grows: true,
    sortBy: ({ sku }) => sku,
    cell: ({ sku }) => (
      <TextLink to="/stock/$sku" params={{ sku }}>
        {sku}
      </TextLink>
    ),
  },
  {
    id: 'balance',
    header: t('stock.balance'),
    align: 'end',
    sortBy: ({ balance }) => Number(balance),
    cell: ({ balance }) => formatQuantity(balance),
  },
  {
    id: 'shop',
    header: t('stock.shop'),
    align: 'end',
    from: 'sm',
    cell: ({ systems }) => quantityOf(systems.woocommerce?.quantity),
  },
  { id: 'tills', header: t('stock.tills'), align: 'end', from: 'sm', cell: ({ tills }) => quantityOf(tills) },
  {
    id: 'state',
    header: t('stock.state'),
    cell: (row) =>
      isDifferent(row) ? (
        <Badge tone="warn">{t('stock.catchingUp')}</Badge>
      ) : (
        <Badge tone="good">{t('stock.same')}</Badge>
      ),
  },
  {
    id: 'counted',
    header: t('stock.counted'),
    from: 'lg',
    sortBy: ({ counted_at }) => counted_at ?? '',
    cell: ({ counted_at }) => <DateTime value={counted_at} as="ago" />,
  },
];
