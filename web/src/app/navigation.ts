import type { LinkProps } from '@tanstack/react-router';
import {
  ArrowLeftRight,
  BookCheck,
  Boxes,
  CalendarClock,
  FileSearch,
  FlaskConical,
  GitCompareArrows,
  History,
  LayoutDashboard,
  type LucideIcon,
  Plug,
  RefreshCw,
  Settings,
  TriangleAlert,
} from 'lucide-react';
import type { MessageKey } from '#web/lib/i18n/index.ts';

export interface NavigationItem {
  readonly to: NonNullable<LinkProps['to']>;
  readonly label: Extract<MessageKey, `${string}.title`>;
  readonly icon: LucideIcon;
  /** Only where there are simulated platforms to break. */
  readonly isLocal?: true;
}

export interface NavigationGroup {
  readonly label?: Extract<MessageKey, `app.${string}Group`>;
  readonly items: readonly NavigationItem[];
}

/** The menu, in the order of a shopkeeper's day. */
export const navigation: readonly NavigationGroup[] = [
  { items: [{ to: '/', label: 'overview.title', icon: LayoutDashboard }] },
  {
    label: 'app.workGroup',
    items: [
      { to: '/sync', label: 'sync.title', icon: RefreshCw },
      { to: '/runs', label: 'runs.title', icon: History },
      { to: '/failures', label: 'failures.title', icon: TriangleAlert },
      { to: '/conflicts', label: 'conflicts.title', icon: GitCompareArrows },
      { to: '/records', label: 'records.title', icon: FileSearch },
    ],
  },
  {
    label: 'app.proofGroup',
    items: [
      { to: '/reconciliation', label: 'reconciliation.title', icon: BookCheck },
      { to: '/stock', label: 'stock.title', icon: Boxes },
    ],
  },
  {
    label: 'app.setupGroup',
    items: [
      { to: '/connections', label: 'connections.title', icon: Plug },
      { to: '/mappings', label: 'mappings.title', icon: ArrowLeftRight },
      { to: '/schedules', label: 'schedules.title', icon: CalendarClock },
      { to: '/settings', label: 'settings.title', icon: Settings },
    ],
  },
  { label: 'app.labGroup', items: [{ to: '/fault-lab', label: 'faultLab.title', icon: FlaskConical, isLocal: true }] },
];
