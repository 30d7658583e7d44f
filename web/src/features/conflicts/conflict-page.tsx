import { useParams } from '@tanstack/react-router';
import { Check } from 'lucide-react';
import { useState } from 'react';
import { Button, LinkButton } from '#web/components/button.tsx';
import { Card } from '#web/components/card.tsx';
import { ConfirmDialog } from '#web/components/dialog.tsx';
import { FieldValue } from '#web/components/diff.tsx';
import { TextLink } from '#web/components/link.tsx';
import { Page } from '#web/components/page.tsx';
import { ScrollArea } from '#web/components/scroll-area.tsx';
import { SegmentedControl } from '#web/components/segmented-control.tsx';
import { Loaded } from '#web/components/states.tsx';
import { DateTime, platformName } from '#web/components/text.tsx';
import { toast } from '#web/components/toast.tsx';
import { type Conflict, useAction, useApi } from '#web/lib/api.ts';
import { nameOf } from '#web/lib/document.ts';
import { t } from '#web/lib/i18n/index.ts';
import { strategyName, winnerName } from './names.ts';

type Side = 'source' | 'target';

/** Both versions of a record and what they last had in common; a person says whose goes on, field by field if need be. */
export function ConflictPage() {
  const { id } = useParams({ from: '/conflicts/$id' });
  const conflict = useApi('getConflict', { conflict_id: id }, { every: 10_000 });
  return (
    <Page
      title={conflict.data?.label ?? t('conflicts.one')}
      intro={conflict.data && introOf(conflict.data)}
      breadcrumb={<TextLink to="/conflicts">{t('conflicts.title')}</TextLink>}
      actions={
        conflict.data && (
          <LinkButton
            to="/records/$connection/$entity/$id"
            params={{
              connection: conflict.data.source.connection,
              entity: conflict.data.source.entity,
              id: conflict.data.source.id,
            }}
          >
            {t('conflicts.whatHappened')}
          </LinkButton>
        )
      }
    >
      <Loaded query={conflict}>
        {(found) => (found.state === 'open' ? <Decision key={id} conflict={found} /> : <Ended conflict={found} />)}
      </Loaded>
    </Page>
  );
}

function introOf(conflict: Conflict): string {
  const source = platformName(conflict.source.connection);
  const target = platformName(conflict.target.connection);
  if (conflict.state !== 'open') {
    return t('conflicts.ended', { winner: winnerName(conflict), by: strategyName(conflict) });
  }
  return conflict.target_missing
    ? t('conflicts.missing', { source, target })
    : t('conflicts.explained', { source, target });
}

function Decision({ conflict }: { readonly conflict: Conflict }) {
  const { conflict_id, fields, source, target } = conflict;
  const contested = fields.filter((field) => field.contested);
  const [keep, setKeep] = useState<Side>('source');
  const [choices, setChoices] = useState<Readonly<Record<string, Side>>>({});
  const [isAsked, setIsAsked] = useState(false);
  const resolve = useAction('resolveConflict', {
    onSuccess: () => {
      setIsAsked(false);
      toast(t('conflicts.decided'));
    },
  });
  const sideOf = (path: string): Side => choices[path] ?? keep;
  const choose = (side: Side) => {
    setKeep(side);
    setChoices({});
  };
  const others = Object.fromEntries(Object.entries(choices).filter(([, side]) => side !== keep));
  const names = { source: platformName(source.connection), target: platformName(target.connection) };
  const decide = () => resolve.mutate({ conflict_id, body: { keep, fields: others } });
  return (
    <>
      <Card
        title={t('conflicts.choose')}
        description={t('conflicts.chooseHint')}
        isFlush
        actions={
          <div className="flex flex-wrap gap-2">
            <Button size="small" needs="resolveConflict" onClick={() => choose('source')}>
              {t('conflicts.allOf', { platform: names.source })}
            </Button>
            <Button size="small" needs="resolveConflict" onClick={() => choose('target')}>
              {t('conflicts.allOf', { platform: names.target })}
            </Button>
          </div>
        }
      >
        <Fields
          conflict={conflict}
          sideOf={sideOf}
          onChoose={(path, side) => setChoices({ ...choices, [path]: side })}
        />
      </Card>
      <div className="flex justify-end">
        <Button variant="primary" icon={Check} needs="resolveConflict" onClick={() => setIsAsked(true)}>
          {t('conflicts.decide')}
        </Button>
      </div>
      <ConfirmDialog
        open={isAsked}
        onClose={() => setIsAsked(false)}
        onConfirm={decide}
        title={t('conflicts.decideTitle')}
        description={t('conflicts.decideHint')}
        confirmLabel={t('conflicts.decide')}
        busy={resolve.isPending}
        error={resolve.error}
      >
        <ul className="flex flex-col gap-1">
          {contested.length === 0 && <li>{t('conflicts.whole', { platform: names[keep] })}</li>}
          {contested.map(({ path }) => (
            <li key={path} className="flex flex-wrap justify-between gap-x-3">
              <span className="text-ink-muted">{nameOf(path)}</span>
              <span>{names[sideOf(path)]}</span>
            </li>
          ))}
        </ul>
      </ConfirmDialog>
    </>
  );
}

const Ended = ({ conflict }: { readonly conflict: Conflict }) => (
  <Card title={t('conflicts.versions')} isFlush>
    <Fields conflict={conflict} />
  </Card>
);

interface FieldsProps {
  readonly conflict: Conflict;
  readonly sideOf?: (path: string) => Side;
  readonly onChoose?: (path: string, side: Side) => void;
}

/** What each side has and what both had before: fields on which they differ can be chosen, the others go where they are missing. */
function Fields({ conflict, sideOf, onChoose }: FieldsProps) {
  const { fields, source, target, source_modified_at, target_modified_at } = conflict;
  const names = { source: platformName(source.connection), target: platformName(target.connection) };
  return (
    <ScrollArea label={t('conflicts.versions')}>
      <table className="w-full border-collapse">
        <thead className="text-xs text-ink-muted">
          <tr className="border-b border-line">
            <Heading text={t('common.field')} />
            <Heading text={t('conflicts.base')} />
            <Heading text={names.source} at={source_modified_at} />
            <Heading text={names.target} at={target_modified_at} />
            <Heading text={t('conflicts.goesOn')} />
          </tr>
        </thead>
        <tbody>
          {fields.map(({ path, base, source: ours, target: theirs, contested, winner }) => {
            const side = contested && sideOf ? sideOf(path) : winner;
            return (
              <tr key={path} className="border-b border-line align-top last:border-0">
                <th scope="row" className="px-4 py-2 text-left font-normal">
                  <span title={path}>{nameOf(path)}</span>
                </th>
                <Cell value={base} />
                <Cell value={ours} isChosen={side === 'source'} />
                <Cell value={theirs} isChosen={side === 'target'} />
                <td className="px-4 py-2">
                  {contested && onChoose && side ? (
                    <SegmentedControl
                      label={t('conflicts.whose', { field: nameOf(path) })}
                      value={side}
                      onChange={(next) => onChoose(path, next)}
                      options={[
                        { value: 'source', label: names.source },
                        { value: 'target', label: names.target },
                      ]}
                    />
                  ) : side ? (
                    names[side]
                  ) : (
                    t('conflicts.both')
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollArea>
  );
}

function Heading({ text, at }: { readonly text: string; readonly at?: string | null }) {
  return (
    <th scope="col" className="px-4 py-2 text-left font-medium">
      {text}
      {at && (
        <span className="block font-normal">
          <DateTime value={at} />
        </span>
      )}
    </th>
  );
}

function Cell({ value, isChosen = false }: { readonly value: unknown; readonly isChosen?: boolean }) {
  return (
    <td className={isChosen ? 'bg-good-soft px-4 py-2 break-words' : 'px-4 py-2 break-words'}>
      <FieldValue value={value} />
    </td>
  );
}
