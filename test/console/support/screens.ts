/** Every screen of the console: tested for accessibility and width, and photographed by `npm run screens`. */
export interface Screen {
  /** Of its pictures: `overview-light.webp`. */
  readonly name: string;
  readonly path: string;
  /** What is there once it has loaded, by its visible text. */
  readonly shows?: string;
}

export const screens: readonly Screen[] = [
  { name: 'overview', path: '/' },
  { name: 'sync', path: '/sync' },
  { name: 'runs', path: '/runs' },
  { name: 'failures', path: '/failures' },
  { name: 'conflicts', path: '/conflicts' },
  { name: 'records', path: '/records' },
  { name: 'reconciliation', path: '/reconciliation' },
  { name: 'stock', path: '/stock' },
  { name: 'connections', path: '/connections' },
  { name: 'connection', path: '/connections/woocommerce', shows: 'Changes nobody told of' },
  { name: 'mappings', path: '/mappings' },
  { name: 'schedules', path: '/schedules' },
  { name: 'settings', path: '/settings' },
  { name: 'settings-posting', path: '/settings?tab=posting', shows: 'Income account' },
  { name: 'settings-notifications', path: '/settings?tab=notifications', shows: 'Recipients' },
  { name: 'settings-roles', path: '/settings?tab=roles', shows: 'Start a sync' },
  { name: 'settings-audit', path: '/settings?tab=audit', shows: 'Connect a system' },
  { name: 'fault-lab', path: '/fault-lab' },
];
