import { Download, FileDown } from 'lucide-react';
import { useState } from 'react';
import { Button } from '#web/components/button.tsx';
import { RadioGroup } from '#web/components/choices.tsx';
import { Dialog } from '#web/components/dialog.tsx';
import { Progress } from '#web/components/progress.tsx';
import { ErrorState, Loaded } from '#web/components/states.tsx';
import { type HistoryExport, live, type SyncClient, useAction, useApi } from '#web/lib/api.ts';
import { formatBytes, formatInstant, formatNumber } from '#web/lib/format.ts';
import { t } from '#web/lib/i18n/index.ts';
import { useStoreZone } from '#web/lib/store-zone.ts';

type Query = NonNullable<Parameters<SyncClient['exportHistory']>[0]>;
type Format = NonNullable<Query['format']>;

/** A file of what the filters show, of any size: it is made elsewhere, and the browser takes it from there by its link. */
export function ExportHistory({ filters }: { readonly filters: Omit<Query, 'format'> }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button icon={FileDown} needs="exportHistory" onClick={() => setIsOpen(true)}>
        {t('runs.export')}
      </Button>
      {isOpen && <ExportDialog filters={filters} onClose={() => setIsOpen(false)} />}
    </>
  );
}

interface ExportDialogProps {
  readonly filters: Omit<Query, 'format'>;
  readonly onClose: () => void;
}

function ExportDialog({ filters, onClose }: ExportDialogProps) {
  const [format, setFormat] = useState<Format>('csv');
  const make = useAction('exportHistory', { changes: ['getHistoryExport'] });
  const id = make.data?.export_id;
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('runs.exportTitle')}
      description={t('runs.exportHint')}
      size="small"
      footer={
        <>
          <Button onClick={onClose}>{t('common.close')}</Button>
          {!id && (
            <Button variant="primary" busy={make.isPending} onClick={() => make.mutate({ ...filters, format })}>
              {t('runs.makeFile')}
            </Button>
          )}
        </>
      }
    >
      {id ? (
        <Made exportId={id} onAgain={make.reset} />
      ) : (
        <div className="flex flex-col gap-4">
          <RadioGroup
            name={t('runs.format')}
            value={format}
            onChange={setFormat}
            options={[
              { value: 'csv', label: t('runs.csv'), hint: t('runs.csvHint') },
              { value: 'json', label: t('runs.json'), hint: t('runs.jsonHint') },
            ]}
          />
          {make.error && <ErrorState error={make.error} isInline />}
        </div>
      )}
    </Dialog>
  );
}

const isBeingMade = ({ status }: HistoryExport): boolean => status === 'queued' || status === 'running';
/** Links work for 15 minutes: a dialog that stays open gets a new one before. */
const renewMs = 10 * 60_000;

function Made({ exportId, onAgain }: { readonly exportId: string; readonly onAgain: () => void }) {
  const file = useApi(
    'getHistoryExport',
    { export_id: exportId },
    { every: (answer) => live(isBeingMade, 700)(answer) || renewMs },
  );
  return (
    <Loaded query={file}>
      {(made) => {
        if (isBeingMade(made)) return <Making made={made} />;
        if (made.url) return <Ready made={made} url={made.url} />;
        return (
          <div className="flex flex-col items-start gap-2">
            <p className="font-medium">{made.failure ? t('runs.fileFailed') : t('runs.fileGone')}</p>
            {made.failure && <p>{made.failure.reason}</p>}
            <Button onClick={onAgain}>{t('common.retry')}</Button>
          </div>
        );
      }}
    </Loaded>
  );
}

function Making({ made: { progress } }: { readonly made: HistoryExport }) {
  const { done, total } = progress;
  return (
    <div className="flex flex-col gap-1.5" aria-live="polite">
      <p className="font-medium">{t('runs.makingFile')}</p>
      <Progress label={t('runs.makingFile')} percent={total ? Math.floor((100 * done) / total) : null} />
      <p className="text-xs text-ink-muted tabular">
        {total === null
          ? t('runs.rowsDone', { count: done })
          : t('runs.rowsOf', { done: formatNumber(done), total: formatNumber(total) })}
      </p>
    </div>
  );
}

function Ready({ made, url }: { readonly made: HistoryExport; readonly url: string }) {
  const zone = useStoreZone();
  const { progress, bytes, url_expires_at: linkEnd, expires_at: fileEnd } = made;
  return (
    <div className="flex flex-col items-start gap-2" aria-live="polite">
      <p className="font-medium">{t('runs.fileReady')}</p>
      <p className="text-ink-muted tabular">
        {t('runs.fileHas', { count: progress.done, size: formatBytes(bytes ?? 0) })}
      </p>
      {/* The store of files names it and sends it as a file; nothing of it passes through the page. */}
      <a
        href={url}
        className="inline-flex h-9 items-center gap-2 rounded-control border border-transparent bg-accent px-3.5 font-medium text-on-accent hover:bg-accent-hover"
      >
        <Download aria-hidden size={16} />
        {t('common.download')}
      </a>
      {linkEnd && fileEnd && (
        <p className="text-xs text-ink-muted">
          {t('runs.linkUntil', { time: formatInstant(linkEnd, zone), day: formatInstant(fileEnd, zone) })}
        </p>
      )}
    </div>
  );
}
