import { useNavigate, useSearch } from '@tanstack/react-router';
import { FileSearch, Search } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { Button } from '#web/components/button.tsx';
import { Card } from '#web/components/card.tsx';
import { Field, Input } from '#web/components/field.tsx';
import { TextLink } from '#web/components/link.tsx';
import { Page } from '#web/components/page.tsx';
import { EmptyState, Loaded } from '#web/components/states.tsx';
import { entityName, platformName } from '#web/components/text.tsx';
import { useApi } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';

/** Finds what a person has in hand: the number on an order, a receipt or an invoice. */
export function RecordsPage() {
  const { search: asked } = useSearch({ from: '/records' });
  const navigate = useNavigate({ from: '/records' });
  const [text, setText] = useState(asked ?? '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const search = text.trim();
    void navigate({ search: search === '' ? {} : { search } });
  };
  return (
    <Page title={t('records.title')} intro={t('records.intro')}>
      <Card>
        <search>
          <form onSubmit={submit} className="flex max-w-xl items-end gap-2">
            <Field label={t('records.number')} hint={t('records.numberHint')} className="min-w-0 flex-1">
              <Input
                type="search"
                name="number"
                autoComplete="off"
                maxLength={200}
                value={text}
                onChange={(event) => setText(event.target.value)}
              />
            </Field>
            <Button type="submit" variant="primary" icon={Search} className="mb-5">
              {t('common.search')}
            </Button>
          </form>
        </search>
      </Card>
      {asked === undefined ? null : <Found search={asked} />}
    </Page>
  );
}

function Found({ search }: { readonly search: string }) {
  const found = useApi('findRecords', { search });
  return (
    <Card title={t('records.found', { search })} isFlush>
      <Loaded query={found}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState icon={FileSearch} title={t('records.nothing', { search })} hint={t('records.nothingHint')} />
          ) : (
            <ul className="divide-y divide-line">
              {items.map(({ connection, entity, id, matched_by }) => (
                <li
                  key={`${connection} ${entity} ${id}`}
                  className="flex flex-wrap items-center justify-between gap-x-4 px-4 py-2.5"
                >
                  <TextLink to="/records/$connection/$entity/$id" params={{ connection, entity, id }}>
                    {t('records.name', { platform: platformName(connection), entity: entityName(entity), id })}
                  </TextLink>
                  <span className="text-xs text-ink-muted">
                    {matched_by === 'number' ? t('records.byNumber') : t('records.byId')}
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
}
