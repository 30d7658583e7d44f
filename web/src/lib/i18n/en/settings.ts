export const settings = {
  title: 'Settings',
  intro: 'How syncs behave, who is told, who may what.',
} as const;
