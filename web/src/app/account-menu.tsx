import { LogOut, type LucideIcon, Monitor, Moon, Sun, UserRound } from 'lucide-react';
import { Button, IconButton } from '#web/components/button.tsx';
import { Menu, MenuChoices, MenuItem, MenuSeparator } from '#web/components/menu.tsx';
import { queryClient } from '#web/lib/api.ts';
import { signIn, signOut, useSession } from '#web/lib/auth/index.ts';
import { getConfig } from '#web/lib/config.ts';
import { t } from '#web/lib/i18n/index.ts';
import { setTheme, type Theme, themes, useTheme } from '#web/lib/theme.ts';

const icons: Readonly<Record<Theme, LucideIcon>> = { system: Monitor, light: Sun, dark: Moon };

export function ThemeMenu() {
  const theme = useTheme();
  return (
    <Menu trigger={<IconButton icon={icons[theme]} label={t('app.theme')} />}>
      <MenuChoices
        label={t('app.theme')}
        value={theme}
        onChange={setTheme}
        choices={themes.map((value) => ({ value, label: t(`app.theme_${value}`) }))}
      />
    </Menu>
  );
}

/** Who is signed in and as what; in the embedded cloud one can look at it as somebody else. */
export function AccountMenu({ isShort = false }: { readonly isShort?: boolean }) {
  const { name, role, tenant } = useSession();
  const { auth } = getConfig();
  const label = `${name} (${t(`role.${role}`)})`;
  const become = async (next: typeof role) => {
    await signIn(next);
    await queryClient.resetQueries();
  };
  return (
    <Menu
      trigger={
        isShort ? (
          <IconButton icon={UserRound} label={label} />
        ) : (
          <Button variant="ghost" icon={UserRound} className="min-w-0 flex-1 justify-start">
            <span className="truncate">{t(`role.${role}`)}</span>
            <span className="truncate font-normal text-ink-muted">{tenant}</span>
          </Button>
        )
      }
    >
      <p className="px-2.5 pt-1.5 pb-1">
        <span className="block font-medium">{name}</span>
        <span className="block text-xs text-ink-muted">{tenant}</span>
      </p>
      <MenuSeparator />
      {auth.kind === 'local' && (
        <>
          <MenuChoices
            label={t('auth.lookAs')}
            value={role}
            onChange={(next) => void become(next)}
            choices={auth.roles.map((value) => ({ value, label: t(`role.${value}`) }))}
          />
          <MenuSeparator />
        </>
      )}
      <MenuItem icon={LogOut} onSelect={() => void signOut()}>
        {t('auth.signOut')}
      </MenuItem>
    </Menu>
  );
}
