import { Bell } from 'lucide-react';
import { Badge, type Tone } from '#web/components/badge.tsx';
import { Card } from '#web/components/card.tsx';
import { type Column, DataTable } from '#web/components/data-table.tsx';
import { EmptyState } from '#web/components/states.tsx';
import { DateTime } from '#web/components/text.tsx';
import { type NotificationDelivery, useApiList } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';

const tones: Readonly<Record<NotificationDelivery['status'], Tone>> = {
  waiting: 'neutral',
  sending: 'accent',
  retrying: 'warn',
  delivered: 'good',
  failed: 'bad',
  dropped: 'neutral',
};

/** What was sent and what came of it. */
export function DeliveriesCard() {
  const list = useApiList('listNotificationHistory');
  return (
    <Card title={t('settings.deliveries')} description={t('settings.deliveriesHint')} isFlush>
      <DataTable
        label={t('settings.deliveries')}
        columns={columns}
        {...list}
        rowId={({ id }) => id}
        empty={<EmptyState icon={Bell} title={t('settings.noDeliveries')} hint={t('settings.noDeliveriesHint')} />}
      />
    </Card>
  );
}

const columns: readonly Column<NotificationDelivery>[] = [
  {
    id: 'what',
    header: t('settings.message'),
    grows: true,
    cell: ({ events, count }) => events.at(-1)?.title ?? t('settings.messages', { count }),
  },
  {
    id: 'channel',
    header: t('settings.channel'),
    from: 'sm',
    cell: ({ channel }) => t(`settings.channel_${channel}`),
  },
  {
    id: 'status',
    header: t('settings.outcome'),
    cell: ({ status }) => <Badge tone={tones[status]}>{t(`settings.delivery_${status}`)}</Badge>,
  },
  {
    id: 'at',
    header: t('settings.auditAt'),
    align: 'end',
    from: 'md',
    cell: ({ created_at }) => <DateTime value={created_at} />,
  },
];
