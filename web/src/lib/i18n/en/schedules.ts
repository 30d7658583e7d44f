export const schedules = {
  title: 'Schedules',
  intro: 'Syncs that start by themselves.',
} as const;
