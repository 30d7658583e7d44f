export const connections = {
  title: 'Connections',
  intro: 'The systems that are kept in step.',
} as const;
