import { Search } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { Badge } from '#web/components/badge.tsx';
import { Button } from '#web/components/button.tsx';
import { Input } from '#web/components/field.tsx';
import { JsonView } from '#web/components/json-view.tsx';
import { ErrorState } from '#web/components/states.tsx';
import { api, type MappingPreview } from '#web/lib/api.ts';
import { useDenial } from '#web/lib/auth/index.ts';
import { t } from '#web/lib/i18n/index.ts';
import { inShort } from './model.ts';

export interface RecordBarProps {
  readonly source: { readonly platform: string; readonly entity: string };
  /** Of the record that is looked at, by the draft; undefined until there is one. */
  readonly preview: MappingPreview | undefined;
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly onChoose: (recordId: string) => void;
}

const tones = { mapped: 'good', excluded: 'warn', failed: 'bad' } as const;

/** The real record on which the draft is tried: found by its number, mapped anew with every change. */
export function RecordBar({ source, preview, isPending, error, onChoose }: RecordBarProps) {
  const [wanted, setWanted] = useState('');
  const [isSearching, setIsSearching] = useState(false);
  const [fault, setFault] = useState<Error>();
  const denial = useDenial('previewMapping');
  const find = async (event: FormEvent) => {
    event.preventDefault();
    const search = wanted.trim();
    if (search === '' || denial !== undefined || isSearching) return;
    setIsSearching(true);
    setFault(undefined);
    try {
      const { items } = await api.findRecords({ search });
      const own = items.filter(({ connection, entity }) => connection === source.platform && entity === source.entity);
      // A number nobody synced yet may still be the id it has at its source.
      onChoose((own.find(({ matched_by }) => matched_by === 'number') ?? own[0])?.id ?? search);
    } catch (cause) {
      setFault(cause instanceof Error ? cause : new Error(String(cause)));
    } finally {
      setIsSearching(false);
    }
  };
  return (
    <section
      aria-label={t('mappings.tryOut')}
      className="flex min-w-0 flex-col gap-3 rounded-card border border-line bg-surface p-3 shadow-card"
    >
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <form onSubmit={(event) => void find(event)} className="flex w-full flex-wrap gap-2 sm:w-auto">
          <Input
            type="search"
            needs="previewMapping"
            aria-label={t('mappings.searchRecord')}
            placeholder={t('mappings.searchRecord')}
            value={wanted}
            onChange={({ target }) => setWanted(target.value)}
            className="min-w-40 flex-1 sm:w-56"
          />
          <Button type="submit" icon={Search} needs="previewMapping" busy={isSearching || isPending}>
            {t('mappings.tryOut')}
          </Button>
        </form>
        {preview ? (
          <p role="status" className="flex min-w-0 flex-wrap items-center gap-2">
            <span className="font-medium">{preview.record.label}</span>
            <Badge tone={tones[preview.outcome]}>{t(`mappings.result_${preview.outcome}`)}</Badge>
            {(preview.reason ?? preview.failure?.reason) && (
              <span className="text-ink-muted">{preview.reason ?? preview.failure?.reason}</span>
            )}
          </p>
        ) : (
          <p className="text-ink-muted" data-pending={isPending || undefined}>
            {denial ?? (isPending ? t('common.loading') : t('mappings.noRecord'))}
          </p>
        )}
      </div>
      {(fault ?? error) && <ErrorState error={fault ?? error ?? new Error()} isInline />}
      {preview && <Details preview={preview} />}
    </section>
  );
}

/** Every field that wrote something, with its steps; and the whole of what would be written. */
function Details({ preview }: { readonly preview: MappingPreview }) {
  return (
    <details>
      <summary className="w-fit font-medium text-accent">{t('mappings.showSteps')}</summary>
      <div className="mt-3 grid min-w-0 gap-4 lg:grid-cols-2">
        <div className="min-w-0">
          <h3 className="mb-1.5 font-semibold">{t('mappings.trace')}</h3>
          <ol className="max-h-96 divide-y divide-line overflow-y-auto rounded-control border border-line">
            {preview.fields
              .filter(({ outcome }) => outcome !== 'skipped' && outcome !== 'absent')
              .map(({ at, to, input, steps, output, outcome }) => (
                <li key={`${at} ${to}`} className="px-3 py-1.5">
                  <code className="font-mono text-xs break-all text-ink-muted">{to}</code>
                  <p className="break-words">
                    {[
                      inShort(input) || t('common.empty'),
                      ...steps.map(({ op, after }) => `${op}: ${inShort(after) || t('common.empty')}`),
                      outcome === 'failed' ? t('mappings.outcome_failed') : inShort(output),
                    ]
                      .filter((part, index, all) => part !== all[index - 1])
                      .join(' → ')}
                  </p>
                </li>
              ))}
          </ol>
        </div>
        <div className="min-w-0">
          <h3 className="mb-1.5 font-semibold">{t('mappings.payload')}</h3>
          <JsonView label={t('mappings.payload')} value={preview.payload} />
        </div>
      </div>
    </details>
  );
}
