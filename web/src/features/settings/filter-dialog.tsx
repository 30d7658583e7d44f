import { Plus } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { Button } from '#web/components/button.tsx';
import { ConditionForm, newCondition } from '#web/components/condition-form.tsx';
import { Dialog } from '#web/components/dialog.tsx';
import { DocumentContext, type DocumentEditing } from '#web/components/document-editing.ts';
import { FormButtons } from '#web/components/form-buttons.tsx';
import { EmptyState, ErrorState, Loaded } from '#web/components/states.tsx';
import { type Flow, type MappingSchema, SyncProblem, useApi } from '#web/lib/api.ts';
import { useDenial } from '#web/lib/auth/index.ts';
import { type Condition, type Document, withAt } from '#web/lib/document.ts';
import { t } from '#web/lib/i18n/index.ts';
import { blanksOf } from './blanks.ts';
import { flowName } from './flow-name.tsx';
import { useFlowChange } from './use-flow-change.ts';

export interface FilterDialogProps {
  readonly flow: Flow;
  readonly onClose: () => void;
}

/** Which records of a flow go: all, or those for which a condition holds. */
export function FilterDialog({ flow, onClose }: FilterDialogProps) {
  const mappings = useApi('listMappings', {});
  const mapping = mappings.data?.items.find(
    ({ source, target }) =>
      source.platform === flow.source.platform &&
      source.entity === flow.source.entity &&
      target.platform === flow.target.platform,
  );
  const schema = useApi(
    'getMappingSchema',
    { mapping_id: mapping?.mapping_id ?? '' },
    { enabled: mapping !== undefined },
  );
  if (schema.data) return <FilterForm flow={flow} places={schema.data.source} onClose={onClose} />;
  const refetch = () => (mappings.error ? mappings.refetch() : schema.refetch());
  return (
    <Dialog open onClose={onClose} size="large" title={t('settings.filter')} description={flowName(flow)}>
      <Loaded query={{ data: undefined, error: mappings.error ?? schema.error, refetch }}>{() => null}</Loaded>
    </Dialog>
  );
}

const nothing: Document = {};

interface FilterFormProps extends FilterDialogProps {
  readonly places: MappingSchema['source'];
}

function FilterForm({ flow, places, onClose }: FilterFormProps) {
  const form = useId();
  const denial = useDenial('putFlow');
  const [draft, setDraft] = useState<Document>(flow.filter ? { filter: flow.filter } : nothing);
  const [isTried, setIsTried] = useState(false);
  const { change, error, isPending } = useFlowChange({ onSuccess: onClose });
  const filter = draft.filter as Condition | undefined;
  const isChanged = JSON.stringify(filter ?? null) !== JSON.stringify(flow.filter);
  const blanks = filter ? blanksOf(filter, 'filter') : [];
  const refused = error instanceof SyncProblem ? error.errors.filter(({ path }) => path.startsWith('filter')) : [];
  const editing: DocumentEditing = {
    update: (path, value) => setDraft((before) => withoutNothing(withAt(before, path, value))),
    faults: [...(isTried ? blanks : []), ...refused],
    needs: 'putFlow',
    places,
    isPlain: true,
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setIsTried(true);
    if (blanks.length === 0) change(flow, { filter });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      size="large"
      title={t('settings.filter')}
      description={flowName(flow)}
      footer={
        <FormButtons
          form={form}
          onCancel={onClose}
          needs="putFlow"
          busy={isPending}
          whyDisabled={isChanged ? undefined : t('settings.nothingChanged')}
        />
      }
    >
      <form id={form} onSubmit={submit} noValidate className="flex flex-col gap-4">
        <p className="text-ink-muted">{t('settings.filterHint')}</p>
        {denial && <p className="font-medium">{denial}</p>}
        <DocumentContext value={editing}>
          {filter ? (
            <ConditionForm at="filter" condition={filter} label={t('settings.filterGoes')} />
          ) : (
            <EmptyState
              title={t('settings.filterNone')}
              action={
                <Button icon={Plus} needs="putFlow" onClick={() => setDraft({ filter: { all: [newCondition] } })}>
                  {t('condition.add')}
                </Button>
              }
            />
          )}
        </DocumentContext>
        {error && refused.length === 0 && <ErrorState error={error} isInline />}
      </form>
    </Dialog>
  );
}

/** A filter whose last condition was taken away is none. */
function withoutNothing(draft: Document): Document {
  const { all, any } = (draft.filter ?? {}) as Readonly<{ all?: unknown; any?: unknown }>;
  const group = all ?? any;
  return Array.isArray(group) && group.length === 0 ? nothing : draft;
}
