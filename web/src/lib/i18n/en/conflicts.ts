export const conflicts = {
  title: 'Conflicts',
  intro: 'Records changed on both sides.',
} as const;
