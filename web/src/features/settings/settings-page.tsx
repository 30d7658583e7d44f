import { getRouteApi } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense } from 'react';
import { Page } from '#web/components/page.tsx';
import { SkeletonLines } from '#web/components/skeleton.tsx';
import { Tabs } from '#web/components/tabs.tsx';
import { t } from '#web/lib/i18n/index.ts';
import { type SettingsTab, tabs } from './tabs.ts';

const route = getRouteApi('/settings');

const FlowsTab = lazy(async () => ({ default: (await import('./flows-tab.tsx')).FlowsTab }));
const DeletesTab = lazy(async () => ({ default: (await import('./deletes-tab.tsx')).DeletesTab }));
const PostingTab = lazy(async () => ({ default: (await import('./posting-tab.tsx')).PostingTab }));
const SandboxTab = lazy(async () => ({ default: (await import('./sandbox-tab.tsx')).SandboxTab }));
const NotificationsTab = lazy(async () => ({ default: (await import('./notifications-tab.tsx')).NotificationsTab }));
const RolesTab = lazy(async () => ({ default: (await import('./roles-tab.tsx')).RolesTab }));
const AuditTab = lazy(async () => ({ default: (await import('./audit-tab.tsx')).AuditTab }));

const contents: Readonly<Record<SettingsTab, ReactNode>> = {
  flows: <FlowsTab />,
  deletes: <DeletesTab />,
  posting: <PostingTab />,
  sandbox: <SandboxTab />,
  notifications: <NotificationsTab />,
  roles: <RolesTab />,
  audit: <AuditTab />,
};

export function SettingsPage() {
  const { tab = 'flows' } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Page title={t('settings.title')} intro={t('settings.intro')}>
      <Tabs
        label={t('settings.title')}
        value={tab}
        onChange={(next) => void navigate({ search: { tab: next } })}
        tabs={tabs.map((id) => ({
          id,
          label: t(`settings.tab_${id}`),
          content: <Suspense fallback={<SkeletonLines />}>{contents[id]}</Suspense>,
        }))}
      />
    </Page>
  );
}
