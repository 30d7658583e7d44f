import { Check, Minus } from 'lucide-react';
import { roles } from '#client/index.ts';
import { operations } from '#client/operations.ts';
import { Card } from '#web/components/card.tsx';
import { type Column, DataTable } from '#web/components/data-table.tsx';
import { useSession } from '#web/lib/auth/index.ts';
import { maybe, t } from '#web/lib/i18n/index.ts';
import { operationName } from './terms.ts';

type Role = (typeof roles)[number];

interface Deed {
  readonly name: string;
  readonly group: string;
  readonly role: Role;
}

const part = (path: string): string => path.split('/')[2] ?? '';

/** What changes something, and what not everybody may read, with the lowest role that may. */
const deeds: readonly Deed[] = Object.entries(operations).flatMap(([name, { role, method, path }]) =>
  role === null || (role === roles[0] && method === 'GET') ? [] : [{ name, group: part(path), role }],
);

const may = (role: Role, needed: Role): boolean => roles.indexOf(role) >= roles.indexOf(needed);

/** Who may what: the API's own rules, which hold whatever this page says. */
export function RolesTab() {
  const { role: mine, name } = useSession();
  const columns: readonly Column<Deed>[] = [
    {
      id: 'deed',
      header: t('settings.deed'),
      cell: (deed) => <span className="whitespace-normal">{operationName(deed.name)}</span>,
      sortBy: (deed) => operationName(deed.name),
      grows: true,
    },
    {
      id: 'area',
      header: t('settings.area'),
      cell: ({ group }) => areaName(group),
      sortBy: ({ group }) => areaName(group),
      from: 'md',
    },
    ...roles.map(
      (role): Column<Deed> => ({
        id: role,
        header: t(`role.${role}`),
        cell: (deed) =>
          may(role, deed.role) ? (
            <Check aria-label={t('common.yes')} size={17} className="mx-auto text-good" />
          ) : (
            <Minus aria-label={t('common.no')} size={17} className="mx-auto text-ink-muted" />
          ),
      }),
    ),
  ];
  return (
    <div className="flex flex-col gap-5">
      <Card title={t('settings.roles')} description={t('settings.rolesHint')}>
        <ul className="grid grid-cols-[minmax(0,1fr)] gap-3 md:grid-cols-3">
          {roles.map((role) => (
            <li
              key={role}
              aria-current={role === mine || undefined}
              className="rounded-card border border-line p-3 aria-[current]:border-accent aria-[current]:bg-accent-soft"
            >
              <p className="font-medium">{t(`role.${role}`)}</p>
              <p className="text-ink-muted">{t(`settings.role_${role}`)}</p>
              {role === mine && <p className="mt-1 text-xs font-medium text-accent">{t('settings.you', { name })}</p>}
            </li>
          ))}
        </ul>
      </Card>
      <Card title={t('settings.deeds')} description={t('settings.deedsHint')} isFlush>
        <DataTable label={t('settings.deeds')} columns={columns} rows={deeds} rowId={(deed) => deed.name} />
      </Card>
    </div>
  );
}

const areaName = (group: string): string => maybe('settings', `area_${group}`) ?? group;
