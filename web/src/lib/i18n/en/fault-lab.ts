export const faultLab = {
  title: 'Fault lab',
  intro: 'Break something and watch it heal.',
} as const;
