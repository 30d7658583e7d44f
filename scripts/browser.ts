import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/**
 * Where Chromium is put by the usual packages, first the one without windows, which asks less of a machine; `CHROMIUM`
 * names another.
 */
const places = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** Path of a browser of this machine; undefined when there is none. */
export function findBrowser(): string | undefined {
  return [process.env.CHROMIUM, ...places].find((path) => path !== undefined && existsSync(path));
}

/** Installs Debian's Chromium, for the tests of the console. */
function install(): void {
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium-headless-shell']]) {
    const { status } = spawnSync('apt-get', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (status !== 0) throw new Error(`apt-get ${args.join(' ')} failed; install Chromium, or name one in CHROMIUM`);
  }
}

if (import.meta.main) {
  if (!findBrowser()) install();
  console.log(`browser: ${findBrowser()}`);
}
