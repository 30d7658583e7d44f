import { Eye, type LucideIcon, ShieldCheck, Wrench } from 'lucide-react';
import { useState } from 'react';
import type { Role } from '#client/index.ts';
import { Button } from '#web/components/button.tsx';
import { signIn, signInTrouble } from '#web/lib/auth/index.ts';
import { getConfig } from '#web/lib/config.ts';
import { t } from '#web/lib/i18n/index.ts';
import { Logo } from './logo.tsx';

const icons: Readonly<Record<Role, LucideIcon>> = { viewer: Eye, manager: Wrench, admin: ShieldCheck };

/** Shown in the place of every page until somebody is signed in; the address stays, and so one arrives where one wanted. */
export function SignIn() {
  const { auth } = getConfig();
  const [isBusy, setIsBusy] = useState(false);
  const [trouble, setTrouble] = useState(signInTrouble);
  const enter = async (role?: Role) => {
    setIsBusy(true);
    setTrouble(undefined);
    await signIn(role).catch(() => setTrouble('failed'));
    setIsBusy(false);
  };
  return (
    <main className="flex min-h-dvh items-center justify-center p-4">
      <div className="w-full max-w-sm rounded-card border border-line bg-surface p-6 shadow-card">
        <Logo />
        <h1 className="mt-5 text-lg font-semibold">{t('auth.title')}</h1>
        <p className="mt-1 text-ink-muted">{auth.kind === 'local' ? t('auth.localIntro') : t('auth.oidcIntro')}</p>
        {auth.kind === 'local' ? (
          <ul className="mt-5 flex flex-col gap-2">
            {auth.roles.toReversed().map((role) => (
              <li key={role}>
                <RoleButton role={role} onChoose={() => void enter(role)} />
              </li>
            ))}
          </ul>
        ) : (
          <Button variant="primary" busy={isBusy} className="mt-5 w-full" onClick={() => void enter()}>
            {t('auth.oidcButton')}
          </Button>
        )}
        {trouble && (
          <p role="alert" className="mt-4 font-medium text-bad">
            {t(`auth.${trouble}`)}
          </p>
        )}
      </div>
    </main>
  );
}

function RoleButton({ role, onChoose }: { readonly role: Role; readonly onChoose: () => void }) {
  const Icon = icons[role];
  return (
    <button
      type="button"
      onClick={onChoose}
      className="flex w-full items-center gap-3 rounded-control border border-line-strong/50 px-3.5 py-2.5 text-left transition-colors hover:border-accent hover:bg-hover"
    >
      <Icon aria-hidden size={20} className="shrink-0 text-accent" />
      <span>
        <span className="block font-medium">{t('auth.continueAs', { role: t(`role.${role}`) })}</span>
        <span className="block text-xs text-ink-muted">{t(`auth.${role}Hint`)}</span>
      </span>
    </button>
  );
}
