export const tabs = ['flows', 'deletes', 'posting', 'sandbox', 'notifications', 'roles', 'audit'] as const;
export type SettingsTab = (typeof tabs)[number];
