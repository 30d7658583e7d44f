export const reconciliation = {
  title: 'Reconciliation',
  intro: 'Your sales in every system, day by day.',
} as const;
