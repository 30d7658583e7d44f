import { Lock } from 'lucide-react';
import { useState } from 'react';
import { addDays } from '#shared/core/days.ts';
import { Button } from '#web/components/button.tsx';
import { Checkbox } from '#web/components/choices.tsx';
import { ConfirmDialog } from '#web/components/dialog.tsx';
import { Field, TextArea } from '#web/components/field.tsx';
import { toast } from '#web/components/toast.tsx';
import { type ReconciliationDetail, useAction, useApi } from '#web/lib/api.ts';
import { dayIn } from '#web/lib/format.ts';
import { t } from '#web/lib/i18n/index.ts';
import { useStoreZone } from '#web/lib/store-zone.ts';

/** The month a report has from its first day to its last; undefined when it has another part of the year. */
function monthOf({ start_date, end_date }: ReconciliationDetail): string | undefined {
  const month = start_date.slice(0, 7);
  const isWhole = start_date.endsWith('-01') && end_date.startsWith(month) && addDays(end_date, 1).endsWith('-01');
  return isWhole ? month : undefined;
}

/** Closes the month of a report: asked for by its name, with a note where differences are accepted. */
export function CloseMonth({ report }: { readonly report: ReconciliationDetail }) {
  const zone = useStoreZone();
  const [isAsked, setIsAsked] = useState(false);
  const [accepts, setAccepts] = useState(false);
  const [note, setNote] = useState('');
  const months = useApi('listClosedMonths', { limit: 100 });
  const close = useAction('closeMonth', {
    onSuccess: ({ month: closed }) => {
      setIsAsked(false);
      toast(t('reconciliation.closed', { month: closed }));
    },
  });
  const month = monthOf(report);
  const isClosed = months.data?.items.some((each) => each.month === month) ?? false;
  const open = report.open ?? 0;
  const why =
    month === undefined
      ? t('reconciliation.notAMonth')
      : isClosed
        ? t('reconciliation.closedAlready', { month })
        : report.end_date >= dayIn(new Date(), zone)
          ? t('reconciliation.notOver')
          : undefined;
  return (
    <>
      <Button icon={Lock} needs="closeMonth" whyDisabled={why} onClick={() => setIsAsked(true)}>
        {t('reconciliation.closeMonth')}
      </Button>
      <ConfirmDialog
        open={isAsked}
        onClose={() => setIsAsked(false)}
        onConfirm={() => {
          if (month === undefined) return;
          const { report_id } = report;
          close.mutate({ month, body: { report_id, ...(accepts ? { accept_differences: true, note } : {}) } });
        }}
        title={t('reconciliation.closeTitle', { month: month ?? '' })}
        description={t('reconciliation.closeHint')}
        confirmLabel={t('reconciliation.closeMonth')}
        {...(month === undefined ? {} : { typed: month })}
        busy={close.isPending}
        error={close.error}
      >
        {open > 0 && (
          <>
            <Checkbox
              checked={accepts}
              onChange={setAccepts}
              label={t('reconciliation.acceptDifferences', { count: open })}
            />
            <Field label={t('reconciliation.note')} hint={t('reconciliation.noteHint')}>
              <TextArea value={note} onChange={(event) => setNote(event.target.value)} />
            </Field>
          </>
        )}
      </ConfirmDialog>
    </>
  );
}
