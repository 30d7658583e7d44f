import { Download, FileCheck } from 'lucide-react';
import { useRef, useState } from 'react';
import { Badge } from '#web/components/badge.tsx';
import { Button } from '#web/components/button.tsx';
import { Card } from '#web/components/card.tsx';
import { DiffRows } from '#web/components/diff.tsx';
import { FileInput } from '#web/components/field.tsx';
import { EmptyState, ErrorState, Loaded } from '#web/components/states.tsx';
import { DateTime } from '#web/components/text.tsx';
import { toastError } from '#web/components/toast.tsx';
import { api, type ClosedMonth, type ShownCertificate, useAction, useApi } from '#web/lib/api.ts';
import { download } from '#web/lib/download.ts';
import { t } from '#web/lib/i18n/index.ts';

/** Months nobody can change any more, each with its certificate. */
export function MonthsCard() {
  const months = useApi('listClosedMonths', { limit: 24 });
  return (
    <Card title={t('reconciliation.months')} description={t('reconciliation.monthsHint')} actions={<Verify />}>
      <Loaded query={months}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState icon={FileCheck} title={t('reconciliation.noMonths')} hint={t('reconciliation.noMonthsHint')} />
          ) : (
            <ul className="-my-2 divide-y divide-line">
              {items.map((month) => (
                <Month key={month.month} month={month} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
}

function Month({ month: { month, closed_at, closed_by, accepted_differences } }: { readonly month: ClosedMonth }) {
  const fetchAs = async (format: 'pdf' | 'json') => {
    const failed = await download(() => api.getCertificate({ month, format }));
    if (failed) toastError(failed);
  };
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1 py-2">
      <div className="min-w-0">
        <span className="font-medium tabular">{month}</span>{' '}
        {accepted_differences > 0 && (
          <Badge tone="warn">{t('reconciliation.accepted', { count: accepted_differences })}</Badge>
        )}
        <p className="text-xs text-ink-muted">
          {t('reconciliation.closedBy', { user: closed_by })} <DateTime value={closed_at} />
        </p>
      </div>
      <div className="flex gap-1">
        <Button size="small" variant="ghost" icon={Download} onClick={() => void fetchAs('pdf')}>
          {t('reconciliation.certificatePdf')}
        </Button>
        <Button size="small" variant="ghost" icon={Download} onClick={() => void fetchAs('json')}>
          {t('reconciliation.certificateJson')}
        </Button>
      </div>
    </li>
  );
}

/** Whether a file somebody shows is the certificate that was made. */
function Verify() {
  const chooser = useRef<HTMLInputElement>(null);
  const [unreadable, setUnreadable] = useState(false);
  const verify = useAction('verifyCertificate', { changes: [] });
  const read = async (file: File) => {
    verify.reset();
    try {
      const body = JSON.parse(await file.text()) as ShownCertificate;
      setUnreadable(false);
      verify.mutate({ body });
    } catch {
      setUnreadable(true);
    }
  };
  const { data, error } = verify;
  return (
    <div className="flex min-w-0 flex-col items-end gap-2">
      <FileInput
        ref={chooser}
        accept="application/json,.json"
        label={t('reconciliation.certificateFile')}
        onFile={(file) => void read(file)}
      />
      <Button
        size="small"
        icon={FileCheck}
        needs="verifyCertificate"
        busy={verify.isPending}
        onClick={() => chooser.current?.click()}
      >
        {t('reconciliation.verify')}
      </Button>
      <div role="status" className="max-w-full text-right">
        {unreadable && <span className="text-bad">{t('reconciliation.notACertificate')}</span>}
        {data && (
          <Badge tone={data.valid ? 'good' : 'bad'}>
            {data.valid ? t('reconciliation.genuine') : t('reconciliation.altered')}
          </Badge>
        )}
      </div>
      {error && <ErrorState error={error} isInline />}
      {data && !data.valid && (
        <DiffRows
          fields={data.differing.map(({ path, expected, found }) => ({ path, before: expected, after: found }))}
        />
      )}
    </div>
  );
}
