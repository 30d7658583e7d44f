import { useNavigate } from '@tanstack/react-router';
import { CircleAlert, CircleCheck, CircleDashed, type LucideIcon, Rocket, TriangleAlert } from 'lucide-react';
import { Button } from '#web/components/button.tsx';
import { Card } from '#web/components/card.tsx';
import { TextLink } from '#web/components/link.tsx';
import { t } from '#web/lib/i18n/index.ts';
import { type Check, useChecklist } from './checklist.ts';

const looks: Readonly<Record<Check['state'], { readonly icon: LucideIcon; readonly look: string }>> = {
  done: { icon: CircleCheck, look: 'text-good' },
  open: { icon: CircleDashed, look: 'text-ink-muted' },
  worth: { icon: TriangleAlert, look: 'text-warn' },
  unknown: { icon: CircleAlert, look: 'text-ink-muted' },
};

/** Until records have arrived once: what is ready for the first sync and what is not. */
export function ChecklistCard() {
  const { checks, isReady, isOver } = useChecklist();
  const navigate = useNavigate();
  if (checks === undefined || isOver) return null;
  const done = checks.filter(({ state }) => state === 'done').length;
  return (
    <Card
      title={t('connections.checklist')}
      description={t('connections.checklistProgress', { done, all: checks.length })}
      actions={
        <Button
          variant="primary"
          icon={Rocket}
          needs="startSync"
          whyDisabled={isReady ? undefined : t('connections.notReady')}
          onClick={() => void navigate({ to: '/sync' })}
        >
          {t('connections.firstSync')}
        </Button>
      }
    >
      <ol className="grid gap-x-6 gap-y-2 md:grid-cols-2">
        {checks.map(({ id, state, text, platform }) => {
          const { icon: Icon, look } = looks[state];
          return (
            <li key={id} className="flex items-start gap-2.5">
              <Icon aria-hidden size={18} className={`mt-0.5 shrink-0 ${look}`} />
              <div className="min-w-0">
                <span className="sr-only">{t(`connections.state_${state}`)} </span>
                <span className="font-medium">{t(`connections.check_${id}`)}</span>
                <p className="break-words text-ink-muted">
                  {text}{' '}
                  {platform && (
                    <TextLink to="/connections/$platform" params={{ platform }}>
                      {t('connections.goThere')}
                    </TextLink>
                  )}
                </p>
              </div>
            </li>
          );
        })}
      </ol>
    </Card>
  );
}
