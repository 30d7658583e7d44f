import { useParams } from '@tanstack/react-router';
import { Card, Stat, StatList } from '#web/components/card.tsx';
import { type Column, DataTable } from '#web/components/data-table.tsx';
import { TextLink } from '#web/components/link.tsx';
import { Page } from '#web/components/page.tsx';
import { Loaded } from '#web/components/states.tsx';
import { DateTime, platformName } from '#web/components/text.tsx';
import { type Stock, type StockEntry, useApi, useApiList } from '#web/lib/api.ts';
import { formatDelta, formatQuantity } from '#web/lib/format.ts';
import { maybe, t } from '#web/lib/i18n/index.ts';

/** Why the number of one product is what it is: every movement, with what was left after it. */
export function SkuPage() {
  const { sku } = useParams({ from: '/stock/$sku' });
  const stock = useApi('getStock', { sku }, { every: 10_000 });
  const ledger = useApiList('getStockLedger', { sku }, { every: 10_000, enabled: stock.data !== undefined });
  return (
    <Page
      title={stock.data ? t('stock.whyIs', { sku, balance: formatQuantity(stock.data.balance) }) : sku}
      breadcrumb={<TextLink to="/stock">{t('stock.title')}</TextLink>}
    >
      <Loaded query={stock}>
        {(found) => (
          <>
            <Numbers stock={found} />
            <Card title={t('stock.ledger')} description={t('stock.ledgerHint')} isFlush>
              <DataTable
                {...ledger}
                label={t('stock.ledger')}
                columns={columns}
                rowId={({ number }) => String(number)}
              />
            </Card>
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Numbers({ stock: { balance, systems, tills } }: { readonly stock: Stock }) {
  return (
    <StatList>
      <Stat label={t('stock.balance')} value={formatQuantity(balance)} hint={t('stock.balanceHint')} />
      {Object.entries(systems).map(([system, { quantity, target, unexplained }]) => (
        <Stat
          key={system}
          label={platformName(system)}
          value={formatQuantity(quantity)}
          {...(quantity === target ? {} : { tone: 'warn' as const })}
          hint={
            unexplained !== null
              ? t('stock.unexplained', { quantity: formatDelta(unexplained) })
              : quantity === target
                ? t('stock.same')
                : t('stock.isTold', { target: formatQuantity(target) })
          }
        />
      ))}
      {tills !== null && <Stat label={t('stock.tills')} value={formatQuantity(tills)} hint={t('stock.tillsHint')} />}
    </StatList>
  );
}

const columns: readonly Column<StockEntry>[] = [
  { id: 'at', header: t('stock.when'), cell: ({ at }) => <DateTime value={at} /> },
  { id: 'reason', header: t('stock.reason'), cell: ({ reason }) => maybe('stock', reason) ?? reason },
  { id: 'ref', header: t('stock.ref'), grows: true, from: 'sm', cell: ({ ref }) => platformName(ref) },
  {
    id: 'delta',
    header: t('stock.delta'),
    align: 'end',
    cell: ({ delta }) => (
      <span className={delta.startsWith('-') ? 'text-bad' : delta === '0' ? 'text-ink-muted' : 'text-good'}>
        {formatDelta(delta)}
      </span>
    ),
  },
  { id: 'balance', header: t('stock.after'), align: 'end', cell: ({ balance }) => formatQuantity(balance) },
];
