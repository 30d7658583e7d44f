import { getRouteApi } from '@tanstack/react-router';
import { CircleCheck, KeyRound, MoreHorizontal, PlugZap, Power, TriangleAlert, Unplug } from 'lucide-react';
import { useCallback, useState } from 'react';
import { Button, IconButton } from '#web/components/button.tsx';
import { Card } from '#web/components/card.tsx';
import { TextLink } from '#web/components/link.tsx';
import { Menu, MenuItem, MenuSeparator } from '#web/components/menu.tsx';
import { Page } from '#web/components/page.tsx';
import { Loaded } from '#web/components/states.tsx';
import { platformName } from '#web/components/text.tsx';
import { toast, toastError } from '#web/components/toast.tsx';
import { type Connection, useAction, useApi } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';
import { ConnectForm } from './connect-form.tsx';
import { DisconnectDialog } from './disconnect-dialog.tsx';
import { guideOf, isConnected } from './guides.ts';
import { SandboxNote } from './sandbox-note.tsx';
import { SettingsCard } from './settings-card.tsx';
import { SetupCard } from './setup-card.tsx';
import { SignInPanel } from './sign-in-panel.tsx';
import { StateCard } from './state-card.tsx';
import { type SignIn, useSignIn } from './use-sign-in.ts';
import { WebhooksCard } from './webhooks-card.tsx';

const route = getRouteApi('/connections/$platform');

export function ConnectionPage() {
  const { platform } = route.useParams();
  const connection = useApi('getConnection', { platform }, { every: 15_000 });
  const [isConnecting, setIsConnecting] = useState(false);
  const stopConnecting = useCallback(() => setIsConnecting(false), []);
  const { data } = connection;
  return (
    <Page
      title={data?.title ?? platformName(platform)}
      breadcrumb={<TextLink to="/connections">{t('connections.title')}</TextLink>}
      actions={data && isConnected(data) && <Actions connection={data} onConnect={() => setIsConnecting(true)} />}
    >
      <SandboxNote />
      <Loaded query={connection}>
        {(one) => <Parts connection={one} isConnecting={isConnecting} onConnected={stopConnecting} />}
      </Loaded>
    </Page>
  );
}

interface PartsProps {
  readonly connection: Connection;
  readonly isConnecting: boolean;
  readonly onConnected: () => void;
}

function Parts({ connection, isConnecting, onConnected }: PartsProps) {
  const { platform } = connection;
  const { hasSetup } = guideOf(platform);
  const { back } = route.useSearch();
  // Here, because it outlives the card: that one goes as soon as there is a connection.
  const signIn = useSignIn(platform, onConnected);
  const isMade = isConnected(connection);
  const setup = hasSetup && <SetupCard platform={platform} />;
  return (
    <>
      {back && <CameBack connection={connection} />}
      {(!isMade || isConnecting) && (
        <>
          {!isMade && setup}
          <ConnectCard connection={connection} signIn={signIn} onDone={onConnected} />
        </>
      )}
      {isMade && (
        <>
          <StateCard connection={connection} />
          {setup}
          <SettingsCard platform={platform} />
          <WebhooksCard platform={platform} />
        </>
      )}
    </>
  );
}

interface ConnectCardProps {
  readonly connection: Connection;
  readonly signIn: SignIn;
  readonly onDone: () => void;
}

function ConnectCard({ connection, signIn, onDone }: ConnectCardProps) {
  const guide = guideOf(connection.platform);
  const title = isConnected(connection) ? 'connections.connectAgain' : 'connections.connectOne';
  return (
    <Card title={t(title, { platform: connection.title })} description={t(guide.purpose)}>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-x-10 gap-y-5 lg:grid-cols-2">
        <ol className="flex list-decimal flex-col gap-2 pl-5">
          {guide.steps.map((step) => (
            <li key={step}>{t(step)}</li>
          ))}
        </ol>
        {connection.connects_by === 'sign_in' ? (
          <SignInPanel connection={connection} signIn={signIn} onDone={onDone} />
        ) : (
          <ConnectForm connection={connection} guide={guide} onDone={onDone} />
        )}
      </div>
    </Card>
  );
}

/** After signing in in this tab: what came of it. */
function CameBack({ connection }: { readonly connection: Connection }) {
  const isWell = connection.status === 'connected';
  const Icon = isWell ? CircleCheck : TriangleAlert;
  return (
    <p
      role="status"
      className="flex items-start gap-2.5 rounded-card border border-line bg-surface px-4 py-3 font-medium"
    >
      <Icon aria-hidden size={18} className={`mt-0.5 shrink-0 ${isWell ? 'text-good' : 'text-warn'}`} />
      {isWell
        ? t('connections.backConnected', { name: connection.display_name })
        : t('connections.backNotConnected', { platform: connection.title })}
    </p>
  );
}

interface ActionsProps {
  readonly connection: Connection;
  readonly onConnect: () => void;
}

function Actions({ connection, onConnect }: ActionsProps) {
  const { platform, title, enabled, status } = connection;
  const [isDisconnecting, setIsDisconnecting] = useState(false);
  const test = useAction('testConnection', {
    onSuccess: ({ ok, connection: after }) =>
      toast(
        ok ? t('connections.testPassed', { platform: title }) : (after.failure?.reason ?? t('connections.testFailed')),
        ok ? 'good' : 'bad',
      ),
    onError: toastError,
  });
  const toggle = useAction('toggleConnection', {
    onSuccess: (after) => toast(t(after.enabled ? 'connections.isOn' : 'connections.isOff', { platform: title })),
    onError: toastError,
  });
  const needsSignIn = status === 'reauth_required';
  return (
    <>
      {needsSignIn && (
        <Button variant="primary" icon={KeyRound} needs="connectPlatform" onClick={onConnect}>
          {t('connections.authorise')}
        </Button>
      )}
      <Button icon={PlugZap} needs="testConnection" busy={test.isPending} onClick={() => test.mutate({ platform })}>
        {t('connections.test')}
      </Button>
      <Button
        icon={Power}
        needs="toggleConnection"
        busy={toggle.isPending}
        onClick={() => toggle.mutate({ platform, body: { enabled: !enabled } })}
      >
        {t(enabled ? 'connections.switchOff' : 'connections.switchOn')}
      </Button>
      <Menu trigger={<IconButton icon={MoreHorizontal} label={t('connections.more')} variant="secondary" />}>
        <MenuItem icon={KeyRound} needs="connectPlatform" onSelect={onConnect}>
          {t(connection.connects_by === 'sign_in' ? 'connections.authorise' : 'connections.newKeys')}
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={Unplug} isDestructive needs="disconnectPlatform" onSelect={() => setIsDisconnecting(true)}>
          {t('connections.disconnect')}
        </MenuItem>
      </Menu>
      <DisconnectDialog connection={connection} open={isDisconnecting} onClose={() => setIsDisconnecting(false)} />
    </>
  );
}
