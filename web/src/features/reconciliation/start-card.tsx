import { useNavigate } from '@tanstack/react-router';
import { Download, Scale } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { Button } from '#web/components/button.tsx';
import { Card } from '#web/components/card.tsx';
import { Field, Input } from '#web/components/field.tsx';
import { ErrorState } from '#web/components/states.tsx';
import { api, SyncProblem, useAction } from '#web/lib/api.ts';
import { download } from '#web/lib/download.ts';
import { dayIn } from '#web/lib/format.ts';
import { t } from '#web/lib/i18n/index.ts';
import { useStoreZone } from '#web/lib/store-zone.ts';

/** Days to compare; the file of the sales has the same days. */
export function StartCard() {
  const zone = useStoreZone();
  const navigate = useNavigate();
  const today = dayIn(new Date(), zone);
  const [from, setFrom] = useState(`${today.slice(0, 8)}01`);
  const [to, setTo] = useState(today);
  const [failed, setFailed] = useState<Error>();
  const start = useAction('startReconciliation', {
    changes: ['listReconciliations'],
    onSuccess: ({ report_id }) => void navigate({ to: '/reconciliation/$id', params: { id: report_id } }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setFailed(undefined);
    start.mutate({ body: { start_date: from, end_date: to } });
  };
  const fetchReport = async () => {
    start.reset();
    setFailed(await download(() => api.getSalesReport({ start_date: from, end_date: to, format: 'csv' })));
  };
  const error = start.error ?? failed;
  const faultOf = (name: string) =>
    error instanceof SyncProblem ? error.errors.find(({ path }) => path.endsWith(name))?.message : undefined;
  return (
    <Card title={t('reconciliation.start')} description={t('reconciliation.startHint')}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t('reconciliation.firstDay')} error={faultOf('start_date')}>
            <Input type="date" required value={from} max={to} onChange={(event) => setFrom(event.target.value)} />
          </Field>
          <Field label={t('reconciliation.lastDay')} error={faultOf('end_date')}>
            <Input type="date" required value={to} min={from} onChange={(event) => setTo(event.target.value)} />
          </Field>
        </div>
        {error && <ErrorState error={error} isInline />}
        <div className="flex flex-wrap gap-2">
          <Button type="submit" variant="primary" icon={Scale} needs="startReconciliation" busy={start.isPending}>
            {t('reconciliation.compare')}
          </Button>
          <Button icon={Download} needs="getSalesReport" onClick={() => void fetchReport()}>
            {t('reconciliation.salesReport')}
          </Button>
        </div>
      </form>
    </Card>
  );
}
