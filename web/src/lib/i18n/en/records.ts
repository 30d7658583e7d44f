export const records = {
  title: 'Records',
  intro: 'What became of one order, customer or product.',
} as const;
