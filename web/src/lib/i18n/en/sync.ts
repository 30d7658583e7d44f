export const sync = {
  title: 'Sync now',
  intro: 'See what would change before anything does.',
} as const;
