import { getRouteApi } from '@tanstack/react-router';
import { ScrollText } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { operations } from '#client/operations.ts';
import { Badge } from '#web/components/badge.tsx';
import { Button } from '#web/components/button.tsx';
import { Card, Definitions } from '#web/components/card.tsx';
import { type Column, DataTable } from '#web/components/data-table.tsx';
import { Dialog } from '#web/components/dialog.tsx';
import { DiffRows } from '#web/components/diff.tsx';
import { Field, Input, Select } from '#web/components/field.tsx';
import { EmptyState } from '#web/components/states.tsx';
import { DateTime } from '#web/components/text.tsx';
import { type AuditEntry, useApiList } from '#web/lib/api.ts';
import { useDenial } from '#web/lib/auth/index.ts';
import { maybe, t } from '#web/lib/i18n/index.ts';
import { useTargetName } from './audit-target.ts';
import { fieldName, fieldValue } from './audit-words.ts';
import { operationName } from './terms.ts';

const route = getRouteApi('/settings');
const tones = { ok: 'good', refused: 'warn', failed: 'bad' } as const;

/** Who changed what and when. Filters are in the address. */
export function AuditTab() {
  const denial = useDenial('listAudit');
  if (denial) {
    return (
      <Card>
        <EmptyState icon={ScrollText} title={t('settings.auditDenied')} hint={denial} />
      </Card>
    );
  }
  return (
    <Card title={t('settings.audit')} description={t('settings.auditHint')} isFlush>
      <Filters />
      <Entries />
    </Card>
  );
}

/** Everything that leaves an entry: what changes something. */
const actions = Object.entries(operations)
  .filter(([, { method, role }]) => method !== 'GET' && role !== null)
  .map(([name]) => ({ value: name, label: operationName(name) }))
  .toSorted((a, b) => a.label.localeCompare(b.label));

function Filters() {
  const { action = '', user = '', from = '', to = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const set = (name: string, value: string) =>
    void navigate({ search: (before) => ({ ...before, [name]: value === '' ? undefined : value }), replace: true });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    set('user', String(new FormData(event.currentTarget).get('user') ?? '').trim());
  };
  const isFiltered = [action, user, from, to].some(Boolean);
  return (
    <form
      onSubmit={submit}
      className="grid grid-cols-[minmax(0,1fr)] items-end gap-3 px-4 pb-3 sm:grid-cols-2 lg:grid-cols-[2fr_1.5fr_1fr_1fr_auto]"
    >
      <Field label={t('settings.auditAction')}>
        <Select
          value={action}
          options={[{ value: '', label: t('common.all') }, ...actions]}
          onChange={(value) => set('action', value)}
        />
      </Field>
      <Field label={t('settings.auditUser')}>
        <Input name="user" key={user} defaultValue={user} onBlur={(event) => set('user', event.target.value.trim())} />
      </Field>
      <Field label={t('settings.auditFrom')}>
        <Input type="date" value={from} max={to || undefined} onChange={(event) => set('from', event.target.value)} />
      </Field>
      <Field label={t('settings.auditTo')}>
        <Input type="date" value={to} min={from || undefined} onChange={(event) => set('to', event.target.value)} />
      </Field>
      <Button
        whyDisabled={isFiltered ? undefined : t('settings.noFilters')}
        onClick={() => void navigate({ search: { tab: 'audit' } })}
      >
        {t('common.clearFilters')}
      </Button>
    </form>
  );
}

function Entries() {
  const { action, user, from, to } = route.useSearch();
  const filters = Object.fromEntries(
    Object.entries({ action, user, from, to }).filter(([, value]) => value !== undefined),
  );
  const list = useApiList('listAudit', filters);
  const [opened, setOpened] = useState<AuditEntry>();
  const targetName = useTargetName();
  const columns: readonly Column<AuditEntry>[] = [
    {
      id: 'action',
      header: t('settings.auditAction'),
      grows: true,
      cell: (entry) => (
        <button
          type="button"
          onClick={() => setOpened(entry)}
          className="max-w-full truncate rounded-sm text-left text-accent underline decoration-accent/40 underline-offset-2 hover:decoration-accent"
        >
          {operationName(entry.action)}
          {entry.target && <span className="sr-only">{` ${targetName(entry.target)}`}</span>}
        </button>
      ),
    },
    {
      id: 'target',
      header: t('settings.auditTarget'),
      from: 'md',
      cell: ({ target }) => <span className="block max-w-64 truncate">{target ? targetName(target) : ''}</span>,
    },
    { id: 'user', header: t('settings.auditUser'), from: 'sm', cell: ({ actor }) => actor.user },
    {
      id: 'outcome',
      header: t('settings.auditOutcome'),
      from: 'md',
      cell: ({ outcome }) => <Outcome outcome={outcome} />,
    },
    { id: 'at', header: t('settings.auditAt'), align: 'end', cell: ({ at }) => <DateTime value={at} /> },
  ];
  return (
    <>
      <DataTable
        label={t('settings.audit')}
        columns={columns}
        {...list}
        rowId={({ id }) => id}
        empty={<EmptyState icon={ScrollText} title={t('settings.auditNone')} hint={t('settings.auditNoneHint')} />}
      />
      <EntryDialog entry={opened} onClose={() => setOpened(undefined)} />
    </>
  );
}

const Outcome = ({ outcome }: Pick<AuditEntry, 'outcome'>) => (
  <Badge tone={tones[outcome]}>{t(`settings.outcome_${outcome}`)}</Badge>
);

/** What is shown by its name already: its id says nothing more. */
const isNamedById = ({ type }: NonNullable<AuditEntry['target']>): boolean =>
  ['connection', 'entity', 'month'].includes(type);

function EntryDialog({ entry, onClose }: { readonly entry: AuditEntry | undefined; readonly onClose: () => void }) {
  const targetName = useTargetName();
  if (!entry) return null;
  const { action, actor, at, target, outcome, code, sandbox, request_id, before, after } = entry;
  const paths = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return (
    <Dialog open onClose={onClose} title={operationName(action)} description={<DateTime value={at} />} size="large">
      <div className="flex flex-col gap-5">
        <Definitions
          items={[
            {
              term: t('settings.auditUser'),
              value: actor.role ? `${actor.user} (${maybe('role', actor.role) ?? actor.role})` : actor.user,
            },
            ...(target ? [{ term: t('settings.auditTarget'), value: targetName(target) }] : []),
            { term: t('settings.auditOutcome'), value: <Outcome outcome={outcome} /> },
            ...(target && !isNamedById(target)
              ? [{ term: t('settings.auditId'), value: <code className="font-mono text-xs">{target.id}</code> }]
              : []),
            ...(code ? [{ term: t('problem.code'), value: <code className="font-mono text-xs">{code}</code> }] : []),
            ...(sandbox ? [{ term: t('settings.sandbox'), value: t('common.yes') }] : []),
            { term: t('problem.requestId'), value: <code className="font-mono text-xs">{request_id}</code> },
          ]}
        />
        <section>
          <h3 className="mb-1 font-semibold">{t('settings.auditChanges')}</h3>
          {paths.length === 0 ? (
            <p className="text-ink-muted">{t('settings.auditNoChanges')}</p>
          ) : (
            <DiffRows
              fields={paths.map((path) => ({
                path,
                name: fieldName(entry, path),
                ...(before && path in before ? { before: fieldValue(entry, path, before[path]) } : {}),
                ...(after && path in after ? { after: fieldValue(entry, path, after[path]) } : {}),
              }))}
            />
          )}
        </section>
      </div>
    </Dialog>
  );
}
