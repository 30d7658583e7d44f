export const stock = {
  title: 'Stock',
  intro: 'Why stock is what it is.',
} as const;
