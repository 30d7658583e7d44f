import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { Menu as MenuIcon, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { IconButton } from '#web/components/button.tsx';
import { Toasts } from '#web/components/toast.tsx';
import { classNames } from '#web/lib/class-names.ts';
import { getConfig } from '#web/lib/config.ts';
import { t } from '#web/lib/i18n/index.ts';
import { AccountMenu, ThemeMenu } from './account-menu.tsx';
import { Banners } from './banners.tsx';
import { Logo } from './logo.tsx';
import { type NavigationGroup, navigation } from './navigation.ts';

/** What is around every page: navigation at the side, on phones behind a button; who is signed in; banners. */
export function Shell() {
  const [isMenuOpen, setIsMenuOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const firstPath = useRef(path);
  useEffect(() => {
    setIsMenuOpen(false);
    // A new page is read from its beginning by those who do not see it.
    if (path !== firstPath.current) main.current?.focus({ preventScroll: true });
    firstPath.current = path;
  }, [path]);
  return (
    <div className="flex min-h-dvh flex-col lg:grid lg:grid-cols-[15rem_minmax(0,1fr)]">
      <a
        href="#main"
        className="sr-only z-50 rounded-control bg-accent px-4 py-2 font-medium text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {t('app.skip')}
      </a>
      <header className="sticky top-0 z-30 flex items-center justify-between gap-2 border-b border-line bg-surface px-4 py-2 lg:hidden">
        <Logo />
        <span className="flex items-center">
          <ThemeMenu />
          <AccountMenu isShort />
          <IconButton
            icon={isMenuOpen ? X : MenuIcon}
            label={isMenuOpen ? t('app.closeMenu') : t('app.openMenu')}
            aria-expanded={isMenuOpen}
            aria-controls="navigation"
            onClick={() => setIsMenuOpen(!isMenuOpen)}
          />
        </span>
      </header>
      <div
        id="navigation"
        className={classNames(
          'border-line bg-surface lg:sticky lg:top-0 lg:flex lg:h-dvh lg:flex-col lg:border-r',
          isMenuOpen ? 'flex flex-col border-b' : 'hidden',
        )}
      >
        <div className="hidden px-4 pt-4 pb-2 lg:block">
          <Logo />
        </div>
        <nav aria-label={t('app.navigation')} className="flex-1 overflow-y-auto px-2 py-2">
          {navigation.map((group) => (
            <Group key={group.items[0]?.to} group={group} />
          ))}
        </nav>
        <div className="hidden items-center justify-between gap-1 border-t border-line p-2 lg:flex">
          <AccountMenu />
          <ThemeMenu />
        </div>
      </div>
      <div className="flex min-w-0 flex-1 flex-col">
        <Banners />
        <main
          ref={main}
          id="main"
          tabIndex={-1}
          className="min-w-0 flex-1 px-4 pt-5 pb-16 outline-none sm:px-6 lg:px-8 lg:pt-7"
        >
          <Outlet />
        </main>
      </div>
      <Toasts />
    </div>
  );
}

function Group({ group }: { readonly group: NavigationGroup }) {
  const isLocal = getConfig().auth.kind === 'local';
  const items = group.items.filter((item) => isLocal || !item.isLocal);
  if (items.length === 0) return null;
  return (
    <div className="mb-2">
      {group.label && <p className="px-2.5 pt-2 pb-1 text-xs font-medium text-ink-muted">{t(group.label)}</p>}
      <ul>
        {items.map(({ to, label, icon: Icon }) => (
          <li key={to}>
            <Link
              to={to}
              activeOptions={{ exact: to === '/', includeSearch: false }}
              className="flex items-center gap-2.5 rounded-control px-2.5 py-1.5 -outline-offset-2 hover:bg-hover data-[status=active]:bg-accent-soft data-[status=active]:font-medium data-[status=active]:text-accent"
            >
              <Icon aria-hidden size={17} strokeWidth={1.8} />
              {t(label)}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}
