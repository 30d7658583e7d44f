export const app = {
  name: 'EasySale Sync',
  skip: 'Skip to content',
  navigation: 'Main',
  openMenu: 'Open menu',
  closeMenu: 'Close menu',
  workGroup: 'Work',
  setupGroup: 'Set-up',
  proofGroup: 'Proof',
  labGroup: 'Lab',
  theme: 'Appearance',
  theme_system: 'Same as device',
  theme_light: 'Light',
  theme_dark: 'Dark',
  offline: 'No connection to EasySale Sync. What you see may be old; it is updated by itself as soon as there is one.',
  sandbox: 'Sandbox mode: everything here is test data, and nothing reaches your live systems.',
  notFoundTitle: 'There is no such page',
  notFoundHint: 'The address may be old or misspelled.',
  toOverview: 'To the overview',
  crashTitle: 'This page could not be shown',
  startFailedTitle: 'The console could not start',
  startFailedHint: 'Its configuration cannot be read. Reload the page; if that does not help, tell whoever runs it.',
  reload: 'Reload',
  loadingPage: 'Loading the page',
} as const;

export const auth = {
  title: 'Sign in',
  localIntro: 'This is the embedded cloud with a demo shop. Choose as whom to look around.',
  continueAs: 'Continue as {role}',
  viewerHint: 'Sees everything, changes nothing',
  managerHint: 'Runs syncs and fixes what failed',
  adminHint: 'Does everything: connections and settings too',
  oidcIntro: 'Sign in with the account of your business.',
  oidcButton: 'Sign in',
  failed: 'Signing in did not work. Please try again.',
  notAMember:
    'Your account belongs to no business here yet. Ask whoever looks after it to give it a business and a role.',
  signOut: 'Sign out',
  needsRole: 'This needs the role {needed}; yours is {role}.',
  lookAs: 'Look at it as',
} as const;

export const role = { viewer: 'Viewer', manager: 'Manager', admin: 'Admin' } as const;

export const time = {
  justNow: 'just now',
  never: 'never',
  zone: 'Times are those of {zone}.',
  left: 'about {duration} left',
} as const;
