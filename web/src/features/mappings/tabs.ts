export const tabs = ['fields', 'rules', 'document', 'replay', 'versions'] as const;
