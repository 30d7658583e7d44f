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
  { name: 'mappings', path: '/mappings' },
  { name: 'schedules', path: '/schedules' },
  { name: 'settings', path: '/settings' },
  { name: 'fault-lab', path: '/fault-lab' },
];
