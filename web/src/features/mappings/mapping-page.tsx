import { getRouteApi, useBlocker } from '@tanstack/react-router';
import { Ellipsis, FileDown, FileUp, Save, Undo2 } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { Badge } from '#web/components/badge.tsx';
import { Button, IconButton } from '#web/components/button.tsx';
import { ConfirmDialog } from '#web/components/dialog.tsx';
import { DocumentContext } from '#web/components/document-editing.ts';
import { FileInput } from '#web/components/field.tsx';
import { TextLink } from '#web/components/link.tsx';
import { endName, mappingName, systemsOf } from '#web/components/mapping-name.ts';
import { Menu, MenuItem } from '#web/components/menu.tsx';
import { Page } from '#web/components/page.tsx';
import { EmptyState, Loaded } from '#web/components/states.tsx';
import { Tabs } from '#web/components/tabs.tsx';
import { toast, toastError } from '#web/components/toast.tsx';
import { type Mapping, type MappingSchema, useApi } from '#web/lib/api.ts';
import { type Document, withAt } from '#web/lib/document.ts';
import { t } from '#web/lib/i18n/index.ts';
import { DocumentTab } from './document-tab.tsx';
import { type Editor, EditorContext, editing } from './editor-context.ts';
import { exportFile, readExport } from './exchange.ts';
import { FieldList } from './field-list.tsx';
import { fieldsOf, type Leaf, leavesOf, sampleAt } from './model.ts';
import { Places } from './places.tsx';
import { RecordBar } from './record-bar.tsx';
import { ReplayTab } from './replay-tab.tsx';
import { RulesTab } from './rules-tab.tsx';
import { SaveDialog } from './save-dialog.tsx';
import { SourcePanel } from './source-panel.tsx';
import { StateBadge } from './state-badge.tsx';
import { useTrial } from './use-trial.ts';
import { VersionsTab } from './versions-tab.tsx';

const route = getRouteApi('/mappings/edit');

/** One mapping: the record on the left, the document on the right, and what the one makes of the other. */
export function MappingPage() {
  const { mapping: mappingId = '' } = route.useSearch();
  const mapping = useApi('getMapping', { mapping_id: mappingId });
  const schema = useApi('getMappingSchema', { mapping_id: mappingId });
  const both = mapping.data && schema.data && { mapping: mapping.data, schema: schema.data };
  const error = mapping.error ?? schema.error;
  const refetch = () => Promise.all([mapping.refetch(), schema.refetch()]);
  if (both === undefined) {
    return (
      <Page title={t('mappings.mapping')} breadcrumb={<Back />}>
        <Loaded query={{ data: both, error, refetch }}>{() => null}</Loaded>
      </Page>
    );
  }
  return <MappingEditor key={mappingId} {...both} />;
}

const Back = () => <TextLink to="/mappings">{t('mappings.title')}</TextLink>;

interface MappingEditorProps {
  readonly mapping: Mapping;
  readonly schema: MappingSchema;
}

function MappingEditor({ mapping: latest, schema }: MappingEditorProps) {
  const { mapping_id, entity, source, target } = latest;
  const { tab = 'fields', record } = route.useSearch();
  const navigate = route.useNavigate();
  // What is edited stays, also when somebody saves another version meanwhile: saving then says so.
  const [base, setBase] = useState(latest);
  const [draft, setDraft] = useState<Document>(latest.document);
  const [chosen, choose] = useState<string>();
  const [said, announce] = useState('');
  const [isSaving, setIsSaving] = useState(false);
  const [isDiscarding, setIsDiscarding] = useState(false);
  const file = useRef<HTMLInputElement>(null);
  const isChanged = JSON.stringify(draft) !== JSON.stringify(base.document);
  const trial = useTrial({ mappingId: mapping_id, draft, isChanged, entity, source, target, record });
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => isChanged && current.pathname !== next.pathname,
    enableBeforeUnload: isChanged,
    withResolver: true,
  });
  const start = (mapping: Mapping) => {
    setBase(mapping);
    setDraft(mapping.document);
    choose(undefined);
  };
  const { preview, faults } = trial;
  const readable = useMemo(() => readableOf(schema, draft, preview?.record), [schema, draft, preview?.record]);
  const traces = useMemo(() => Map.groupBy(preview?.fields ?? [], ({ at }) => at), [preview]);
  const held = useMemo(() => new Map(preview?.rules.map((rule) => [rule.at, rule.held])), [preview]);
  const editor: Editor = {
    document: draft,
    schema,
    update: (path, value) => setDraft((before) => withAt(before, path, value)),
    faults,
    needs: editing.needs,
    places: schema.source,
    isPlain: false,
    traces,
    readable,
    chosen,
    choose,
    announce,
  };
  const fields = fieldsOf(draft);
  const openFile = async (chosenFile: File) => {
    const read = await readExport(chosenFile);
    const found = read.ok ? read.body.mappings.find((one) => one.mapping_id === mapping_id) : undefined;
    if (found) setDraft(found.document);
    else toast(read.ok ? t('mappings.notInFile') : read.reason, 'bad');
  };
  const whyNotSaved = !isChanged
    ? t('mappings.unchanged')
    : faults.length > 0
      ? t('mappings.faultsFirst', { count: faults.length })
      : trial.isChecking
        ? t('mappings.checking')
        : undefined;
  const show = (next: typeof tab) => void navigate({ search: (before) => ({ ...before, tab: next }), replace: true });
  return (
    <EditorContext value={editor}>
      <Page
        title={mappingName(base)}
        intro={systemsOf(base)}
        breadcrumb={<Back />}
        actions={
          <>
            <StateBadge info={base} />
            {isChanged && <Badge tone="warn">{t('mappings.notSaved')}</Badge>}
            {faults.length > 0 && <Badge tone="bad">{t('mappings.faults', { count: faults.length })}</Badge>}
            {isChanged && (
              <Button icon={Undo2} onClick={() => setIsDiscarding(true)}>
                {t('mappings.discard')}
              </Button>
            )}
            <Button
              icon={Save}
              variant="primary"
              needs="putMapping"
              whyDisabled={whyNotSaved}
              onClick={() => setIsSaving(true)}
            >
              {t('common.save')}
            </Button>
            <Menu trigger={<IconButton icon={Ellipsis} label={t('mappings.moreActions')} />}>
              <MenuItem icon={FileDown} onSelect={() => void exportFile([mapping_id]).catch(toastError)}>
                {t('mappings.exportOne')}
              </MenuItem>
              <MenuItem icon={FileUp} needs="validateMapping" onSelect={() => file.current?.click()}>
                {t('mappings.openFile')}
              </MenuItem>
            </Menu>
            <FileInput
              ref={file}
              accept="application/json,.json"
              label={t('mappings.openFile')}
              onFile={(chosen) => void openFile(chosen)}
            />
          </>
        }
      >
        <p aria-live="polite" className="sr-only">
          {said}
        </p>
        <RecordBar
          source={source}
          preview={preview}
          isPending={trial.isPreviewing}
          error={trial.previewError}
          onChoose={(id) => void navigate({ search: (before) => ({ ...before, record: id }), replace: true })}
        />
        <DocumentContext value={editor}>
          <Places>
            <Tabs
              label={t('mappings.mapping')}
              value={tab}
              onChange={show}
              tabs={[
                {
                  id: 'fields',
                  label: t('mappings.tab_fields'),
                  content: fields ? (
                    // biome-ignore lint/a11y/noStaticElementInteractions: Escape lets go of what was chosen, wherever one is
                    <div
                      className="grid min-w-0 items-start gap-4 lg:grid-cols-[17rem_minmax(0,1fr)]"
                      onKeyDown={({ key }) => key === 'Escape' && choose(undefined)}
                    >
                      <SourcePanel title={endName(base.source)} />
                      <section aria-label={endName(base.target)} className="min-w-0">
                        <h2 className="mb-2 font-semibold">{endName(base.target)}</h2>
                        <FieldList at="fields" fields={fields} under="" />
                      </section>
                    </div>
                  ) : (
                    <EmptyState title={t('mappings.notDrawn')} hint={t('mappings.notDrawnHint')} />
                  ),
                },
                { id: 'rules', label: t('mappings.tab_rules'), content: <RulesTab held={held} /> },
                { id: 'document', label: t('mappings.tab_document'), content: <DocumentTab onChange={setDraft} /> },
                {
                  id: 'replay',
                  label: t('mappings.tab_replay'),
                  content: <ReplayTab mappingId={mapping_id} draft={draft} whyDisabled={whyNotSaved} />,
                },
                {
                  id: 'versions',
                  label: t('mappings.tab_versions'),
                  content: <VersionsTab mapping={base} isChanged={isChanged} onRestored={start} />,
                },
              ]}
            />
          </Places>
        </DocumentContext>
      </Page>
      {isSaving && (
        <SaveDialog
          mapping={base}
          draft={draft}
          onClose={() => setIsSaving(false)}
          onSaved={(mapping) => {
            setIsSaving(false);
            start(mapping);
          }}
        />
      )}
      <ConfirmDialog
        open={isDiscarding}
        onClose={() => setIsDiscarding(false)}
        onConfirm={() => {
          setIsDiscarding(false);
          setDraft(base.document);
        }}
        title={t('mappings.discardTitle')}
        description={t('mappings.discardHint')}
        confirmLabel={t('mappings.discard')}
        isDestructive
      />
      <ConfirmDialog
        open={blocker.status === 'blocked'}
        onClose={() => blocker.reset?.()}
        onConfirm={() => blocker.proceed?.()}
        title={t('mappings.leaveTitle')}
        description={t('mappings.discardHint')}
        confirmLabel={t('mappings.leave')}
        isDestructive
      />
    </EditorContext>
  );
}

/** Everything a mapping can read, with what the record has there: its own members, derived ones, settings, and the raw record. */
function readableOf(
  schema: MappingSchema,
  draft: Document,
  record: { readonly id: string; readonly data: unknown; readonly raw: unknown } | undefined,
): readonly Leaf[] {
  const derived = Array.isArray(draft.derive) ? (draft.derive as readonly { readonly name?: unknown }[]) : [];
  return [
    ...(schema.source?.filter(({ kind }) => kind !== 'object') ?? leavesOf(record?.data)).map(({ path }) => ({
      path,
      value: sampleAt(record?.data, path),
    })),
    { path: 'record.id', value: record?.id },
    ...derived.flatMap(({ name }) => (typeof name === 'string' ? [{ path: name, value: undefined }] : [])),
    { path: 'store.time_zone', value: undefined },
    { path: 'store.currency', value: undefined },
    ...schema.settings.map((name) => ({ path: `settings.${name}`, value: undefined })),
    ...leavesOf(record?.raw, 'raw'),
  ];
}
