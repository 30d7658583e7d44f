import { Eye, EyeOff } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { Button, IconButton } from '#web/components/button.tsx';
import { Field, Input } from '#web/components/field.tsx';
import { ErrorState } from '#web/components/states.tsx';
import { toast } from '#web/components/toast.tsx';
import { type Connection, SyncProblem, useAction } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';
import { type Guide, type GuideField, isConnected } from './guides.ts';

export interface ConnectFormProps {
  readonly connection: Connection;
  readonly guide: Guide;
  readonly onDone: () => void;
}

/** What a person enters to connect. The platform is asked before anything is stored; what it refuses is shown at its field. */
export function ConnectForm({ connection, guide, onDone }: ConnectFormProps) {
  const { platform, title, profile } = connection;
  const [entered, setEntered] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(guide.fields.map((field) => [field.name, first(field, profile)])),
  );
  const connect = useAction('connectPlatform', {
    onSuccess: ({ display_name }) => {
      // What was typed is not kept anywhere in the page.
      setEntered({});
      toast(t('connections.connectedTo', { name: display_name }));
      onDone();
    },
  });
  const faults = faultsOf(connect.error, guide);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const body = Object.fromEntries(
      Object.entries(entered).flatMap(([name, value]) => (value.trim() === '' ? [] : [[name, value.trim()]])),
    );
    connect.mutate({ platform, body });
  };
  return (
    <form onSubmit={submit} noValidate className="flex max-w-xl flex-col gap-4">
      {guide.fields.map((field) => (
        <CredentialField
          key={field.name}
          field={field}
          value={entered[field.name] ?? ''}
          error={faults.get(field.name)}
          onChange={(value) => setEntered({ ...entered, [field.name]: value })}
        />
      ))}
      {connect.error && !isAllShown(connect.error, faults) && <ErrorState error={connect.error} isInline />}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" busy={connect.isPending} needs="connectPlatform">
          {t('connections.connectOne', { platform: title })}
        </Button>
        {isConnected(connection) && <Button onClick={onDone}>{t('common.cancel')}</Button>}
      </div>
    </form>
  );
}

const first = ({ name, isSecret, suggest }: GuideField, profile: Connection['profile']): string => {
  const known = profile[name];
  return !isSecret && typeof known === 'string' ? known : (suggest?.() ?? '');
};

interface CredentialFieldProps {
  readonly field: GuideField;
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (value: string) => void;
}

function CredentialField({ field, value, error, onChange }: CredentialFieldProps) {
  const [isShown, setIsShown] = useState(false);
  const { name, label, hint, placeholder = '', isSecret = false } = field;
  return (
    <Field label={t(label)} hint={t(hint)} error={error}>
      <div className="flex gap-1.5">
        <Input
          name={name}
          type={isSecret && !isShown ? 'password' : 'text'}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          placeholder={placeholder}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          needs="connectPlatform"
        />
        {isSecret && (
          <IconButton
            icon={isShown ? EyeOff : Eye}
            label={t(isShown ? 'connections.hide' : 'connections.show', { field: t(label) })}
            onClick={() => setIsShown(!isShown)}
          />
        )}
      </div>
    </Field>
  );
}

/** A sentence for each field that is at fault: as the request was refused, or as the platform refused it. */
function faultsOf(error: Error | null, { fields, blames }: Guide): ReadonlyMap<string, string> {
  const faults = new Map<string, string>();
  if (!(error instanceof SyncProblem)) return faults;
  for (const { path, message } of error.errors) {
    if (!faults.has(path)) faults.set(path, message);
  }
  const blamed = blames[error.code];
  if (blamed) faults.set(blamed, error.detail);
  const known = fields.map(({ name }) => name);
  return new Map(
    [...faults].filter(([name]) => known.includes(name)).map(([name, message]) => [name, sentence(message)]),
  );
}

/** Said at the field itself, so nowhere else. */
const isAllShown = (error: Error, faults: ReadonlyMap<string, string>): boolean =>
  error instanceof SyncProblem && faults.size > 0 && error.errors.every(({ path }) => faults.has(path));

function sentence(message: string): string {
  const text = /expected string, received undefined/.test(message) ? t('connections.missing') : message;
  return `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}`;
}
