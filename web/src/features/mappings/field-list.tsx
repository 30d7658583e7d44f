import { ChevronRight, CircleAlert, Plus, X } from 'lucide-react';
import { type DragEvent, useContext, useId, useState } from 'react';
import { Badge } from '#web/components/badge.tsx';
import { Button, IconButton } from '#web/components/button.tsx';
import { conditionInWords } from '#web/components/condition-in-words.ts';
import { Input } from '#web/components/field.tsx';
import { classNames } from '#web/lib/class-names.ts';
import { nameOf } from '#web/lib/document.ts';
import { maybe, t } from '#web/lib/i18n/index.ts';
import { EachContext, editing, type Trace, useEditor, useFaultsIn } from './editor-context.ts';
import { FieldForm } from './field-form.tsx';
import { connected, inShort, originOf, type Rule, seenFrom } from './model.ts';
import { dragged } from './source-panel.tsx';

export interface FieldListProps {
  /** Where the list stands in the document. */
  readonly at: string;
  readonly fields: readonly Rule[];
  /** Where it writes: `Line[]`; empty at the top. */
  readonly under: string;
}

/** The fields a document writes, each with where its value comes from. */
export function FieldList({ at, fields, under }: FieldListProps) {
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <ul className="flex min-w-0 flex-col gap-1.5">
        {fields.map((rule, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: fields are known by their place
          <li key={index}>
            <FieldRow at={`${at}[${index}]`} rule={rule} under={under} />
          </li>
        ))}
      </ul>
      <AddField at={at} fields={fields} under={under} />
    </div>
  );
}

interface FieldRowProps {
  readonly at: string;
  readonly rule: Rule;
  readonly under: string;
}

function FieldRow({ at, rule, under }: FieldRowProps) {
  const { update, chosen, choose, announce, traces } = useEditor();
  const each = useContext(EachContext);
  const [isOpen, setIsOpen] = useState(false);
  const [isOver, setIsOver] = useState(false);
  const form = useId();
  const faults = useFaultsIn(at);
  const name = nameOf(rule.to);
  const connect = (source: string) => {
    update(at, connected(rule, seenFrom(source, each)));
    choose(undefined);
    announce(t('mappings.connected', { source: nameOf(source), target: name }));
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    const source = event.dataTransfer.getData(dragged);
    if (source !== '') connect(source);
  };
  return (
    <div
      className={classNames(
        'min-w-0 rounded-control border bg-surface',
        isOver && 'bg-accent-soft',
        faults.length > 0 ? 'border-bad' : chosen === undefined ? 'border-line' : 'border-dashed border-accent',
      )}
    >
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={form}
        onClick={() => (chosen === undefined ? setIsOpen(!isOpen) : connect(chosen))}
        onDragOver={(event) => {
          if (!event.dataTransfer.types.includes(dragged)) return;
          event.preventDefault();
          setIsOver(true);
        }}
        onDragLeave={() => setIsOver(false)}
        onDrop={drop}
        className="grid w-full grid-cols-[auto_minmax(0,1fr)] items-start gap-x-2 gap-y-0.5 rounded-control px-2.5 py-2 text-left hover:bg-hover sm:grid-cols-[auto_minmax(0,5fr)_minmax(0,6fr)_minmax(0,5fr)]"
      >
        <ChevronRight
          aria-hidden
          size={16}
          className={classNames('mt-0.5 text-ink-muted transition-transform', isOpen && 'rotate-90')}
        />
        <span className="min-w-0">
          <span className="block font-medium break-words">
            {name}
            {chosen !== undefined && (
              <span className="sr-only"> {t('mappings.putHere', { name: nameOf(chosen) })}</span>
            )}
          </span>
          <code className="block font-mono text-xs break-all text-ink-muted">{rule.to}</code>
        </span>
        <span className="col-start-2 min-w-0 sm:col-start-auto">
          <Origin rule={rule} />
        </span>
        <span className="col-start-2 flex min-w-0 flex-wrap items-center gap-1.5 sm:col-start-auto sm:justify-end">
          {faults.length > 0 ? (
            <Badge tone="bad" icon={CircleAlert}>
              {t('mappings.faults', { count: faults.length })}
            </Badge>
          ) : (
            <Outcome traces={traces.get(at) ?? []} />
          )}
        </span>
      </button>
      {isOpen && (
        <div id={form} className="border-t border-line bg-sunken p-3">
          <FieldForm at={at} rule={rule} under={under} trace={traces.get(at)?.[0]} onRemove={() => setIsOpen(false)} />
        </div>
      )}
    </div>
  );
}

/** Where the value comes from, in a few words. */
function Origin({ rule }: { readonly rule: Rule }) {
  const origin = originOf(rule);
  const source = {
    from: nameOf(rule.from ?? ''),
    first: rule.first?.map(nameOf).join(', ') ?? '',
    value: rule.value === null ? t('common.empty') : `“${String(rule.value)}”`,
    template: rule.template ?? '',
    each: nameOf(rule.each ?? ''),
    element: '',
    step: maybe('entity', rule.step ?? '') ?? rule.step ?? '',
  }[origin];
  const notes = [
    ...(rule.via?.map(({ op }) => maybe('mappings', `op_${op}`) ?? op) ?? []),
    ...[rule.only, rule.when].flatMap((condition) => (condition ? [conditionInWords(condition)] : [])),
  ];
  return (
    <>
      <span className="block break-words">
        {origin !== 'from' && <span className="text-ink-muted">{t(`mappings.origin_${origin}`)} </span>}
        {source}
      </span>
      {notes.length > 0 && <span className="block text-xs break-words text-ink-muted">{notes.join(' · ')}</span>}
    </>
  );
}

/** What came out of it for the record that is looked at. */
function Outcome({ traces }: { readonly traces: readonly Trace[] }) {
  const [first] = traces;
  if (!first) return null;
  if (first.outcome === 'failed') return <Badge tone="bad">{t('mappings.outcome_failed')}</Badge>;
  if (first.outcome === 'skipped') return <Badge>{t('mappings.outcome_skipped')}</Badge>;
  if (first.outcome === 'absent') return <Badge>{t('mappings.outcome_absent')}</Badge>;
  return (
    <>
      <output className="min-w-0 truncate rounded bg-good-soft px-1.5 font-mono text-xs leading-5 text-good">
        {inShort(first.output) || t('common.empty')}
      </output>
      {traces.length > 1 && <Badge>{t('mappings.more', { count: traces.length - 1 })}</Badge>}
    </>
  );
}

/** Places the target has and nothing writes yet. */
function AddField({ at, fields, under }: FieldListProps) {
  const { schema, update, chosen, choose, announce } = useEditor();
  const each = useContext(EachContext);
  const [isOpen, setIsOpen] = useState(false);
  const [wanted, setWanted] = useState('');
  const prefix = under === '' ? '' : `${under}.`;
  const written = new Set(fields.map(({ to }) => to));
  const open = (schema.target ?? []).flatMap((place) => {
    const to = place.path.slice(prefix.length);
    const isHere = place.path.startsWith(prefix) && to !== '' && !to.includes('[]') && place.kind !== 'object';
    return isHere && !place.read_only && !written.has(to) ? [{ ...place, to }] : [];
  });
  const found = open.filter(({ to }) => `${to} ${nameOf(to)}`.toLowerCase().includes(wanted.trim().toLowerCase()));
  const add = (place: (typeof open)[number], source = chosen) => {
    const to = { to: place.to };
    const read = source === undefined ? '' : seenFrom(source, each);
    update(
      `${at}[${fields.length}]`,
      place.kind === 'list' ? { ...to, each: read, fields: [] } : { ...to, from: read },
    );
    choose(undefined);
    setIsOpen(false);
    announce(t('mappings.added', { name: nameOf(place.to) }));
  };
  if (!isOpen) {
    return (
      <Button {...editing} icon={Plus} size="small" className="self-start" onClick={() => setIsOpen(true)}>
        {chosen === undefined ? t('mappings.addField') : t('mappings.addFieldFrom', { name: nameOf(chosen) })}
      </Button>
    );
  }
  return (
    <section
      aria-label={t('mappings.addField')}
      className="rounded-control border border-dashed border-line-strong p-2.5"
    >
      <div className="mb-2 flex items-center gap-1">
        <Input
          type="search"
          aria-label={t('mappings.searchTargets')}
          placeholder={t('mappings.searchTargets')}
          value={wanted}
          onChange={({ target }) => setWanted(target.value)}
        />
        <IconButton icon={X} label={t('common.close')} onClick={() => setIsOpen(false)} />
      </div>
      <ul className="grid max-h-60 gap-1 overflow-y-auto sm:grid-cols-2">
        {found.map((place) => (
          <li key={place.path}>
            <button
              type="button"
              onClick={() => add(place)}
              onDragOver={(event) => event.dataTransfer.types.includes(dragged) && event.preventDefault()}
              onDrop={(event) => {
                event.preventDefault();
                add(place, event.dataTransfer.getData(dragged));
              }}
              className="w-full rounded-md px-2 py-1 text-left hover:bg-hover"
            >
              <span className="block break-words">
                {nameOf(place.to)}
                {place.required && <span className="ml-1.5 text-xs text-bad">{t('common.required')}</span>}
              </span>
              <span className="block text-xs text-ink-muted">
                {maybe('mappings', `kind_${place.kind}`) ?? place.kind}
                {place.max_length !== null && ` · ${t('mappings.atMost', { count: place.max_length })}`}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="p-2 text-ink-muted">{t('mappings.noTarget')}</p>}
    </section>
  );
}
