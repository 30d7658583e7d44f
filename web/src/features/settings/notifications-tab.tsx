import { Loaded } from '#web/components/states.tsx';
import { useApi } from '#web/lib/api.ts';
import { DeliveriesCard } from './deliveries-card.tsx';
import { NotificationsForm } from './notifications-form.tsx';
import { SigningCard } from './signing-card.tsx';

/** Who is told what, how, and what became of it. */
export function NotificationsTab() {
  const settings = useApi('getNotificationSettings');
  return (
    <div className="flex flex-col gap-5">
      <Loaded query={settings}>
        {(answer) => (
          <>
            <NotificationsForm key={answer.updated_at} settings={answer} />
            {answer.channels.webhook.url !== null && <SigningCard madeAt={answer.channels.webhook.secret_made_at} />}
          </>
        )}
      </Loaded>
      <DeliveriesCard />
    </div>
  );
}
