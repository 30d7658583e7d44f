import { GripVertical } from 'lucide-react';
import { Toolbar } from 'radix-ui';
import { type DragEvent, useId, useState } from 'react';
import { Input } from '#web/components/field.tsx';
import { ScrollArea } from '#web/components/scroll-area.tsx';
import { useDenial } from '#web/lib/auth/index.ts';
import { classNames } from '#web/lib/class-names.ts';
import { nameOf } from '#web/lib/document.ts';
import { t } from '#web/lib/i18n/index.ts';
import { editing, useEditor } from './editor-context.ts';
import { inShort } from './model.ts';

/** Of a place that is dragged; fields on the right take nothing else. */
export const dragged = 'application/x-easysale-place';

/** What can be read: each place with what the record that is looked at has there. Dragged, or chosen and put with Enter. */
export function SourcePanel({ title }: { readonly title: string }) {
  const { readable, chosen } = useEditor();
  const [wanted, setWanted] = useState('');
  const denial = useDenial(editing.needs);
  const hint = useId();
  const found = readable.filter(({ path }) =>
    `${path} ${nameOf(path)}`.toLowerCase().includes(wanted.trim().toLowerCase()),
  );
  return (
    <section
      aria-label={title}
      className="flex min-w-0 flex-col rounded-card border border-line bg-surface shadow-card lg:sticky lg:top-4 lg:max-h-[calc(100dvh-2rem)]"
    >
      <header className="flex flex-col gap-2 border-b border-line p-3">
        <h2 className="font-semibold">{title}</h2>
        <p
          id={hint}
          className={classNames('text-xs', chosen === undefined ? 'text-ink-muted' : 'font-medium text-accent')}
        >
          {denial ?? (chosen === undefined ? t('mappings.sourceHint') : t('mappings.chosen', { name: nameOf(chosen) }))}
        </p>
        <Input
          type="search"
          aria-label={t('mappings.searchPlaces')}
          placeholder={t('mappings.searchPlaces')}
          value={wanted}
          onChange={({ target }) => setWanted(target.value)}
        />
      </header>
      <ScrollArea label={title} className="max-h-72 p-1.5 lg:max-h-none">
        {/* One stop of Tab for all of them: fields are behind it, and places are many. */}
        <Toolbar.Root orientation="vertical" aria-label={title} aria-describedby={hint}>
          {found.map(({ path, value }) => (
            <Place key={path} path={path} sample={inShort(value)} whyOff={denial === undefined ? undefined : hint} />
          ))}
        </Toolbar.Root>
        {found.length === 0 && <p className="p-3 text-ink-muted">{t('mappings.noPlace')}</p>}
      </ScrollArea>
    </section>
  );
}

interface PlaceProps {
  readonly path: string;
  readonly sample: string;
  /** Id of what says why it cannot be chosen. */
  readonly whyOff: string | undefined;
}

function Place({ path, sample, whyOff }: PlaceProps) {
  const { chosen, choose, announce } = useEditor();
  const isOff = whyOff !== undefined;
  const isChosen = chosen === path;
  const start = (event: DragEvent) => {
    event.dataTransfer.setData(dragged, path);
    event.dataTransfer.effectAllowed = 'copy';
    choose(path);
  };
  const toggle = () => {
    if (isOff) return;
    choose(isChosen ? undefined : path);
    announce(isChosen ? t('mappings.letGo') : t('mappings.chosen', { name: nameOf(path) }));
  };
  return (
    <Toolbar.Button
      draggable={!isOff}
      onDragStart={start}
      onDragEnd={() => choose(undefined)}
      onClick={toggle}
      aria-pressed={isChosen}
      aria-disabled={isOff || undefined}
      aria-describedby={whyOff}
      className={classNames(
        'group flex w-full items-start gap-1.5 rounded-md px-1.5 py-1 text-left hover:bg-hover',
        isChosen && 'bg-accent-soft text-accent hover:bg-accent-soft',
      )}
    >
      <GripVertical
        aria-hidden
        size={14}
        className={classNames('mt-1 shrink-0 text-ink-muted', isOff && 'invisible')}
      />
      <span className="min-w-0 flex-1">
        <span className="block break-words">{nameOf(path)}</span>
        <span className="block truncate font-mono text-xs text-ink-muted">{sample === '' ? path : sample}</span>
      </span>
    </Toolbar.Button>
  );
}
