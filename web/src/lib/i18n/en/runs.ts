export const runs = {
  title: 'Runs',
  intro: 'Every sync, live and past.',
} as const;
