export const mappings = {
  title: 'Mappings',
  intro: 'Which field goes where.',
} as const;
