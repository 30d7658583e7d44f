export const failures = {
  title: 'Failures',
  intro: 'Records that did not arrive, and what to do about them.',
} as const;
