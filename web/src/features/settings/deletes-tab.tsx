import { type FormEvent, useState } from 'react';
import { Button } from '#web/components/button.tsx';
import { Card } from '#web/components/card.tsx';
import { RadioGroup } from '#web/components/choices.tsx';
import { ConfirmDialog } from '#web/components/dialog.tsx';
import { Field, Input, Select } from '#web/components/field.tsx';
import { ErrorState, Loaded } from '#web/components/states.tsx';
import { toast, toastError } from '#web/components/toast.tsx';
import { type DeletePolicy, type Flow, useAction, useApi } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';
import { connectedFirst, FlowName, flowName } from './flow-name.tsx';
import { Row, Rows } from './rows.tsx';
import { type Policy, policies, policyOptions, withDefault } from './terms.ts';
import { useFlowChange } from './use-flow-change.ts';

/** What becomes of documents whose records are gone: for everything, and flow by flow. */
export function DeletesTab() {
  const policy = useApi('getDeletePolicy');
  return (
    <div className="flex flex-col gap-5">
      <Loaded query={policy}>
        {(answer) => (
          <>
            <PolicyCard policy={answer} />
            <BrakeCard key={`${answer.delay_hours} ${answer.brake}`} policy={answer} />
          </>
        )}
      </Loaded>
      <FlowsCard />
    </div>
  );
}

/** Whether what is sent would make documents be deleted, which the API wants to be told by name. */
const confirmation = ({ all, entities }: DeletePolicy) =>
  [all, ...Object.values(entities)].includes('delete_remote') ? { confirm: 'delete_remote' as const } : {};

function usePolicyChange(onSuccess?: () => void) {
  return useAction('putDeletePolicy', {
    changes: ['getDeletePolicy', 'listFlows'],
    onSuccess: () => {
      onSuccess?.();
      toast(t('settings.saved'));
    },
    onError: toastError,
  });
}

function PolicyCard({ policy }: { readonly policy: DeletePolicy }) {
  const [isAsking, setIsAsking] = useState(false);
  const change = usePolicyChange(() => setIsAsking(false));
  const choose = (all: Policy) => {
    const body = { ...policy, all };
    change.mutate({ body: { ...body, ...confirmation(body) } });
  };
  return (
    <Card title={t('settings.deletes')} description={t('settings.deletesHint')}>
      <RadioGroup
        isSavedAtOnce
        name={t('settings.deletes')}
        needs="putDeletePolicy"
        whyDisabled={change.isPending ? t('common.loading') : undefined}
        value={policy.all}
        onChange={(all) => (all === 'delete_remote' ? setIsAsking(true) : choose(all))}
        options={policies.map((value) => ({
          value,
          label: t(`settings.policy_${value}`),
          hint: t(`settings.policy_${value}Hint`),
        }))}
      />
      <AskToDelete
        open={isAsking}
        what={t('settings.everything')}
        busy={change.isPending}
        onClose={() => setIsAsking(false)}
        onConfirm={() => choose('delete_remote')}
      />
    </Card>
  );
}

interface AskToDeleteProps {
  readonly open: boolean;
  readonly what: string;
  readonly busy: boolean;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
}

const AskToDelete = ({ open, what, busy, onClose, onConfirm }: AskToDeleteProps) => (
  <ConfirmDialog
    open={open}
    onClose={onClose}
    onConfirm={onConfirm}
    title={t('settings.deleteTitle')}
    description={t('settings.deleteWhat', { what })}
    confirmLabel={t('settings.deleteConfirm')}
    isDestructive
    typed={t('settings.deleteWord')}
    busy={busy}
  >
    <p>{t('settings.deleteExplained')}</p>
  </ConfirmDialog>
);

function BrakeCard({ policy }: { readonly policy: DeletePolicy }) {
  const [delay, setDelay] = useState(String(policy.delay_hours));
  const [brake, setBrake] = useState(String(policy.brake));
  const change = usePolicyChange();
  const isChanged = delay !== String(policy.delay_hours) || brake !== String(policy.brake);
  const delayError = isWhole(delay, 720) ? undefined : t('settings.wholeUpTo', { most: 720 });
  const brakeError = isWhole(brake, 1000) ? undefined : t('settings.wholeUpTo', { most: 1000 });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (delayError || brakeError) return;
    const body = { ...policy, delay_hours: Number(delay), brake: Number(brake) };
    change.mutate({ body: { ...body, ...confirmation(body) } });
  };
  return (
    <Card title={t('settings.brakes')} description={t('settings.brakesHint')}>
      <form onSubmit={submit} noValidate className="flex flex-col items-start gap-4">
        <div className="grid w-full grid-cols-[minmax(0,1fr)] gap-4 sm:grid-cols-2">
          <Field label={t('settings.delay')} hint={t('settings.delayHint')} error={delayError}>
            <Input
              inputMode="numeric"
              needs="putDeletePolicy"
              value={delay}
              onChange={(event) => setDelay(event.target.value)}
            />
          </Field>
          <Field label={t('settings.brake')} hint={t('settings.brakeHint')} error={brakeError}>
            <Input
              inputMode="numeric"
              needs="putDeletePolicy"
              value={brake}
              onChange={(event) => setBrake(event.target.value)}
            />
          </Field>
        </div>
        {change.error && <ErrorState error={change.error} isInline />}
        <Button
          type="submit"
          needs="putDeletePolicy"
          busy={change.isPending}
          whyDisabled={isChanged ? undefined : t('settings.nothingChanged')}
        >
          {t('common.save')}
        </Button>
      </form>
    </Card>
  );
}

const isWhole = (text: string, most: number): boolean => /^\d{1,4}$/.test(text) && Number(text) <= most;

function FlowsCard() {
  const flows = useApi('listFlows');
  const { change, isPending } = useFlowChange({ onError: toastError });
  const [asked, setAsked] = useState<Flow>();
  const choose = (flow: Flow, value: Policy | 'default') => {
    if (value === 'delete_remote') setAsked(flow);
    else change(flow, { delete_policy: value === 'default' ? undefined : value });
  };
  return (
    <Card title={t('settings.byFlow')} description={t('settings.byFlowHint')} isFlush>
      <Loaded query={flows}>
        {({ items }) => (
          <Rows label={t('settings.byFlow')} heads={[t('settings.flow'), t('settings.deletes')]}>
            {connectedFirst(items).map((flow) => (
              <Row key={flow.flow_id}>
                <FlowName flow={flow} />
                <Select
                  aria-label={t('settings.policyOf', { flow: flowName(flow) })}
                  needs="putFlow"
                  value={flow.chosen.delete_policy ?? 'default'}
                  options={withDefault(
                    policyOptions(),
                    t('settings.followsRecord', { value: t(`settings.policy_${flow.delete_policy}`) }),
                  )}
                  onChange={(value) => choose(flow, value)}
                />
              </Row>
            ))}
          </Rows>
        )}
      </Loaded>
      <AskToDelete
        open={asked !== undefined}
        what={asked ? flowName(asked) : ''}
        busy={isPending}
        onClose={() => setAsked(undefined)}
        onConfirm={() => {
          if (asked) change(asked, { delete_policy: 'delete_remote' }, 'delete_remote');
          setAsked(undefined);
        }}
      />
    </Card>
  );
}
